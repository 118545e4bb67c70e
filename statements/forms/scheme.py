"""The form of labels and guideline: what is typed becomes the next scheme of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from statements.actions.scheme import LabelText, texts_of
from statements.forms.languages import named_languages
from statements.forms.names import runs_straight
from statements.models import Corpus, Scheme
from statements.models.scheme import RESERVED_KEYS

MOST_LABELS = 20
SPARE = 3
SLUG_LENGTH = 50
LONGEST_GUIDELINE = 50_000
COLOURS = [
    (1, pgettext_lazy("colour", "vermilion")),
    (2, pgettext_lazy("colour", "blue")),
    (3, pgettext_lazy("colour", "green")),
    (4, pgettext_lazy("colour", "purple")),
    (5, pgettext_lazy("colour", "ochre")),
    (6, pgettext_lazy("colour", "petrol")),
    (7, pgettext_lazy("colour", "crimson")),
    (8, pgettext_lazy("colour", "olive")),
    (9, pgettext_lazy("colour", "violet")),
    (10, pgettext_lazy("colour", "brown")),
]


def language_name(code: str) -> str:
    return dict(named_languages()).get(code) or str(LANG_INFO.get(code, {}).get("name_local", code))


class TextField(forms.CharField):
    """Words of more than one line, with the line ends that are stored."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:  # Any: as forms.CharField takes them
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:  # Any: as forms.CharField takes it
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class LabelForm(forms.Form):
    """One label. `slug` says which it is: that of a label in force stays, a new one is made from its name."""

    slug = forms.RegexField(
        r"\A[a-z0-9][a-z0-9_-]*\Z",
        label=_("Short name"),
        max_length=SLUG_LENGTH,
        required=False,
        strip=True,
        error_messages={"invalid": _("Use small letters a to z, digits, hyphens and underscores only.")},
    )
    key = forms.CharField(label=pgettext_lazy("keyboard", "Key"), max_length=1, min_length=1)
    palette = forms.TypedChoiceField(
        label=_("Colour"),
        choices=COLOURS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colour.")},
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:  # Any: as forms.Form
        super().__init__(*args, **kwargs)
        self.languages = languages
        for code in languages:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name"),
                max_length=100,
                required=False,
                validators=[runs_straight],
                widget=forms.TextInput(attrs={"dir": "auto", "lang": code}),
            )
            self.fields[f"definition_{code}"] = TextField(label=_("Definition"), max_length=2000, rows=2)
            self.fields[f"examples_{code}"] = TextField(
                label=_("Examples, one a line"), max_length=5000, rows=2
            )
        self.fields["key"].widget.attrs.update(
            {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        )

    @property
    def is_spare(self) -> bool:
        return not self.initial

    @property
    def heading(self) -> str:
        """The name of the label in force, in the language of the page if it can be; empty for a spare row."""
        names = (self.initial.get(f"name_{code}") for code in (get_language(), *self.languages))
        return str(next((name for name in names if name), self.initial.get("slug", "")))

    @property
    def texts(self) -> list[tuple[str, str, list[BoundField]]]:
        """The fields of each language, with its code and its name."""
        kinds = ("name", "definition", "examples")
        return [
            (code, language_name(code), [self[f"{kind}_{code}"] for kind in kinds]) for code in self.languages
        ]

    def clean_slug(self) -> str:
        """That of a label in force stays, whatever is sent."""
        return str(self.initial.get("slug") or self.cleaned_data["slug"])

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].lower()
        if key in RESERVED_KEYS:
            raise forms.ValidationError(
                gettext("“%(key)s” is taken by the desk, like %(taken)s. Choose another key.")
                % {"key": key, "taken": " ".join(sorted(RESERVED_KEYS - {key}))}
            )
        if not (key.isascii() and key.isalnum()):
            raise forms.ValidationError(_("A key is a letter from a to z or a digit."))
        return key

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("DELETE"):
            return given
        first = self.languages[0]
        named = [given.get(f"name_{code}") for code in ("en", *self.languages)]
        name = next((one for one in named if one), "")
        if not name and not any(f"name_{code}" in self.errors for code in self.languages):
            self.add_error(f"name_{first}", _("Name the label in at least one language."))
        if name and not given.get("slug") and "slug" not in self.errors:
            given["slug"] = slugify(name)[:SLUG_LENGTH].strip("-_")
            if not given["slug"]:
                self.add_error("slug", _("No short name can be made from this name. Write one yourself."))
        return given

    @property
    def label(self) -> LabelText:
        """What was typed; only after `is_valid`."""
        given = self.cleaned_data
        examples = {code: self._lines(f"examples_{code}") for code in self.languages}
        return LabelText(
            slug=given["slug"],
            key=given["key"],
            palette=given["palette"],
            names=self._said("name"),
            definitions=self._said("definition"),
            examples={code: lines for code, lines in examples.items() if lines},
        )

    def _said(self, kind: str) -> dict[str, str]:
        texts = {code: self.cleaned_data[f"{kind}_{code}"] for code in self.languages}
        return {code: text for code, text in texts.items() if text}

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]


class LabelRows(forms.BaseFormSet[LabelForm]):
    """The labels in their order, and spare rows for new ones."""

    def clean(self) -> None:
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        for name, message in (
            ("slug", gettext("Another label has this short name. Give each its own.")),
            ("key", gettext("Another label has this key. Give each its own.")),
        ):
            said = [form.cleaned_data.get(name) for form in kept]
            for form, value in zip(kept, said, strict=True):
                if value and said.count(value) > 1:
                    form.add_error(name, message)


class GuidelineForm(forms.Form):
    """The guideline in each language."""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:  # Any: as forms.Form
        super().__init__(*args, **kwargs)
        for code in languages:
            self.fields[f"guideline_{code}"] = TextField(
                label=language_name(code), max_length=LONGEST_GUIDELINE, rows=14
            )
        self.languages = languages

    @property
    def texts(self) -> dict[str, str]:
        """What was typed; only after `is_valid`."""
        said = {code: self.cleaned_data.get(f"guideline_{code}", "") for code in self.languages}
        return {code: text for code, text in said.items() if text}


class BasedOnForm(forms.Form):
    based_on = forms.IntegerField(min_value=0, max_value=1_000_000)


class SchemeForm:
    """Labels and guideline together, in the languages of the corpus and in those that texts in force have.

    `spare` rows are offered for new labels.
    """

    def __init__(
        self, corpus: Corpus, scheme: Scheme | None, sent: QueryDict | None = None, *, spare: int = SPARE
    ) -> None:
        texts = {text.slug: text for text in (texts_of(scheme) if scheme else [])}
        guidelines: Mapping[str, str] = scheme.guidelines if scheme else {}
        self.languages = _languages(corpus, texts.values(), guidelines)
        rows = forms.formset_factory(
            LabelForm,
            formset=LabelRows,
            extra=spare,
            can_order=True,
            can_delete=True,
            max_num=MOST_LABELS,
            absolute_max=MOST_LABELS,
        )
        # A row is the label whose short name it carries, wherever that label stands in force by now.
        shown = texts if sent is None else [sent.get(f"label-{at}-slug", "") for at in range(MOST_LABELS)]
        self.rows = rows(
            sent,
            prefix="label",
            initial=[_initial(texts[slug]) if slug in texts else {} for slug in shown],
            form_kwargs={"languages": self.languages},
        )
        said = {f"guideline_{code}": text for code, text in guidelines.items()}
        self.guideline = GuidelineForm(sent, initial=said, languages=self.languages)
        self.based_on = BasedOnForm(sent, initial={"based_on": scheme.number if scheme else 0})

    @property
    def is_whole(self) -> bool:
        """Whether it carries what every page of it has: how many rows, and what they began with."""
        return self.rows.management_form.is_valid() and self.based_on.is_valid()

    @property
    def has_new_labels(self) -> bool:
        """Whether anything was typed into a spare row."""
        return self.rows.is_bound and any(form.is_spare and form.has_changed() for form in self.rows)

    def is_valid(self) -> bool:
        return all([self.rows.is_valid(), self.guideline.is_valid(), self.based_on.is_valid()])

    @property
    def wrong_fields(self) -> list[BoundField]:
        """Fields with something wrong about them, in the order of the page."""
        return [field for form in (*self.rows, self.guideline) for field in form if field.errors]

    @property
    def labels(self) -> list[LabelText]:
        """The labels in their order, without those left out; only after `is_valid`."""
        return [form.label for form in self.rows.ordered_forms]


def _languages(corpus: Corpus, labels: Iterable[LabelText], guidelines: Mapping[str, str]) -> list[str]:
    written = set(guidelines)
    for label in labels:
        written.update(label.names, label.definitions, label.examples)
    return [*corpus.languages, *sorted(written - set(corpus.languages))]


def _initial(text: LabelText) -> dict[str, object]:
    return {
        "slug": text.slug,
        "key": text.key,
        "palette": text.palette,
        **{f"name_{code}": words for code, words in text.names.items()},
        **{f"definition_{code}": words for code, words in text.definitions.items()},
        **{f"examples_{code}": "\n".join(lines) for code, lines in text.examples.items()},
    }

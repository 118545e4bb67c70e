"""Forms: what people send, checked and turned into what the use cases take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from statements.actions.annotation import LONGEST_COMMENT, Decision, Save, plausible
from statements.actions.statement import Details
from statements.models import SkipReason, State, Statement
from statements.reports.scheme import SchemeWords
from statements.text.decode import ENCODINGS

LANGUAGES = (
    "en",
    "fr",
    "de",
    "es",
    "it",
    "nl",
    "pt",
    "ar",
    "el",
    "hi",
    "ja",
    "pl",
    "ro",
    "ru",
    "sv",
    "tr",
    "uk",
)


def language_choices() -> list[tuple[str, str]]:
    """Return the languages a statement can be said to be in, each by its own name."""
    named = [(code, LANG_INFO[code]["name_local"]) for code in LANGUAGES] + [("zh", "中文")]
    return [("", _("Choose a language")), *named]


class SaveForm(forms.Form):
    """What every save carries; see `Save`."""

    reviewer = forms.CharField(max_length=150, required=False, widget=forms.HiddenInput)
    key = forms.RegexField(r"\A[0-9A-Za-z_-]{8,64}\Z", widget=forms.HiddenInput)
    based_on = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    shown_ms = forms.IntegerField(min_value=0, max_value=86_400_000, required=False, widget=forms.HiddenInput)
    decided_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def clean_decided_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["decided_at"]
        if at is not None and not plausible(at, timezone.now()):
            raise forms.ValidationError(_("This time lies before the year 2000 or in the future."))
        return at

    @property
    def save_as(self) -> Save:
        """The checked values; only after `is_valid`."""
        given = self.cleaned_data
        return Save(
            key=given["key"],
            based_on=given["based_on"],
            shown_ms=given["shown_ms"],
            decided_at=given["decided_at"],
        )


class AnnotationForm(SaveForm):
    """A decision. `choose` is the button that was pressed: `label:<slug>`, `none`, `skip:<reason>`, or
    `labels` for the ticked boxes; `withdraw` takes the decision away."""

    choose = forms.CharField(max_length=80)
    labels = forms.MultipleChoiceField(required=False, label=_("Labels"))
    unsure = forms.BooleanField(required=False, label=_("Unsure"))
    bad_split = forms.BooleanField(required=False, label=_("Bad split"))
    comment = forms.CharField(max_length=LONGEST_COMMENT, required=False, label=_("Comment"))

    def __init__(
        self, *args: Any, scheme: SchemeWords, **kwargs: Any
    ) -> None:  # Any: as forms.Form takes them
        super().__init__(*args, **kwargs)
        self.known = [label.slug for label in scheme.labels]
        self.fields["labels"].choices = [(slug, slug) for slug in self.known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            given["decision"] = self._decision(given)
        return given

    def _decision(self, given: dict[str, Any]) -> Decision:
        kind, _colon, name = given["choose"].partition(":")
        marks = {mark: given[mark] for mark in ("unsure", "bad_split", "comment")}
        if kind == "label" and name in self.known:
            return Decision(State.LABELLED, frozenset({name}), **marks)
        if kind == "labels" and given["labels"]:
            return Decision(State.LABELLED, frozenset(given["labels"]), **marks)
        if kind == "labels":
            raise forms.ValidationError(_("Tick at least one label, or choose “No claim” or “Skip”."))
        if kind == "none":
            return Decision(State.NONE, **marks)
        if kind == "withdraw":
            return Decision(State.WITHDRAWN)
        if kind == "skip" and name in SkipReason.values:
            return Decision(State.SKIPPED, reason=SkipReason(name), **marks)
        raise forms.ValidationError(
            _("This choice does not exist in this corpus. Reload the page and choose again.")
        )

    @property
    def decision(self) -> Decision:
        """The checked decision; only after `is_valid`."""
        decision: Decision = self.cleaned_data["decision"]
        return decision


class StatementForm(forms.ModelForm[Statement]):
    """One text, pasted or as a file, with what is known about it."""

    text = forms.CharField(
        label=_("Paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    file = forms.FileField(label=_("or choose a text file"), required=False, allow_empty_file=True)
    encoding = forms.ChoiceField(
        label=_("Encoding of the file"),
        required=False,
        choices=[("", _("Find out")), *((name, name.upper()) for name in ENCODINGS)],
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    source_url = forms.URLField(
        label=_("Address of the source"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = Statement
        fields = ["title", "language", "speaker", "published_on", "source_url", "licence", "responds_to"]
        labels = {
            "speaker": _("Speaker"),
            "published_on": _("Published on"),
            "licence": _("Licence"),
            "responds_to": _("Responds to"),
        }
        help_texts = {
            "speaker": _("Who issued the statement."),
            "responds_to": _("What it answers, for example a complaint or an article."),
            "licence": _("Leave empty when it is not known."),
        }
        widgets = {
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{name: forms.TextInput(attrs={"dir": "auto"}) for name in ("title", "speaker", "responds_to")},
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, text = given.get("file"), given.get("text")
        if file and text:
            raise forms.ValidationError(_("Paste a text or choose a file, not both."))
        if file is None and not text:
            raise forms.ValidationError(_("Paste a text or choose a file."))
        if file and file.size > settings.MAX_STATEMENT_BYTES:
            self.add_error("file", too_large(settings.MAX_STATEMENT_BYTES))
        return given

    def _post_clean(self) -> None:
        """Nothing: the row is made by the use case, not by the form."""

    @property
    def content(self) -> bytes:
        """The bytes that were sent; only after `is_valid`."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).encode()

    @property
    def file_name(self) -> str:
        file = self.cleaned_data["file"]
        return str(file.name)[:255] if file else pgettext("file name", "pasted.txt")

    @property
    def details(self) -> Details:
        given = self.cleaned_data
        return Details(**{name: given[name] for name in self.Meta.fields})


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong, for where only one sentence can be shown."""
    return str(next(iter(form.errors.values()))[0])


def too_large(most: int) -> str:
    return gettext("The text is larger than %(most)s kB. Cut it into several statements.") % {
        "most": most // 1000
    }

"""What the export page is asked for: fields named as the parameters of the API, so that both say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.formats import FORMATS
from statements.forms.languages import named_languages
from statements.forms.statement_list import too_many_words
from statements.meanings import FORMATS as ABOUT_FORMATS
from statements.meanings import LAYERS
from statements.models import UNTOUCHED, State
from statements.reports.annotation import Wanted
from statements.reports.columns import Layer
from statements.reports.rows import Asked, moment
from statements.reports.scheme import LabelWords
from statements.reports.statement import About
from statements.text.search import LONGEST_QUERY, MOST_WORDS, words_of

STATE_CHOICES = [
    ("", pgettext_lazy("decisions", "All")),
    (UNTOUCHED, pgettext_lazy("state", "Untouched")),
    (State.LABELLED.value, pgettext_lazy("state", "Labelled")),
    (State.NONE.value, _("No claim")),
    (State.SKIPPED.value, _("Skipped")),
    (State.WITHDRAWN.value, pgettext_lazy("state", "Withdrawn, in the history")),
]
EITHER = [("", _("Either")), ("true", _("Yes")), ("false", _("No"))]
ABOUT = ("language", "speaker", "published_from", "published_to")
DECISION = ("label", "state", "reviewer", "scheme", "changed_since", "unsure", "bad_split", "check")
KEPT = ("statement", "responds_to", "created_since")  # a link may carry them: a box to untick for each


class Day(forms.DateInput):
    """A day, as browsers send and take it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Moment(forms.DateTimeInput):
    """A time of UTC. The box of browsers shows none that names its zone, so that is taken off."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:  # Any: what was typed, or a time
        try:
            at = parse_datetime(value) if isinstance(value, str) else value
        except ValueError:
            at = None
        if isinstance(at, datetime):
            at = timezone.make_naive(at, UTC) if timezone.is_aware(at) else at
            return at.isoformat(timespec="seconds" if at.second else "minutes")
        return super().format_value(value)


class Either(forms.TypedChoiceField):
    """Yes, no, or no matter: as the API spells it."""

    def __init__(self, label: StrOrPromise) -> None:
        super().__init__(
            label=label, choices=EITHER, coerce=lambda value: value == "true", empty_value="", required=False
        )


class ExportForm(forms.Form):
    """A layer, a format and filters, in the query of the page as in that of the API.

    Whoever does not watch has no field for the reviewer. Without a layer or a format it is sentences as JSON
    Lines, as from the API.
    """

    layer = forms.ChoiceField(
        label=_("One row is"),
        choices=[(layer.value, layer.value) for layer in LAYERS],
        widget=forms.RadioSelect,
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=[(name, name) for name in FORMATS], widget=forms.RadioSelect
    )
    q = forms.CharField(
        label=_("Words in titles and texts"),
        help_text=_("All of them must occur; accents and capitals do not matter."),
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    speaker = forms.ChoiceField(label=_("Speaker"), required=False)
    published_from = forms.DateField(label=_("Published from"), required=False, widget=Day())
    published_to = forms.DateField(label=_("Published to"), required=False, widget=Day())
    label = forms.ChoiceField(label=_("Label"), required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("of a decision", "State"), required=False, choices=STATE_CHOICES
    )
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)
    scheme = forms.IntegerField(
        label=_("Guideline version"), required=False, min_value=1, max_value=2**31 - 1
    )
    changed_since = forms.DateTimeField(label=_("Saved since (UTC)"), required=False, widget=Moment())
    unsure = Either(_("Marked as unsure"))
    bad_split = Either(_("Marked as a bad split"))
    check = Either(_("Still to be checked"))
    statement = forms.RegexField(r"\A[0-9a-z]{1,40}\Z", label=_("Statement"), required=False)
    responds_to = forms.CharField(label=_("What it answers"), max_length=500, required=False)
    created_since = forms.DateTimeField(label=_("Stored since"), required=False)

    def __init__(
        self,
        sent: Mapping[str, str],
        *,
        languages: Sequence[str],
        speakers: Sequence[str],
        labels: Sequence[LabelWords],
        reviewers: Sequence[str] | None,
    ) -> None:
        """`sent` is a query. `reviewers` are pseudonyms, None for whoever sees their own decisions alone."""
        started = {"layer": Layer.SENTENCES.value, "format": "jsonl"}
        super().__init__({**started, **{name: value for name, value in sent.items() if value}})
        named = [(code, name) for code, name in named_languages() if code in languages]
        self._offer("language", [("", _("All languages")), *named])
        self._offer("speaker", [("", _("All speakers")), *((name, name) for name in speakers)])
        self._offer("label", [("", _("Any or none")), *((label.slug, label.name) for label in labels)])
        if reviewers is None:
            del self.fields["reviewer"]
        else:
            self._offer("reviewer", [("", _("Everybody")), *((name, name) for name in reviewers)])
        for name in ("layer", "format", "state", "unsure", "bad_split", "check"):
            self._offer(name)

    def _offer(self, name: str, choices: list[tuple[str, Any]] | None = None) -> None:
        field = self.fields[name]
        field.error_messages["invalid_choice"] = _("There is no such choice here. Take another.")
        if choices is not None:
            field.choices = choices  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        query: str = self.cleaned_data["q"]
        if len(words_of(query)) > MOST_WORDS:
            raise forms.ValidationError(too_many_words())
        return query

    def clean(self) -> None:
        layer, name = self.cleaned_data.get("layer"), self.cleaned_data.get("format", "")
        layers = FORMATS[name].layers if name else ()
        if layers and layer and layer not in layers:
            sentence = _("This format holds %(layers)s only. Take another format, or another layer.")
            self.add_error("format", sentence % {"layers": ", ".join(layers)})

    # --- What a page shows ---

    @property
    def layers(self) -> list[tuple[BoundWidget, StrOrPromise, StrOrPromise]]:
        """Each choice of a layer, with what a row of it is."""
        return [(one, words, "") for one, words in zip(self["layer"], LAYERS.values(), strict=True)]

    @property
    def formats(self) -> list[tuple[BoundWidget, StrOrPromise, StrOrPromise]]:
        """Each choice of a format, with what it is called and what it is for."""
        return [(one, *ABOUT_FORMATS[name]) for one, name in zip(self["format"], FORMATS, strict=True)]

    @property
    def about_statements(self) -> list[forms.BoundField]:
        return [self[name] for name in ABOUT]

    @property
    def about_decisions(self) -> list[forms.BoundField]:
        return [self[name] for name in DECISION if name in self.fields]

    @property
    def kept(self) -> list[forms.BoundField]:
        """Filters that only links carry, of which something was given."""
        return [self[name] for name in KEPT if self.data.get(name)]

    @property
    def has_filters(self) -> bool:
        """Whether any filter was given, rightly or not."""
        return any(self.data.get(name) for name in self.fields if name not in {"layer", "format"})

    # --- What was asked; only after `is_valid` has said yes ---

    @property
    def given(self) -> dict[str, Any]:  # Any: what the fields take
        """What was filled in, by the names of the API."""
        return {
            name: self.cleaned_data[name] for name in self.fields if self.cleaned_data[name] not in ("", None)
        }

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of the API spell it."""
        return {name: _spelled(value) for name, value in self.given.items()}

    @property
    def asked(self) -> Asked:
        given = self.given
        return Asked(
            layer=Layer(given["layer"]),
            about=About(words=words_of(given.get("q", "")), **_of(About, given)),
            wanted=Wanted(**_of(Wanted, given)),
        )


def _of(record: type[About] | type[Wanted], given: Mapping[str, Any]) -> dict[str, Any]:  # Any: as given
    return {one.name: given[one.name] for one in fields(record) if one.name in given}


def _spelled(value: str | bool | int | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment(value.astimezone(UTC))
    return value.isoformat() if isinstance(value, date) else str(value)

"""What the page of one's own decisions is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.messages import number
from statements.models import State
from statements.reports.scheme import SchemeWords
from statements.reports.work import Asked, Counts, Mark

MARKS: Mapping[Mark, StrOrPromise] = {
    Mark.UNSURE: _("Unsure"),
    Mark.COMMENTED: _("With a comment"),
    Mark.BAD_SPLIT: _("Bad split"),
    Mark.TO_CHECK: _("To check"),
    Mark.CHANGED: pgettext_lazy("decision", "Changed"),
    Mark.OLDER: _("Under an older guideline"),
}


class WorkForm(forms.Form):
    """Filters, each with the number of decisions it finds by itself; `said` is `label:<slug>` or a state.

    A field that was filled in wrongly counts as empty; the page says so.
    """

    said = forms.ChoiceField(label=_("What you said"), required=False)
    only = forms.MultipleChoiceField(
        label=_("Only these"),
        help_text=_("All that you tick has to hold."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, counts: Counts, scheme: SchemeWords, **kwargs: Any
    ) -> None:  # Any: as forms.Form takes them
        super().__init__(*args, **kwargs)
        slugs = {*counts.labels, *(label.slug for label in scheme.labels)}
        labels = [
            (f"label:{label.slug}", _counted(label.name, counts.labels.get(label.slug, 0)))
            for label in scheme.named(slugs)
        ]
        states = [
            (State.NONE.value, _counted(_("No claim"), counts.none)),
            (State.SKIPPED.value, _counted(_("Skipped"), counts.skipped)),
        ]
        every = ("", _counted(pgettext("decisions", "All"), counts.total))
        self._offer("said", [every, *labels, *states])
        self._offer(
            "only", [(mark.value, _counted(name, counts.marks[mark])) for mark, name in MARKS.items()]
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].error_messages["invalid_choice"] = _("There is no such choice here. Take another.")
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, str | list[str]]:
        """What was filled in, and rightly; only after `is_valid`, whatever that said."""
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}

    @property
    def asked(self) -> Asked:
        kind, _colon, slug = str(self.given.get("said", "")).partition(":")
        marks = frozenset(map(Mark, self.given.get("only", [])))
        return Asked(marks=marks, **({"label": slug} if kind == "label" else {"state": kind}))


def _counted(name: StrOrPromise, count: int) -> str:
    return f"{name} ({number(count)})"

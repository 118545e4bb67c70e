"""Forms of the desk: a save, and the decision it carries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statements.actions.decision import LONGEST_COMMENT, Decision, Save, plausible
from statements.models import SkipReason, State
from statements.reports.scheme import SchemeWords


class SaveForm(forms.Form):
    """What every save carries; see `Save`."""

    reviewer = forms.CharField(max_length=150, required=False, widget=forms.HiddenInput)
    sentence = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
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

    def clean_comment(self) -> str:
        """Lines end as they do everywhere else: a form of HTML sends a carriage return with each."""
        comment: str = self.cleaned_data["comment"]
        return comment.replace("\r\n", "\n")

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

"""The form with which the split is mended: what to do, and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from statements.actions.resplit import (
    merge_with_next,
    merge_with_previous,
    split_sentence,
    undo_resplit,
)
from statements.converters import SentenceId
from statements.errors import Refused
from statements.models import Corpus, Member, Resplit, Sentence


class MendForm(forms.Form):
    """One change of boundaries. A button names either a `cut` or what else is to be done."""

    WHAT = ("split", "merge", "across", "before", "across-before", "undo")

    key = forms.RegexField(r"\A[0-9A-Za-z_-]{8,64}\Z", widget=forms.HiddenInput)
    sentence = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    resplit = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    cut = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    what = forms.ChoiceField(
        choices=[(one, one) for one in WHAT],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Reload the page and try again.")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("cut") is not None and not given.get("what"):
            given["what"] = "split"
        if self.errors:
            return given
        if not given["what"] or (given["what"] == "split") != (given["cut"] is not None):
            raise forms.ValidationError(_("Choose the word with which the second sentence begins."))
        return given


class FlagForm(MendForm):
    """A mend on the page of the splits, and where to go on: `page` of the flags, `onward` the next flag.

    `anew` comes from the page on which a whole statement is split anew.
    """

    page = forms.IntegerField(min_value=1, max_value=10**6, required=False, widget=forms.HiddenInput)
    onward = forms.RegexField(rf"\A{SentenceId.regex}\Z", required=False, widget=forms.HiddenInput)
    anew = forms.BooleanField(required=False, widget=forms.HiddenInput)


class FlagAnswerForm(forms.Form):
    """A flagged sentence that stays as it is, or comes back to the list; where to go on, as in `FlagForm`."""

    what = forms.ChoiceField(
        choices=[(one, one) for one in ("leave", "list")],
        error_messages={"invalid_choice": _("Reload the page and try again.")},
    )
    sentence = forms.RegexField(rf"\A{SentenceId.regex}\Z")
    page = forms.IntegerField(min_value=1, max_value=10**6, required=False)
    onward = forms.RegexField(rf"\A{SentenceId.regex}\Z", required=False)


class SplitAnewForm(forms.Form):
    """The press of the button that splits a whole statement."""

    key = forms.RegexField(r"\A[0-9A-Za-z_-]{8,64}\Z", widget=forms.HiddenInput)


def mend_as_asked(form: MendForm, corpus: Corpus, member: Member) -> Resplit:
    """Do what a valid form asks for in a corpus.

    Raises Sentence.DoesNotExist and Resplit.DoesNotExist for what is not in the corpus, and Refused as the
    actions do. A page that was sent twice with two wishes has cut the sentence already by the second.
    """
    try:
        return _as_asked(form.cleaned_data, corpus, member)
    except Refused as refusal:
        if refusal.code == "key_reused":
            raise Refused("sentence_ended") from refusal
        raise


def _as_asked(given: dict[str, Any], corpus: Corpus, member: Member) -> Resplit:
    by: dict[str, Any] = {"by": member, "key": given["key"]}
    if given["what"] == "undo":
        return undo_resplit(Resplit.objects.of(corpus).find(given["resplit"]), **by)
    sentence = Sentence.objects.filter(statement__corpus=corpus).find(given["sentence"])
    if given["what"] == "split":
        return split_sentence(sentence, given["cut"], **by)
    join = merge_with_previous if given["what"].endswith("before") else merge_with_next
    return join(sentence, across_paragraphs=given["what"].startswith("across"), **by)

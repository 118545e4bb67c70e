"""What the list of statements is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from statements.forms.languages import named_languages
from statements.reports.statement import About
from statements.reports.statement_list import Asked, Sort, Stage
from statements.text.search import LONGEST_QUERY, MOST_WORDS, words_of

STAGE_CHOICES = [
    ("", pgettext_lazy("statements", "All")),
    (Stage.NOT_BEGUN.value, _("Not begun")),
    (Stage.BEGUN.value, _("Begun")),
    (Stage.COMPLETE.value, _("Complete")),
]
SORT_CHOICES = [
    ("added", _("Added, oldest first")),
    ("-added", _("Added, newest first")),
    ("title", _("Title, from A to Z")),
    ("-title", _("Title, from Z to A")),
    ("date", _("Date, oldest first")),
    ("-date", _("Date, newest first")),
    ("length", _("Length, shortest first")),
    ("-length", _("Length, longest first")),
]
PROGRESS_CHOICES = [
    ("progress", _("Your tagging, least first")),
    ("-progress", _("Your tagging, most first")),
]


class StatementListForm(forms.Form):
    """Words, filters and order. A field that was filled in wrongly counts as empty; the page says so."""

    q = forms.CharField(
        label=_("Words in titles and texts"),
        help_text=_(
            "All of them must occur, or longer words that begin so; accents and capitals do not matter."
        ),
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    speaker = forms.ChoiceField(label=_("Speaker"), required=False)
    state = forms.ChoiceField(label=_("Your tagging"), required=False, choices=STAGE_CHOICES)
    sort = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(
        self, *args: Any, languages: list[str], speakers: list[str], reviews: bool, **kwargs: Any
    ) -> None:  # Any: as forms.Form takes them
        super().__init__(*args, **kwargs)
        named = [(code, name) for code, name in named_languages() if code in languages]
        self._offer("language", [("", _("All languages")), *named])
        self._offer("speaker", [("", _("All speakers")), *((name, name) for name in speakers)])
        self._offer("sort", [*SORT_CHOICES, *(PROGRESS_CHOICES if reviews else [])])
        if not reviews:
            del self.fields["state"]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:  # Any: a text, translated later
        self.fields[name].error_messages["invalid_choice"] = _("There is no such choice here. Take another.")
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        query: str = self.cleaned_data["q"]
        if len(words_of(query)) > MOST_WORDS:
            raise forms.ValidationError(too_many_words())
        return query

    @property
    def given(self) -> dict[str, str]:
        """What was filled in, and rightly; only after `is_valid`, whatever that said."""
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}

    @property
    def asked(self) -> Asked:
        given = self.given
        about = About(
            language=given.get("language", ""),
            speaker=given.get("speaker", ""),
            words=words_of(given.get("q", "")),
        )
        return Asked(about, stage=given.get("state", ""), sort=given.get("sort", Sort.ADDED))


def too_many_words() -> str:
    return gettext("These are more than %(most)s words. Look for fewer.") % {"most": MOST_WORDS}

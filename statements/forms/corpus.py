"""Forms of a corpus: what it is called, where it stands, in which languages it explains itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from statements.forms.languages import named_languages
from statements.forms.names import runs_straight
from statements.models import Corpus, Mending
from statements.models.corpus import MOST_LANGUAGES

PLAIN = r"\A[a-z0-9][a-z0-9-]*\Z"
SLUG_LENGTH = 50


class CorpusForm(forms.Form):
    """What can be said anew at any time."""

    name = forms.CharField(
        label=_("Name of the corpus"),
        max_length=200,
        validators=[runs_straight],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of labels and guideline"),
        choices=named_languages,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Reviewers read labels and guideline in their own language where it is among these. "
            "Statements can be in any language."
        ),
        error_messages={"required": _("Choose at least one language.")},
    )

    def clean_languages(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["languages"]
        if len(chosen) > MOST_LANGUAGES:
            raise forms.ValidationError(
                ngettext(
                    "Choose at most %(most)s language.", "Choose at most %(most)s languages.", MOST_LANGUAGES
                )
                % {"most": MOST_LANGUAGES}
            )
        return chosen


class ChangeCorpusForm(CorpusForm):
    """The same with what is decided once a corpus is at work."""

    mending = forms.ChoiceField(
        label=_("Who mends the split of sentences"),
        choices=Mending.choices,
        widget=forms.RadioSelect,
        help_text=_("What is settled or in a release is mended by adjudicators and admins alone."),
    )


class NewCorpusForm(CorpusForm):
    """The same with the address, which never changes."""

    slug = forms.RegexField(
        PLAIN,
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        strip=True,
        help_text=_(
            "Small letters, digits and hyphens; it stands in links and never changes. "
            "Left empty, it is made from the name."
        ),
        error_messages={"invalid": _("Use small letters a to z, digits and hyphens only.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    field_order = ["name", "slug", "languages"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "slug" in given and not given["slug"] and "name" in given:
            given["slug"] = slugify(given["name"]).strip("-_").replace("_", "-")[:SLUG_LENGTH].strip("-")
            if not given["slug"]:
                self.add_error("slug", gettext("No address can be made from this name. Write one yourself."))
            elif Corpus.objects.filter(slug=given["slug"]).exists():
                message = gettext("“%(slug)s”, made from the name, is taken. Write another address yourself.")
                self.add_error("slug", message % {"slug": given["slug"]})
        return given

"""The form with which a statement comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from statements.actions.statement import Details
from statements.forms.languages import language_choices
from statements.models import Statement
from statements.text.decode import ENCODINGS


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


def too_large(most: int) -> str:
    return gettext("The text is larger than %(most)s kB. Cut it into several statements.") % {
        "most": most // 1000
    }

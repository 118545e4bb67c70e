"""The forms with which statements come in: what is sent, and how each file of it is to be read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from statements.actions.source import Incoming
from statements.formats.columns import FIELDS, IGNORED, METADATA
from statements.formats.kinds import APART, EXTENSIONS
from statements.forms.languages import named_languages
from statements.forms.statement import AboutForm
from statements.models import Source
from statements.text.decode import ENCODINGS

ACCEPTED = ",".join(EXTENSIONS)
MEANINGS = {
    "text": _("Text of the statement"),
    "title": _("Title"),
    "language": _("Language"),
    "speaker": _("Speaker"),
    "published_on": _("Published on"),
    "source_url": _("Address of the source"),
    "licence": _("Licence"),
    "responds_to": _("Responds to"),
    METADATA: _("Keep as it is"),
    IGNORED: _("Leave out"),
}


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:  # Any: as in Django; what comes out is a list
        files = (
            [one for one in data or [] if one] if isinstance(data, list | tuple) else [data] if data else []
        )
        return [super(FilesField, self).clean(one, initial) for one in files]


class UploadForm(AboutForm):
    """Texts as files, or one that is pasted, with what is known about all of them."""

    text = forms.CharField(
        label=_("Paste one text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    files = FilesField(  # type: ignore[assignment]  # forms have an attribute of that name
        label=_("Choose files, or drop them here"),
        required=False,
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "Word, OpenDocument, PDF, web pages, plain text and Markdown (a statement a file); Excel, CSV, "
            "TSV and JSON Lines (a statement a row); ZIP archives of these. Together at most 100 MB."
        ),
    )
    key = forms.RegexField(r"\A[0-9A-Za-z_-]{8,64}\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Of a single text. Files and rows bring their own.")
        language = self.fields["language"]
        language.required = False
        language.choices = [("", _("Find out")), *named_languages()]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        files, text = given.get("files"), given.get("text")
        if files and text:
            raise forms.ValidationError(_("Paste a text or choose files, not both."))
        if not files and not text:
            raise forms.ValidationError(_("Paste a text or choose a file."))
        return given

    @property
    def incoming(self) -> list[Incoming]:
        """The files that were sent, or the text as one without a name; only after `is_valid`."""
        files: Sequence[UploadedFile[Any]] = self.cleaned_data["files"]
        if files:
            return [Incoming(str(file.name), file.file) for file in files if file.file]
        return [Incoming("", io.BytesIO(str(self.cleaned_data["text"]).encode("utf-8", "surrogatepass")))]

    @property
    def said(self) -> dict[str, object]:
        """How a pasted text is read; of files nothing is known yet."""
        return {} if self.cleaned_data["files"] else {"encoding": "utf-8"}


class SourceForm(forms.Form):
    """How one file is to be read: its encoding, its language, and what its columns are.

    Only texts have an encoding to choose, and only files with several sheets one of these.
    """

    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("Find out")), *((name, name.upper()) for name in ENCODINGS)],
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any = None, *, source: Source) -> None:
        said = source.said
        super().__init__(
            data,
            prefix=f"file-{source.number}",
            initial={
                "encoding": said.get("encoding", ""),
                "sheet": source.found.get("sheet", ""),
                "language": said.get("language", ""),
            },
        )
        if source.kind in APART:
            del self.fields["encoding"]
        sheets: list[str] = source.found.get("sheets", [])
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["sheet"]
        language = self.fields["language"]
        language.choices = [("", _("Find out")), *named_languages()]  # type: ignore[attr-defined]  # a ChoiceField
        self.columns: list[str] = source.found.get("columns", [])
        for place, column in enumerate(self.columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=format_html("<bdi>{}</bdi>", column),  # a name of theirs, not a word of ours
                choices=list(MEANINGS.items()),
                initial=source.found.get("mapping", {}).get(column, METADATA),
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column-{place}"] for place in range(len(self.columns))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "sheet" in self.changed_data:  # these columns are those of the other one
            return given
        meant = [given.get(f"column-{place}") for place in range(len(self.columns))]
        if self.columns and "text" not in meant:
            raise forms.ValidationError(_("Say which column holds the text."))
        twice = [field for field in FIELDS if meant.count(field) > 1]
        if twice:
            raise forms.ValidationError(
                _("Two columns cannot both be “%(field)s”."), params={"field": MEANINGS[twice[0]]}
            )
        return given

    @property
    def said(self) -> dict[str, object]:
        given = self.cleaned_data
        columns = {name: given[f"column-{place}"] for place, name in enumerate(self.columns)}
        is_other_sheet = "sheet" in self.changed_data
        said: Mapping[str, object] = {
            "encoding": given.get("encoding"),
            "sheet": given.get("sheet"),
            "language": given["language"],
            "columns": {} if is_other_sheet else columns,
        }
        return {name: value for name, value in said.items() if value}

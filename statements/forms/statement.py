"""What is said about a statement, before it is stored and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from statements.actions.statement import Details, fields_of
from statements.forms.languages import language_choices
from statements.models import Statement

LONGEST_METADATA = 20_000  # characters


class MetadataField(forms.CharField):
    """Free metadata, a line each: its name, a colon, its value; what is no text as JSON."""

    default_error_messages = {
        "line": _("Line %(line)s has no name and value with a colon between them, as in “place: Lyon”."),
        "twice": _("“%(name)s” stands here twice. Give each its own name."),
        "long": _("A name has at most 100 characters."),
    }

    def __init__(self, **about: Any) -> None:  # Any: what fields take
        area = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        super().__init__(max_length=LONGEST_METADATA, required=False, widget=area, **about)

    def prepare_value(self, value: Any) -> Any:  # Any: what was typed, or what is stored
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{name}: {_written(one)}" for name, one in sorted(value.items()))

    def to_python(self, value: Any) -> Any:  # Any: as in Django; what comes out is a mapping
        read: dict[str, object] = {}
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if not line.strip():
                continue
            name, colon, said = (part.strip() for part in line.partition(":"))
            if not colon or not name:
                raise forms.ValidationError(self.error_messages["line"], "line", {"line": number})
            if name in read:
                raise forms.ValidationError(self.error_messages["twice"], "twice", {"name": name})
            if len(name) > 100:
                raise forms.ValidationError(self.error_messages["long"], "long")
            read[name] = _read(said)
        return read

    def run_validators(self, value: Any) -> None:
        """Nothing: `clean` measures what was typed."""

    def clean(self, value: Any) -> Any:
        if len(str(value or "")) > LONGEST_METADATA:
            raise forms.ValidationError(
                _("Write at most %(most)s characters."), params={"most": LONGEST_METADATA}
            )
        return super().clean(value)


def _written(value: object) -> str:
    """Return a value as one line; a text that would be read as something else in quotation marks."""
    if isinstance(value, str) and _read(value) == value and value == value.strip() and "\n" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _read(said: str) -> object:
    """Return what a line says: JSON where it is such, and plain; a text otherwise."""
    try:
        value = json.loads(said, parse_constant=_no_number)
    except ValueError:
        return said
    plain = all(not isinstance(one, list | dict) for one in (value if isinstance(value, list) else [value]))
    return value if plain else said


def _no_number(name: str) -> object:
    raise ValueError(name)


class AboutForm(forms.ModelForm[Statement]):
    """What is known about one text."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    source_url = forms.URLField(
        label=_("Address of the source"), max_length=500, required=False, assume_scheme="https"
    )
    metadata = MetadataField(
        label=_("Anything else that is known"),
        help_text=_("A line each, with a colon: “place: Lyon”. It is kept and exported with the statement."),
    )

    class Meta:
        model = Statement
        fields = [
            "title", "language", "speaker", "published_on",
            "source_url", "licence", "responds_to", "metadata",
        ]  # fmt: skip
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

    def __init__(self, *args: Any, about: Details | None = None, **kwargs: Any) -> None:
        if about is not None:
            kwargs["initial"] = fields_of(about)
        super().__init__(*args, **kwargs)

    def _post_clean(self) -> None:
        """Nothing: the row is changed by the use case, not by the form."""

    @property
    def details(self) -> Details:
        return Details(**{name: self.cleaned_data[name] for name in self.Meta.fields})

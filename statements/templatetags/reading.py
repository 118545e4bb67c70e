"""What templates need beside Django's own tags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.errors import Refused
from statements.formats.base import Passage
from statements.forms.languages import named_languages
from statements.messages import number, sentence_for, warning_for
from statements.models import Fault
from statements.origins import origin_of
from statements.reports.tally import Tally
from statements.text.markdown import render

register = template.Library()
register.filter("number", number)


@register.filter
def language_name(code: str) -> str:
    """The name of a language in that language; its code where we know no name."""
    return dict(named_languages()).get(code, code)


@register.filter
def wrong_fields(form: Form) -> list[BoundField]:
    """The fields that something is wrong with, in the order of the form."""
    return [field for field in form if field.errors]


@dataclass(frozen=True)
class Counted:
    """A tag with how many reviewers gave it, as the eye has it and as it is read out."""

    letter: str
    palette: int
    count: int
    said: str


@register.filter
def markdown(source: str, top: int = 2) -> SafeString:
    """Show Markdown as HTML, headings from h`top` on; `render` lets no HTML of the source through."""
    return mark_safe(render(source, top=top))  # noqa: S308


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Show a time to the minute, with its zone, so that programs can read it too."""
    local = timezone.localtime(at)
    shown = date_format(local, "DATETIME_FORMAT")
    return format_html('<time datetime="{}">{} {}</time>', local.isoformat(), shown, local.tzname() or "")


@register.simple_tag
def amount(statements: int, sentences: int) -> str:
    """So many statements with so many sentences."""
    texts = ngettext("%(count)s statement", "%(count)s statements", statements) % {
        "count": number(statements)
    }
    spans = ngettext("%(count)s sentence", "%(count)s sentences", sentences) % {"count": number(sentences)}
    return f"{texts}, {spans}"


@register.filter
def percent(share: float) -> str:
    """A share as people read it: 87 %."""
    return _("%(share)s %%") % {"share": number(floor(100 * share))}


@register.filter
def share_of(done: int, total: int) -> str:
    """How much is done, as people read it; nothing while nobody knows of how much."""
    return percent(min(done, total) / total) if total else ""


@register.filter
def refusal(problem: Mapping[str, Any] | Fault) -> str:
    """Why something cannot be read or stored, as it is kept in a row."""
    if isinstance(problem, Fault):
        return sentence_for(Refused(problem.code, **problem.values))
    return sentence_for(Refused(problem["code"], **problem.get("values", {})))


@register.simple_tag
def oddity(code: str, values: Mapping[str, Any]) -> str:
    """What is odd about a text, in a sentence."""
    known = {**values, "language": language_name(values["language"])} if "language" in values else values
    return warning_for(code, known)


@register.simple_tag
def origin(passage: Passage) -> str:
    """Where a passage stood in its document, and why it does not belong to the text."""
    return origin_of(passage)


@register.filter
def counted(tally: Tally) -> list[Counted]:
    """Return the tags of a sentence on which several reviewers decided."""
    labels = [(label.letter, label.palette, count, label.name) for label, count in tally.labels]
    marks = [
        ("–", 0, tally.none, _("No claim")),
        ("…", 0, tally.skipped, _("Skipped")),
        ("?", 0, tally.unsure, _("Unsure")),
        ("✂", 0, tally.bad_split, _("Bad split")),
    ]
    return [
        Counted(letter, palette, count, _said(name, count))
        for letter, palette, count, name in labels + marks
        if count
    ]


def _said(name: str, count: int) -> str:
    sentence = ngettext("%(name)s: %(count)s reviewer", "%(name)s: %(count)s reviewers", count)
    return sentence % {"name": name, "count": count}


@register.filter
def facts(metadata: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return free metadata as names and values to read, by name; what lies in lists is joined.

    PostgreSQL keeps no order of them.
    """
    return [(name, _plain(value)) for name, value in sorted(metadata.items())]


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    return json.dumps(value)

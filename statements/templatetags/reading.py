"""What templates need beside Django's own tags."""

from datetime import datetime

from django import template
from django.forms import BoundField, Form
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from statements.messages import number
from statements.text.markdown import render

register = template.Library()
register.filter("number", number)


@register.filter
def wrong_fields(form: Form) -> list[BoundField]:
    """The fields that something is wrong with, in the order of the form."""
    return [field for field in form if field.errors]


@register.filter
def markdown(source: str) -> SafeString:
    """Show Markdown as HTML; `render` lets no HTML of the source through."""
    return mark_safe(render(source))  # noqa: S308


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Show a time to the minute, with its zone, so that programs can read it too."""
    local = timezone.localtime(at)
    shown = date_format(local, "DATETIME_FORMAT")
    return format_html('<time datetime="{}">{} {}</time>', local.isoformat(), shown, local.tzname() or "")

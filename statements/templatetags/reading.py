"""What templates need beside Django's own tags."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from statements.text.markdown import render

register = template.Library()


@register.filter
def markdown(source: str) -> SafeString:
    """Show Markdown as HTML; `render` lets no HTML of the source through."""
    return mark_safe(render(source))  # noqa: S308

"""What templates of accounts need to know of this site."""

from django import template

from statements import mail

register = template.Library()


@register.simple_tag
def can_mail() -> bool:
    """Say whether links can go by mail."""
    return mail.can_mail()

"""People, as they say who they are."""

from __future__ import annotations

from django.db.models import Q

from statements.models import User


def reachable_as(given: str) -> list[User]:
    """Return who has this user name or e-mail address, can sign in, and has an address to write to."""
    rows = User.objects.filter(Q(username__iexact=given) | Q(email__iexact=given), is_active=True)
    return list(rows.exclude(email="").order_by("pk"))

"""The trace of what people do with their second factors; allauth keeps those."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from statements.actions.event import record
from statements.models import User

RECOVERY = Authenticator.Type.RECOVERY_CODES


@contextmanager
def traced_second_factors(user: User, *, at: datetime) -> Iterator[None]:
    """Write down what changes meanwhile among the second factors of `user`, in the same transaction."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # what two tabs do at once is two events
        before = _factors(user)
        yield
        after = _factors(user)
        for pk in sorted({*before, *after}):
            kind, _name = after.get(pk) or before[pk]
            verb = _verb(before.get(pk), after.get(pk))
            if verb and (kind != RECOVERY or pk in after):
                noun = "recovery codes" if kind == RECOVERY else "second factor"
                record(verb, noun, user.username, corpus=None, by=user, at=at, kind=kind)


def _factors(user: User) -> dict[int, tuple[str, str]]:
    rows = Authenticator.objects.filter(user=user).order_by("pk")
    return {row.pk: (str(row.type), str(row.data.get("name", ""))) for row in rows}


def _verb(before: tuple[str, str] | None, after: tuple[str, str] | None) -> str:
    if before is None and after is not None:
        return "made" if after[0] == RECOVERY else "turned on"
    if after is None:
        return "turned off"
    return "renamed" if before != after else ""

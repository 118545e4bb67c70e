"""What site administrators do with the accounts of others."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from statements.actions.event import record
from statements.actions.user import end_sessions
from statements.errors import Refused
from statements.models import PasswordLink, Token, User


@transaction.atomic
def change_account(
    user: User,
    *,
    name: str,
    email: str,
    language: str,
    is_active: bool,
    is_site_admin: bool,
    by: User,
    at: datetime,
) -> User:
    """Change what is kept of somebody, whether they can sign in, and whether they administer the site.

    Whoever is closed out loses sessions, tokens and password links at once, for good: opening the account
    again brings none of them back. The same again changes nothing. Raises Refused("not_site_admin") when
    `by` is none (any more), Refused("own_standing") for who would close themselves out: so the last site
    administrator stays one. ValidationError for an address that cannot be.
    """
    # All of them, in one order: of two who close each other out, the second one is refused.
    admins = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if by.pk not in [admin.pk for admin in admins]:
        raise Refused("not_site_admin")
    if user.pk == by.pk and not (is_active and is_site_admin):
        raise Refused("own_standing")
    user = User.objects.select_for_update().get(pk=user.pk)
    wanted = {
        "name": name,
        "email": email,
        "language": language,
        "is_active": is_active,
        "is_staff": is_site_admin,
        "is_superuser": is_site_admin,
    }
    changed = sorted(field for field, value in wanted.items() if getattr(user, field) != value)
    if not changed:
        return user
    is_closed = user.is_active and not is_active
    for field in changed:
        setattr(user, field, wanted[field])
    user.full_clean(exclude=["password"])
    user.save(update_fields=changed)
    if is_closed:
        _close(user, at=at)
    # What was typed stays out: names and addresses of people do not belong into a trace that stays for ever.
    record(
        "changed the account of",
        "user",
        user.username,
        corpus=None,
        by=by,
        at=at,
        changed=changed,
        is_active=is_active,
        is_site_admin=is_site_admin,
    )
    return user


@transaction.atomic
def turn_off_second_factors(user: User, *, by: User, at: datetime) -> bool:
    """Let somebody who lost their device in with the password alone; their sessions end.

    False when there was nothing to turn off. Raises Refused("own_second_factor"): for that, people have a
    page of their own, which asks for the password again.
    """
    if user.pk == by.pk:
        raise Refused("own_second_factor")
    User.objects.select_for_update().get(pk=user.pk)
    rows = Authenticator.objects.filter(user=user)
    kinds = sorted(rows.values_list("type", flat=True))
    if not kinds:
        return False
    rows.delete()
    end_sessions(user)
    record("turned off all", "second factor", user.username, corpus=None, by=by, at=at, kinds=kinds)
    return True


def _close(user: User, *, at: datetime) -> None:
    end_sessions(user)
    Token.objects.filter(user=user).unrevoked().update(revoked_at=at)
    PasswordLink.objects.filter(user=user, ended_at=None).update(ended_at=at)

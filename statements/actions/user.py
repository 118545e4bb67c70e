"""People and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from statements.actions.event import record
from statements.errors import Refused
from statements.models import Corpus, Token, User
from statements.roles import Scope

LONGEST_TOKEN_DAYS = 365
TOKEN_MARK = "annot_"  # noqa: S105  (what scanners for leaked secrets can look for, not a secret)


@transaction.atomic
def add_user(
    username: str, *, password: str | None, at: datetime, email: str = "", is_site_admin: bool = False
) -> User:
    """Make an account; without a password nobody can sign in to it yet.

    Raises Refused("user_exists"), and ValidationError for a password that is too weak.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("user_exists", username=username)
    user = User(
        username=username, email=email, is_staff=is_site_admin, is_superuser=is_site_admin, date_joined=at
    )
    user.full_clean(exclude=["password"])
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    record("added", "user", username, corpus=None, by=None, at=at, is_site_admin=is_site_admin)
    return user


@transaction.atomic
def issue_token(
    user: User, *, scopes: Collection[Scope], days: int, at: datetime, corpus: Corpus | None = None
) -> tuple[Token, str]:
    """Return a new token and its secret, which is not kept and cannot be shown again.

    Raises Refused("token_days") unless it ends within a year, Refused("token_scopes") without a scope.
    """
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refused("token_days", longest=LONGEST_TOKEN_DAYS)
    if not scopes:
        raise Refused("token_scopes")
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        corpus=corpus,
        digest=digest(secret.encode()),
        scope_names=sorted(scopes),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        "issued", "token", token.public_id, corpus=corpus, by=user, at=at, scopes=sorted(scopes), days=days
    )
    return token, secret


def note_use(token: Token, *, at: datetime) -> None:
    """Remember when a token was used last, to the minute: a write for every request would cost too much."""
    if token.last_used_at is None or at - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=at)


def digest(secret: bytes) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(secret).hexdigest()

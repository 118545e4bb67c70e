"""People, how they get in, and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from statements.actions.event import record
from statements.errors import Refused
from statements.models import Corpus, Member, PasswordLink, Token, User
from statements.roles import Scope

LONGEST_TOKEN_DAYS = 365
LINK_LASTS = timedelta(days=7)
TOKEN_MARK = "annot_"  # noqa: S105  (what scanners for leaked secrets can look for, not a secret)


def add_user(
    username: str,
    *,
    password: str | None,
    at: datetime,
    name: str = "",
    email: str = "",
    is_site_admin: bool = False,
    made_in: Corpus | None = None,
    by: User | None = None,
) -> User:
    """Make an account; without a password nobody can sign in to it yet.

    Raises Refused("user_exists"), and ValidationError for a password that is too weak.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("user_exists", username=username)
    user = User(
        username=username,
        name=name,
        email=email,
        is_staff=is_site_admin,
        is_superuser=is_site_admin,
        made_in=made_in,
        date_joined=at,
    )
    user.clean_fields(exclude=["password"])
    user.clean()
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record("added", "user", username, corpus=None, by=by, at=at, is_site_admin=is_site_admin)
    except IntegrityError as taken:  # somebody took the name between our look and our write
        raise Refused("user_exists", username=username) from taken
    return user


@transaction.atomic
def change_profile(
    user: User, *, name: str, language: str, theme: str, shortcuts: bool, at: datetime
) -> None:
    """Remember what somebody wants to be called and how pages are to look for them.

    Raises ValidationError for a theme that does not exist.
    """
    user.name, user.language, user.theme, user.shortcuts = name, language, theme, shortcuts
    changed = {"name", "language", "theme", "shortcuts"}
    # Only these: an old address that would not be taken today is no reason to refuse a theme.
    user.clean_fields(exclude={field.name for field in User._meta.fields} - changed)
    user.save(update_fields=changed)
    shown = {"language": language, "theme": theme, "shortcuts": shortcuts}
    record("changed", "user", user.username, corpus=None, by=user, at=at, **shown)


@transaction.atomic
def make_password_link(user: User, *, by: User | None, at: datetime, corpus: Corpus | None = None) -> str:
    """Return the secret of a link with which `user` can set a password, once, within LINK_LASTS.

    Earlier links of theirs stop to open. The secret is not kept and cannot be shown again.
    """
    User.objects.select_for_update().get(pk=user.pk)  # one open link a person
    PasswordLink.objects.filter(user=user, ended_at=None).update(ended_at=at)
    secret = secrets.token_urlsafe(32)
    PasswordLink.objects.create(
        user=user, made_by=by, digest=digest(secret.encode()), created_at=at, expires_at=at + LINK_LASTS
    )
    record("made a password link for", "user", user.username, corpus=corpus, by=by, at=at)
    return secret


def may_renew(user: User, *, by: User) -> bool:
    """Whether `by` has power over the whole account of somebody else, and so may make its password link.

    A site administrator has. An admin of a corpus has it over accounts that were made in a corpus of theirs,
    while their owners have never been anywhere else and administer nothing.
    """
    if user == by:
        return False
    if by.is_superuser:
        return by.is_active
    mine = Member.objects.admins().filter(user=by, corpus=user.made_in_id)
    return not user.is_staff and mine.exists() and not Member.objects.beyond(user, by).exists()


def owner_of_link(secret: str, *, at: datetime) -> User:
    """Return whose password the link sets. Raises Refused("link_ended") when it opens nothing (any more).

    A link ends, too, when whoever made it may not make it any more: the person may have got into other
    corpora meanwhile.
    """
    links = PasswordLink.objects.open(at).select_related("user", "made_by")
    link = links.filter(digest=digest(secret.encode())).first()
    if link is None or (link.made_by is not None and not may_renew(link.user, by=link.made_by)):
        raise Refused("link_ended")
    return link.user


def set_password_by_link(secret: str, password: str, *, at: datetime) -> User:
    """Set the password of whoever the link is for; the link is used up, and all their sessions end.

    Raises Refused("link_ended"), and ValidationError for a password that is too weak, which leaves the link.
    """
    user = owner_of_link(secret, at=at)
    validate_password(password, user)
    user.set_password(
        password
    )  # slow on purpose, so before the transaction: on SQLite nobody else could write
    with transaction.atomic():
        owner_of_link(secret, at=at)
        # Without a join: PostgreSQL would not ask a joined condition again after it waited for another click.
        links = PasswordLink.objects.filter(digest=digest(secret.encode()), ended_at=None)
        used = links.update(ended_at=at)
        if not used:
            raise Refused("link_ended")  # two clicks at once: the other one was faster
        user.save(update_fields=["password"])
        end_sessions(user)
        record("set the password of", "user", user.username, corpus=None, by=user, at=at)
    return user


def change_password(user: User, *, old: str, new: str, at: datetime) -> None:
    """Take a new password from who knows the old one; all their sessions end, and no open link is left.

    Raises Refused("wrong_password"), and ValidationError for a new one that is too weak.
    """
    # Hashing is slow on purpose. In a transaction, on SQLite nobody else could write meanwhile.
    if not user.check_password(old):
        raise Refused("wrong_password")
    validate_password(new, user)
    user.set_password(new)
    with transaction.atomic():
        user.save(update_fields=["password"])
        end_sessions(user)
        PasswordLink.objects.filter(user=user, ended_at=None).update(ended_at=at)
        record("changed the password of", "user", user.username, corpus=None, by=user, at=at)


@transaction.atomic
def leave_all_devices(user: User, *, at: datetime) -> None:
    """End all sessions of who asks for it themselves."""
    end_sessions(user)
    record("ended all sessions of", "user", user.username, corpus=None, by=user, at=at)


def end_sessions(user: User) -> None:
    """End all sessions of `user`, on every device."""
    user.session_salt = secrets.token_hex(16)
    user.save(update_fields=["session_salt"])


@transaction.atomic
def issue_token(
    user: User,
    *,
    scopes: Collection[Scope],
    days: int,
    at: datetime,
    corpus: Corpus | None = None,
    name: str = "",
) -> tuple[Token, str]:
    """Return a new token and its secret, which is not kept and cannot be shown again.

    Raises Refused("token_days") unless it ends within a year, Refused("token_scopes") without a scope,
    Refused("token_corpus") for a corpus in which its owner is not.
    """
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refused("token_days", longest=LONGEST_TOKEN_DAYS)
    if not scopes:
        raise Refused("token_scopes")
    if corpus is not None and not Member.objects.present().filter(corpus=corpus, user=user).exists():
        raise Refused("token_corpus")
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        corpus=corpus,
        name=name,
        digest=digest(secret.encode()),
        scope_names=sorted(scopes),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        "issued", "token", token.public_id, corpus=corpus, by=user, at=at, scopes=sorted(scopes), days=days
    )
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: User, at: datetime) -> None:
    """Let a token open nothing any more; revoking it again changes nothing."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        record("revoked", "token", token.public_id, corpus=token.corpus, by=by, at=at)


def note_use(token: Token, *, at: datetime) -> None:
    """Remember when a token was used last, to the minute: a write for every request would cost too much."""
    if token.last_used_at is None or at - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=at)


def digest(secret: bytes) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(secret).hexdigest()

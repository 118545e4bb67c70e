"""Members: let people into a corpus, change what they may do, let them go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from statements.actions.event import record
from statements.actions.user import add_user, end_sessions, make_password_link, may_renew
from statements.errors import Refused
from statements.models import Corpus, Member, PasswordLink, Token, User
from statements.roles import Role, sees_all


@dataclass(frozen=True)
class Joined:
    """Who came in. `secret` opens the page on which they set a password; empty when they had an account."""

    member: Member
    secret: str


@transaction.atomic
def add_person(
    corpus: Corpus, username: str, *, name: str, email: str, roles: Collection[Role], by: User, at: datetime
) -> Joined:
    """Let somebody in: with a new account and a link to its first password, or with the account they have.

    Raises Refused("no_role"), Refused("already_a_member"), Refused("user_inactive") for an account that was
    closed, and ValidationError for a name or an e-mail address that cannot be.
    """
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        user = add_user(username, password=None, name=name, email=email, made_in=corpus, by=by, at=at)
        member = change_roles(corpus, user, roles=roles, by=by, at=at)
        return Joined(member, make_password_link(user, by=by, at=at, corpus=corpus))
    if Member.objects.present().filter(corpus=corpus, user=user).exists():
        raise Refused("already_a_member", username=user.username)
    return Joined(change_roles(corpus, user, roles=roles, by=by, at=at), "")


def change_roles(corpus: Corpus, user: User, *, roles: Collection[Role], by: User, at: datetime) -> Member:
    """As `set_roles`, for people: raises Refused("no_role") without one, Refused("last_admin") too.

    Refused("user_inactive") for an account that was closed.
    """
    if not roles:
        raise Refused("no_role")
    if not user.is_active:
        raise Refused("user_inactive", username=user.username)
    return set_roles(corpus, user, roles=roles, by=by, at=at)


@transaction.atomic
def set_roles(
    corpus: Corpus, user: User, *, roles: Collection[Role], by: User | None, at: datetime
) -> Member:
    """Let `user` be exactly these roles in `corpus`: joins, comes back, or changes what they may do.

    A person who comes back keeps their number. Setting the same roles again changes nothing. Raises
    Refused("last_admin") when nobody would be left to let people in.
    """
    Corpus.objects.select_for_update().get(pk=corpus.pk)  # numbers are given one by one
    member = Member.objects.filter(corpus=corpus, user=user).first()
    if member is None:
        member = Member(corpus=corpus, user=user, number=_next_number(corpus), joined_at=at)
    elif member.left_at is None and member.roles == frozenset(roles):
        return member
    if Role.ADMIN not in roles:
        _not_the_last_admin(member)
    member.roles = frozenset(roles)
    member.has_watched |= sees_all(roles)
    member.left_at = None
    member.save()
    record("set roles of", "member", member.pseudonym, corpus=corpus, by=by, at=at, roles=sorted(roles))
    return member


@transaction.atomic
def remove(member: Member, *, by: User, at: datetime) -> Member:
    """Let somebody go, at once: nothing here opens to them any more, their tokens for it are revoked.

    What they decided stays, under their pseudonym. Whoever has no other corpus is signed out everywhere and
    loses all tokens and links; whoever has one keeps working there.
    Raises Refused("last_admin"), and Refused("not_a_member") for somebody who left before.
    """
    Corpus.objects.select_for_update().get(pk=member.corpus_id)
    member = Member.objects.select_related("corpus", "user").get(pk=member.pk)  # as it is under the lock
    _not_the_last_admin(member)
    if not Member.objects.filter(pk=member.pk, left_at=None).update(left_at=at):
        raise Refused("not_a_member", member=member.pseudonym)
    tokens = Token.objects.filter(user=member.user_id).unrevoked()
    if Member.objects.present().filter(user=member.user_id).exists() or member.user.is_superuser:
        tokens = tokens.filter(corpus=member.corpus_id)
    else:
        PasswordLink.objects.filter(user=member.user_id, ended_at=None).update(ended_at=at)
        end_sessions(member.user)
    revoked = tokens.update(revoked_at=at)
    record("removed", "member", member.pseudonym, corpus=member.corpus, by=by, at=at, tokens=revoked)
    member.left_at = at
    return member


def renew_link(member: Member, *, by: User, at: datetime) -> str:
    """Return the secret of a new link with which this person can set a password.

    Who has the link has the account: Refused("link_not_yours") unless `may_renew`. Raises
    Refused("not_a_member") for who left, and Refused("link_own") for oneself: an open session alone must not
    be enough for a new password.
    """
    if not member.is_present:
        raise Refused("not_a_member", member=member.pseudonym)
    if member.user == by:
        raise Refused("link_own")
    if not may_renew(member.user, by=by):
        raise Refused("link_not_yours")
    return make_password_link(member.user, by=by, at=at, corpus=member.corpus)


def is_last_admin(member: Member) -> bool:
    """Whether nobody could let people in if this member went."""
    return member.is_admin and member.left_at is None and not Member.objects.other_admins(member).exists()


def _not_the_last_admin(member: Member) -> None:
    """The caller holds the lock of the corpus."""
    if is_last_admin(member):
        raise Refused("last_admin")


def _next_number(corpus: Corpus) -> int:
    return (Member.objects.filter(corpus=corpus).aggregate(last=Max("number"))["last"] or 0) + 1

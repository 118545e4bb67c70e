"""Corpora and their members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from statements.actions.event import record
from statements.models import Corpus, Member, User
from statements.roles import Role, sees_all


@transaction.atomic
def create_corpus(slug: str, *, name: str, by: User | None, at: datetime) -> Corpus:
    """Make an empty corpus; its first scheme comes with `publish`."""
    corpus = Corpus(slug=slug, name=name, created_at=at)
    corpus.full_clean()
    corpus.save(force_insert=True)
    record("created", "corpus", slug, corpus=corpus, by=by, at=at, name=name)
    return corpus


@transaction.atomic
def set_roles(
    corpus: Corpus, user: User, *, roles: Collection[Role], by: User | None, at: datetime
) -> Member:
    """Let `user` be exactly these roles in `corpus`: joins, comes back, or changes what they may do.

    A person who comes back keeps their number. Setting the same roles again changes nothing.
    """
    Corpus.objects.select_for_update().get(pk=corpus.pk)  # numbers are given one by one
    member = Member.objects.filter(corpus=corpus, user=user).first()
    if member is None:
        member = Member(corpus=corpus, user=user, number=_next_number(corpus), joined_at=at)
    elif member.left_at is None and member.roles == frozenset(roles):
        return member
    member.roles = frozenset(roles)
    member.has_watched |= sees_all(roles)
    member.left_at = None
    member.save()
    record("set roles of", "member", member.pseudonym, corpus=corpus, by=by, at=at, roles=sorted(roles))
    return member


def _next_number(corpus: Corpus) -> int:
    return (Member.objects.filter(corpus=corpus).aggregate(last=Max("number"))["last"] or 0) + 1

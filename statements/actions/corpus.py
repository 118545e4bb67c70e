"""Corpora: make one, and change what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from statements.actions.event import record
from statements.actions.member import set_roles
from statements.actions.scheme import default_guidelines, default_labels, publish
from statements.errors import Refused
from statements.models import Corpus, Mending, User
from statements.roles import Role


@transaction.atomic
def create_corpus(
    slug: str, *, name: str, by: User | None, at: datetime, languages: Sequence[str] = ("en",)
) -> Corpus:
    """Make an empty corpus, of which `by` is the first admin; its first scheme comes with `publish`.

    Raises Refused("corpus_exists"), and ValidationError for a slug or a name that cannot be.
    """
    if Corpus.objects.filter(slug=slug).exists():
        raise Refused("corpus_exists", slug=slug)
    corpus = Corpus(slug=slug, name=name, languages=list(languages), created_at=at)
    corpus.clean_fields()
    corpus.validate_constraints()
    try:
        with transaction.atomic():
            corpus.save(force_insert=True)
    except IntegrityError as taken:  # somebody took the address between our look and our write
        raise Refused("corpus_exists", slug=slug) from taken
    record("created", "corpus", slug, corpus=corpus, by=by, at=at, name=name, languages=list(languages))
    if by is not None:
        set_roles(corpus, by, roles={Role.ADMIN}, by=by, at=at)
    return corpus


@transaction.atomic
def begin_corpus(slug: str, *, name: str, languages: Sequence[str], by: User, at: datetime) -> Corpus:
    """As `create_corpus`, with the default labels and a guideline to write on as its first scheme."""
    corpus = create_corpus(slug, name=name, languages=languages, by=by, at=at)
    guidelines = default_guidelines(languages)
    publish(corpus, default_labels(languages), guidelines=guidelines, by=by, at=at)
    return corpus


@transaction.atomic
def change_corpus(
    corpus: Corpus,
    *,
    name: str | None = None,
    languages: Sequence[str] | None = None,
    mending: Mending | None = None,
    by: User,
    at: datetime,
) -> Corpus:
    """Give a corpus another name, other languages, or let others mend its split; its slug stays.

    What is None stays as it is by then, whatever the caller had read.

    The same again changes nothing. Raises ValidationError for a name that cannot be.
    """
    corpus = Corpus.objects.select_for_update().get(pk=corpus.pk)
    before = _said(corpus)
    if name is not None:
        corpus.name = name
    if languages is not None:
        corpus.languages = list(languages)
    if mending is not None:
        corpus.mending = mending
    after = _said(corpus)
    if after == before:
        return corpus
    corpus.full_clean()
    corpus.save(update_fields=[*after])
    record("changed", "corpus", corpus.slug, corpus=corpus, by=by, at=at, before=before, after=after)
    return corpus


def _said(corpus: Corpus) -> dict[str, Any]:  # Any: JSON
    return {"name": corpus.name, "languages": corpus.languages, "mending": str(corpus.mending)}

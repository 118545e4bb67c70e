"""Rows of decisions and lists of sentences, as far as one reader may know of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef

from statements.models import (
    UNTOUCHED,
    Annotation,
    AnnotationQuerySet,
    Corpus,
    Member,
    Round,
    Sentence,
    State,
    User,
)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. None and empty ask for nothing; all that is asked holds of one decision."""

    statement: str = ""
    label: str = ""
    state: str = ""
    unsure: bool | None = None
    bad_split: bool | None = None
    check: bool | None = None
    changed_since: datetime | None = None
    reviewer: str = ""


def visible_rows(corpus: Corpus, reader: User) -> AnnotationQuerySet:
    """Return all rows that `reader` may see in a corpus, superseded ones too: a reviewer sees their own."""
    stored = Sentence.objects.visible().filter(statement__corpus=corpus)
    return Annotation.objects.of(corpus).visible_to(reader).filter(sentence__in=stored)


def annotations_where(
    corpus: Corpus, reader: User, wanted: Wanted, *, history: bool
) -> models.QuerySet[Annotation]:
    """Return the rows a reader may see: those that are current, or with `history` all there ever were."""
    rows = visible_rows(corpus, reader)
    if not history:
        rows = rows.filter(superseded_at=None, sentence__ended_by=None)
    if wanted.statement:
        rows = rows.filter(sentence__statement__public_id=wanted.statement)
    if wanted.reviewer:
        number = int(wanted.reviewer.removeprefix("r"))
        rows = rows.filter(reviewer__in=Member.objects.filter(corpus=corpus, number=number).values("user"))
    return _like(rows, wanted)


def sentences_where(corpus: Corpus, reader: User, wanted: Wanted) -> models.QuerySet[Sentence]:
    """Return the current sentences of a corpus of which a decision tells that `reader` may see.

    For whoever reviews that is their own decision, so that no filter tells anything about others. `untouched`
    is a sentence without a standing decision that they may see.
    """
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    if wanted.statement:
        sentences = sentences.filter(statement__public_id=wanted.statement)
    seen = Annotation.objects.visible_to(reader).in_round(Round.FIRST).filter(sentence=OuterRef("pk"))
    if wanted.state == UNTOUCHED:
        sentences = sentences.filter(~Exists(seen.standing()))
    more = (wanted.label, wanted.unsure, wanted.bad_split, wanted.check, wanted.changed_since)
    asks_more = any(one not in {None, ""} for one in more)
    if wanted.state not in {"", UNTOUCHED} or asks_more:
        sentences = sentences.filter(Exists(_like(seen.current(), wanted)))
    return sentences


def own_rows(sentences: Iterable[Sentence], reader: User) -> Mapping[int, Annotation]:
    """Return the reader's current row of each of these sentences, by primary key: three queries."""
    keys = [sentence.pk for sentence in sentences]
    mine = Annotation.objects.by(reader).current().in_round(Round.FIRST).filter(sentence__in=keys)
    return {row.sentence_id: row for row in mine.select_related("scheme").with_labels()}


def pseudonyms(corpus: Corpus) -> Mapping[int, str]:
    """Return the pseudonyms of all who are or were in a corpus, by primary key of the user."""
    return {member.user_id: member.pseudonym for member in Member.objects.filter(corpus=corpus)}


def _like(rows: models.QuerySet[Annotation], wanted: Wanted) -> models.QuerySet[Annotation]:
    if wanted.label:
        rows = rows.filter(labels__slug=wanted.label)
    if wanted.state == UNTOUCHED:
        rows = rows.filter(state=State.WITHDRAWN)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.unsure is not None:
        rows = rows.filter(unsure=wanted.unsure)
    if wanted.bad_split is not None:
        rows = rows.filter(bad_split=wanted.bad_split)
    if wanted.check is not None:
        rows = rows.filter(to_check=wanted.check)
    if wanted.changed_since is not None:
        rows = rows.filter(saved_at__gte=wanted.changed_since)
    return rows

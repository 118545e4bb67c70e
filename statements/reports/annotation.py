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
    Operator,
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
    scheme: int | None = None

    @property
    def asks_of_decisions(self) -> bool:
        """Whether anything is asked for that only a decision can say; `untouched` is that there is none."""
        asked = (self.label, self.unsure, self.bad_split, self.check, self.changed_since, self.scheme)
        return self.state not in {"", UNTOUCHED} or any(one not in {None, ""} for one in asked)


def visible_rows(corpus: Corpus, reader: User) -> AnnotationQuerySet:
    """Return all rows that `reader` may see in a corpus, superseded ones too: a reviewer sees their own."""
    stored = Sentence.objects.visible().filter(statement__corpus=corpus)
    return Annotation.objects.of(corpus).visible_to(reader).filter(sentence__in=stored)


def annotations_where(corpus: Corpus, reader: User, wanted: Wanted, *, history: bool) -> AnnotationQuerySet:
    """Return the rows a reader may see: those that are current, or with `history` all there ever were."""
    rows = visible_rows(corpus, reader)
    if not history:
        rows = rows.filter(superseded_at=None, sentence__ended_by=None)
    if wanted.statement:
        rows = rows.filter(sentence__statement__public_id=wanted.statement)
    return like(rows, wanted, corpus)


def sentences_where(
    corpus: Corpus, reader: User | Operator, wanted: Wanted, as_of: datetime | None = None
) -> models.QuerySet[Sentence]:
    """Return the current sentences of a corpus of which a decision tells that `reader` may see.

    For whoever reviews that is their own decision, so that no filter tells anything about others. `untouched`
    is a sentence without a standing decision that they may see; with a reviewer, by them. All that stands
    now, or stood at the moment `as_of`.
    """
    sentences = Sentence.objects.visible().current(as_of).filter(statement__corpus=corpus)
    if wanted.statement:
        sentences = sentences.filter(statement__public_id=wanted.statement)
    seen = Annotation.objects.visible_to(reader, within=corpus).in_round(Round.FIRST)
    seen = seen.filter(sentence=OuterRef("pk"))
    if wanted.state == UNTOUCHED:
        sentences = sentences.filter(~Exists(by_reviewer(seen, wanted, corpus).standing(as_of)))
    if wanted.asks_of_decisions:
        sentences = sentences.filter(Exists(like(seen.current(as_of), wanted, corpus)))
    elif wanted.reviewer and wanted.state != UNTOUCHED:
        sentences = sentences.filter(Exists(by_reviewer(seen, wanted, corpus).standing(as_of)))
    return sentences


def own_rows(sentences: Iterable[Sentence], reader: User) -> Mapping[int, Annotation]:
    """Return the reader's current row of each of these sentences, by primary key: three queries."""
    keys = [sentence.pk for sentence in sentences]
    mine = Annotation.objects.by(reader).current().in_round(Round.FIRST).filter(sentence__in=keys)
    return {row.sentence_id: row for row in mine.select_related("scheme").with_labels()}


def pseudonyms(corpus: Corpus) -> Mapping[int, str]:
    """Return the pseudonyms of all who are or were in a corpus, by primary key of the user."""
    return {member.user_id: member.pseudonym for member in Member.objects.filter(corpus=corpus)}


def by_reviewer(rows: AnnotationQuerySet, wanted: Wanted, corpus: Corpus) -> AnnotationQuerySet:
    """Return those rows of the reviewer who is looked for; all when nobody is."""
    if not wanted.reviewer:
        return rows
    number = int(wanted.reviewer.removeprefix("r"))
    return rows.filter(reviewer__in=Member.objects.filter(corpus=corpus, number=number).values("user"))


def like(rows: AnnotationQuerySet, wanted: Wanted, corpus: Corpus) -> AnnotationQuerySet:
    """Return those rows of which holds what is asked of a decision."""
    rows = by_reviewer(rows, wanted, corpus)
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
    if wanted.scheme is not None:
        rows = rows.filter(scheme__number=wanted.scheme)
    return rows

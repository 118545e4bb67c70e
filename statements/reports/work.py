"""What one reviewer has decided in a corpus: the decisions that stand, and the numbers of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q

from statements.models import Annotation, AnnotationQuerySet, Corpus, Round, State, User
from statements.reports.annotation import visible_rows
from statements.reports.scheme import SchemeWords
from statements.reports.statement import Passage

KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")  # of a save


class Mark(StrEnum):
    """What decisions are picked out by, beside what they say."""

    UNSURE = "unsure"
    COMMENTED = "commented"
    BAD_SPLIT = "bad-split"
    TO_CHECK = "to-check"  # brought by a mend
    CHANGED = "changed"  # it replaced an earlier one
    OLDER = "older"  # made before the guideline in force


@dataclass(frozen=True)
class Asked:
    """Which decisions are asked for: all this holds of each. Empty asks for nothing."""

    state: str = ""
    label: str = ""  # a slug
    marks: frozenset[Mark] = frozenset()

    @property
    def selects(self) -> bool:
        """Whether it may leave decisions out."""
        return self != Asked()


@dataclass(frozen=True)
class Counts:
    """Numbers of decisions; `labels` by slug. One with two labels counts for both of them."""

    total: int
    none: int
    skipped: int
    marks: Mapping[Mark, int]
    labels: Mapping[str, int]


def own_decisions(corpus: Corpus, reviewer: User) -> AnnotationQuerySet:
    """Return the decisions of the first round that stand for `reviewer`, on sentences that are there now."""
    rows = visible_rows(corpus, reviewer).by(reviewer).standing().in_round(Round.FIRST)
    return rows.filter(sentence__ended_by=None)


def counts_of(decisions: AnnotationQuerySet, scheme: SchemeWords) -> Counts:
    """Return how many of these each filter finds by itself: two queries."""
    holds = _conditions(scheme)
    found = decisions.aggregate(
        total=Count("pk"),
        none=Count("pk", filter=Q(state=State.NONE)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        **{mark.name: Count("pk", filter=holds[mark]) for mark in Mark},
    )
    by_label = decisions.filter(state=State.LABELLED).order_by().values_list("labels__slug")
    return Counts(
        total=found["total"],
        none=found["none"],
        skipped=found["skipped"],
        marks={mark: found[mark.name] for mark in Mark},
        labels=dict(by_label.annotate(count=Count("pk"))),
    )


def decisions_where(decisions: AnnotationQuerySet, asked: Asked, scheme: SchemeWords) -> AnnotationQuerySet:
    """Return those of which all that is asked holds."""
    if asked.state:
        decisions = decisions.filter(state=asked.state)
    if asked.label:
        decisions = decisions.filter(labels__slug=asked.label)
    for mark in sorted(asked.marks):
        decisions = decisions.filter(_conditions(scheme)[mark])
    return decisions


def row_named(key: str, corpus: Corpus, reviewer: User) -> Annotation:
    """Return the reviewer's own row that was saved under `key`, whatever became of it since.

    Raises Annotation.DoesNotExist.
    """
    if not KEY.fullmatch(key):
        raise Annotation.DoesNotExist(key)
    return Annotation.objects.of(corpus).by(reviewer).get(key=key)


def latest(
    decisions: AnnotationQuerySet, scheme: SchemeWords, *, before: Annotation | None, most: int
) -> list[Passage]:
    """Return the last decisions that were saved, or the last before a row, each on its sentence.

    The latest comes first. Three queries; each text is read once.
    """
    if before is not None:
        decisions = decisions.filter(pk__lt=before.pk)
    rows = decisions.select_related("sentence", "scheme").prefetch_related("sentence__statement", "labels")
    return [_passage(row, scheme) for row in rows.order_by("-pk")[:most]]


def _passage(row: Annotation, scheme: SchemeWords) -> Passage:
    labels = scheme.named({label.slug for label in row.labels.all()})
    return Passage(row.sentence, "", row.sentence.text, row, labels)


def _conditions(scheme: SchemeWords) -> Mapping[Mark, Q]:
    return {
        Mark.UNSURE: Q(unsure=True),
        Mark.COMMENTED: ~Q(comment=""),
        Mark.BAD_SPLIT: Q(bad_split=True),
        Mark.TO_CHECK: Q(to_check=True),
        Mark.CHANGED: Q(supersedes__isnull=False),
        Mark.OLDER: Q(scheme__number__lt=scheme.number),
    }

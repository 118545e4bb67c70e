"""Decisions of reviewers as they come in, and what stored rows say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from statements.errors import Refused
from statements.models import Annotation, Label, Sentence, SkipReason, State

LONGEST_COMMENT = 2_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before any decision was made with this program
CLOCKS_DIFFER = timedelta(days=1)  # by how much a reviewer's clock may go ahead of ours


@dataclass(frozen=True)
class Decision:
    """All that a reviewer says about one sentence at one time."""

    state: State
    labels: frozenset[str] = frozenset()
    reason: SkipReason | None = None
    unsure: bool = False
    bad_split: bool = False
    comment: str = ""

    def check(self) -> None:
        """Raise Refused when the parts contradict each other."""
        if bool(self.labels) != (self.state == State.LABELLED):
            raise Refused("labels_and_state")
        if (self.reason is not None) != (self.state == State.SKIPPED):
            raise Refused("reason_and_state")
        if len(self.comment) > LONGEST_COMMENT:
            raise Refused("comment_too_long", most=LONGEST_COMMENT)


@dataclass(frozen=True)
class TakeBack:
    """Undo, or redo when `key` names a row that undo made: what that row changed is changed back."""

    key: str


@dataclass(frozen=True)
class Save:
    """One attempt to save: `key` names it, `based_on` is the key of the decision it replaces, or "".

    `shown_ms` is how long the sentence was in front of the reviewer, without idle time.
    """

    key: str
    based_on: str = ""
    decided_at: datetime | None = None
    shown_ms: int | None = None


def plausible(at: datetime, now: datetime) -> bool:
    """Whether somebody can have decided at this time, by a clock of their own."""
    return EARLIEST <= at <= now + CLOCKS_DIFFER


@dataclass(frozen=True)
class Attempt:
    """What a reviewer wants stored on one sentence."""

    sentence: Sentence
    says: Decision | TakeBack
    save: Save


def origin_of(row: Annotation) -> Annotation:
    """Return the row in which was decided what this one lets stand: itself, or the one that it restores."""
    return row.restores or row


def say(row: Annotation, decision: Decision) -> None:
    """Let a row that is about to be stored say this, but for the labels."""
    row.state, row.reason = decision.state, decision.reason or ""
    row.unsure, row.bad_split, row.comment = decision.unsure, decision.bad_split, decision.comment


def labels_of(row: Annotation) -> list[Label]:
    """Return the labels of a row; also of one that is about to be stored, and has them by its side."""
    if row.pk is None:
        return list(row._prefetched_objects_cache["labels"])
    return list(row.labels.all())


def content(row: Annotation) -> Decision:
    """Return what a row says."""
    return Decision(
        state=State(row.state),
        labels=frozenset(label.slug for label in labels_of(row)),
        reason=SkipReason(row.reason) if row.reason else None,
        unsure=row.unsure,
        bad_split=row.bad_split,
        comment=row.comment,
    )

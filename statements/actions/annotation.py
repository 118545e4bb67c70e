"""Decisions of reviewers: each save adds a row, none is overwritten, none is stored twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from statements.errors import Refused, Stale
from statements.models import (
    Annotation,
    Corpus,
    Label,
    Member,
    Round,
    Scheme,
    Sentence,
    SkipReason,
    State,
    User,
)

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


def annotate(
    sentence: Sentence, decision: Decision, *, reviewer: User, save: Save, at: datetime
) -> Annotation:
    """Store the decision as the reviewer's current one on this sentence and return its row.

    The same key with the same content answers the row that is stored already. Raises Refused("key_reused")
    for the same key with other content, Stale when `save.based_on` is not current any more, and
    Refused for contradictions, unknown labels and ended sentences.
    """
    decision.check()
    try:
        with transaction.atomic():
            return _annotate(sentence, decision, reviewer=reviewer, save=save, at=at)
    except IntegrityError:
        # A request at the same moment was faster, on this key or on this sentence: now its row can be read.
        with transaction.atomic():
            return _annotate(sentence, decision, reviewer=reviewer, save=save, at=at)


def undo(sentence: Sentence, *, reviewer: User, save: Save, at: datetime) -> Annotation:
    """Take back the reviewer's latest decision on this sentence: what stood before it stands again.

    Undoing a first decision withdraws it. Undoing again goes one decision further back.
    Raises Refused("nothing_to_undo"), and as `annotate` does.
    """
    try:
        with transaction.atomic():
            return _undo(sentence, reviewer=reviewer, save=save, at=at)
    except IntegrityError:
        with transaction.atomic():
            return _undo(sentence, reviewer=reviewer, save=save, at=at)


def undo_latest(corpus: Corpus, *, reviewer: User, save: Save, at: datetime) -> Annotation:
    """Take back what the reviewer decided last in the corpus, as `undo` does; ignores `save.based_on`."""
    mine = Annotation.objects.by(reviewer).select_related("sentence__statement__corpus")
    stored = mine.filter(key=save.key).first()
    open_ = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    latest = mine.filter(sentence__in=open_).in_round(Round.FIRST).undoable().first()
    if stored is not None:
        return undo(stored.sentence, reviewer=reviewer, save=save, at=at)
    if latest is None:
        raise Refused("nothing_to_undo")
    return undo(latest.sentence, reviewer=reviewer, save=replace(save, based_on=latest.key), at=at)


def _annotate(
    sentence: Sentence, decision: Decision, *, reviewer: User, save: Save, at: datetime
) -> Annotation:
    known = _known(reviewer, sentence, save)
    stored = known.get(save.key)
    if stored is not None:
        if stored.sentence_id != sentence.pk or content(stored) != decision:
            raise Refused("key_reused", key=save.key)
        return stored
    if sentence.ended_by_id is not None:
        raise Refused("sentence_ended")
    scheme = _scheme(sentence)
    labels = _labels(scheme, decision.labels)
    current = _claim(known, save, at=at)
    return _insert(
        sentence, decision, labels, scheme=scheme, reviewer=reviewer, save=save, at=at, supersedes=current
    )


def _undo(sentence: Sentence, *, reviewer: User, save: Save, at: datetime) -> Annotation:
    known = _known(reviewer, sentence, save)
    if save.key in known:
        stored = known[save.key]
        is_an_undo = stored.restores_id is not None or stored.state == State.WITHDRAWN
        if stored.sentence_id != sentence.pk or not is_an_undo:
            raise Refused("key_reused", key=save.key)
        return stored
    if sentence.ended_by_id is not None:
        raise Refused("sentence_ended")
    current = _claim(known, save, at=at)
    undone = in_effect(current)
    if current is None or undone is None:
        raise Refused("nothing_to_undo")
    before = in_effect(undone.supersedes)
    decision = content(before) if before else Decision(State.WITHDRAWN)
    scheme = before.scheme if before else _scheme(sentence)
    labels = list(before.labels.all()) if before else []
    return _insert(
        sentence,
        decision,
        labels,
        scheme=scheme,
        reviewer=reviewer,
        save=save,
        at=at,
        supersedes=current,
        restores=before,
    )


def in_effect(row: Annotation | None) -> Annotation | None:
    """Return the decision that `row` makes stand: itself, the row it restores, or None when it withdraws."""
    if row is None or row.state == State.WITHDRAWN:
        return None
    return row.restores or row


def content(row: Annotation) -> Decision:
    """Return what a stored row says."""
    return Decision(
        state=State(row.state),
        labels=frozenset(label.slug for label in row.labels.all()),
        reason=SkipReason(row.reason) if row.reason else None,
        unsure=row.unsure,
        bad_split=row.bad_split,
        comment=row.comment,
    )


def _known(reviewer: User, sentence: Sentence, save: Save) -> Mapping[str, Annotation]:
    """The rows a save can meet, by key: the one it stored before, and the current one of the sentence."""
    mine = Annotation.objects.by(reviewer).prefetch_related("labels")
    stored = mine.filter(key=save.key)
    current = mine.current().in_round(Round.FIRST).filter(sentence=sentence)
    return {row.key: row for row in (stored | current).order_by("pk")}


def _claim(known: Mapping[str, Annotation], save: Save, *, at: datetime) -> Annotation | None:
    """End the current row, if the save is based on it; one update decides who was first."""
    current = next((row for row in known.values() if row.superseded_at is None), None)
    if (current.key if current else "") != save.based_on:
        raise Stale(current)
    if current is not None:
        ended = Annotation.objects.current().filter(pk=current.pk).update(superseded_at=at)
        if not ended:
            raise IntegrityError("the current row was superseded between look and update")
    return current


def _scheme(sentence: Sentence) -> Scheme:
    scheme = Scheme.objects.newest_of(sentence.corpus)
    if scheme is None:
        raise Refused("no_scheme")
    return scheme


def _labels(scheme: Scheme, slugs: frozenset[str]) -> list[Label]:
    labels = [entry.label for entry in scheme.entries.all() if entry.label.slug in slugs]
    if unknown := slugs - {label.slug for label in labels}:
        raise Refused("unknown_label", label=min(unknown))
    return labels


def _insert(
    sentence: Sentence,
    decision: Decision,
    labels: list[Label],
    *,
    scheme: Scheme,
    reviewer: User,
    save: Save,
    at: datetime,
    supersedes: Annotation | None,
    restores: Annotation | None = None,
) -> Annotation:
    row = Annotation.objects.create(
        sentence=sentence,
        reviewer=reviewer,
        key=save.key,
        state=decision.state,
        reason=decision.reason or "",
        unsure=decision.unsure,
        bad_split=decision.bad_split,
        comment=decision.comment,
        scheme=scheme,
        blind=_is_blind(reviewer, sentence.corpus),
        supersedes=supersedes,
        restores=restores,
        shown_ms=save.shown_ms,
        decided_at=save.decided_at or at,
        saved_at=at,
    )
    through = Annotation.labels.through
    through.objects.bulk_create([through(annotation_id=row.pk, label_id=label.pk) for label in labels])
    # What was just written need not be read again.
    row._prefetched_objects_cache = {"labels": labels}  # type: ignore[attr-defined]
    return row


def _is_blind(reviewer: User, corpus: Corpus) -> bool:
    """Whether this reviewer can never have seen what others chose: nothing settles a statement yet."""
    return not Member.objects.filter(user=reviewer, corpus=corpus, has_watched=True).exists()

"""What becomes of decisions when sentences are cut differently: one rule, for everybody and every round.

- A part of a sentence inherits what was decided on it.
- Sentences that become one: all labelled give the union of their labels, all “no claim” or all skipped give
  that, with the reason of the first; anything else leaves it untouched.
- Where an undo brings a sentence back, what stood on it before stands again, unless something else was
  decided in between.

What is inherited is `to_check`: nobody has decided it on this very sentence, so it is not blind either. A
flag for a bad split is not inherited: the mend answers it. Whoever decided on the new sentence themselves is
left alone. What was decided on the sentences that ended stays as it is, on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from uuid import uuid4

from django.db import IntegrityError

from statements.actions.decision import LONGEST_COMMENT, Decision, content, labels_of, origin_of, say
from statements.models import (
    Act,
    Annotation,
    Label,
    Resplit,
    Scheme,
    Sentence,
    SkipReason,
    State,
    User,
)
from statements.models.prepared import attach, insert

Whose = tuple[int, str]  # primary key of a reviewer, and a round


@dataclass(frozen=True)
class Legacy:
    """What a sentence inherits: a decision, with the labels as rows, and how it came about."""

    says: Decision
    labels: tuple[Label, ...]
    scheme: Scheme
    decided_at: datetime
    to_check: bool = True
    blind: bool = False
    restores: Annotation | None = None


def carry(resplits: Collection[int], *, at: datetime, reviewer: User | None = None) -> list[Annotation]:
    """Bring what stands on the sentences that resplits ended to those that they made; return the new rows.

    `resplits` are primary keys; none of them ends what another one made. With `reviewer`, only theirs. The
    locks of the statements have to be held. What was carried before is brought up to date; rows that change
    nothing are not written. A few queries, however many resplits and reviewers there are.
    """
    made = list(Sentence.objects.filter(made_by__in=resplits).order_by("made_by", "start"))
    estate = Estate(made, reviewer)
    rows = []
    for sentence in made:
        for whose in estate.heirs(sentence):
            current = estate.standing[sentence.pk].get(whose)
            if current is not None and not is_carried(current):
                continue
            legacy = estate.legacy(sentence, whose)
            if not says(current, legacy):
                rows.append(_row(sentence, whose, current, legacy, at))
    _write(rows, at)
    return rows


def carry_on(ended: Iterable[Sentence], *, at: datetime, reviewer: User) -> list[Annotation]:
    """Carry what a reviewer has just stored on sentences that had ended, as far as they were cut since.

    The locks of their statements have to be held.
    """
    late = [one for one in ended if one.ended_by_id is not None]
    return [row for turn in _turns(late) for row in carry(turn, at=at, reviewer=reviewer)] if late else []


def _turns(ended: Sequence[Sentence]) -> list[list[int]]:
    """Return the resplits to be brought up to date, from those on that ended `ended`, turn by turn.

    All that ended what a resplit made come in a later turn than that resplit.
    """
    statements = {one.statement_id for one in ended}
    between = Sentence.objects.filter(statement__in=statements).exclude(made_by=None).exclude(ended_by=None)
    turns = {one.ended_by_id: 0 for one in ended if one.ended_by_id is not None}
    # A resplit only ends what an earlier one made: in this order the turn of `earlier` is known for good.
    for earlier, later in between.order_by("made_by").values_list("made_by", "ended_by").distinct():
        if earlier in turns:
            turns[later] = max(turns.get(later, 0), turns[earlier] + 1)
    return [[one for one in turns if turns[one] == turn] for turn in sorted(set(turns.values()))]


def is_carried(row: Annotation) -> bool:
    """Whether a row is what a resplit brought, or its reviewer undid what they decided on top of it.

    What an undo lets stand was decided on this sentence only if the row that it restores is on it.
    """
    is_from_here = row.restores is not None and row.restores.sentence_id == row.sentence_id
    return row.act == Act.CARRY or row.to_check or (row.act == Act.UNDO and not is_from_here)


def inherited(said: Sequence[Annotation | None]) -> Legacy | None:
    """Return what a sentence inherits of one reviewer, None when it is untouched.

    `said` is what stands on the sentences in whose place it is, in their order.
    """
    rows = [row for row in said if row is not None and row.state != State.WITHDRAWN]
    states = {row.state for row in rows}
    if not rows or len(rows) < len(said) or len(states) > 1:
        return None
    labels = {label.pk: label for row in rows for label in labels_of(row)}
    comments = dict.fromkeys(row.comment for row in rows if row.comment)
    return Legacy(
        says=Decision(
            state=State(rows[0].state),
            labels=frozenset(label.slug for label in labels.values()),
            reason=SkipReason(rows[0].reason) if rows[0].reason else None,
            unsure=any(row.unsure for row in rows),
            comment=shortened("\n".join(comments)),
        ),
        labels=tuple(labels.values()),
        scheme=min((row.scheme for row in rows), key=lambda scheme: scheme.number),
        decided_at=max(row.decided_at for row in rows),
    )


def shortened(comment: str) -> str:
    """Return a comment that is not too long; all of it stays readable on the sentences that ended."""
    return comment if len(comment) <= LONGEST_COMMENT else f"{comment[: LONGEST_COMMENT - 1]}…"


def restored(twin: Annotation | None) -> Legacy | None:
    """Return what stood on the same span before the change that an undo undoes."""
    if twin is None or twin.state == State.WITHDRAWN:
        return None
    return Legacy(
        says=content(twin),
        labels=tuple(labels_of(twin)),
        scheme=twin.scheme,
        decided_at=twin.decided_at,
        to_check=twin.to_check,
        blind=twin.blind,
        restores=origin_of(twin),
    )


class Estate:
    """What resplits leave to sentences that they made, of everybody or of one reviewer.

    Up to six queries, however many sentences, resplits and reviewers there are. Sentences that no resplit
    made inherit nothing.
    """

    def __init__(self, made: Iterable[Sentence], reviewer: User | None) -> None:
        made = [one for one in made if one.made_by_id is not None]
        resplits = list(Resplit.objects.filter(pk__in={one.made_by_id for one in made}))
        ends = [change for one in resplits for change in (one.pk, one.undoes_id) if change]
        ended = list(Sentence.objects.filter(ended_by__in=ends).order_by("start"))
        self.undoes: dict[int | None, int | None] = {one.pk: one.undoes_id for one in resplits}
        self.ended: dict[int | None, list[Sentence]] = defaultdict(list)  # by what ended them, in text order
        for one in ended:
            self.ended[one.ended_by_id].append(one)
        self.twins = {(one.ended_by_id, one.start, one.end): one for one in ended}
        self.standing = _standing([*ended, *made], reviewer)
        self.decided = _decided_since([one for one in resplits if one.undoes_id], reviewer)

    def heirs(self, sentence: Sentence) -> list[Whose]:
        """Whoever has decided on a sentence, or on what it is in the place of."""
        concerned = [sentence, *self._sources(sentence)]
        if (twin := self._twin(sentence)) is not None:
            concerned.append(twin)
        return sorted({whose for one in concerned for whose in self.standing[one.pk]})

    def legacy(self, sentence: Sentence, whose: Whose) -> Legacy | None:
        """What a sentence inherits of one of them."""
        if sentence.made_by_id is None:
            return None
        twin = self._twin(sentence)
        decided = self.decided[sentence.made_by_id, whose]
        is_decided = any(one.start < sentence.end and sentence.start < one.end for one in decided)
        if twin is not None and not is_decided:
            return restored(self.standing[twin.pk].get(whose))
        return inherited([self.standing[one.pk].get(whose) for one in self._sources(sentence)])

    def _sources(self, sentence: Sentence) -> list[Sentence]:
        ended = self.ended[sentence.made_by_id]
        first = bisect_right(ended, sentence.start, key=lambda one: one.end)
        return list(takewhile(lambda one: one.start < sentence.end, islice(ended, first, None)))

    def _twin(self, sentence: Sentence) -> Sentence | None:
        """The sentence with the same span before the change that the resplit undoes, if it undoes one."""
        undone = self.undoes.get(sentence.made_by_id)
        return self.twins.get((undone, sentence.start, sentence.end)) if undone else None


def _standing(
    sentences: Sequence[Sentence], reviewer: User | None
) -> Mapping[int, Mapping[Whose, Annotation]]:
    """Return the current rows by sentence, and by whose they are."""
    current = Annotation.objects.current().filter(sentence__in=[one.pk for one in sentences])
    if reviewer is not None:
        current = current.by_one_of_many(reviewer)
    rows: dict[int, dict[Whose, Annotation]] = defaultdict(dict)
    for row in current.select_related("scheme", "restores").prefetch_related("labels"):
        rows[row.sentence_id][row.reviewer_id, row.round] = row
    return rows


def _decided_since(
    undos: Sequence[Resplit], reviewer: User | None
) -> Mapping[tuple[int | None, Whose], Sequence[Sentence]]:
    """Return on what people decided themselves after the change that an undo undoes, and before the undo."""
    found: dict[tuple[int | None, Whose], list[Sentence]] = defaultdict(list)
    if not undos:
        return found
    since = Annotation.objects.current().filter(
        sentence__statement__in={one.statement_id for one in undos},
        sentence__made_by__gte=min(one.undoes_id for one in undos if one.undoes_id),
        sentence__made_by__lt=max(one.pk for one in undos),
    )
    if reviewer is not None:
        since = since.by_one_of_many(reviewer)
    by_statement: dict[int, list[Annotation]] = defaultdict(list)
    for row in since.select_related("sentence", "restores"):
        if not is_carried(row):
            by_statement[row.sentence.statement_id].append(row)
    for undo in undos:
        for row in by_statement[undo.statement_id]:
            if (undo.undoes_id or 0) <= (row.sentence.made_by_id or 0) < undo.pk:
                found[undo.pk, (row.reviewer_id, row.round)].append(row.sentence)
    return found


def says(current: Annotation | None, legacy: Legacy | None) -> bool:
    """Whether a sentence has what it inherits already."""
    if current is None or current.state == State.WITHDRAWN or legacy is None:
        stands = current if current and current.state != State.WITHDRAWN else None
        return stands is None and legacy is None
    return content(current) == legacy.says and current.to_check == legacy.to_check


def _row(
    sentence: Sentence,
    whose: Whose,
    current: Annotation | None,
    legacy: Legacy | None,
    at: datetime,
) -> Annotation:
    """Return the row that lets a sentence have what it inherits."""
    reviewer, round_ = whose
    row = Annotation(
        sentence=sentence,
        reviewer_id=reviewer,
        round=round_,
        key=uuid4().hex,
        act=Act.CARRY,
        supersedes=current,
        saved_at=at,
    )
    if legacy is None:
        assert current is not None  # noqa: S101  (else nothing would change)
        row.state, row.scheme, row.decided_at, row.blind = State.WITHDRAWN, current.scheme, at, False
    else:
        row.decided_at = legacy.decided_at
        inherit(row, legacy)
    labels = list(legacy.labels) if legacy else []
    row._prefetched_objects_cache = {"labels": labels}  # type: ignore[attr-defined]
    return row


def inherit(row: Annotation, legacy: Legacy) -> None:
    """Let a row say what a sentence inherits, but for the labels."""
    say(row, legacy.says)
    row.scheme, row.restores = legacy.scheme, legacy.restores
    row.to_check, row.blind = legacy.to_check, legacy.blind


def _write(rows: Sequence[Annotation], at: datetime) -> None:
    replaced = [row.supersedes.pk for row in rows if row.supersedes]
    if Annotation.objects.current().filter(pk__in=replaced).update(superseded_at=at) != len(replaced):
        raise IntegrityError("a current row was superseded between look and update")
    insert(rows)
    attach([(row.pk, label.pk) for row in rows for label in row._prefetched_objects_cache["labels"]])  # type: ignore[attr-defined]

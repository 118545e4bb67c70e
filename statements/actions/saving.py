"""How decisions get into the database: read what they can meet, plan the rows, write them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from django.db import IntegrityError
from django.db.models import prefetch_related_objects
from django.utils import timezone

from statements.actions import queue
from statements.actions.carry import Estate, carry_on, inherit, says
from statements.actions.decision import Attempt, Decision, TakeBack, content, labels_of, origin_of, say
from statements.errors import Refused, Stale
from statements.models import (
    Act,
    Annotation,
    Corpus,
    Label,
    Member,
    Round,
    Sentence,
    State,
    Statement,
    User,
)
from statements.models.prepared import attach, insert, labels_in_force, rows_met
from statements.models.writing import moment, writing

Step = tuple[str, str, str | None]  # of a row: key, act, the key of what it takes back


class Saving:
    """Decisions of one reviewer on sentences of one corpus.

    Nothing is locked while it is read and planned: constraints and one conditional update see to it that of
    two requests only the first one writes; the other one raises IntegrityError and can begin again.

    Without `at` they are saved at the moment at which they are written.

    Rows are written in the order of the attempts, so their primary keys tell in which order a reviewer
    decided.

    A sentence may have ended since the reviewer saw it: the decision is stored on it all the same, and
    carried to what took its place.
    """

    def __init__(
        self,
        corpus: Corpus,
        attempts: Sequence[Attempt],
        *,
        reviewer: User,
        member: Member | None,
        at: datetime | None,
    ) -> None:
        self.corpus, self.attempts, self.reviewer = corpus, attempts, reviewer
        self.is_now, self.at = at is None, at or timezone.now()
        self.member, self.whose = member, (reviewer.pk, Round.FIRST)
        self.planned: list[Annotation] = []
        self.inheriting: list[Annotation] = []  # of those: what they say depends on other sentences
        self.scheme, self.labels = labels_in_force(corpus)
        keys = {attempt.save.key for attempt in attempts}
        keys |= {one.says.key for one in attempts if isinstance(one.says, TakeBack)}
        rows = rows_met(reviewer, keys=keys, sentences={attempt.sentence.pk for attempt in attempts})
        self.known = {row.key: row for row in rows}
        self._read_ahead(rows)
        self.current = {
            row.sentence_id: row for row in rows if row.superseded_at is None and row.round == Round.FIRST
        }

    def _read_ahead(self, rows: Sequence[Annotation]) -> None:
        """Read at once what rows refer to, as far as planning and answering look at it."""
        for row in rows:
            if self.scheme is not None and row.scheme_id == self.scheme.pk:
                row.scheme = self.scheme
        based_on = {one.save.based_on for one in self.attempts}
        unseen = [row for row in rows if row.act == Act.CARRY and row.key not in based_on]
        prefetch_related_objects(unseen, "supersedes")
        older = [row for row in rows if self.scheme is None or row.scheme_id != self.scheme.pk]
        prefetch_related_objects(older, "scheme")
        sent = [self.known[one.save.key] for one in self.attempts if one.save.key in self.known]
        prefetch_related_objects([row for row in sent if row.takes_back_id], "takes_back")
        undone = {one.says.key for one in self.attempts if isinstance(one.says, TakeBack)}
        targets = [row for row in rows if row.key in undone]
        for before in ("takes_back", "supersedes"):
            for decided in (before, f"{before}__restores"):
                prefetch_related_objects(targets, f"{decided}__scheme", f"{decided}__labels")

    def outcomes(self) -> list[Annotation | Refused]:
        """Store what can be stored; return a row or the reason for each attempt. Raises IntegrityError."""
        outcomes = [self._outcome(attempt) for attempt in self.attempts]
        if self.planned:
            with writing():
                self._write_all()
        return outcomes

    def _write_all(self) -> None:
        if self.is_now:
            self.at = moment()
            for row in self.planned:
                row.saved_at = self.at
        late = [row.sentence for row in self.planned if row.sentence.ended_by_id is not None]
        self._keep_from_mending([*late, *(row.sentence for row in self.inheriting)])
        if self.inheriting:
            estate = Estate([row.sentence for row in self.inheriting], self.reviewer)
            if not all(says(row, estate.legacy(row.sentence, self.whose)) for row in self.inheriting):
                raise IntegrityError("what a sentence inherits changed between look and write")
        for rows in _without_repeats(self.planned):
            self._write(rows)
        carried = carry_on(late, at=self.at, reviewer=self.reviewer)
        if self.member is not None:
            queue.note(self.member, [*self.planned, *carried])

    def _keep_from_mending(self, sentences: Sequence[Sentence]) -> None:
        """Let whoever changes boundaries wait, so that nothing ends while it is carried."""
        statements = {sentence.statement_id for sentence in sentences}
        if statements:
            locked = Statement.objects.select_for_update(no_key=True).filter(pk__in=statements)
            list(locked.order_by("pk").values_list("pk"))

    def _outcome(self, attempt: Attempt) -> Annotation | Refused:
        try:
            return self._plan(attempt)
        except Refused as refusal:
            return refusal

    def _plan(self, attempt: Attempt) -> Annotation:
        sentence, says, save = attempt.sentence, attempt.says, attempt.save
        if isinstance(says, Decision):
            says.check()
        stored = self.known.get(save.key)
        if stored is not None:
            if stored.sentence_id != sentence.pk or not _is_same(stored, says):
                raise Refused("key_reused", key=save.key)
            return stored
        current = self.current.get(sentence.pk)
        if not _is_based_on(current, save.based_on):
            raise Stale(current)
        row = Annotation(
            sentence=sentence,
            reviewer=self.reviewer,
            key=save.key,
            blind=not (self.member and self.member.has_watched),
            supersedes=current,
            shown_ms=save.shown_ms,
            decided_at=save.decided_at or self.at,
            saved_at=self.at,
        )
        labels = self._decide(row, says) if isinstance(says, Decision) else self._take_back(row, says)
        # What is about to be written need not be read again.
        row._prefetched_objects_cache = {"labels": labels}  # type: ignore[attr-defined]
        self.planned.append(row)
        self.known[row.key] = self.current[sentence.pk] = row
        return row

    def _decide(self, row: Annotation, decision: Decision) -> list[Label]:
        """Let the row say this decision, and return its labels. Raises Refused."""
        if self.scheme is None:
            raise Refused("no_scheme")
        labels = [label for label in self.labels if label.slug in decision.labels]
        if unknown := decision.labels - {label.slug for label in labels}:
            raise Refused("unknown_label", label=min(unknown))
        row.scheme = self.scheme
        say(row, decision)
        return labels

    def _take_back(self, row: Annotation, says: TakeBack) -> list[Label]:
        """Let the row say what stood before the row that it takes back. Raises Refused."""
        target = self.known.get(says.key)
        done, undone = self._done_on(row.sentence)
        if target is None or target.key not in {*done[-1:], *undone[-1:]}:
            raise Refused("not_last")
        row.takes_back, row.act = target, Act.REDO if target.act == Act.UNDO else Act.UNDO
        if row.act == Act.UNDO and len(done) == 1:  # of what was decided on this sentence nothing is left
            return self._inherit(row)
        before = target.takes_back if target.act == Act.UNDO else target.supersedes
        assert before is not None  # noqa: S101  (it redoes an undo, or undoes what was not the first)
        decided = origin_of(before)
        row.scheme, row.restores = decided.scheme, decided
        say(row, content(decided))
        return labels_of(decided)

    def _inherit(self, row: Annotation) -> list[Label]:
        """Let the row say what its sentence inherits of others, and return its labels; mostly nothing."""
        legacy = self._estate.legacy(row.sentence, self.whose)
        if row.sentence.made_by_id is not None:
            late = {one.sentence.statement_id for one in self.planned if one.sentence.ended_by_id is not None}
            if row.sentence.statement_id in late:
                raise IntegrityError("what it inherits may change by a row before it: each has to go alone")
            self.inheriting.append(row)
        if legacy is None:
            return self._decide(row, Decision(State.WITHDRAWN))
        inherit(row, legacy)
        return list(legacy.labels)

    @cached_property
    def _estate(self) -> Estate:
        """What the sentences inherit on which something is to be taken back."""
        return Estate(
            (one.sentence for one in self.attempts if isinstance(one.says, TakeBack)), self.reviewer
        )

    def _done_on(self, sentence: Sentence) -> tuple[list[str], list[str]]:
        """The keys of what undo and redo would take back on this sentence, each the next one last."""
        steps = self._steps.get(sentence.pk, [])
        if steps and steps[-1][0] not in self.known:
            raise IntegrityError("a row was added between look and plan")
        steps = steps + [
            (row.key, row.act, row.takes_back.key if row.takes_back else None)
            for row in self.planned
            if row.sentence_id == sentence.pk
        ]
        done: list[str] = []
        undone: list[str] = []
        for key, act, taken_back in steps:
            if act == Act.CARRY:
                continue
            if act == Act.DECIDE:
                done, undone = [*done, key], []
            elif act == Act.UNDO:
                done, undone = [one for one in done if one != taken_back], [*undone, key]
            else:
                done, undone = [*done, key], [one for one in undone if one != taken_back]
        return done, undone

    @cached_property
    def _steps(self) -> Mapping[int, list[Step]]:
        """What was stored by now on each sentence on which something is to be taken back."""
        sentences = {one.sentence.pk for one in self.attempts if isinstance(one.says, TakeBack)}
        rows = Annotation.objects.by(self.reviewer).in_round(Round.FIRST).filter(sentence__in=sentences)
        steps: dict[int, list[Step]] = defaultdict(list)
        for sentence, *step in rows.order_by("pk").values_list("sentence", "key", "act", "takes_back__key"):
            steps[sentence].append((step[0], step[1], step[2]))
        return steps

    def _write(self, rows: list[Annotation]) -> None:
        """Write rows: those before them end first, and one update decides who was first."""
        replaced = [row.supersedes.pk for row in rows if row.supersedes]
        if replaced:
            ended = Annotation.objects.current().filter(pk__in=replaced).update(superseded_at=self.at)
            if ended != len(replaced):
                raise IntegrityError("a current row was superseded between look and update")
        still = [row.sentence for row in rows if row.sentence.ended_by_id is None]
        insert(rows)
        if any(sentence.ended_by_id is not None for sentence in still):
            raise IntegrityError("a sentence was cut differently between look and write")
        attach([(row.pk, label.pk) for row in rows for label in labels_of(row)])


def _without_repeats(rows: Sequence[Annotation]) -> list[list[Annotation]]:
    """Cut rows into runs in which no sentence occurs twice: the second row needs the first one in place."""
    runs: list[list[Annotation]] = []
    seen: set[int] = set()
    for row in rows:
        if not runs or row.sentence_id in seen:
            runs.append([])
            seen = set()
        runs[-1].append(row)
        seen.add(row.sentence_id)
    return runs


def _is_based_on(current: Annotation | None, key: str) -> bool:
    """Whether a decision that replaces `key` replaces what stands.

    What was carried meanwhile is no conflict: nobody decided it on this very sentence.
    """
    while current is not None and current.key != key and current.act == Act.CARRY:
        current = current.supersedes
    return (current.key if current is not None else "") == key


def _is_same(stored: Annotation, says: Decision | TakeBack) -> bool:
    if isinstance(says, Decision):
        return stored.takes_back_id is None and content(stored) == says
    return stored.takes_back is not None and stored.takes_back.key == says.key

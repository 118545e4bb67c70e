"""Mends and decisions in any order: in the database, and in a slow and obvious model of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

from statements.actions.decision import content
from statements.actions.resplit import split_sentence, undo_resplit
from statements.errors import Refused
from statements.models import (
    Annotation,
    Member,
    Resplit,
    Sentence,
    SkipReason,
    State,
    Statement,
    User,
)
from statements.text.gaps import cuts
from statements.text.spans import pieces
from tests.make import (
    LATER,
    WITHDRAWN,
    Decision,
    current_row,
    decision,
    do_again,
    make_reviewer,
    make_statement,
    mender,
    merge,
    new_key,
    say,
    sentences_of,
    skipped,
    take_back,
)

TWO = "They hid it. We did not.\n\nWe never will."
TEXT = "Ils l’ont caché 🇫🇷🇫🇷 hier. Nous e\u0301tions là.\n\nNous 👩‍👩‍👧 promettons tout. Rien d’autre."
PEOPLE = ("rosa", "paul")
SAID = (
    decision("allegation"), decision("rebuttal"), decision("commitment", unsure=True), decision(unsure=True),
    skipped(SkipReason.FRAGMENT), skipped(SkipReason.OTHER, comment="Why?"),
    decision("rebuttal", comment="So."), WITHDRAWN,
)  # fmt: skip


def texts(statement: Statement) -> list[str]:
    return [sentence.text for sentence in sentences_of(statement)]


def named(statement: Statement, text: str) -> Sentence:
    [found] = [sentence for sentence in sentences_of(statement) if sentence.text == text]
    return found


def stands(sentence: Sentence, reviewer: User) -> Decision | None:
    row = current_row(sentence, reviewer)
    return content(row) if row and row.state != State.WITHDRAWN else None


def is_lossless(statement: Statement) -> bool:
    spans = [(one.start, one.end) for one in sentences_of(statement)]
    return "".join(gap + text for gap, text in pieces(statement.text, spans)) == statement.text


class Model:
    """The same, slow and obvious: what stands on a sentence is found out anew each time."""

    def __init__(self, statement: Statement) -> None:
        self.text = statement.text
        self.spans: dict[int, tuple[int, int]] = {}
        self.made_by: dict[int, int] = {}
        self.ended_by: dict[int, int] = {}
        self.mends: list[dict[str, object]] = []
        self.own: dict[tuple[str, int], list[Decision]] = defaultdict(list)
        self.undone: dict[tuple[str, int], list[Decision]] = defaultdict(list)
        for one in sentences_of(statement):
            self.spans[one.number] = (one.start, one.end)

    def current(self) -> list[int]:
        still = [number for number in self.spans if number not in self.ended_by]
        return sorted(still, key=lambda number: self.spans[number])

    def mend(self, ended: list[int], spans: list[tuple[int, int]], undoes: int | None = None) -> None:
        first = max(self.spans) + 1
        made = list(range(first, first + len(spans)))
        self.mends.append({"ended": ended, "made": made, "undoes": undoes})
        self.spans |= dict(zip(made, spans, strict=True))
        self.made_by |= dict.fromkeys(made, len(self.mends) - 1)
        self.ended_by |= dict.fromkeys(ended, len(self.mends) - 1)

    def can_undo(self, at: int) -> bool:
        is_undone = any(mend["undoes"] == at for mend in self.mends)
        now = {self.spans[one] for one in self.current()}
        return not is_undone and {self.spans[one] for one in self.mends[at]["made"]} <= now

    def say(self, who: str, number: int, what: Decision) -> None:
        self.own[who, number].append(what)
        self.undone[who, number].clear()

    def move(self, who: str, number: int, what: str) -> bool:
        """Undo or redo what somebody said on one sentence; say whether there was anything to move."""
        done, undone = self.own[who, number], self.undone[who, number]
        source, goal = (done, undone) if what == "undo" else (undone, done)
        if not source:
            return False
        goal.append(source.pop())
        return True

    def has_decided(self, who: str, number: int) -> bool:
        """Whether somebody decided on the text of a sentence between a change and its undo."""
        undo, (start, end) = self.made_by[number], self.spans[number]
        between = [
            one for one, made_by in self.made_by.items() if self.mends[undo]["undoes"] <= made_by < undo
        ]
        return any(
            self.own[who, one] and self.spans[one][0] < end and start < self.spans[one][1] for one in between
        )

    def stands(self, who: str, number: int) -> tuple[Decision, bool] | None:
        """What stands, and whether it is to be checked."""
        if self.own[who, number]:
            said = self.own[who, number][-1]
            return None if said == WITHDRAWN else (said, False)
        if number not in self.made_by:
            return None
        mend = self.mends[self.made_by[number]]
        start, end = self.spans[number]
        sources = [one for one in mend["ended"] if self.spans[one][0] < end and start < self.spans[one][1]]
        if mend["undoes"] is not None and not self.has_decided(who, number):
            before = self.mends[mend["undoes"]]["ended"]
            twins = [one for one in before if self.spans[one] == self.spans[number]]
            return self.stands(who, twins[0])
        said = [self.stands(who, one) for one in sorted(sources, key=lambda one: self.spans[one])]
        if None in said or len({one[0].state for one in said}) > 1:
            return None
        comments = dict.fromkeys(one[0].comment for one in said if one[0].comment)
        return Decision(
            state=said[0][0].state,
            labels=frozenset().union(*(one[0].labels for one in said)),
            reason=said[0][0].reason,
            unsure=any(one[0].unsure for one in said),
            comment="\n".join(comments),
        ), True


Step = tuple[str, int, int, str]  # what is done, two numbers to choose by, and who does it
CHANCE = st.integers(0, 99)
WHAT = st.sampled_from(["split", "merge", "unmend", "save", "save", "late", "undo", "undo", "redo"])
STEPS = st.lists(st.tuples(WHAT, CHANCE, CHANCE, st.sampled_from(PEOPLE)), max_size=14)


def begin() -> tuple[Statement, Model]:
    """A statement that nobody has touched, and people who can."""
    clear()
    for name in PEOPLE:
        make_reviewer(name)
    statement = make_statement(TEXT, title="Mended", language="fr")
    return statement, Model(statement)


def clear() -> None:
    Annotation.objects.update(supersedes=None, restores=None, takes_back=None, act="decide")
    Annotation.labels.through.objects.all().delete()
    Annotation.objects.all().delete()
    Sentence.objects.filter(statement__title="Mended").exclude(made_by=None).update(made_by=None)
    Sentence.objects.filter(statement__title="Mended").delete()
    Resplit.objects.update(undoes=None, kind="split")
    Resplit.objects.all().delete()
    Member.objects.update(waiting_from=None)
    Statement.objects.all().delete()


def take(model: Model, statement: Statement, step: Step) -> None:
    """Take one step in the model and in the database; what cannot be done is not done in either."""
    what, chance, choice, _who = step
    by, current = mender(), model.current()
    number = current[chance % len(current)]
    sentence = statement.sentences.get(number=number)
    sentence.statement = statement
    if what == "split":
        start, end = model.spans[number]
        if gaps := cuts(model.text, start, end):
            cut = gaps[choice % len(gaps)]
            split_sentence(sentence, cut, by=by, key=new_key(), at=LATER)
            left = start + len(model.text[start:cut].rstrip())
            model.mend([number], [(start, left), (cut, end)])
    elif what == "merge" and number != current[-1]:
        behind = current[current.index(number) + 1]
        merge(sentence, across_paragraphs=True)
        model.mend([number, behind], [(model.spans[number][0], model.spans[behind][1])])
    elif what == "unmend" and model.mends:
        at = len(model.mends) - 1 - chance % len(model.mends)
        undone = Resplit.objects.order_by("pk")[at]
        assert model.can_undo(at) == Resplit.objects.standing().filter(pk=undone.pk).exists()
        if not model.can_undo(at):
            with pytest.raises(Refused, match="mended_since"):
                undo_resplit(undone, by=by, key=new_key(), at=LATER)
            return
        undo_resplit(undone, by=by, key=new_key(), at=LATER)
        made = {model.spans[one] for one in model.mends[at]["made"]}
        ended = [one for one in current if model.spans[one] in made]
        spans = sorted(model.spans[one] for one in model.mends[at]["ended"])
        model.mend(ended, spans, undoes=at)
    else:
        decide(model, statement, step, sentence)


def decide(model: Model, statement: Statement, step: Step, sentence: Sentence) -> None:
    what, chance, choice, who = step
    reviewer, says = User.objects.get(username=who), SAID[choice % len(SAID)]
    known = statement.sentences.select_related("statement__corpus")
    if what == "save":
        say(sentence, reviewer, says)
        model.say(who, sentence.number, says)
    elif what == "late" and model.ended_by:
        late = known.get(number=sorted(model.ended_by)[chance % len(model.ended_by)])
        if choice % 2:
            late.ended_by = None  # so it was read before the mend
        say(late, reviewer, says)
        model.say(who, late.number, says)
    elif what in {"undo", "redo"}:  # on any sentence, also on one that ended
        somewhere = known.get(number=sorted(model.spans)[chance % len(model.spans)])
        change_back = take_back if what == "undo" else do_again
        if model.move(who, somewhere.number, what):
            change_back(somewhere, reviewer)
        else:
            with pytest.raises(Refused, match="not_last"):
                change_back(somewhere, reviewer)


def rows_of(statement: Statement, who: str) -> Iterator[tuple[int, tuple[Decision, bool] | None]]:
    reviewer = User.objects.get(username=who)
    for sentence in statement.sentences.order_by("number"):
        row = current_row(sentence, reviewer)
        says = content(row) if row and row.state != State.WITHDRAWN else None
        yield sentence.number, (says, row.to_check) if says else None

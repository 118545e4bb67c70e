"""Undo and redo over decisions and mends alike: one walk through all that a reviewer did."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions.decision import Save, content
from statements.actions.resplit import merge_with_next, split_anew, split_sentence
from statements.actions.undo import redo_latest, undo_latest
from statements.errors import Refused
from statements.models import Annotation, Member, Resplit, Sentence, State, Statement, User
from statements.roles import Role
from statements.text.gaps import cuts
from tests.actions.mended import TEXT, TWO, clear, stands
from tests.make import (
    NOON,
    WITHDRAWN,
    Decision,
    current_row,
    decision,
    make_gold,
    make_reviewer,
    make_statement,
    member,
    mender,
    merge,
    new_key,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    the_corpus,
    unmend,
)
from tests.order import examples

pytestmark = pytest.mark.django_db

Shown = list[tuple[str, Decision, bool]]  # what a reviewer sees: text, decision, whether it is to check


def shown_to(reviewer: User, statement: Statement) -> Shown:
    seen = []
    for sentence in sentences_of(statement):
        row = current_row(sentence, reviewer)
        stands = row is not None and row.state != State.WITHDRAWN
        says = content(row) if row and stands else WITHDRAWN
        seen.append((sentence.text, says, bool(row and stands and row.to_check)))
    return seen


class Clock:
    """Every step is a minute after the one before."""

    def __init__(self) -> None:
        self.now = NOON

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def undo(reviewer: User, clock: Clock) -> Annotation | Resplit:
    return undo_latest(the_corpus(), reviewer=reviewer, save=Save(new_key()), at=clock.tick())


def redo(reviewer: User, clock: Clock) -> Annotation | Resplit:
    return redo_latest(the_corpus(), reviewer=reviewer, save=Save(new_key()), at=clock.tick())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["split", "merge", "save", "save", "save", "undo", "undo", "redo"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    max_size=14,
)
SAID = (
    decision("allegation"), decision("rebuttal", comment="So."), decision(unsure=True),
    decision("commitment", bad_split=True), skipped(), WITHDRAWN,
)  # fmt: skip


def does_something_new(
    what: str, by: Member, statement: Statement, chance: int, choice: int, at: datetime
) -> bool:
    """Split, merge or decide; say whether it could be done."""
    current = sentences_of(statement)
    sentence = current[chance % len(current)]
    if what == "save":
        say(sentence, by.user, SAID[choice % len(SAID)], at=at)
        return True
    if what == "merge" and sentence != current[-1]:
        merge_with_next(sentence, by=by, key=new_key(), at=at, across_paragraphs=True)
        return True
    gaps = cuts(statement.text, sentence.start, sentence.end)
    if what == "split" and gaps:
        split_sentence(sentence, gaps[choice % len(gaps)], by=by, key=new_key(), at=at)
        return True
    return False


@settings(max_examples=examples(40))
@given(steps=STEPS)
def test_whatever_was_done_undo_and_redo_walk_over_it_as_in_any_editor(steps):
    """Undo shows what was seen before a step, redo what was seen after it; a new step ends redo."""
    clear()
    rosa, clock = make_reviewer("rosa"), Clock()
    statement, by = make_statement(TEXT, title="Mended", language="fr"), member(rosa)
    seen, here = [shown_to(rosa, statement)], 0

    for what, chance, choice in steps:
        if what in {"undo", "redo"}:
            take, there = (undo, here - 1) if what == "undo" else (redo, here + 1)
            if not 0 <= there < len(seen):
                with pytest.raises(Refused, match=f"nothing_to_{what}"):
                    take(rosa, clock)
                continue
            take(rosa, clock)
            here = there
        elif does_something_new(what, by, statement, chance, choice, clock.tick()):
            seen, here = [*seen[: here + 1], shown_to(rosa, statement)], here + 1
        assert shown_to(rosa, statement) == seen[here]


# --- One by one ---


def test_what_was_decided_before_somebody_elses_mend_is_taken_back_and_done_again():
    statement, rosa, clock = make_statement(TWO), make_reviewer("rosa"), Clock()
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation", at=clock.tick())
    split_at(first, "it.", by=mender(), at=clock.tick())
    inherited = shown_to(rosa, statement)

    undone = undo(rosa, clock)
    assert [says for _text, says, _to_check in shown_to(rosa, statement)] == [WITHDRAWN] * 4
    assert isinstance(undone, Annotation)
    assert undone.sentence == first  # where it was decided

    redo(rosa, clock)
    assert shown_to(rosa, statement) == inherited
    assert [to_check for _text, _says, to_check in inherited] == [True, True, False, False]


def test_what_was_decided_on_a_part_since_is_taken_back_first():
    statement, rosa, clock = make_statement(TWO), make_reviewer("rosa"), Clock()
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation", at=clock.tick())
    split_at(first, "it.", by=mender(), at=clock.tick())
    tag(sentences_of(statement)[0], rosa, "rebuttal", at=clock.tick())

    undo(rosa, clock)
    assert stands(sentences_of(statement)[0], rosa) == decision("allegation")
    undo(rosa, clock)
    assert [stands(one, rosa) for one in sentences_of(statement)] == [None] * 4
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo(rosa, clock)


def test_what_was_decided_and_undone_on_a_sentence_that_came_back_does_not_hide_what_was_there_before():
    statement, rosa, clock = make_statement(TWO), make_reviewer("rosa"), Clock()
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation", at=clock.tick())
    unmend(split_at(first, "it.", by=mender(), at=clock.tick()), at=clock.tick())
    tag(sentences_of(statement)[0], rosa, "rebuttal", at=clock.tick())

    undo(rosa, clock)
    assert stands(sentences_of(statement)[0], rosa) == decision("allegation")
    undo(rosa, clock)
    assert stands(sentences_of(statement)[0], rosa) is None


def test_a_mend_that_became_gold_is_passed_over_and_what_was_done_before_it_is_undone():
    statement, rosa, clock = make_statement(TWO), make_reviewer("rosa"), Clock()
    last = sentences_of(statement)[-1]
    tag(last, rosa, "allegation", at=clock.tick())
    merge(sentences_of(statement)[0], by=member(rosa), at=clock.tick())
    merge(sentences_of(statement)[0], by=member(rosa), at=clock.tick(), across_paragraphs=True)
    undo(rosa, clock)
    merged = sentences_of(statement)[0]
    make_gold(merged, "rebuttal", by=mender().user)

    undo(rosa, clock)

    assert [stands(one, rosa) for one in sentences_of(statement)] == [None, None]
    assert sentences_of(statement)[0] == merged
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo(rosa, clock)
    redo(rosa, clock)
    assert stands(sentences_of(statement)[1], rosa) == decision("allegation")
    with pytest.raises(Refused, match="nothing_to_redo"):
        redo(rosa, clock)  # it would merge what is gold with the next one


def test_a_statement_that_was_split_anew_is_not_undone_at_the_desk_nor_done_again():
    statement, clock = make_statement(TWO), Clock()
    mia = mender("mia", Role.ADJUDICATOR, Role.REVIEWER)
    first, second = sentences_of(statement)[:2]
    Sentence.objects.filter(pk=second.pk).delete()
    Sentence.objects.filter(pk=first.pk).update(end=second.end)
    anew = split_anew(statement, by=mia, key=new_key(), at=clock.tick())

    with pytest.raises(Refused, match="nothing_to_undo"):
        undo(mia.user, clock)
    unmend(anew, by=mia, at=clock.tick())
    with pytest.raises(Refused, match="nothing_to_redo"):
        redo(mia.user, clock)


def test_a_mend_leaves_nothing_to_do_again():
    statement, rosa, clock = make_statement(TWO), make_reviewer("rosa"), Clock()
    tag(sentences_of(statement)[0], rosa, "allegation", at=clock.tick())
    undo(rosa, clock)
    merge(sentences_of(statement)[0], by=member(rosa), at=clock.tick())

    with pytest.raises(Refused, match="nothing_to_redo"):
        redo(rosa, clock)

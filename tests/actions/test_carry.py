"""What becomes of decisions when sentences are cut differently: rule by rule, and whatever happens."""

from __future__ import annotations

import pytest

from statements.actions import saving
from statements.actions.annotation import annotate, annotate_all
from statements.actions.carry import Estate, Legacy
from statements.actions.decision import Attempt, Save, TakeBack, content
from statements.errors import Stale
from statements.models import (
    Act,
    Annotation,
    Round,
    SkipReason,
)
from statements.reports.queue import next_sentence
from tests.actions.mended import TWO, stands
from tests.make import (
    EVENING,
    LATER,
    WITHDRAWN,
    current_row,
    decision,
    do_again,
    make_reviewer,
    make_statement,
    merge,
    new_key,
    next_save,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
    the_corpus,
    unmend,
)

pytestmark = pytest.mark.django_db


# --- Decisions are carried ---


def test_both_parts_inherit_and_are_to_be_checked():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    first = sentences_of(statement)[0]
    before = tag(first, rosa, "allegation", unsure=True, bad_split=True, comment="Two things.")
    say(first, paul, skipped(SkipReason.FRAGMENT))

    split_at(first, "it.", at=EVENING)

    for part in sentences_of(statement)[:2]:
        row = current_row(part, rosa)
        assert content(row) == decision("allegation", unsure=True, comment="Two things.")
        assert (row.act, row.to_check, row.blind, row.saved_at) == (Act.CARRY, True, False, EVENING)
        assert (row.decided_at, row.scheme) == (before.decided_at, before.scheme)
        assert stands(part, paul) == skipped(SkipReason.FRAGMENT)
    before.refresh_from_db()
    assert content(before) == decision("allegation", unsure=True, bad_split=True, comment="Two things.")
    assert before.superseded_at is None


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (decision("allegation"), decision("rebuttal"), decision("allegation", "rebuttal")),
        (decision("rebuttal"), decision("rebuttal"), decision("rebuttal")),
        (decision("rebuttal", comment="One."), decision("rebuttal", comment="Two.", unsure=True),
         decision("rebuttal", comment="One.\nTwo.", unsure=True)),
        (decision(), decision(), decision()),
        (skipped(SkipReason.FRAGMENT), skipped(SkipReason.CONTEXT), skipped(SkipReason.FRAGMENT)),
        (decision("allegation"), decision(), None),
        (decision(), skipped(), None),
        (decision("allegation"), None, None),
        (None, None, None),
        (WITHDRAWN, decision(), None),
    ],
)  # fmt: skip
def test_what_merged_sentences_inherit(first, second, together):
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    one, other = sentences_of(statement)[:2]
    for sentence, said in ((one, first), (other, second)):
        if said is not None:
            say(sentence, rosa, said)

    merge(one)

    assert stands(sentences_of(statement)[0], rosa) == together


def test_every_round_is_carried_by_itself():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation")
    repeated = tag(sentences_of(statement)[1], rosa, "rebuttal")
    Annotation.objects.filter(pk=repeated.pk).update(sentence=first, round=Round.REPEAT)

    split_at(first, "it.")

    part = sentences_of(statement)[0]
    rows = Annotation.objects.current().filter(sentence=part).order_by("round")
    assert [(row.round, content(row)) for row in rows] == [
        (Round.FIRST, decision("allegation")), (Round.REPEAT, decision("rebuttal")),
    ]  # fmt: skip


def test_confirming_makes_it_a_blind_decision_and_undoing_that_makes_it_to_check_again():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation")
    split_at(first, "it.")
    part = sentences_of(statement)[0]

    confirmed = tag(part, rosa, "allegation")
    assert (confirmed.act, confirmed.to_check, confirmed.blind) == (Act.DECIDE, False, True)

    again = take_back(part, rosa)
    assert (content(again), again.to_check, again.blind) == (decision("allegation"), True, False)


def test_an_undo_brings_back_what_stood_on_each_sentence():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    one, other = sentences_of(statement)[:2]
    tag(one, rosa, "allegation", bad_split=True)
    tag(other, rosa)
    tag(one, paul, "allegation")
    tag(other, paul, "rebuttal")
    merged = merge(one)
    joined = sentences_of(statement)[0]
    tag(joined, paul, "commitment")

    unmend(merged)

    one, other = sentences_of(statement)[:2]
    assert [stands(each, rosa) for each in (one, other)] == [
        decision("allegation", bad_split=True), decision(),
    ]  # fmt: skip
    assert [current_row(each, rosa).to_check for each in (one, other)] == [False, False]
    assert [current_row(each, rosa).blind for each in (one, other)] == [True, True]
    assert [stands(each, paul) for each in (one, other)] == [decision("commitment")] * 2
    assert [current_row(each, paul).to_check for each in (one, other)] == [True, True]


def test_what_is_to_check_comes_first_then_what_waits():
    rosa = make_reviewer("rosa")
    early, late = make_statement("Nobody saw it. Nobody did."), make_statement(TWO)
    tag(sentences_of(late)[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) == sentences_of(early)[0]

    split_at(sentences_of(late)[0], "it.")

    parts = sentences_of(late)[:2]
    assert next_sentence(the_corpus(), rosa) == parts[0]
    tag(parts[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) == parts[1]
    tag(parts[1], rosa)
    assert next_sentence(the_corpus(), rosa) == sentences_of(early)[0]


def test_a_merge_that_leaves_a_sentence_untouched_is_found_by_whoever_was_done():
    rosa = make_reviewer("rosa")
    first, second = make_statement(TWO), make_statement("One more. Two more.")
    for sentence in [*sentences_of(first), *sentences_of(second)]:
        tag(sentence, rosa)
    tag(sentences_of(first)[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) is None

    merge(sentences_of(first)[0])

    assert next_sentence(the_corpus(), rosa) == sentences_of(first)[0]


# --- Saves that come late ---


def test_a_save_for_a_sentence_that_ended_is_stored_on_it_and_carried():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    based_on = tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")

    # `seen` still says that it is current: so it was read before the mend.
    row = annotate(
        seen, decision("commitment"), reviewer=rosa, save=Save(new_key(), based_on=based_on.key), at=EVENING
    )

    assert (row.sentence, row.supersedes, row.blind) == (seen, based_on, True)
    assert [stands(part, rosa) for part in sentences_of(statement)[:2]] == [decision("commitment")] * 2
    assert [current_row(part, rosa).to_check for part in sentences_of(statement)[:2]] == [True, True]


def test_what_was_decided_on_the_new_sentence_stands_against_what_comes_late():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    left, right = sentences_of(statement)[:2]
    tag(left, rosa, "rebuttal")

    tag(seen, rosa, "commitment")

    assert [stands(part, rosa) for part in (left, right)] == [decision("rebuttal"), decision("commitment")]


def test_a_late_save_is_carried_through_every_mend_since():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen, second = sentences_of(statement)[:2]
    tag(second, rosa, "rebuttal")
    split_at(sentences_of(statement)[0], "it.")
    merge(sentences_of(statement)[1])
    assert stands(sentences_of(statement)[1], rosa) is None

    tag(seen, rosa, "allegation")

    assert [stands(one, rosa) for one in sentences_of(statement)[:2]] == [
        decision("allegation"), decision("allegation", "rebuttal"),
    ]  # fmt: skip
    tag(seen, rosa)
    assert [stands(one, rosa) for one in sentences_of(statement)[:2]] == [decision(), None]
    assert next_sentence(the_corpus(), rosa) == sentences_of(statement)[0]


def test_a_late_save_costs_others_nothing():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    seen = sentences_of(statement)[0]
    tag(seen, paul, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    before = Annotation.objects.by(paul).count()

    tag(seen, rosa, "commitment")

    assert Annotation.objects.by(paul).count() == before


def test_what_came_late_is_brought_to_a_part_once_what_was_decided_there_is_undone():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    tag(part, rosa, "rebuttal")
    tag(seen, rosa, "commitment", comment="offline")
    assert stands(part, rosa) == decision("rebuttal")

    undone = take_back(part, rosa)

    assert stands(part, rosa) == decision("commitment", comment="offline")
    assert current_row(part, rosa) == undone  # so what is based on the answer is not stale
    assert (undone.act, undone.to_check, undone.blind) == (Act.UNDO, True, False)
    do_again(part, rosa)
    assert stands(part, rosa) == decision("rebuttal")


def test_what_arrives_while_an_undo_is_planned_is_not_passed_over(monkeypatch):
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    tag(part, rosa, "rebuttal")
    arrived = []

    class SlowEstate(Estate):
        def legacy(self, *asked: object) -> Legacy | None:
            if not arrived:  # what it answers was read before
                arrived.append(tag(seen, rosa, "commitment"))
            return super().legacy(*asked)

    monkeypatch.setattr(saving, "Estate", SlowEstate)
    take_back(part, rosa)

    assert stands(part, rosa) == decision("commitment")


def test_what_was_decided_before_something_late_was_carried_there_is_no_conflict():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    first, second = sentences_of(statement)[:2]
    as_seen = [next_save(first, rosa), next_save(second, rosa)]  # on another device
    tag(seen, rosa, "commitment")
    tag(seen, rosa, "allegation")
    tag(second, rosa, "commitment")

    row = annotate(first, decision("rebuttal"), reviewer=rosa, save=as_seen[0], at=LATER)
    with pytest.raises(Stale):
        annotate(second, decision("rebuttal"), reviewer=rosa, save=as_seen[1], at=LATER)

    assert row == current_row(first, rosa)
    assert [stands(one, rosa) for one in (first, second)] == [decision("rebuttal"), decision("commitment")]


def test_an_undo_beside_a_late_save_in_one_batch_answers_what_stands_afterwards():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    decided = tag(part, rosa, "rebuttal")
    late = statement.sentences.select_related("statement__corpus").get(pk=seen.pk)
    attempts = [
        Attempt(late, decision("commitment"), next_save(late, rosa)),
        Attempt(part, TakeBack(decided.key), next_save(part, rosa)),
    ]

    outcomes = annotate_all(statement.corpus, attempts, reviewer=rosa, at=LATER)

    assert outcomes[1] == current_row(part, rosa)
    assert stands(part, rosa) == decision("commitment")


def test_ones_own_withdrawal_stands_against_what_comes_late_also_when_undo_led_back_to_it():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    say(part, rosa, WITHDRAWN)
    tag(part, rosa, "rebuttal")
    take_back(part, rosa)

    tag(seen, rosa, "commitment")

    assert stands(part, rosa) is None
    take_back(part, rosa)
    assert stands(part, rosa) == decision("commitment")

"""Mending the split: boundaries change, and no decision is lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.corpus import change_corpus
from statements.actions.decision import Save
from statements.actions.resplit import (
    merge_with_next,
    merge_with_previous,
    split_sentence,
    undo_resplit,
)
from statements.actions.undo import redo_latest, undo_latest
from statements.errors import Refused
from statements.models import (
    Annotation,
    Event,
    Gold,
    Mending,
    Resplit,
)
from statements.roles import Role
from tests.actions.crowd import at_once
from tests.actions.mended import TWO, is_lossless, named, stands, texts
from tests.make import (
    EVENING,
    LATER,
    NOON,
    current_row,
    decision,
    make_gold,
    make_release,
    make_reviewer,
    make_statement,
    member,
    mender,
    merge,
    new_key,
    sentences_of,
    split_at,
    tag,
    the_corpus,
    unmend,
)

pytestmark = pytest.mark.django_db


# --- Boundaries ---


def test_a_sentence_is_split_before_a_word_and_the_old_one_stays_readable():
    statement = make_statement("They hid it and we did not. So it is.")
    old = sentences_of(statement)[0]

    made = split_at(old, "and")

    assert [(one.number, one.text) for one in sentences_of(statement)] == [
        (3, "They hid it"), (4, "and we did not."), (2, "So it is."),
    ]  # fmt: skip
    old.refresh_from_db()
    assert (old.ended_by, old.text) == (made, "They hid it and we did not.")
    assert {one.made_by for one in sentences_of(statement)} == {made, None}
    assert is_lossless(statement)


def test_a_sentence_is_merged_with_the_one_behind_it():
    statement = make_statement(TWO)

    merge(sentences_of(statement)[0])

    assert texts(statement) == ["They hid it. We did not.", "We never will."]
    assert is_lossless(statement)


def test_paragraphs_are_merged_only_when_somebody_asks_for_it():
    statement = make_statement(TWO)
    last_of_first = sentences_of(statement)[1]

    with pytest.raises(Refused, match="other_paragraph"):
        merge(last_of_first)
    assert len(texts(statement)) == 3
    merge(last_of_first, across_paragraphs=True)

    assert texts(statement) == ["They hid it.", "We did not.\n\nWe never will."]
    joined = named(statement, "We did not.\n\nWe never will.")
    split_at(joined, "We never")
    assert [one.paragraph for one in sentences_of(statement)] == [1, 1, 2]
    assert is_lossless(statement)


def test_the_last_sentence_has_nothing_to_be_merged_with():
    with pytest.raises(Refused, match="no_next"):
        merge(sentences_of(make_statement(TWO))[-1])


def test_a_sentence_is_merged_with_the_one_before_it_as_with_the_next():
    statement, by = make_statement(TWO), mender()
    first, second, third = sentences_of(statement)

    with pytest.raises(Refused, match="no_next"):
        merge_with_previous(first, by=by, key=new_key(), at=LATER)
    with pytest.raises(Refused, match="other_paragraph"):
        merge_with_previous(third, by=by, key=new_key(), at=LATER)
    made = merge_with_previous(second, by=by, key="one-and-only", at=LATER)

    assert texts(statement) == ["They hid it. We did not.", "We never will."]
    assert merge_with_previous(second, by=by, key="one-and-only", at=LATER) == made
    with pytest.raises(Refused, match="sentence_ended"):
        merge_with_previous(second, by=by, key=new_key(), at=LATER)
    merge_with_previous(third, by=by, key=new_key(), at=LATER, across_paragraphs=True)
    assert texts(statement) == ["They hid it. We did not.\n\nWe never will."]


@pytest.mark.parametrize("cut", [0, 1, 4, 12, 13, 99, -1])
def test_a_cut_elsewhere_than_between_words_is_refused(cut):
    statement = make_statement("They hid it. So it is.")

    with pytest.raises(Refused, match="not_a_gap"):
        split_sentence(sentences_of(statement)[0], cut, by=mender(), key=new_key(), at=LATER)

    assert texts(statement) == ["They hid it.", "So it is."]


def test_undoing_brings_the_boundaries_back_under_new_numbers():
    statement = make_statement(TWO)
    merged = merge(sentences_of(statement)[0])

    undone = unmend(merged)

    assert [(one.number, one.text) for one in sentences_of(statement)] == [
        (5, "They hid it."), (6, "We did not."), (3, "We never will."),
    ]  # fmt: skip
    assert (undone.undoes, merged.undone_by) == (merged, undone)
    unmend(undone)
    assert texts(statement) == ["They hid it. We did not.", "We never will."]


def test_a_mend_that_others_built_on_is_not_undone():
    statement = make_statement(TWO)
    merged = merge(sentences_of(statement)[0])
    split_at(sentences_of(statement)[0], "it.")

    with pytest.raises(Refused, match="mended_since"):
        unmend(merged)


def test_the_same_key_again_mends_nothing_again():
    statement, by = make_statement(TWO), mender()
    first = sentences_of(statement)[0]
    made = merge_with_next(first, by=by, key="merge-once", at=NOON)

    assert merge_with_next(first, by=by, key="merge-once", at=LATER) == made
    for again in (
        lambda: split_sentence(first, 5, by=by, key="merge-once", at=LATER),
        lambda: merge_with_next(sentences_of(statement)[-1], by=by, key="merge-once", at=LATER),
        lambda: merge_with_next(first, by=by, key="merge-once", at=LATER, across_paragraphs=True),
        lambda: undo_resplit(made, by=by, key="merge-once", at=LATER),
    ):
        with pytest.raises(Refused, match="key_reused"):
            again()
    with pytest.raises(Refused, match="sentence_ended"):
        merge_with_next(first, by=by, key="merge-twice", at=LATER)

    assert Resplit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_on_many_statements_mends_one_of_them():
    by, statements = mender(), [make_statement(f"{TWO} {n}.") for n in range(4)]

    def work(n: int) -> str:
        try:
            merge_with_next(sentences_of(statements[n])[0], by=by, key="merge-once", at=LATER)
        except Refused as refusal:
            return refusal.code
        return "mended"

    assert sorted(at_once(work, times=4)) == ["key_reused"] * 3 + ["mended"]


def test_a_mend_leaves_its_trace():
    statement, by = make_statement(TWO), mender()
    made = merge(sentences_of(statement)[0], by=by)

    event = Event.objects.latest("pk")
    assert (event.verb, event.noun, event.actor, event.at) == ("mended", "statement", by.user, LATER)
    assert event.public_id == statement.public_id
    assert event.detail == {
        "resplit": made.public_id,
        "kind": "merge",
        "ended": [1, 2],
        "made": [4],
        "challenged": [],
    }


def test_there_is_an_end_to_splitting(settings):
    settings.MAX_STATEMENT_SENTENCES = 3
    statement = make_statement(TWO)

    with pytest.raises(Refused, match="too_many_sentences"):
        split_at(sentences_of(statement)[0], "hid")

    assert len(texts(statement)) == 3


# --- Undo and redo of whoever mends ---


def test_undo_takes_back_a_mend_in_its_turn_and_redo_does_it_again():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation", at=NOON)
    split_at(first, "it.", by=member(rosa), at=LATER)
    parts = texts(statement)

    def step(take) -> None:
        take(the_corpus(), reviewer=rosa, save=Save(new_key()), at=step.at)
        step.at += timedelta(minutes=1)

    step.at = EVENING
    step(undo_latest)
    assert texts(statement) == ["They hid it.", "We did not.", "We never will."]
    assert stands(sentences_of(statement)[0], rosa) == decision("allegation")
    step(redo_latest)
    assert texts(statement) == parts
    assert stands(sentences_of(statement)[0], rosa) == decision("allegation")

    tag(sentences_of(statement)[0], rosa, at=step.at)
    step(undo_latest)  # the decision first, then the mend
    assert texts(statement) == parts
    step(undo_latest)
    assert texts(statement) == ["They hid it.", "We did not.", "We never will."]


def test_undo_takes_back_mends_inside_mends_one_after_the_other():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    tag(sentences_of(statement)[0], rosa, "allegation", at=NOON)
    as_it_was = texts(statement)
    split_at(sentences_of(statement)[0], "it.", by=member(rosa), at=LATER)
    split_at(sentences_of(statement)[0], "hid", by=member(rosa), at=LATER + timedelta(minutes=1))
    in_pieces = texts(statement)

    for n in range(2):
        undo_latest(the_corpus(), reviewer=rosa, save=Save(new_key()), at=EVENING + timedelta(minutes=n))
    assert texts(statement) == as_it_was
    assert stands(sentences_of(statement)[0], rosa) == decision("allegation")
    assert current_row(sentences_of(statement)[0], rosa).to_check is False

    for n in range(2, 4):
        redo_latest(the_corpus(), reviewer=rosa, save=Save(new_key()), at=EVENING + timedelta(minutes=n))
    assert texts(statement) == in_pieces
    with pytest.raises(Refused, match="nothing_to_redo"):
        redo_latest(the_corpus(), reviewer=rosa, save=Save(new_key()), at=EVENING + timedelta(minutes=5))


def test_what_was_decided_inside_a_mend_survives_the_undo_of_all():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    tag(sentences_of(statement)[0], rosa, "allegation")
    outer = split_at(sentences_of(statement)[0], "it.")
    tag(sentences_of(statement)[0], rosa, "rebuttal")
    inner = split_at(sentences_of(statement)[0], "hid")
    unmend(inner)
    assert stands(sentences_of(statement)[0], rosa) == decision("rebuttal")

    unmend(outer)

    assert stands(sentences_of(statement)[0], rosa) == decision("allegation", "rebuttal")
    assert current_row(sentences_of(statement)[0], rosa).to_check is True


def test_what_was_decided_inside_a_mend_and_undone_leaves_nothing_behind():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation", at=NOON)
    merge(first, by=member(rosa), at=LATER)
    tag(sentences_of(statement)[0], rosa, "rebuttal", at=EVENING)

    for n in range(2):  # the decision, then the merge
        undo_latest(the_corpus(), reviewer=rosa, save=Save(new_key()), at=EVENING + timedelta(minutes=n))

    assert [stands(one, rosa) for one in sentences_of(statement)] == [decision("allegation"), None, None]


def test_a_long_comment_is_cut_short_and_whole_on_the_sentence_that_ended():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first, second = sentences_of(statement)[:2]
    said = [tag(one, rosa, comment=letter * 1_500) for one, letter in ((first, "a"), (second, "b"))]

    merge(first)

    comment = current_row(sentences_of(statement)[0], rosa).comment
    assert (comment, len(comment)) == ("a" * 1_500 + "\n" + "b" * 498 + "…", 2_000)
    assert [Annotation.objects.get(pk=row.pk).comment for row in said] == ["a" * 1_500, "b" * 1_500]


def test_the_mends_of_others_are_not_undone():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    split_at(sentences_of(statement)[0], "it.")

    with pytest.raises(Refused, match="nothing_to_undo"):
        undo_latest(the_corpus(), reviewer=rosa, save=Save(new_key()), at=EVENING)


# --- Who may ---


def test_a_corpus_can_leave_mending_to_adjudicators_and_admins():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    admin = mender("anna", Role.ADMIN)
    change_corpus(the_corpus(), mending=Mending.ADJUDICATORS, by=admin.user, at=NOON)
    admin = member(admin.user)

    with pytest.raises(Refused, match="not_your_mend"):
        merge(sentences_of(statement)[0], by=member(rosa))
    merge(sentences_of(statement)[0], by=admin)

    assert texts(statement) == ["They hid it. We did not.", "We never will."]


def test_gold_is_challenged_by_adjudicators_and_admins_and_changed_by_nobody():
    statement, rosa, ada = make_statement(TWO), make_reviewer("rosa"), mender()
    settled = sentences_of(statement)[0]
    gold = make_gold(settled, "rebuttal", by=ada.user)

    with pytest.raises(Refused, match="settled"):
        split_at(settled, "it.", by=member(rosa))
    assert list(Gold.objects.challenged()) == []
    split_at(settled, "it.", by=ada)

    assert list(Gold.objects.challenged()) == [gold]
    gold.refresh_from_db()
    assert (gold.sentence, gold.superseded_at) == (settled, None)
    assert not Gold.objects.on(sentences_of(statement)).exists()
    assert Event.objects.latest("pk").detail["challenged"] == [settled.number]


def test_a_released_sentence_is_mended_by_adjudicators_and_admins_alone():
    statement, rosa, ada = make_statement(TWO), member(make_reviewer("rosa")), mender()
    make_release(by=ada.user, at=LATER)
    fresh = make_statement("This came later. It did.", at=EVENING)

    with pytest.raises(Refused, match="settled"):
        merge(sentences_of(statement)[0], by=rosa, at=EVENING)
    merge(sentences_of(fresh)[0], by=rosa, at=EVENING)
    merge(sentences_of(statement)[0], by=ada, at=EVENING)
    split_at(sentences_of(statement)[0], "We", by=rosa, at=EVENING)  # it was made after the release

    assert texts(statement) == ["They hid it.", "We did not.", "We never will."]


def test_a_mend_asks_no_more_for_many_reviewers():
    statement = make_statement(TWO)
    first = sentences_of(statement)[0]
    for n in range(3):
        tag(first, make_reviewer(f"r-{n}"), "allegation")
    by = mender()
    with CaptureQueriesContext(connection) as few:
        made = split_at(first, "it.", by=by)
    unmend(made)
    for n in range(3, 12):
        tag(sentences_of(statement)[0], make_reviewer(f"r-{n}"), "allegation")
    first = sentences_of(statement)[0]
    with CaptureQueriesContext(connection) as many:
        split_at(first, "it.", by=by)

    assert len(many) <= len(few)

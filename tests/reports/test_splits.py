"""The split of the statements: flags in their context, the rules in force, and what today's would change."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.resplit import split_anew
from statements.actions.upload import withdraw
from statements.models import Sentence, Statement
from statements.reports.splits import (
    Cut,
    Flag,
    Neighbour,
    Said,
    difference_of,
    flagged,
    flags_on,
    splitting_of,
    splittings_of,
    statements_in,
)
from statements.roles import Role
from statements.text.segment import SEGMENTER
from tests.make import (
    LATER,
    make_member,
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

TWO = "They hid it. We did not.\n\nWe never will."


def flags(reader) -> list[Flag]:
    keys = flagged(the_corpus(), reader).values_list("pk", flat=True)
    return [flag for one in flags_on(keys, the_corpus(), reader) for flag in one.flags]


def aged(text: str = TWO) -> Statement:
    """A statement as older rules would have cut it: its first two sentences are one."""
    statement = make_statement(text)
    first, second = sentences_of(statement)[:2]
    second.delete()
    Sentence.objects.filter(pk=first.pk).update(end=second.end)
    Statement.objects.filter(pk=statement.pk).update(segmenter="rules-0")
    statement.refresh_from_db()
    return statement


# --- Flags ---


def test_a_flag_tells_who_said_what_of_which_sentence_beside_which_others(ada, rosa, ben):
    statement = make_statement(TWO)
    second = sentences_of(statement)[1]
    tag(second, rosa, "rebuttal", bad_split=True, comment="It belongs to the one before.")
    tag(second, ben, bad_split=True)

    [flag] = flags(ada)

    assert (flag.number, flag.sentence, flag.onward) == (1, second, "")
    assert flag.before == Neighbour("They hid it.", " ", is_across=False)
    assert flag.after == Neighbour("We never will.", "\n\n", is_across=True)
    assert flag.said == [
        Said(member(rosa).pseudonym, "It belongs to the one before."),
        Said(member(ben).pseudonym, ""),
    ]
    assert [(word.cut, word.text) for word in flag.words] == [(None, "We "), (16, "did "), (20, "not.")]


def test_flags_come_in_the_order_of_the_texts_whenever_they_were_made(ada, rosa):
    first, second = make_statement(TWO), make_statement("One more. Two more.")
    for sentence in (sentences_of(second)[0], sentences_of(first)[2], sentences_of(first)[0]):
        tag(sentence, rosa, bad_split=True)

    found = flags(ada)

    assert [flag.sentence.text for flag in found] == ["They hid it.", "We never will.", "One more."]
    assert [flag.onward for flag in found] == [*(flag.sentence.public_id for flag in found[1:]), ""]
    assert [(flag.before is None, flag.after is None) for flag in found] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip


def test_only_flags_that_stand_on_what_is_there_are_shown(ada, rosa, elsewhere):
    gone, other = make_statement("Taken back. It is."), make_statement("Not here.", corpus=elsewhere)
    make_reviewer("rosa", corpus=elsewhere)
    one, two, three = sentences_of(make_statement(TWO))
    for sentence in (one, two, three, *sentences_of(gone), *sentences_of(other)):
        tag(sentence, rosa, bad_split=True)
    tag(one, rosa, at=LATER)
    withdraw(gone.upload, by=None, at=LATER)
    merge(two, across_paragraphs=True, by=mender("judith"))

    assert flags(ada) == []


def test_whoever_reviews_sees_their_own_flags_alone(rosa, ben):
    mia = make_member("mia", {Role.ADMIN, Role.REVIEWER})
    one, two, three = sentences_of(make_statement(TWO))
    for sentence, who in ((one, rosa), (two, ben), (two, mia), (three, ben)):
        tag(sentence, who, bad_split=True, comment=f"a note of {who.username}")

    assert [(flag.sentence, flag.said) for flag in flags(mia)] == [
        (two, [Said(member(mia).pseudonym, "a note of mia")])
    ]


# --- By which rules ---


def test_a_statement_tells_its_rules_its_sentences_and_its_mends_by_hand():
    statement = make_statement(TWO)
    one, two, _three = sentences_of(statement)
    undone = split_at(two, "not")
    split_at(one, "it")
    unmend(undone)

    found = splitting_of(statement)

    assert (found.segmenter, found.is_todays, found.sentences, found.by_hand) == (SEGMENTER, True, 4, 1)


def test_a_mend_that_was_undone_and_done_again_counts():
    statement = make_statement(TWO)
    made = merge(sentences_of(statement)[0])
    counts = []
    for _again in range(3):
        made = unmend(made)
        counts.append(splitting_of(statement).by_hand)

    assert counts == [0, 1, 0]


def test_the_newer_rules_are_in_force_until_that_is_undone():
    statement = aged()
    assert (splitting_of(statement).segmenter, splitting_of(statement).is_todays) == ("rules-0", False)

    made = split_anew(statement, by=mender(), key=new_key(), at=LATER)
    assert splitting_of(statement).segmenter == SEGMENTER
    unmend(unmend(made))
    assert splitting_of(statement).segmenter == SEGMENTER

    unmend(statement.resplits.latest("pk"))
    assert splitting_of(statement).segmenter == "rules-0"


# --- What would change ---


def shown(statement: Statement) -> list[list[tuple[Cut | None, str]]]:
    return [[(one.cut, one.text) for one in pieces] for pieces in difference_of(statement).paragraphs]


def test_the_difference_tells_of_each_cut_whether_it_stays_goes_or_comes():
    statement = make_statement("They hid it. We did not. So it is.\n\nWe never will.")
    split_at(sentences_of(statement)[2], "it")
    merge(sentences_of(statement)[0])

    found = difference_of(statement)

    assert shown(statement) == [
        [(None, "They hid it. "), (Cut.COMES, "We did not. "), (Cut.STAYS, "So "), (Cut.GOES, "it is.")],
        [(None, "We never will.")],
    ]
    assert (found.going, found.coming, found.is_same) == (1, 1, False)


def test_a_cut_between_paragraphs_is_shown_where_it_would_come():
    statement = make_statement(TWO)
    merge(sentences_of(statement)[1], across_paragraphs=True)

    assert shown(statement)[1] == [(Cut.COMES, "We never will.")]
    assert (difference_of(statement).going, difference_of(statement).coming) == (0, 1)


def test_nothing_would_change_where_the_rules_cut_it_as_it_is():
    found = difference_of(make_statement(TWO))

    assert (found.going, found.coming, found.is_same) == (0, 0, True)


# --- What it costs ---


def test_queries_do_not_grow_with_rows(ada, rosa):
    corpus, costs = the_corpus(), []
    for text in ("One. Now.", "Two. Three. Four."):
        statement = make_statement(text)
        for sentence in sentences_of(statement):
            tag(sentence, rosa, bad_split=True)
        merge(sentences_of(make_statement(f"And: {text}"))[0], by=mender("judith"))
        keys = list(flagged(corpus, ada).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as of_flags:
            flags_on(keys, corpus, ada)
        with CaptureQueriesContext(connection) as of_splittings:
            splittings_of(statements_in(corpus))
        costs.append((len(of_flags), len(of_splittings)))

    assert costs == [(6, 3)] * 2

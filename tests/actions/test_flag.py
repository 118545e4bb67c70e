"""Flags that are answered with “it stays as it is”: nothing changes but who is waited for."""

from __future__ import annotations

import pytest

from statements.actions.flag import leave_as_it_is, list_again
from statements.errors import Refused
from statements.models import Annotation, Event, FlagAnswer, Sentence
from statements.reports.splits import flagged
from statements.roles import Role
from tests.actions.crowd import at_once
from tests.make import (
    EVENING,
    LATER,
    NOON,
    make_member,
    make_statement,
    mender,
    merge,
    sentences_of,
    tag,
    the_corpus,
    unmend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(rosa) -> Sentence:
    """Flagged by Rosa."""
    sentence = sentences_of(make_statement("They hid it. We did not. Never."))[1]
    tag(sentence, rosa, "rebuttal", bad_split=True, comment="half of one")
    return sentence


def waiting(reader) -> list[Sentence]:
    return list(flagged(the_corpus(), reader))


def told() -> list[tuple[str, str, str]]:
    rows = Event.objects.filter(noun="sentence").order_by("pk")
    return [(row.verb, row.public_id, row.actor.username if row.actor else "") for row in rows]


def test_an_answered_flag_waits_no_more_and_the_decision_is_as_it_was(second, ada):
    before = list(Annotation.objects.values())

    leave_as_it_is(second, by=ada, at=LATER)

    assert (waiting(ada), list(Annotation.objects.values())) == ([], before)
    [answer] = FlagAnswer.objects.all()
    assert (answer.annotation.sentence, answer.by, answer.at) == (second, ada, LATER)
    assert told() == [("left", second.public_id, "ada")]


def test_an_answer_is_taken_back_and_given_again(second, ada):
    leave_as_it_is(second, by=ada, at=NOON)

    list_again(second, by=ada, at=LATER)
    assert waiting(ada) == [second]

    leave_as_it_is(second, by=ada, at=EVENING)
    assert waiting(ada) == []
    given = FlagAnswer.objects.order_by("pk").values_list("at", "taken_back_at")
    assert list(given) == [(NOON, LATER), (EVENING, None)]
    assert [verb for verb, *_ in told()] == ["left", "listed", "left"]


def test_where_nothing_waits_nothing_is_written(second, ada):
    list_again(second, by=ada, at=LATER)
    leave_as_it_is(second, by=ada, at=LATER)
    leave_as_it_is(second, by=ada, at=EVENING)

    assert (FlagAnswer.objects.count(), len(told())) == (1, 1)


def test_a_flag_that_is_set_anew_waits_again(second, rosa, ben, ada):
    leave_as_it_is(second, by=ada, at=LATER)

    tag(second, rosa, "rebuttal", at=EVENING)
    assert waiting(ada) == []
    tag(second, rosa, "rebuttal", bad_split=True, at=EVENING)
    assert waiting(ada) == [second]

    leave_as_it_is(second, by=ada, at=EVENING)
    tag(second, ben, bad_split=True, at=EVENING)
    assert waiting(ada) == [second]


def test_whoever_reviews_answers_their_own_flag_alone(second, ada):
    mia = make_member("mia", {Role.ADMIN, Role.REVIEWER})
    tag(second, mia, bad_split=True)

    leave_as_it_is(second, by=mia, at=LATER)

    assert (waiting(mia), waiting(ada)) == ([], [second])
    list_again(second, by=ada, at=EVENING)
    assert waiting(mia) == [second]


def test_a_sentence_that_was_cut_differently_is_left_alone(second, ada):
    merged = merge(second, by=mender("judith"))

    for act in (leave_as_it_is, list_again):
        with pytest.raises(Refused, match="sentence_ended"):
            act(second, by=ada, at=LATER)
    assert (FlagAnswer.objects.count(), told()) == (0, [])

    unmend(merged, by=mender("judith"))
    assert [one.text for one in waiting(ada)] == ["We did not."]


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(second, ada):
    said = at_once(lambda _n: leave_as_it_is(second, by=ada, at=LATER))

    assert set(said) == {None}
    assert (FlagAnswer.objects.count(), len(told())) == (1, 1)

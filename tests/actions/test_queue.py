"""Where the next sentence is looked for: it may lag behind, and is never ahead of what waits."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions import queue
from statements.actions.undo import redo_latest, undo_latest
from statements.actions.upload import withdraw
from statements.errors import Refused
from statements.models import Annotation, Corpus, Member, Sentence, State, Upload, User
from statements.reports.queue import next_sentence
from tests.actions.crowd import at_once
from tests.make import (
    LATER,
    NOON,
    WITHDRAWN,
    Save,
    decision,
    make_reviewer,
    make_statement,
    new_key,
    say,
    sentences_of,
    the_corpus,
)
from tests.order import examples


def first_untouched(corpus: Corpus, reviewer: User) -> Sentence | None:
    """The slow and obvious way: look at every sentence."""
    for sentence in Sentence.objects.visible().current().filter(statement__corpus=corpus).in_order():
        rows = Annotation.objects.by(reviewer).filter(sentence=sentence, superseded_at=None)
        if all(row.state == State.WITHDRAWN for row in rows):
            return sentence
    return None


def step_over(take, reviewer: User) -> None:
    with suppress(Refused):  # when there is nothing to undo or to do again
        take(the_corpus(), reviewer=reviewer, save=Save(new_key()), at=LATER)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 8)),
        st.tuples(st.just("withdraw"), st.integers(0, 8)),
        st.tuples(st.sampled_from(["hide", "show"]), st.integers(0, 2)),
        st.sampled_from([("undo", 0), ("redo", 0)]),
    ),
    max_size=25,
)


@pytest.mark.django_db
@pytest.mark.parametrize("every", [1, 16])
@settings(max_examples=examples(40))
@given(steps=STEPS)
def test_whatever_happens_the_next_sentence_is_the_first_that_waits(every, steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "EVERY", every)
        Annotation.objects.update(supersedes=None, restores=None, takes_back=None, act="decide")
        Annotation.labels.through.objects.all().delete()
        Annotation.objects.all().delete()
        Member.objects.update(waiting_from=None)
        rosa = make_reviewer("rosa")
        if not Upload.objects.exists():
            for at in range(3):
                make_statement(f"One of {at}. Two of {at}.\n\nThree of {at}.")
        Upload.objects.update(state="stored")
        sentences = list(Sentence.objects.in_order().select_related("statement__corpus"))
        statements = [sentences[at].statement for at in (0, 3, 6)]

        for what, at in steps:
            if what == "say":
                say(sentences[at], rosa, decision("rebuttal"))
            elif what == "withdraw":
                say(sentences[at], rosa, WITHDRAWN)
            elif what == "hide":  # as if it came in only later, although it was begun before the others
                Upload.objects.filter(statements=statements[at]).update(state="staged")
            elif what == "show":
                Upload.objects.filter(statements=statements[at]).update(state="stored")
                queue.open_for_all(statements[at])
            else:
                step_over(undo_latest if what == "undo" else redo_latest, rosa)
            assert next_sentence(the_corpus(), rosa) == first_untouched(the_corpus(), rosa)


@pytest.mark.django_db
def test_a_long_labelled_beginning_is_not_walked_over():
    rosa, corpus = make_reviewer("rosa"), the_corpus()
    statements = [make_statement(f"Statement {number} says so.") for number in range(30)]
    for statement in statements[:-1]:
        say(sentences_of(statement)[0], rosa, decision())

    with CaptureQueriesContext(connection) as queries:
        found = next_sentence(corpus, rosa)

    assert found == sentences_of(statements[-1])[0]
    assert len(queries) == 5  # what is to check, where to look, statements, which of them, sentence
    place = Member.objects.get(user=rosa).waiting_from
    assert statements.index(place) >= len(statements) - 1 - queue.EVERY


@pytest.mark.django_db
def test_what_is_withdrawn_by_an_admin_is_passed_over():
    rosa = make_reviewer("rosa")
    first, second = make_statement("One stands here."), make_statement("Two stands here.")
    say(sentences_of(second)[0], rosa, decision())
    withdraw(first.upload, by=None, at=NOON)

    assert next_sentence(the_corpus(), rosa) is None


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_sentence_behind(monkeypatch):
    monkeypatch.setattr(queue, "EVERY", 1)
    rosa = make_reviewer("rosa")
    sentences = [sentences_of(make_statement(f"Statement {number} says so."))[0] for number in range(8)]
    for sentence in sentences:
        say(sentence, rosa, decision())

    def work(n: int) -> None:
        for what in (WITHDRAWN, decision(), WITHDRAWN) if n % 2 else (decision(unsure=True),):
            say(sentences[n], rosa, what)

    assert at_once(work) == [None] * 8
    assert next_sentence(the_corpus(), rosa) == sentences[1] == first_untouched(the_corpus(), rosa)

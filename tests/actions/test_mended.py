"""Whatever is mended, decided and taken back, in any order: what stands is what a slow model says."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions.annotation import annotate_all
from statements.actions.decision import Attempt, Save, TakeBack, content
from statements.errors import Refused
from statements.models import Act, Annotation, Statement, User
from tests.actions.mended import (
    CHANCE,
    PEOPLE,
    SAID,
    STEPS,
    WHAT,
    Decision,
    Model,
    begin,
    is_lossless,
    rows_of,
    take,
)
from tests.make import EVENING, new_key, sentences_of
from tests.order import examples

pytestmark = pytest.mark.django_db


def as_the_model_says(statement: Statement, model: Model) -> bool:
    return all(
        dict(rows_of(statement, who)) == {one: model.stands(who, one) for one in model.spans}
        for who in PEOPLE
    )


@settings(max_examples=examples(40))
@given(steps=STEPS)
def test_one_by_one(steps):
    statement, model = begin()
    saved: dict[str, Decision] = {}

    for step in steps:
        take(model, statement, step)
        for row in Annotation.objects.filter(act=Act.DECIDE).prefetch_related("labels"):
            assert saved.setdefault(row.key, content(row)) == content(row)  # readable, and as it was
        assert set(saved) == set(Annotation.objects.filter(act=Act.DECIDE).values_list("key", flat=True))

    assert {one.number: (one.start, one.end) for one in statement.sentences.all()} == model.spans
    assert [one.number for one in sentences_of(statement)] == model.current()
    assert is_lossless(statement)
    assert as_the_model_says(statement, model)


def batch_of(model: Model, statement: Statement, said: list[tuple[str, int, int]]) -> list[Attempt]:
    """What Rosa decided and took back while she was offline, on sentences that may have ended since."""
    rows = Annotation.objects.filter(reviewer__username="rosa").select_related("sentence").order_by("pk")
    current = {row.sentence.number: row.key for row in rows if row.superseded_at is None}
    done, undone = defaultdict(list), defaultdict(list)
    for row in rows.filter(act=Act.DECIDE):
        done[row.sentence.number].append(row.key)
    attempts = []
    for what, chance, choice in said:
        number, key = sorted(model.spans)[chance % len(model.spans)], new_key()
        if what == "say":
            says = SAID[choice % len(SAID)]
            model.say("rosa", number, says)
            done[number].append(key)
            undone[number].clear()
        elif model.move("rosa", number, what):
            source, goal = (done, undone) if what == "undo" else (undone, done)
            says = TakeBack(source[number].pop())
            goal[number].append(key)
        else:
            continue
        sentence = statement.sentences.select_related("statement__corpus").get(number=number)
        attempts.append(Attempt(sentence, says, Save(key, current.get(number, ""))))
        current[number] = key
    return attempts


@settings(max_examples=examples(40))
@given(
    before=st.lists(
        st.tuples(WHAT.filter(lambda what: what not in {"undo", "redo"}), CHANCE, CHANCE, st.just("rosa")),
        max_size=10,
    ),
    said=st.lists(st.tuples(st.sampled_from(["say", "undo", "undo", "redo"]), CHANCE, CHANCE), max_size=10),
    after=STEPS,
)
def test_many_at_once(before, said, after):
    statement, model = begin()
    for step in before:
        take(model, statement, step)
    rosa = User.objects.get(username="rosa")
    attempts = batch_of(model, statement, said)

    outcomes = annotate_all(statement.corpus, attempts, reviewer=rosa, at=EVENING)

    assert [one for one in outcomes if isinstance(one, Refused)] == []
    assert as_the_model_says(statement, model)
    for step in after:
        take(model, statement, step)
    assert as_the_model_says(statement, model)

"""Undo: another row that restores an earlier decision, one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions.annotation import (
    Decision,
    Save,
    content,
    undo,
    undo_latest,
)
from statements.actions.scheme import publish
from statements.actions.upload import withdraw
from statements.errors import Refused, Stale
from statements.models import Annotation, Corpus, Sentence, User
from tests.actions.test_annotation import end_sentence
from tests.make import (
    EVENING,
    LABELS,
    LATER,
    NOON,
    SLUGS,
    THREE,
    WITHDRAWN,
    current_row,
    decision,
    make_corpus,
    make_reviewer,
    make_sentence,
    make_statement,
    new_key,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
    the_corpus,
)


@pytest.mark.django_db
def test_undo_brings_back_the_decision_before_with_all_its_marks():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation", "rebuttal", unsure=True, comment="sure?")
    second = say(sentence, rosa, skipped())

    row = take_back(sentence, rosa)

    assert content(Annotation.objects.get(pk=row.pk)) == content(first)
    assert (row.supersedes, row.restores) == (second, first)
    assert sentence.annotations.count() == 3


@pytest.mark.django_db
def test_two_decisions_undone_twice_leave_the_sentence_untouched():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    tag(sentence, rosa, "rebuttal")

    take_back(sentence, rosa)
    row = take_back(sentence, rosa)

    assert content(row) == WITHDRAWN
    assert list(Annotation.objects.standing()) == []
    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back(sentence, rosa)


@pytest.mark.django_db
def test_a_restored_decision_keeps_the_scheme_it_was_made_under():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    publish(sentence.corpus, LABELS, guidelines={"en": "# Other rules"}, by=None, at=NOON)
    tag(sentence, rosa, "rebuttal")

    row = take_back(sentence, rosa)

    assert (content(row), row.scheme.number) == (decision("allegation"), 1)


@pytest.mark.django_db
def test_nothing_decided_is_nothing_to_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back(sentence, rosa)


@pytest.mark.django_db
def test_a_repeated_undo_undoes_once():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")
    save = Save("undo-key", based_on=second.key)

    once = undo(sentence, reviewer=rosa, save=save, at=LATER)
    again = undo(sentence, reviewer=rosa, save=save, at=EVENING)

    assert (again, once.restores) == (once, first)
    assert Annotation.objects.count() == 3


@pytest.mark.django_db
def test_the_key_of_a_decision_cannot_be_used_again_to_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Refused, match="key_reused"):
        undo(sentence, reviewer=rosa, save=Save(second.key, second.key), at=LATER)

    assert current_row(sentence, rosa) == second


@pytest.mark.django_db
def test_undo_based_on_an_older_decision_is_stale():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Stale) as stale:
        undo(sentence, reviewer=rosa, save=Save(new_key(), first.key), at=LATER)

    assert stale.value.current == second


def take_back_latest(reviewer: User, corpus: Corpus | None = None, key: str = "") -> Annotation:
    save = Save(key or new_key())
    return undo_latest(corpus or the_corpus(), reviewer=reviewer, save=save, at=LATER)


@pytest.mark.django_db
def test_the_latest_decision_of_the_corpus_goes_first_then_the_one_before():
    one, two, three = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    for sentence, label in ((one, "allegation"), (two, "rebuttal"), (one, "commitment"), (three, "rebuttal")):
        tag(sentence, rosa, label)
    tag(three, make_reviewer("ben"), "allegation")

    undone = [take_back_latest(rosa).sentence for _ in range(4)]

    assert undone == [three, one, two, one]
    assert list(Annotation.objects.by(rosa).standing()) == []
    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back_latest(rosa)


@pytest.mark.django_db
def test_the_latest_decision_repeated_with_its_key_is_undone_once():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    tag(one, rosa, "allegation")
    tag(two, rosa, "rebuttal")

    once, again = take_back_latest(rosa, key="undo-key"), take_back_latest(rosa, key="undo-key")

    assert (again, once.sentence) == (once, two)
    assert [row.sentence for row in Annotation.objects.by(rosa).standing()] == [one]


@pytest.mark.django_db
def test_the_latest_decision_of_another_corpus_is_left_alone():
    rosa, elsewhere = make_reviewer("rosa"), make_corpus("elsewhere")
    there = tag(make_sentence(corpus=elsewhere), rosa, "allegation")

    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back_latest(rosa)

    assert list(Annotation.objects.standing()) == [there]


@pytest.mark.django_db
def test_decisions_that_cannot_be_seen_any_more_do_not_stand_in_the_way_of_undo():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    gone = make_sentence("It is gone.")
    for sentence in (one, two, gone):
        tag(sentence, rosa, "allegation")
    withdraw(gone.statement.upload, by=None, at=LATER)
    end_sentence(two, rosa)

    assert take_back_latest(rosa).sentence == one


DECISIONS = st.one_of(
    st.frozensets(st.sampled_from(SLUGS), min_size=1).map(lambda slugs: decision(*slugs)),
    st.sampled_from([decision(), decision(unsure=True), skipped(), WITHDRAWN]),
)


@pytest.mark.django_db
@settings(max_examples=40)
@given(steps=st.lists(st.one_of(st.just("undo"), DECISIONS), max_size=12))
def test_any_mix_of_decisions_and_undos_is_a_pile(steps):
    """Undo takes the top away; withdrawing clears the pile: nothing stands on what was taken back."""
    Annotation.objects.update(supersedes=None, restores=None)
    Annotation.labels.through.objects.all().delete()
    Annotation.objects.all().delete()
    sentence, rosa = Sentence.objects.first() or make_sentence(), make_reviewer("rosa")
    pile: list[Decision] = []
    rows = 0

    for step in steps:
        if step != "undo":
            say(sentence, rosa, step)
            pile = [] if step == WITHDRAWN else [*pile, step]
        elif pile:
            take_back(sentence, rosa)
            pile.pop()
        else:
            with pytest.raises(Refused, match="nothing_to_undo"):
                take_back(sentence, rosa)
            continue
        rows += 1
        row = current_row(sentence, rosa)
        assert content(row) == (pile[-1] if pile else WITHDRAWN)

    assert Annotation.objects.count() == rows

"""Undo: another row that restores an earlier decision, one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions.annotation import annotate
from statements.actions.decision import Decision, Save, TakeBack, content
from statements.actions.scheme import publish
from statements.actions.undo import redo_latest, undo_latest
from statements.actions.upload import withdraw
from statements.errors import Refused, Stale
from statements.models import Annotation, Corpus, Sentence, User
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
    next_save,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
    the_corpus,
)
from tests.order import examples


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
    with pytest.raises(Refused, match="not_last"):
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

    with pytest.raises(Refused, match="not_last"):
        take_back(sentence, rosa)


@pytest.mark.django_db
def test_a_repeated_undo_undoes_once():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")
    save = Save("undo-key", based_on=second.key)

    once = annotate(sentence, TakeBack(second.key), reviewer=rosa, save=save, at=LATER)
    again = annotate(sentence, TakeBack(second.key), reviewer=rosa, save=save, at=EVENING)

    assert (again, once.restores) == (once, first)
    assert Annotation.objects.count() == 3


@pytest.mark.django_db
def test_the_key_of_a_decision_cannot_be_used_again_to_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Refused, match="key_reused"):
        annotate(sentence, TakeBack(second.key), reviewer=rosa, save=Save(second.key, second.key), at=LATER)

    assert current_row(sentence, rosa) == second


@pytest.mark.django_db
def test_undo_based_on_an_older_decision_is_stale():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Stale) as stale:
        annotate(sentence, TakeBack(first.key), reviewer=rosa, save=Save(new_key(), first.key), at=LATER)

    assert stale.value.current == second


def do_latest_again(reviewer: User, key: str = "") -> Annotation:
    return redo_latest(the_corpus(), reviewer=reviewer, save=Save(key or new_key()), at=LATER)


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

    assert take_back_latest(rosa).sentence == two


@pytest.mark.django_db
def test_redo_does_again_what_was_undone_and_can_be_undone():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    first, second = tag(one, rosa, "allegation", unsure=True), tag(two, rosa, "rebuttal")
    undone = [take_back_latest(rosa), take_back_latest(rosa)]

    again = [do_latest_again(rosa), do_latest_again(rosa)]

    assert [(row.sentence, row.act, row.takes_back, row.restores) for row in again] == [
        (one, "redo", undone[1], first),
        (two, "redo", undone[0], second),
    ]
    assert [content(row) for row in again] == [content(first), content(second)]
    with pytest.raises(Refused, match="nothing_to_redo"):
        do_latest_again(rosa)
    assert take_back_latest(rosa).takes_back == again[1]


@pytest.mark.django_db
def test_a_decision_after_an_undo_leaves_nothing_to_do_again():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    tag(one, rosa, "allegation")
    take_back_latest(rosa)
    tag(two, rosa, "rebuttal")

    with pytest.raises(Refused, match="nothing_to_redo"):
        do_latest_again(rosa)


@pytest.mark.django_db
def test_a_redo_repeated_with_its_key_is_done_once():
    rosa = make_reviewer("rosa")
    tag(make_sentence(), rosa, "allegation")
    take_back_latest(rosa)

    once, again = do_latest_again(rosa, key="redo-key"), do_latest_again(rosa, key="redo-key")

    assert (again, Annotation.objects.count()) == (once, 3)


@pytest.mark.django_db
def test_a_decision_that_was_taken_away_on_purpose_comes_back_by_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    say(sentence, rosa, WITHDRAWN)

    row = take_back_latest(rosa)

    assert (content(row), row.restores) == (decision("allegation"), first)


@pytest.mark.django_db
def test_only_what_was_done_last_on_a_sentence_can_be_taken_back():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa, ben = make_reviewer("rosa"), make_reviewer("ben")
    first, second = tag(one, rosa, "allegation"), tag(one, rosa, "rebuttal")
    elsewhere, bens = tag(two, rosa, "rebuttal"), tag(one, ben, "rebuttal")

    for target in (first.key, elsewhere.key, bens.key, "no-such-key"):
        with pytest.raises(Refused, match="not_last"):
            annotate(one, TakeBack(target), reviewer=rosa, save=Save(new_key(), second.key), at=LATER)

    take_back(one, rosa)
    with pytest.raises(Refused, match="not_last"):
        annotate(one, TakeBack(second.key), reviewer=rosa, save=next_save(one, rosa), at=LATER)


@pytest.mark.django_db
def test_eight_steps_of_many_reach_over_statements():
    rosa = make_reviewer("rosa")
    sentences = [make_sentence(f"Number {number} is here.") for number in range(4)]
    for sentence in sentences:
        tag(sentence, rosa, "rebuttal")

    back = [take_back_latest(rosa).sentence for _ in sentences]
    forth = [do_latest_again(rosa).sentence for _ in sentences]

    assert (back, forth) == (sentences[::-1], sentences)


DECISIONS = st.one_of(
    st.frozensets(st.sampled_from(SLUGS), min_size=1).map(lambda slugs: decision(*slugs)),
    st.sampled_from([decision(), decision(unsure=True), skipped(), WITHDRAWN]),
)
STEPS = st.lists(
    st.one_of(st.just("undo"), st.just("redo"), st.tuples(st.integers(0, 2), DECISIONS)), max_size=16
)


@pytest.mark.django_db
@settings(max_examples=examples(40))
@given(steps=STEPS)
def test_any_mix_of_decisions_undos_and_redos_is_two_piles(steps):
    """As in any editor: undo and redo move the last step from one pile to the other, deciding ends redo."""
    Annotation.objects.update(supersedes=None, restores=None, takes_back=None, act="decide")
    Annotation.labels.through.objects.all().delete()
    Annotation.objects.all().delete()
    sentences = list(Sentence.objects.all()) or sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    shown = [WITHDRAWN] * 3
    done: list[tuple[int, Decision, Decision]] = []
    undone: list[tuple[int, Decision, Decision]] = []
    rows = 0

    for step in steps:
        if isinstance(step, tuple):
            at, said = step
            say(sentences[at], rosa, said)
            done, undone = [*done, (at, shown[at], said)], []
            shown[at] = said
        else:
            take, pile, other = (
                (take_back_latest, done, undone) if step == "undo" else (do_latest_again, undone, done)
            )
            if not pile:
                with pytest.raises(Refused, match=f"nothing_to_{step}"):
                    take(rosa)
                continue
            take(rosa)
            at, before, after = pile.pop()
            other.append((at, before, after))
            shown[at] = before if step == "undo" else after
        rows += 1
        standing = [current_row(sentence, rosa) for sentence in sentences]
        assert [content(row) if row else WITHDRAWN for row in standing] == shown

    assert Annotation.objects.count() == rows

"""Many who decide, take back and mend the same statement at once: nothing is lost, doubled or outdated."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from django.db.models import Count

from statements.actions.annotation import annotate
from statements.actions.carry import Estate, carry, is_carried, says
from statements.actions.decision import Save
from statements.actions.resplit import split_sentence
from statements.actions.undo import redo_latest, undo_latest
from statements.errors import Refused, Stale
from statements.models import Act, Annotation, Member, Resplit, Round, Sentence, Statement, User
from statements.text.gaps import cuts
from tests.actions.crowd import at_once
from tests.actions.mended import TWO, is_lossless, texts
from tests.make import (
    EVENING,
    LATER,
    NOON,
    SLUGS,
    current_row,
    decision,
    do_again,
    make_reviewer,
    make_statement,
    mender,
    merge,
    new_key,
    next_save,
    sentences_of,
    split_at,
    tag,
    take_back,
    the_corpus,
    unmend,
)

TURNS = 25
FORESEEN = {
    *("stale", "not_last", "nothing_to_undo", "nothing_to_redo"),
    *("sentence_ended", "mended_since", "not_a_gap", "no_next"),
}


def mends(statement: Statement, by: Member, chance: Random) -> None:
    current = sentences_of(statement)
    what = chance.choice(["merge", "merge", "split", "split", "undo"])
    if what == "merge" and len(current) > 1:
        merge(chance.choice(current[:-1]), by=by, across_paragraphs=True)
    if what == "split":
        sentence = chance.choice(current)
        if gaps := cuts(statement.text, sentence.start, sentence.end):
            split_sentence(sentence, chance.choice(gaps), by=by, key=new_key(), at=LATER)
    standing = list(Resplit.objects.standing())
    if what == "undo" and standing:
        unmend(chance.choice(standing), by=by)


def decides(statement: Statement, reviewer: User, chance: Random) -> str | None:
    """Decide or take back on any sentence there ever was; return the key of a decision that was stored."""
    sentence = chance.choice(list(statement.sentences.select_related("statement__corpus")))
    what = chance.choice(["say", "say", "say", "undo", "undo", "redo", "undo latest", "redo latest"])
    if what == "say":
        return tag(sentence, reviewer, chance.choice(SLUGS)).key
    if what in {"undo", "redo"}:
        (take_back if what == "undo" else do_again)(sentence, reviewer)
    else:
        take = undo_latest if what == "undo latest" else redo_latest
        take(the_corpus(), reviewer=reviewer, save=Save(new_key()), at=EVENING)
    return None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_decides_and_mends_at_once_ends_with_what_one_after_the_other_would(seed):
    statement, stored = make_statement(TWO), []
    reviewers = [make_reviewer(f"reviewer-{n}") for n in range(3)]  # each in two places
    menders = [mender("ada"), mender("anna")]

    def work(n: int) -> set[str]:
        chance, said = Random(f"{seed} {n}"), set()
        step: Callable[[], str | None] = (
            (lambda: mends(statement, menders[n - 6], chance))
            if n >= 6
            else (lambda: decides(statement, reviewers[n % 3], chance))
        )
        for _turn in range(TURNS):
            try:
                stored.append(step())
            except Refused as refusal:
                said.add(refusal.code)
        return said

    answers = at_once(work)

    assert [answer for answer in answers if not isinstance(answer, set)] == []
    assert set().union(*answers) <= FORESEEN
    decisions = Annotation.objects.filter(act=Act.DECIDE).values_list("key", flat=True)
    assert sorted(decisions) == sorted(key for key in stored if key)
    assert is_lossless(statement)
    by_place = Annotation.objects.current().values("sentence", "reviewer", "round")
    assert not by_place.annotate(count=Count("pk")).filter(count__gt=1).exists()
    outdated = [
        (sentence.number, reviewer.username)
        for sentence in statement.sentences.exclude(made_by=None)
        for reviewer in reviewers
        if (row := current_row(sentence, reviewer)) is None or is_carried(row)
        if not says(row, Estate([sentence], reviewer).legacy(sentence, (reviewer.pk, Round.FIRST)))
    ]
    assert outdated == []


@pytest.mark.django_db(transaction=True)
def test_two_who_mend_the_same_sentence_do_not_both_mend_it():
    statement = make_statement("They hid it and we did not and so on.")
    menders = [mender(f"mender-{n}") for n in range(4)]
    sentence = sentences_of(statement)[0]
    gaps = cuts(statement.text, sentence.start, sentence.end)

    def work(n: int) -> str:
        seen = sentences_of(statement)[0] if n % 2 else Sentence.objects.get(pk=sentence.pk)
        try:
            split_sentence(seen, gaps[n], by=menders[n], key=new_key(), at=LATER)
        except Refused as refusal:
            return refusal.code
        return "mended"

    outcomes = at_once(work, times=4)

    assert set(outcomes) <= {"mended", "sentence_ended", "not_a_gap"}
    assert Resplit.objects.count() == outcomes.count("mended") >= 1
    assert len(texts(statement)) == 1 + Resplit.objects.count()
    assert is_lossless(statement)


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_while_it_is_mended_is_neither_lost_nor_doubled():
    statement = make_statement(TWO)
    people = [make_reviewer(f"reviewer-{n}") for n in range(6)]
    menders = [mender("ada"), mender("anna")]
    saved: list[str] = []

    def work(n: int) -> None:
        if n >= 6:
            for _turn in range(6):
                current = sentences_of(statement)
                try:
                    if len(current) > 2:
                        merge(current[0], by=menders[n - 6])
                    else:
                        split_at(current[0], "We", by=menders[n - 6])
                except (Refused, ValueError):
                    continue
        for turn in range(12 if n < 6 else 0):
            sentence = sentences_of(statement)[turn % 2]
            try:
                row = annotate(
                    sentence, decision("rebuttal"), reviewer=people[n],
                    save=next_save(sentence, people[n]), at=NOON,
                )  # fmt: skip
            except Stale:  # a mend brought something in between
                continue
            saved.append(row.key)

    assert at_once(work) == [None] * 8
    assert set(Annotation.objects.filter(act=Act.DECIDE).values_list("key", flat=True)) == set(saved)
    assert len(saved) == len(set(saved))
    assert is_lossless(statement)
    lost = [
        (sentence.number, person.username)
        for sentence in sentences_of(statement)
        for person in people
        if not is_carried_right(sentence, person)
    ]
    assert lost == []


def is_carried_right(sentence: Sentence, reviewer: User) -> bool:
    """Whether a sentence has what the sentences in whose place it is have now."""
    row = current_row(sentence, reviewer)
    if sentence.made_by is None or (row is not None and row.act != Act.CARRY):
        return True
    return carry([sentence.made_by.pk], at=EVENING, reviewer=reviewer) == []

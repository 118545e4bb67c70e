"""Many who decide, take back and mend the same statement at once: nothing is lost, doubled or outdated."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from django.db.models import Count

from statements.actions.carry import Estate, is_carried, says
from statements.actions.decision import Save
from statements.actions.resplit import split_sentence
from statements.actions.undo import redo_latest, undo_latest
from statements.errors import Refused
from statements.models import Act, Annotation, Member, Resplit, Round, Statement, User
from statements.text.gaps import cuts
from tests.actions.crowd import at_once
from tests.actions.test_resplit import TWO, is_lossless
from tests.make import (
    EVENING,
    LATER,
    SLUGS,
    current_row,
    do_again,
    make_reviewer,
    make_statement,
    mender,
    merge,
    new_key,
    sentences_of,
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

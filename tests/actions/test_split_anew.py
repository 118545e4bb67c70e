"""A whole statement is cut anew by the rules of this version, while nobody has touched it."""

from __future__ import annotations

import pytest

from statements.actions.resplit import (
    split_anew,
)
from statements.errors import Refused
from statements.models import (
    Sentence,
)
from statements.roles import Role
from statements.text.segment import SEGMENTER
from tests.actions.mended import TWO, named, texts
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
    take_back,
    unmend,
)

pytestmark = pytest.mark.django_db


def test_a_statement_nobody_touched_is_split_anew_and_keeps_what_is_right(monkeypatch):
    statement = make_statement(TWO)
    merged = sentences_of(statement)
    Sentence.objects.filter(pk=merged[1].pk).delete()
    Sentence.objects.filter(pk=merged[0].pk).update(end=merged[1].end)

    made = split_anew(statement, by=mender(), key=new_key(), at=LATER)

    assert texts(statement) == ["They hid it.", "We did not.", "We never will."]
    assert [one.made_by for one in sentences_of(statement)] == [made, made, None]
    assert (made.kind, made.segmenter) == ("rules", SEGMENTER)
    with pytest.raises(Refused, match="same_split"):
        split_anew(statement, by=mender(), key=new_key(), at=LATER)


def test_a_whole_statement_is_split_anew_by_adjudicators_and_admins_alone():
    statement, rosa, ada = make_statement(TWO), member(make_reviewer("rosa")), mender()
    merged = sentences_of(statement)
    Sentence.objects.filter(pk=merged[1].pk).delete()
    Sentence.objects.filter(pk=merged[0].pk).update(end=merged[1].end)

    with pytest.raises(Refused, match="not_your_rules"):
        split_anew(statement, by=rosa, key=new_key(), at=LATER)
    made = split_anew(statement, by=ada, key=new_key(), at=LATER)
    with pytest.raises(Refused, match="not_your_rules"):
        unmend(made, by=rosa)
    undone = unmend(made, by=ada)
    with pytest.raises(Refused, match="not_your_rules"):
        unmend(undone, by=rosa)

    assert len(texts(statement)) == 2


def test_a_reviewer_does_not_learn_whether_others_have_begun():
    statement, rosa = make_statement(TWO), member(make_reviewer("rosa"))
    answers = []
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            split_anew(statement, by=rosa, key=new_key(), at=LATER)
        answers.append(refused.value.code)
        tag(sentences_of(statement)[0], make_reviewer("paul"))

    assert answers == ["not_your_rules", "not_your_rules"]


def test_neither_does_an_adjudicator_who_reviews_beside_others():
    touched, fresh, mia = make_statement(TWO), make_statement("One more. Two more."), make_member(
        "mia", {Role.ADJUDICATOR, Role.REVIEWER}
    )  # fmt: skip
    tag(sentences_of(touched)[0], make_reviewer("paul"))

    for statement in (touched, fresh):
        with pytest.raises(Refused, match="not_your_rules"):
            split_anew(statement, by=member(mia), key=new_key(), at=LATER)


def test_whoever_is_alone_in_a_corpus_reviews_and_splits_anew():
    statement, mia = make_statement(TWO), make_member("mia", {Role.ADMIN, Role.REVIEWER})
    with pytest.raises(Refused, match="same_split"):
        split_anew(statement, by=member(mia), key=new_key(), at=LATER)


def test_paragraphs_of_older_rules_are_counted_anew_with_the_cuts():
    statement, ada = make_statement(TWO), mender()
    Sentence.objects.filter(statement=statement).update(paragraph=1)  # of rules that knew no blank line

    made = split_anew(statement, by=ada, key=new_key(), at=LATER)

    assert [one.paragraph for one in sentences_of(statement)] == [1, 1, 2]
    assert [one.number for one in sentences_of(statement)] == [1, 2, 4]
    merge(sentences_of(statement)[1], across_paragraphs=True)
    split_at(sentences_of(statement)[1], "We never")
    assert [one.paragraph for one in sentences_of(statement)] == [1, 1, 2]
    merge(sentences_of(statement)[1], across_paragraphs=True)
    split_at(sentences_of(statement)[1], "never")
    assert [one.paragraph for one in sentences_of(statement)] == [1, 1, 2]
    assert made.kind == "rules"


def test_a_sentence_merged_before_rules_were_undone_falls_into_its_own_paragraphs_again():
    statement, ada = make_statement("One is here. Two is here.\n\nThree is here.\n\nFour is here."), mender()
    first, second = sentences_of(statement)[:2]
    Sentence.objects.filter(pk=second.pk).delete()
    Sentence.objects.filter(pk=first.pk).update(end=second.end)
    rules = split_anew(statement, by=ada, key=new_key(), at=LATER)
    merge(named(statement, "Three is here."), across_paragraphs=True)
    unmend(rules)

    split_at(sentences_of(statement)[-1], "Four")

    assert [one.paragraph for one in sentences_of(statement)] == [1, 2, 3]


def test_a_statement_somebody_touched_is_not_split_anew():
    decided, mended = make_statement(TWO), make_statement("One more. Two more.")
    rosa = make_reviewer("rosa")
    tag(sentences_of(decided)[0], rosa)
    take_back(sentences_of(decided)[0], rosa)
    merge(sentences_of(mended)[0])

    for statement in (decided, mended):
        with pytest.raises(Refused, match="touched"):
            split_anew(statement, by=mender(), key=new_key(), at=LATER)

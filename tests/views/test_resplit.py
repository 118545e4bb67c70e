"""Mending the split on pages: what is offered, what is refused, and where one goes on."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from statements.actions.corpus import change_corpus
from statements.actions.decision import content
from statements.actions.resplit import split_anew
from statements.models import Mending, Resplit, Sentence
from statements.roles import Role
from tests.make import (
    LATER,
    NOON,
    current_row,
    decision,
    make_gold,
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
)

pytestmark = pytest.mark.django_db

TWO = "They hid it. We did not.\n\nWe never will."


@pytest.fixture
def statement(corpus):
    return make_statement(TWO)


@pytest.fixture
def by_rosa(client, rosa):
    client.force_login(rosa)
    return client


def address(sentence) -> str:
    return f"/sentences/{sentence.public_id}/mend/"


def press(client, sentence, **given: object):
    return client.post(address(sentence), {"key": new_key(), **given})


def buttons(page: str) -> list[str]:
    return re.findall(r'(?s)<button[^>]*name="(?:cut|what)" value="([^"]*)"', page)


def texts(statement) -> list[str]:
    return [sentence.text for sentence in sentences_of(statement)]


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_every_word_but_the_first_and_both_neighbours_are_offered(by_rosa, statement):
    first, second, third = sentences_of(statement)

    assert buttons(by_rosa.get(address(first)).text) == ["5", "9", "merge"]
    assert buttons(by_rosa.get(address(second)).text) == ["before", "16", "20", "across"]
    assert buttons(by_rosa.get(address(third)).text) == ["across-before", "29", "35"]


def test_a_split_leads_back_to_the_desk_at_its_first_part(by_rosa, statement):
    first = sentences_of(statement)[0]

    response = press(by_rosa, first, cut=9)

    assert texts(statement)[:2] == ["They hid", "it."]
    assert response["Location"] == f"/c/press/statements/{statement.public_id}/tag/?sentence=4#s-4"
    assert said(response) == ["The sentence was split. Undo takes it back."]


@pytest.mark.parametrize(
    ("number", "what", "left"),
    [
        (1, "merge", ["They hid it. We did not.", "We never will."]),
        (2, "before", ["They hid it. We did not.", "We never will."]),
        (2, "across", ["They hid it.", "We did not.\n\nWe never will."]),
        (3, "across-before", ["They hid it.", "We did not.\n\nWe never will."]),
    ],
)
def test_merging_with_either_neighbour(by_rosa, statement, number, what, left):
    press(by_rosa, sentences_of(statement)[number - 1], what=what)

    assert texts(statement) == left


def test_whoever_does_not_review_goes_on_where_the_statement_is_read(client, statement):
    client.force_login(make_member("judith", {Role.ADJUDICATOR}))

    response = press(client, sentences_of(statement)[0], what="merge")

    assert response["Location"] == f"/c/press/statements/{statement.public_id}/?sentence=4#s-4"


@pytest.mark.parametrize(
    ("given", "status", "why"),
    [
        ({}, 422, "Choose the word with which the second sentence begins."),
        ({"what": "split"}, 422, "Choose the word with which the second sentence begins."),
        ({"what": "join"}, 422, "Reload the page and try again."),
        ({"what": "merge", "key": "short"}, 422, "Enter a valid value."),
        ({"cut": "6"}, 422, "A sentence can only be split between two words. Choose another place."),
        ({"cut": "9" * 9}, 422, "A sentence can only be split between two words. Choose another place."),
        ({"what": "before"}, 409, "There is no sentence beside this one to merge it with."),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(by_rosa, statement, given, status, why):
    response = press(by_rosa, sentences_of(statement)[0], **given)

    assert response.status_code == status
    assert why in response.text
    assert len(texts(statement)) == 3


def test_a_sentence_that_ended_leads_to_what_took_its_place(by_rosa, statement):
    first = sentences_of(statement)[0]
    split_at(first, "it.")
    there = f"/c/press/statements/{statement.public_id}/tag/?sentence=4#s-4"

    assert by_rosa.get(address(first))["Location"] == there
    late = press(by_rosa, first, what="merge")
    assert late["Location"] == there
    assert said(late) == [
        "This sentence was cut differently meanwhile. Nothing was changed: look at it as it is now."
    ]


def test_a_sentence_that_was_cut_twice_since_leads_to_what_is_there_now(by_rosa, statement):
    first = sentences_of(statement)[0]
    split_at(first, "it.")
    split_at(sentences_of(statement)[0], "hid")

    place = f"/c/press/statements/{statement.public_id}/tag/?sentence=6#s-6"
    assert by_rosa.get(address(first))["Location"] == place


def test_what_somebody_may_not_mend_is_shown_with_the_reason(by_rosa, statement, corpus, ada):
    first = sentences_of(statement)[0]
    make_gold(first, "rebuttal", by=ada)
    page = by_rosa.get(address(first)).text
    assert "This sentence is settled or part of a release" in page
    assert buttons(page) == []

    change_corpus(corpus, mending=Mending.ADJUDICATORS, by=ada, at=NOON)
    page = by_rosa.get(address(first)).text
    assert "In this corpus adjudicators and admins mend the split." in page
    assert press(by_rosa, first, what="merge").status_code == 409
    desk = by_rosa.get(f"/c/press/statements/{statement.public_id}/tag/").text
    assert "Resplit" not in desk
    assert Resplit.objects.count() == 0


def test_a_decision_that_comes_late_without_javascript_is_carried_along(by_rosa, rosa, statement):
    first = sentences_of(statement)[0]
    split_at(first, "it.")

    response = by_rosa.post(
        f"/sentences/{first.public_id}/annotation/",
        {"key": new_key(), "based_on": "", "choose": "label:allegation"},
    )

    assert response["Location"] == f"/c/press/statements/{statement.public_id}/tag/?sentence=4#s-4"
    assert said(response) == ["The sentence was cut differently meanwhile. Your decision was carried along."]
    parts = sentences_of(statement)[:2]
    assert [content(current_row(part, rosa)) for part in parts] == [decision("allegation")] * 2


def test_an_undone_mend_says_how_it_is_made_again(by_rosa, statement):
    press(by_rosa, sentences_of(statement)[0], what="merge")
    made = Resplit.objects.get()

    response = press(by_rosa, sentences_of(statement)[0], what="undo", resplit=made.public_id)

    assert said(response)[-1] == "The split is as it was before. Redo makes it again."


def test_two_words_pressed_at_once_are_one_split_and_the_second_is_told_so(by_rosa, statement):
    first, key = sentences_of(statement)[0], new_key()
    press(by_rosa, first, cut=5, key=key)

    late = press(by_rosa, first, cut=9, key=key)

    assert said(late)[-1] == (
        "This sentence was cut differently meanwhile. Nothing was changed: look at it as it is now."
    )
    assert texts(statement)[:2] == ["They", "hid it."]


def test_the_change_that_made_a_sentence_is_offered_to_be_undone_to_who_may_undo_it(by_rosa, statement, ada):
    merge(sentences_of(statement)[0], by=member(ada))
    aged = make_statement("One more. Two more.", title="Cut anew")
    first, second = sentences_of(aged)
    Sentence.objects.filter(pk=second.pk).delete()
    Sentence.objects.filter(pk=first.pk).update(end=second.end)
    split_anew(aged, by=member(ada), key=new_key(), at=LATER)
    by_ada, offer = Client(), "Undo the change that made this sentence"
    by_ada.force_login(ada)

    offered = [
        [offer in reader.get(address(sentences_of(one)[0])).text for one in (statement, aged)]
        for reader in (by_rosa, by_ada)
    ]

    assert offered == [[True, False], [True, True]]


def test_undo_says_that_it_took_a_mend_back(by_rosa, statement):
    press(by_rosa, sentences_of(statement)[0], what="merge")

    undone = by_rosa.post("/c/press/undo/", {"key": new_key()})
    redone = by_rosa.post("/c/press/redo/", {"key": new_key()})

    assert said(undone)[-1] == "The split is as it was before."
    assert said(redone)[-1] == "The change was made again."


def test_nobody_sees_by_a_mend_what_others_decided(by_rosa, statement):
    first = sentences_of(statement)[0]
    pages = []
    for who in ("paul", "pia"):
        tag(first, make_reviewer(who), "allegation", comment="a hidden remark")
        pages.append(
            re.sub(r'name="(key|csrfmiddlewaretoken)" value="[^"]*"', "", by_rosa.get(address(first)).text)
        )
    assert pages[0] == pages[1]
    press(by_rosa, first, cut=9)

    desk = by_rosa.get(f"/c/press/statements/{statement.public_id}/tag/").text
    assert "a hidden remark" not in desk
    assert 'data-check="1"' not in desk


def test_the_page_of_a_sentence_tells_where_it_comes_from(by_rosa, statement):
    first = sentences_of(statement)[0]
    split_at(first, "it.", by=mender())

    old = by_rosa.get(f"/sentences/{first.public_id}/").text
    new = by_rosa.get(f"/sentences/{statement.public_id}.4/").text

    assert "This sentence was cut differently later." in old
    assert re.findall(r'href="/sentences/[^"]*\.(\d+)/"', old) == ["4", "5"]
    assert "Made by a mend (split)" in new
    assert re.findall(r'href="/sentences/[^"]*\.(\d+)/"', new) == ["1"]
    assert "Split, merge or undo" in new

"""Mending the split over the API: boundaries change once, decisions come along, and nobody learns more."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.utils import timezone

from statements.actions.corpus import change_corpus
from statements.models import Event, Member, Mending, Resplit, Sentence
from statements.roles import Role, Scope
from statements.text.segment import SEGMENTER
from tests.api.test_access import path, problem
from tests.make import (
    LATER,
    NOON,
    make_gold,
    make_member,
    make_statement,
    member,
    new_key,
    sentences_of,
    split_at,
    tag,
    unmend,
)

pytestmark = pytest.mark.django_db

PATH = "/api/v1/corpora/press/resplits/"
TEXT = "🤔 They hid it and we did not. So it is.\n\nWe never will."
CUT = TEXT.index("and")  # Python counts code points, as the API does


@pytest.fixture
def statement(corpus):
    return make_statement(TEXT)


@pytest.fixture
def mend(connect, rosa):
    """POST this change as Rosa, or as somebody else."""

    def mend(*, client=None, slug: str = "press", **sent: object):
        body = json.dumps({"key": new_key(), **sent})
        address = f"/api/v1/corpora/{slug}/resplits/"
        return (client or connect(rosa)).post(address, body, "application/json")

    return mend


def span(statement, number: int, start: int, end: int, paragraph: int = 1) -> dict[str, object]:
    return {"id": f"{statement.public_id}.{number}", "start": start, "end": end, "paragraph": paragraph}


def texts(statement) -> list[str]:
    return [sentence.text for sentence in sentences_of(statement)]


# --- Each kind ---


def test_a_sentence_is_split_and_the_answer_says_what_became_of_it(mend, connect, statement, rosa):
    before = timezone.now()

    response = mend(sentence=f"{statement.public_id}.1", cut=CUT)

    made = Resplit.objects.get()
    shown = dict(response.json())
    at = datetime.fromisoformat(shown.pop("at"))
    assert response.status_code == 201
    assert before <= at == made.at <= timezone.now()
    assert shown == {
        "id": made.public_id,
        "statement": statement.public_id,
        "kind": "split",
        "undoes": None,
        "segmenter": "",
        "reviewer": member(rosa).pseudonym,
        "ended": [span(statement, 1, 0, 29)],
        "made": [span(statement, 4, 0, 13), span(statement, 5, 14, 29)],
    }
    assert texts(statement) == ["🤔 They hid it", "and we did not.", "So it is.", "We never will."]
    listed = connect(rosa).get(PATH).json()
    assert listed == {"next": None, "previous": None, "results": [response.json()]}


def test_a_sentence_is_merged_with_the_next_one(mend, statement):
    shown = mend(sentence=f"{statement.public_id}.1", merge=True).json()

    assert (shown["kind"], shown["ended"], shown["made"]) == (
        "merge",
        [span(statement, 1, 0, 29), span(statement, 2, 30, 39)],
        [span(statement, 4, 0, 39)],
    )


def test_paragraphs_are_merged_only_when_it_is_said(mend, statement):
    last_of_first = f"{statement.public_id}.2"

    refused = [
        mend(sentence=last_of_first, merge=True, **more) for more in ({}, {"across_paragraphs": False})
    ]
    merged = mend(sentence=last_of_first, merge=True, across_paragraphs=True)

    assert {problem(one)[2] for one in refused} == {"urn:annotator:problem:other_paragraph"}
    assert merged.json()["made"] == [span(statement, 4, 30, 55)]


def test_an_undo_brings_the_boundaries_back_and_its_undo_is_a_redo(mend, statement):
    split = mend(sentence=f"{statement.public_id}.1", cut=CUT).json()

    undone = mend(undoes=split["id"]).json()
    again = mend(undoes=undone["id"]).json()

    assert [(one["kind"], one["undoes"], one["ended"], one["made"]) for one in (undone, again)] == [
        ("undo", split["id"], split["made"], [span(statement, 6, 0, 29)]),
        ("redo", undone["id"], undone["made"], [span(statement, 7, 0, 13), span(statement, 8, 14, 29)]),
    ]
    assert problem(mend(undoes=split["id"]))[2] == "urn:annotator:problem:mended_since"


def test_a_statement_that_nobody_touched_is_cut_anew(mend, connect, statement):
    judith = connect(make_member("judith", {Role.ADJUDICATOR}))
    for client, code in ((None, "not_your_rules"), (judith, "same_split")):
        answer = mend(client=client, statement=statement.public_id, rules=True)
        assert problem(answer)[2] == f"urn:annotator:problem:{code}"
    Sentence.objects.filter(statement=statement, number=2).delete()
    Sentence.objects.filter(statement=statement, number=1).update(end=39)

    shown = mend(client=judith, statement=statement.public_id, rules=True).json()

    assert {name: shown[name] for name in ("kind", "segmenter", "ended", "made")} == {
        "kind": "rules",
        "segmenter": SEGMENTER,
        "ended": [span(statement, 1, 0, 39)],
        "made": [span(statement, 4, 0, 29), span(statement, 5, 30, 39)],
    }


def test_decisions_come_along(mend, connect, statement, rosa, ben):
    old = sentences_of(statement)[0]
    tag(old, rosa, "rebuttal", comment="mine")
    tag(old, ben, "allegation")

    made = mend(sentence=old.public_id, cut=CUT).json()["made"]

    shown = [connect(rosa).get(f"/api/v1/sentences/{one['id']}/annotation/").json() for one in made]
    assert {(one["state"], *one["labels"], one["comment"], one["check"]) for one in shown} == {
        ("labelled", "rebuttal", "mine", True)
    }
    kept = connect(rosa).get(path(old)).json()
    assert (kept["labels"], kept["is_current"], kept["check"]) == (["rebuttal"], False, False)


# --- Once ---


@pytest.mark.parametrize("change", [{"cut": CUT}, {"merge": True}], ids=["split", "merge"])
def test_the_same_key_again_answers_the_same_and_changes_nothing(mend, statement, change):
    sent = {"key": "a-key-of-mine", "sentence": f"{statement.public_id}.1", **change}

    first, again = mend(**sent), mend(**sent)

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (Resplit.objects.count(), Event.objects.filter(verb="mended").count()) == (1, 1)


def test_the_same_undo_again_answers_the_same(mend, statement):
    split = mend(sentence=f"{statement.public_id}.1", cut=CUT).json()["id"]

    first, again = (mend(key="a-key-of-mine", undoes=split) for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert texts(statement) == ["🤔 They hid it and we did not.", "So it is.", "We never will."]


def test_a_key_used_for_another_change_is_a_conflict(mend, statement):
    other = make_statement("Another one. And more.")
    mend(key="a-key-of-mine", sentence=f"{statement.public_id}.1", cut=CUT)

    for change in (
        {"sentence": f"{other.public_id}.1", "merge": True},
        {"sentence": f"{statement.public_id}.2", "merge": True, "across_paragraphs": True},
    ):
        response = mend(key="a-key-of-mine", **change)
        assert problem(response) == (409, "Conflict", "urn:annotator:problem:key_reused", [])
    assert Resplit.objects.count() == 1


# --- Refusals ---


@pytest.mark.parametrize("cut", [0, 1, 3, 29, 30, 10**15])
def test_a_cut_that_is_no_gap_is_the_senders_mistake(mend, statement, cut):
    response = mend(sentence=f"{statement.public_id}.1", cut=cut)

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:not_a_gap", [])
    assert Resplit.objects.count() == 0


def test_what_cannot_be_mended_any_more_is_a_conflict(mend, connect, statement, rosa, ben):
    judith = connect(make_member("judith", {Role.ADJUDICATOR}))
    old = f"{statement.public_id}.1"
    mend(sentence=old, cut=CUT)

    refused = [
        mend(sentence=old, cut=CUT),
        mend(sentence=old, merge=True),
        mend(sentence=f"{statement.public_id}.3", merge=True),
        mend(client=judith, statement=statement.public_id, rules=True),
    ]

    assert [(problem(one)[0], problem(one)[2].rpartition(":")[2]) for one in refused] == [
        (409, "sentence_ended"),
        (409, "sentence_ended"),
        (409, "no_next"),
        (409, "touched"),
    ]
    assert Resplit.objects.count() == 1


def test_a_corpus_can_leave_mending_to_adjudicators_and_admins(mend, connect, statement, corpus, judith):
    change_corpus(corpus, mending=Mending.ADJUDICATORS, by=judith, at=NOON)
    sent = {"sentence": f"{statement.public_id}.1", "cut": CUT}

    assert problem(mend(**sent)) == (409, "Conflict", "urn:annotator:problem:not_your_mend", [])
    assert mend(client=connect(judith), **sent).status_code == 201


def test_what_is_settled_is_mended_by_adjudicators_and_admins(mend, connect, statement, judith):
    make_gold(sentences_of(statement)[0], "rebuttal", by=judith)
    sent = {"sentence": f"{statement.public_id}.1", "cut": CUT}

    assert problem(mend(**sent)) == (409, "Conflict", "urn:annotator:problem:settled", [])
    assert mend(client=connect(judith), **sent).status_code == 201


@pytest.mark.parametrize("scopes", [[Scope.READ], [Scope.ANNOTATE], [Scope.MANAGE]])
def test_a_token_that_only_reads_mends_nothing(mend, connect, statement, rosa, scopes):
    response = mend(client=connect(rosa, *scopes), sentence=f"{statement.public_id}.1", cut=CUT)

    assert response.status_code == (403 if scopes == [Scope.READ] else 201)
    assert Resplit.objects.count() == (0 if scopes == [Scope.READ] else 1)


def test_a_researcher_reads_them_and_makes_none(mend, connect, statement, reza):
    made = mend(sentence=f"{statement.public_id}.1", cut=CUT).json()

    refused = mend(client=connect(reza), sentence=f"{statement.public_id}.2", merge=True)

    assert problem(refused) == (403, "Forbidden", "about:blank", [])
    assert connect(reza).get(PATH).json()["results"] == [made]


def test_what_lies_in_another_corpus_is_not_there(mend, connect, statement, elsewhere, rosa):
    """Also for somebody who may mend in both."""
    make_member("rosa", {Role.REVIEWER}, corpus=elsewhere)
    other = make_statement("Elsewhere it was. And more.", corpus=elsewhere)
    first = sentences_of(other)[0]
    there = mend(slug="elsewhere", sentence=first.public_id, cut=first.text.index("it")).json()
    assert there["ended"] == [span(other, 1, 0, 17)]

    missing = [
        mend(sentence=there["made"][0]["id"], merge=True),
        mend(undoes=there["id"]),
        mend(statement=other.public_id, rules=True),
        *(mend(sentence=name, merge=True) for name in ("x", "2" * 12 + ".1", f"{statement.public_id}.99")),
        mend(undoes="2" * 12),
        mend(statement="2" * 12, rules=True),
    ]

    assert [problem(one) for one in missing] == [(404, "Not Found", "about:blank", [])] * len(missing)
    assert connect(rosa).get(PATH).json()["results"] == []
    assert Resplit.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"sentence": "x"},
        {"cut": 3},
        {"sentence": "x", "merge": False},
        {"sentence": "x", "cut": 3, "merge": True},
        {"sentence": "x", "cut": 3, "across_paragraphs": True},
        {"sentence": "x", "cut": 3, "undoes": "x"},
        {"undoes": "x", "merge": True},
        {"statement": "x"},
        {"statement": "x", "rules": False},
        {"statement": "x", "merge": True},
        {"sentence": "x", "rules": True},
    ],
)
def test_one_change_is_said_at_a_time(mend, statement, sent):
    response = mend(**sent)

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert list(response.json()["errors"]) == ["non_field_errors"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("key", key) for key in (None, "", "short", "x" * 65, "with space")),
        *(("sentence", name) for name in (None, "", [], "x" * 41, "a\0b", "a\ud800")),
        *(("cut", cut) for cut in (None, -1, "many", 1.5, [], 10**400)),
        *(("merge", mark) for mark in (None, "perhaps", [])),
        *(("undoes", name) for name in (None, "", {}, "x" * 41)),
        *(("rules", mark) for mark in (None, 7)),
        *(("reviewer", name) for name in ("r2",)),
    ],
)
def test_a_wrong_value_is_named(mend, statement, field, value):
    response = mend(**{field: value})

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert list(response.json()["errors"]) == [field]
    assert Resplit.objects.count() == 0


# --- The list ---


def test_they_are_listed_as_they_were_made_and_found_by_their_statement(connect, statement, rosa, ben):
    other = make_statement("One was here. Two was there.")
    first = split_at(sentences_of(statement)[0], "and", by=member(rosa), at=NOON)
    second = split_at(sentences_of(other)[0], "was", by=member(ben), at=LATER)
    third = unmend(first, by=member(rosa))
    client = connect(rosa)

    def found(**asked: str) -> list[tuple[str, str]]:
        results = client.get(PATH, asked).json()["results"]
        return [(one["id"], one["reviewer"]) for one in results]

    everything = [(first.public_id, "r1"), (second.public_id, "r2"), (third.public_id, "r1")]
    assert found() == everything
    assert found(statement=statement.public_id) == [everything[0], everything[2]]
    assert found(statement=other.public_id) == [everything[1]]
    assert found(statement="2" * 12) == []


def test_whoever_left_is_still_shown_under_their_pseudonym(connect, statement, rosa, ben):
    split_at(sentences_of(statement)[0], "and", by=member(ben))
    Member.objects.filter(user=ben).update(left_at=LATER)

    assert [one["reviewer"] for one in connect(rosa).get(PATH).json()["results"]] == ["r2"]


def test_nothing_in_an_answer_tells_what_anybody_chose(mend, connect, statement, rosa, ben):
    old = sentences_of(statement)[0]
    tag(old, ben, "allegation", "commitment", unsure=True, comment="a secret of ben")

    made = mend(sentence=old.public_id, cut=CUT)

    everything = made.content + connect(rosa).get(PATH).content
    for one in [old.public_id, *(one["id"] for one in made.json()["made"])]:
        for part in ("", "annotation/", "history/"):
            everything += connect(rosa).get(f"/api/v1/sentences/{one}/{part}").content
    words = (b"allegation", b"commitment", b"labelled", b"carry", b"secret", b"ben")
    assert [word for word in words if word in everything] == []
    assert b'"kind":"split"' in everything

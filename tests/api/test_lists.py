"""What can be looked for in a corpus, and that a reviewer learns nothing about others by looking."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from statements.models import Annotation
from tests.api.test_access import problem
from tests.make import (
    EVENING,
    NOON,
    make_statement,
    member,
    merge,
    sentences_of,
    split_at,
    tag,
    take_back,
)

pytestmark = pytest.mark.django_db
CORPUS = "/api/v1/corpora/press"


def ids(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] if "id" in row else row["sentence"] for row in response.json()["results"]]


# --- Statements ---


@pytest.fixture
def three(corpus):
    return [
        make_statement(
            f"Text number {number}.",
            title=f"Answer {number}, 100% _sure_",
            language=("en", "fr", "en")[number],
            speaker=("A", "A b", "")[number],
            published_on=(date(2025, 1, 1), date(2025, 1, 2), None)[number],
            responds_to=("", "A complaint", "A complaint")[number],
            metadata={"kept": [number, None, "é"]},
            at=NOON + timedelta(hours=number),
        )
        for number in range(3)
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [0, 1, 2]),
        ({"language": "fr"}, [1]),
        ({"language": "en", "speaker": "A"}, [0]),
        ({"speaker": "a b"}, []),
        ({"published_from": "2025-01-02"}, [1]),
        ({"published_to": "2025-01-01"}, [0]),
        ({"published_from": "2025-01-01", "published_to": "2025-01-02"}, [0, 1]),
        ({"q": "ANSWÉR\u00a02,"}, [2]),
        ({"q": "answer text numbe 2."}, [2]),
        ({"q": "answer text 3."}, []),
        ({"q": "answer text number . , % _ 0 1 s"}, [0]),
        ({"q": "nswer"}, []),
        ({"q": "10%"}, [0, 1, 2]),
        ({"q": "0%"}, [0]),
        ({"q": "_s"}, [0, 1, 2]),
        ({"q": "A_sure"}, [0, 1, 2]),
        ({"q": "% _"}, []),
        ({"q": ".*"}, []),
        ({"responds_to": "A complaint"}, [1, 2]),
        ({"created_since": "2026-03-02T13:00:00Z"}, [1, 2]),
        ({"created_since": "2026-03-02T15:00:00+01:00"}, [2]),
        ({"q": "'; DROP TABLE statement; --"}, []),
    ],
)
def test_statements_are_found_by_what_is_known_about_them(connect, three, rosa, asked, found):
    response = connect(rosa).get(f"{CORPUS}/statements/", asked)

    assert ids(response) == [three[number].public_id for number in found]


@pytest.mark.parametrize(
    "asked",
    [
        {"language": "klingon"},
        {"published_from": "yesterday"},
        {"published_from": "2025-02-30"},
        {"created_since": "0001-01-01T00:00:00+14:00"},
        {"q": "a\0b"},
        {"q": ""},
        {"q": "a" * 201},
        {"q": "a b c d e f g h i j k"},
        {"title": "x"},
        {"text__contains": "x"},
        {"q__contains": "x"},
        {"ordering": "-pk"},
        {"page": "2"},
        {"format": "json"},
    ],
)
def test_what_cannot_be_looked_for_is_a_400(connect, three, rosa, asked):
    response = connect(rosa).get(f"{CORPUS}/statements/", asked)

    assert problem(response)[2:] == ("urn:annotator:problem:invalid", ["errors"])
    assert set(response.json()["errors"]) == set(asked)


def test_a_statement_is_shown_with_how_far_one_is_in_it(connect, three, rosa, ben):
    statement = three[1]
    tag(sentences_of(statement)[0], rosa, "rebuttal")
    shown = {
        "id": statement.public_id,
        "corpus": "press",
        "title": "Answer 1, 100% _sure_",
        "language": "fr",
        "speaker": "A b",
        "published_on": "2025-01-02",
        "source_url": "",
        "licence": "",
        "responds_to": "A complaint",
        "metadata": {"kept": [1, None, "é"]},
        "created_at": "2026-03-02T13:00:00Z",
        "progress": {"total": 1, "labelled": 1, "none": 0, "skipped": 0, "untouched": 0},
    }
    whole = {**shown, "text": "Text number 1.", "segmenter": statement.segmenter}

    assert connect(rosa).get(f"{CORPUS}/statements/").json()["results"][1] == shown
    assert connect(rosa).get(f"/api/v1/statements/{statement.public_id}/").json() == whole
    theirs = connect(ben).get(f"/api/v1/statements/{statement.public_id}/").json()["progress"]
    assert theirs == {"total": 1, "labelled": 0, "none": 0, "skipped": 0, "untouched": 1}


# --- Sentences ---


def test_a_sentence_is_shown_in_its_place(connect, four, rosa):
    shown = connect(rosa).get(f"/api/v1/sentences/{four[2].public_id}/").json()

    decision = shown.pop("annotation")
    assert shown == {
        "id": four[2].public_id,
        "statement": four[2].statement.public_id,
        "position": 3,
        "paragraph": 2,
        "start": 19,
        "end": 31,
        "text": "🤔 Three was.",
        "is_current": True,
        "made_by": None,
        "ended_by": None,
    }
    assert decision == connect(rosa).get(f"/api/v1/sentences/{four[2].public_id}/annotation/").json()
    listed = connect(rosa).get(f"/api/v1/statements/{four[2].statement.public_id}/sentences/").json()
    assert listed["results"][2] == {**shown, "annotation": decision}
    assert [row["position"] for row in listed["results"]] == [1, 2, 3, 4]


FILTERS = [
    ({}, [0, 1, 2, 3]),
    ({"state": "untouched"}, [3]),
    ({"state": "labelled"}, [0]),
    ({"state": "none"}, [1]),
    ({"state": "skipped"}, [2]),
    ({"label": "rebuttal"}, [0]),
    ({"label": "allegation"}, []),
    ({"unsure": "true"}, [0]),
    ({"unsure": "false"}, [1, 2]),
    ({"bad_split": "true"}, [1]),
    ({"label": "rebuttal", "unsure": "false"}, []),
    ({"changed_since": "2026-03-02T12:05:00Z"}, [1, 2]),
    ({"changed_since": "2026-03-02T12:05:00Z", "state": "none"}, [1]),
    ({"changed_since": "2026-03-02T12:05:00Z", "state": "untouched"}, []),
    ({"statement": "2" * 12}, []),
]


@pytest.mark.parametrize(("asked", "found"), FILTERS)
def test_sentences_are_found_by_ones_own_decision(connect, four, rosa, asked, found):
    response = connect(rosa).get(f"{CORPUS}/sentences/", asked)

    assert ids(response) == [four[number].public_id for number in found]


@pytest.mark.parametrize(("asked", "found"), FILTERS)
def test_those_who_watch_find_them_by_any_decision(connect, four, judith, asked, found):
    response = connect(judith).get(f"{CORPUS}/sentences/", asked)

    assert ids(response) == [four[number].public_id for number in found]
    assert {row["annotation"]["state"] for row in response.json()["results"]} <= {"untouched"}


@pytest.mark.parametrize("name", ["sentences", "annotations"])
def test_what_was_carried_is_found_until_its_reviewer_looks_at_it(connect, four, rosa, judith, name):
    split_at(four[0], "was", by=member(judith))
    one, was = sentences_of(four[0].statement)[:2]
    client, path = connect(rosa), f"{CORPUS}/{name}/"
    looked_at = [four[1].public_id, four[2].public_id]
    assert ids(client.get(path, {"check": "true"})) == [one.public_id, was.public_id]
    assert sorted(ids(client.get(path, {"check": "false"}))) == looked_at

    tag(one, rosa, "rebuttal", at=EVENING)

    assert ids(client.get(path, {"check": "true"})) == [was.public_id]
    assert sorted(ids(client.get(path, {"check": "false"}))) == [*looked_at, one.public_id]


def test_a_sentence_names_the_resplits_that_made_and_ended_it(connect, four, rosa, judith):
    split = split_at(four[0], "was", by=member(judith))
    one, _was = sentences_of(four[0].statement)[:2]
    again = merge(one, by=member(judith))
    client = connect(rosa)

    shown = [client.get(f"/api/v1/sentences/{name}/").json() for name in (four[0].public_id, one.public_id)]
    assert [(row["made_by"], row["ended_by"], row["position"], row["is_current"]) for row in shown] == [
        (None, split.public_id, 0, False),
        (split.public_id, again.public_id, 0, False),
    ]
    [first, *others] = client.get(f"{CORPUS}/sentences/").json()["results"]
    assert (first["made_by"], first["ended_by"]) == (again.public_id, None)
    assert {(row["made_by"], row["ended_by"]) for row in others} == {(None, None)}


def test_what_was_taken_back_is_untouched_again_and_has_changed(connect, four, rosa):
    take_back(four[0], rosa, at=EVENING)

    asked = {"state": "untouched", "changed_since": EVENING.isoformat()}
    assert ids(connect(rosa).get(f"{CORPUS}/sentences/", asked)) == [four[0].public_id]
    assert ids(connect(rosa).get(f"{CORPUS}/sentences/", {"label": "rebuttal"})) == []


def test_a_label_that_the_corpus_does_not_have_is_a_400(connect, four, rosa):
    for name in ("sentences", "annotations"):
        response = connect(rosa).get(f"{CORPUS}/{name}/", {"label": "rebutal"})
        assert problem(response)[2] == "urn:annotator:problem:unknown_label"


# --- Rows ---


def test_rows_are_listed_whole_with_their_history(connect, four, rosa, judith, reza):
    first = tag(four[0], rosa, "commitment", comment="now so", at=EVENING)
    rows = Annotation.objects.order_by("pk")
    client = connect(judith)

    current = client.get(f"{CORPUS}/annotations/", {"label": "commitment"}).json()["results"]
    history = client.get(f"/api/v1/sentences/{four[0].public_id}/history/").json()["results"]

    assert current == [
        {
            "sentence": four[0].public_id,
            "reviewer": member(rosa).pseudonym,
            "state": "labelled",
            "key": first.key,
            "based_on": rows[0].key,
            "act": "decide",
            "takes_back": None,
            "labels": ["commitment"],
            "reason": None,
            "unsure": False,
            "bad_split": False,
            "comment": "now so",
            "scheme": 1,
            "round": "first",
            "blind": True,
            "check": False,
            "decided_at": "2026-03-02T19:00:00Z",
            "saved_at": "2026-03-02T19:00:00Z",
            "superseded_at": None,
        }
    ]
    assert [(row["key"], row["superseded_at"]) for row in history] == [
        (rows[0].key, "2026-03-02T19:00:00Z"),
        (first.key, None),
    ]
    assert len(client.get(f"{CORPUS}/annotations/").json()["results"]) == 3
    assert len(client.get(f"{CORPUS}/annotations/", {"history": "true"}).json()["results"]) == 4
    theirs = connect(reza).get(f"{CORPUS}/annotations/", {"label": "commitment"}).json()["results"]
    assert theirs == [{**current[0], "comment": None}]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "none"}, [1]),
        ({"unsure": "true"}, [0]),
        ({"bad_split": "true"}, [1]),
        ({"changed_since": "2026-03-02T12:05:00Z"}, [1, 2]),
        ({"statement": "2" * 12}, []),
        ({"reviewer": "r1"}, [0, 1, 2]),
        ({"reviewer": "r2"}, []),
        ({"reviewer": "r99"}, []),
    ],
)
def test_rows_are_found_by_what_they_say(connect, four, judith, asked, found):
    response = connect(judith).get(f"{CORPUS}/annotations/", asked)

    assert ids(response) == [four[number].public_id for number in found]


@pytest.mark.parametrize("pseudonym", ["r1", "r2", "r99"])
def test_a_reviewer_cannot_ask_for_the_rows_of_anybody(connect, four, rosa, pseudonym):
    response = connect(rosa).get(f"{CORPUS}/annotations/", {"reviewer": pseudonym})

    assert problem(response) == (403, "Forbidden", "about:blank", [])

"""Many decisions at once: each row succeeds or fails by itself."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from statements.actions.saving import Saving
from statements.actions.scheme import publish
from statements.models import Annotation
from tests.api.test_access import problem
from tests.make import (
    LABELS,
    LATER,
    THREE,
    current_row,
    make_member,
    make_statement,
    sentences_of,
    split_at,
    tag,
    the_corpus,
)

pytestmark = pytest.mark.django_db


def row(sentence, key: str, **more: object) -> dict[str, object]:
    return {
        "sentence": sentence if isinstance(sentence, str) else sentence.public_id,
        "key": key,
        "state": "none",
        **more,
    }


def batch(client, rows, corpus: str = "press"):
    return client.put(f"/api/v1/corpora/{corpus}/annotations/", rows, "application/json")


def test_each_row_of_a_batch_succeeds_or_fails_by_itself(connect, rosa, elsewhere):
    one, two, three = sentences_of(make_statement(THREE))
    make_member("rosa", {"reviewer"}, corpus=elsewhere)
    other = sentences_of(make_statement("Elsewhere.", corpus=elsewhere))[0]
    standing = tag(three, rosa, "rebuttal")

    response = batch(
        connect(rosa),
        [
            row(one, "key-number-1", state="labelled", labels=["rebuttal"]),
            row(two, "key-number-2", labels=["rebuttal"]),
            row(three, "key-number-3"),
            row(other, "key-number-4"),
            row("2" * 12 + ".1", "key-number-5"),
            row("x", "key-number-6"),
            row(two, "short"),
            row(two, "key-number-7", reviewer="r2"),
            row(two, "key-number-8", state="labelled", labels=["nope"]),
            row("\ud800", "key-number-9"),
            [],
            None,
            row(three, "key-number-10", based_on=standing.key),
        ],
    )

    results = response.json()["results"]
    said = [(one["status"], one.get("problem", {}).get("type", "").rpartition(":")[2]) for one in results]
    assert response.status_code == 200
    assert said == [
        (200, ""),
        (400, "labels_and_state"),
        (409, "stale"),
        (404, "blank"),
        (404, "blank"),
        (404, "blank"),
        (400, "invalid"),
        (400, "invalid"),
        (400, "unknown_label"),
        (400, "invalid"),
        (400, "invalid"),
        (400, "invalid"),
        (200, ""),
    ]
    assert results[2]["problem"]["current"]["key"] == standing.key
    assert (
        results[0]["annotation"] == connect(rosa).get(f"/api/v1/sentences/{one.public_id}/annotation/").json()
    )
    keys = ["key-number-1", "key-number-10"]
    assert sorted(Annotation.objects.filter(superseded_at=None).values_list("key", flat=True)) == keys


def test_a_batch_that_is_sent_again_stores_nothing_again(connect, rosa):
    rows = [row(one, f"key-number-{one.number}") for one in sentences_of(make_statement(THREE))]
    client = connect(rosa)

    first, again = batch(client, rows), batch(client, rows)

    assert first.json() == again.json()
    assert [one["status"] for one in first.json()["results"]] == [200, 200, 200]
    assert Annotation.objects.count() == 3


def test_decisions_on_one_sentence_follow_each_other_within_a_batch(connect, rosa):
    one, two, _ = sentences_of(make_statement(THREE))

    results = batch(
        connect(rosa),
        [
            row(one, "key-number-1", state="labelled", labels=["rebuttal"]),
            row(two, "key-number-2"),
            row(one, "key-number-3", based_on="key-number-1", unsure=True),
            {
                "sentence": one.public_id,
                "key": "key-number-4",
                "based_on": "key-number-3",
                "takes_back": "key-number-3",
            },
            row(one, "key-number-5", based_on="key-number-3"),
        ],
    ).json()["results"]

    assert [one["status"] for one in results] == [200, 200, 200, 200, 409]
    assert results[3]["annotation"]["labels"] == ["rebuttal"]
    assert results[4]["problem"]["current"]["key"] == "key-number-4"
    stored = Annotation.objects.order_by("pk").values_list("key", "act", "restores__key", "takes_back__key")
    assert list(stored) == [
        ("key-number-1", "decide", None, None),
        ("key-number-2", "decide", None, None),
        ("key-number-3", "decide", None, None),
        ("key-number-4", "undo", "key-number-1", "key-number-3"),
    ]


def test_a_row_says_either_a_decision_or_what_it_takes_back(connect, rosa):
    one, *_ = sentences_of(make_statement(THREE))
    neither = {"sentence": one.public_id, "key": "key-number-1"}

    results = batch(
        connect(rosa), [neither, {**neither, "state": "none", "takes_back": "key-number-0"}]
    ).json()["results"]

    assert [list(one["problem"]["errors"]) for one in results] == [["state"], ["state"]]


def test_a_batch_without_any_row_that_can_be_stored_is_answered_row_by_row(connect, rosa):
    client = connect(rosa)
    one, *_ = sentences_of(make_statement(THREE))

    empty = batch(client, [])
    hopeless = batch(
        client, [{"sentence": "x"}, row("x", "key-number-1"), row(one, "key-number-2", username="ben")]
    )

    assert (empty.status_code, empty.json()) == (200, {"results": []})
    assert [one["status"] for one in hopeless.json()["results"]] == [400, 404, 409]


def test_what_somebody_else_decided_is_refused_by_itself(connect, rosa):
    one, two, _ = sentences_of(make_statement(THREE))

    results = batch(
        connect(rosa), [row(one, "key-number-1", username="ben"), row(two, "key-number-2", username="rosa")]
    ).json()["results"]

    assert [one["status"] for one in results] == [409, 200]
    assert results[0]["problem"]["type"].endswith(":other_person")
    assert list(Annotation.objects.values_list("key", flat=True)) == ["key-number-2"]


def test_eight_decisions_take_few_more_queries_than_one(connect, rosa, django_assert_max_num_queries):
    sentences = sentences_of(make_statement("\n".join(f"Line {number} was here." for number in range(16))))
    client = connect(rosa)
    batch(client, [row(sentences[15], "key-number-0")])  # the first one also finds out where to look next

    with django_assert_max_num_queries(13):
        batch(client, [row(sentences[0], "key-number-1")])
    with django_assert_max_num_queries(19):  # one of them moves on where to look
        results = batch(client, [row(one, f"key-number-{one.number:02}") for one in sentences[1:9]])

    assert {one["status"] for one in results.json()["results"]} == {200}


def test_a_batch_sent_again_costs_no_more_for_many_rows_than_for_few(connect, rosa):
    sentences = sentences_of(make_statement("\n".join(f"Line {number} was here." for number in range(40))))
    client, rows = connect(rosa), [row(one, f"key-number-{one.number:02}") for one in sentences]
    batch(client, rows[:20])
    publish(the_corpus(), LABELS, guidelines={"en": "# Other rules"}, by=None, at=LATER)
    batch(client, rows[20:])  # under another version of the guideline

    with CaptureQueriesContext(connection) as few:
        batch(client, [rows[0], rows[-1]])
    with CaptureQueriesContext(connection) as many:
        results = batch(client, rows).json()["results"]

    assert {one["status"] for one in results} == {200}
    assert {one["annotation"]["scheme"] for one in results} == {1, 2}
    assert len(many) == len(few)


@pytest.mark.parametrize("is_mended", [False, True])
def test_what_is_taken_back_in_a_batch_costs_little_more_than_what_is_decided(connect, rosa, is_mended):
    statement = make_statement("\n".join(f"Line {number} was here." for number in range(40)))
    if is_mended:
        for one in sentences_of(statement)[:20]:
            split_at(one, "was")
    sentences = sentences_of(statement)[:40]
    client = connect(rosa)
    batch(client, [row(one, f"key-number-{one.number:02}") for one in sentences])
    backs = [
        {
            "sentence": one.public_id,
            "key": f"back-number-{one.number:02}",
            "based_on": f"key-number-{one.number:02}",
            "takes_back": f"key-number-{one.number:02}",
        }
        for one in sentences
    ]

    with CaptureQueriesContext(connection) as few:
        batch(client, backs[:2])
    with CaptureQueriesContext(connection) as many:
        results = batch(client, backs[2:]).json()["results"]

    assert {one["status"] for one in results} == {200}
    assert len(many) <= len(few) + 2  # more rows than one statement takes


def test_what_arrives_late_in_a_batch_costs_little_more_than_what_is_in_time(connect, rosa):
    statement = make_statement("\n".join(f"Line {number} was here." for number in range(40)))
    ended = sentences_of(statement)
    parts = [split_at(one, "was").made.all() for one in ended]
    client = connect(rosa)

    with CaptureQueriesContext(connection) as few:
        batch(client, [row(one, f"key-number-{one.number:02}") for one in ended[:2]])
    with CaptureQueriesContext(connection) as many:
        results = batch(client, [row(one, f"key-number-{one.number:02}") for one in ended[2:]]).json()[
            "results"
        ]

    assert {one["status"] for one in results} == {200}
    assert [current_row(one, rosa).state for some in parts for one in some] == ["none"] * 80
    assert len(many) <= len(few) + 4  # more rows than one statement takes


def test_rows_that_meet_others_again_and_again_say_so_by_themselves(connect, rosa, monkeypatch):
    one, two, three = sentences_of(make_statement(THREE))
    outcomes = Saving.outcomes

    def often_overtaken(saving: Saving) -> object:
        if two in {attempt.sentence for attempt in saving.attempts}:
            raise IntegrityError
        return outcomes(saving)

    monkeypatch.setattr(Saving, "outcomes", often_overtaken)
    rows = [row(each, f"key-number-{each.number}") for each in (one, two, three)]

    response = batch(connect(rosa), rows)

    results = response.json()["results"]
    assert (response.status_code, [each["status"] for each in results]) == (200, [200, 503, 200])
    assert results[1]["problem"] == {
        "type": "urn:annotator:problem:busy",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Others are saving on these sentences just now. Try again in a moment.",
    }
    monkeypatch.undo()
    again = batch(connect(rosa), rows).json()["results"]
    assert [each["status"] for each in again] == [200, 200, 200]
    assert Annotation.objects.count() == 3


def test_who_is_overtaken_again_and_again_is_asked_to_come_back(connect, rosa, monkeypatch):
    def overtaken(saving: Saving) -> None:
        raise IntegrityError

    monkeypatch.setattr(Saving, "outcomes", overtaken)
    client, one = connect(rosa), sentences_of(make_statement(THREE))[0]

    said, json_ = {"key": "key-number-1", "state": "none"}, "application/json"
    answer = client.put(f"/api/v1/sentences/{one.public_id}/annotation/", said, json_)

    assert problem(answer)[0] == 503
    assert problem(answer)[2] == "urn:annotator:problem:busy"
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("sent", [{}, {"results": []}, "x", 1, None, [{}] * 501])
def test_a_batch_is_a_list_of_at_most_500(connect, rosa, sent):
    response = batch(connect(rosa), json.dumps(sent))

    assert problem(response)[2:] == ("urn:annotator:problem:invalid", ["errors"])
    assert Annotation.objects.count() == 0


def test_a_full_batch_is_stored(connect, rosa):
    sentences = sentences_of(make_statement("\n".join(f"Line {number} was here." for number in range(500))))
    rows = [row(one, f"key-number-{one.number}", decided_at=timezone.now().isoformat()) for one in sentences]

    results = batch(connect(rosa), rows).json()["results"]

    assert {one["status"] for one in results} == {200}
    assert Annotation.objects.count() == len(rows) == 500

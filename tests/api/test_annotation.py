"""One's own decision over the API: what comes in odd is answered in words, and nothing of it is stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from statements.actions.decision import LONGEST_COMMENT, content
from statements.models import Annotation
from tests.api.test_access import path, problem, untouched
from tests.make import (
    EVENING,
    decision,
    make_sentence,
    member,
    new_key,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
)

pytestmark = pytest.mark.django_db

KEY = "a-key-of-mine"


@pytest.fixture
def put(connect, rosa, sentence):
    """PUT this decision as Rosa; other words for `content_type` and `raw`."""
    client: Client = connect(rosa)

    def put(raw: bytes | None = None, *, content_type: str = "application/json", to=sentence, **sent: object):
        if raw is None:
            raw = json.dumps({"key": new_key(), "state": "none", **sent}).encode()
        return client.put(path(to), raw, content_type)

    return put


def test_a_decision_is_stored_and_shown(put, connect, rosa, sentence):
    before = timezone.now()

    response = put(
        key=KEY,
        state="labelled",
        labels=["rebuttal", "allegation", "rebuttal"],
        unsure=True,
        bad_split=True,
        comment=" « Vraiment ? » 🤔\n",
        shown_ms=1200,
        decided_at="2026-03-02T13:00:00+01:00",
    )

    row = Annotation.objects.get()
    shown = dict(response.json())
    saved_at = datetime.fromisoformat(shown.pop("saved_at"))
    assert response.status_code == 200
    assert before <= saved_at == row.saved_at <= timezone.now()
    assert shown == {
        "sentence": sentence.public_id,
        "is_current": True,
        "state": "labelled",
        "key": KEY,
        "labels": ["allegation", "rebuttal"],
        "reason": None,
        "unsure": True,
        "bad_split": True,
        "comment": row.comment,
        "scheme": 1,
        "round": "first",
        "blind": True,
        "check": False,
        "decided_at": "2026-03-02T12:00:00Z",
    }
    assert (row.reviewer, row.sentence, row.shown_ms) == (rosa, sentence, 1200)
    assert row.decided_at == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert connect(rosa).get(path(sentence)).json() == {**shown, "saved_at": response.json()["saved_at"]}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"state": "none"}, decision()),
        ({"state": "labelled", "labels": ["rebuttal"]}, decision("rebuttal")),
        ({"state": "skipped", "reason": "context"}, skipped()),
        (
            {"state": "none", "reason": None, "based_on": None, "shown_ms": None, "decided_at": None},
            decision(),
        ),
        (
            {"state": "none", "reason": "", "comment": "x" * LONGEST_COMMENT},
            decision(comment="x" * LONGEST_COMMENT),
        ),
    ],
)
def test_each_kind_of_decision_can_be_sent(put, sent, said):
    assert put(**sent).status_code == 200
    assert content(Annotation.objects.get()) == said


def test_the_next_decision_names_the_one_it_replaces(put, rosa, sentence):
    first = put(key=KEY, state="labelled", labels=["rebuttal"]).json()

    second = put(based_on=first["key"], state="none")

    assert (second.status_code, second.json()["state"]) == (200, "none")
    assert [content(row) for row in Annotation.objects.order_by("pk")] == [decision("rebuttal"), decision()]


def test_what_was_withdrawn_shows_as_untouched_with_the_key_to_go_on_from(put, sentence, rosa, connect):
    first = tag(sentence, rosa, "rebuttal")

    row = put(based_on=first.key, state="withdrawn").json()

    shown = connect(rosa).get(path(sentence)).json()
    assert (shown["state"], shown["key"], shown["labels"]) == ("untouched", row["key"], [])
    assert put(based_on=row["key"], state="none").status_code == 200


def test_an_undone_decision_shows_what_stands_again(sentence, rosa, connect):
    tag(sentence, rosa, "rebuttal")
    tag(sentence, rosa, "allegation")
    row = take_back(sentence, rosa, at=EVENING)

    shown = connect(rosa).get(path(sentence)).json()

    assert (shown["key"], shown["labels"], shown["saved_at"]) == (
        row.key,
        ["rebuttal"],
        "2026-03-02T19:00:00Z",
    )


def test_nobody_sees_the_decision_of_another(put, connect, ben, sentence):
    put(state="labelled", labels=["rebuttal"], comment="a secret")

    response = connect(ben).get(path(sentence))

    assert response.json() == untouched(sentence)


def test_the_same_save_again_answers_the_same(put):
    first, again = (put(key=KEY, state="labelled", labels=["rebuttal"]) for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert Annotation.objects.count() == 1


def test_a_key_used_for_another_decision_is_a_conflict(put):
    put(key=KEY, state="none")

    response = put(key=KEY, state="labelled", labels=["rebuttal"])

    assert problem(response) == (409, "Conflict", "urn:annotator:problem:key_reused", [])
    assert [content(row) for row in Annotation.objects.all()] == [decision()]


def test_a_stale_save_is_told_what_stands(put, sentence, rosa, connect):
    tag(sentence, rosa, "allegation", comment="mine")

    response = put(state="none")

    assert problem(response) == (409, "Conflict", "urn:annotator:problem:stale", ["current"])
    assert response.json()["current"] == connect(rosa).get(path(sentence)).json()
    assert response.json()["current"]["labels"] == ["allegation"]


def test_a_save_on_what_never_was_is_told_that_nothing_stands(put, sentence):
    response = put(based_on="never-was")

    assert response.json()["current"] == untouched(sentence)
    assert response.status_code == 409


def test_a_late_save_is_stored_on_the_sentence_that_ended_and_carried(put, connect, rosa, judith, sentence):
    split_at(sentence, "the", by=member(judith))
    halves = sentences_of(sentence.statement)[:2]

    late = put(key=KEY, state="labelled", labels=["rebuttal"]).json()

    assert (late["sentence"], late["key"], late["is_current"]) == (sentence.public_id, KEY, False)
    assert (late["labels"], late["check"], late["blind"]) == (["rebuttal"], False, True)
    carried = [connect(rosa).get(path(half)).json() for half in halves]
    assert [one["sentence"] for one in carried] == [half.public_id for half in halves]
    assert {(one["is_current"], one["check"], one["blind"], *one["labels"]) for one in carried} == {
        (True, True, False, "rebuttal")
    }
    rows = connect(rosa).get("/api/v1/corpora/press/annotations/").json()["results"]
    assert [(row["act"], row["check"]) for row in rows] == [("carry", True), ("carry", True)]
    assert put(key=KEY, state="labelled", labels=["rebuttal"]).json() == late


def test_whoever_saves_what_was_carried_has_looked_at_it(put, rosa, judith, sentence):
    tag(sentence, rosa, "rebuttal")
    split_at(sentence, "the", by=member(judith))
    half = sentences_of(sentence.statement)[0]
    key = Annotation.objects.current().get(sentence=half).key

    row = put(to=half, based_on=key, state="labelled", labels=["rebuttal"]).json()

    assert (row["check"], row["blind"], row["is_current"]) == (False, True, True)


def test_a_sentence_of_another_corpus_is_not_there(put, elsewhere):
    response = put(to=make_sentence(corpus=elsewhere))

    assert problem(response) == (404, "Not Found", "about:blank", [])
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"state": "labelled", "labels": ["praise"]}, "unknown_label"),
        ({"state": "labelled"}, "labels_and_state"),
        ({"state": "none", "labels": ["rebuttal"]}, "labels_and_state"),
        ({"state": "skipped"}, "reason_and_state"),
        ({"state": "none", "reason": "context"}, "reason_and_state"),
    ],
)
def test_a_decision_that_cannot_be_is_the_senders_mistake(put, sent, code):
    assert problem(put(**sent)) == (400, "Bad Request", f"urn:annotator:problem:{code}", [])
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            ("key", key)
            for key in (None, "", "short", "x" * 65, "with space", "nul\x00nul", "é" * 10, [], {})
        ),
        *(("state", state) for state in (None, "", "untouched", "LABELLED", 1, [], {}, True)),
        *(
            ("labels", labels)
            for labels in (None, "rebuttal", {}, [None], [[]], [{}], ["x" * 51], ["x"] * 51)
        ),
        *(("reason", reason) for reason in ("bored", 1, [], {})),
        *(("unsure", mark) for mark in (None, "perhaps", [], {}, 7)),
        *(("bad_split", mark) for mark in (None, "perhaps", [])),
        *(
            ("comment", text)
            for text in (None, [], {}, True, "x" * (LONGEST_COMMENT + 1), "a\x00b", "a\ud800b")
        ),
        *(("shown_ms", number) for number in (-1, 86_400_001, "many", 1.5, [], {}, 10**400)),
        *(("decided_at", at) for at in ("noon", "2026-13-01T00:00:00Z", 5, [], "0001-01-01T00:00:00+14:00")),
        *(("decided_at", f"{day}T00:00:00Z") for day in ("0001-01-01", "1999-12-31", "9999-12-31")),
        ("decided_at", "9999-12-31T23:59:59-14:00"),
        ("decided_at", "2999-01-01T00:00:00Z"),
        *(("based_on", base) for base in ("x" * 65, [], {}, "nul\x00", "a\udfff")),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_stored(put, field, value):
    response = put(**{field: value})

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert list(response.json()["errors"]) == [field]
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{'key': 1}",
        b'{"key": NaN}',
        b'{"shown_ms": Infinity}',
        b'{"shown_ms": -Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"key": "\xff"}',
        '{"key": "é"}'.encode("utf-16"),
        b'{"shown_ms": ' + b"9" * 5_000 + b"}",
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ],
)
def test_what_is_no_json_is_refused_in_words(put, raw):
    assert problem(put(raw)) == (400, "Bad Request", "urn:annotator:problem:parse_error", [])
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize(
    "raw", [b"[]", b"[1]", b'"text"', b"1", b"true", b'[{"key": "a-key-of-mine", "state": "none"}]']
)
def test_what_is_no_object_is_refused_in_words(put, raw):
    assert problem(put(raw)) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert Annotation.objects.count() == 0


def test_nothing_at_all_names_what_is_missing(put):
    for raw in (b"", b"{}", b"null"):
        response = put(raw)

        assert problem(response)[:3] == (400, "Bad Request", "urn:annotator:problem:invalid")


def test_a_number_beyond_all_numbers_is_refused(put):
    assert put(b'{"key": "a-key-of-mine", "state": "none", "shown_ms": 1e400}').status_code == 400


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "x",
    ],
)
def test_another_kind_of_content_is_refused(put, kind):
    response = put(b'{"key": "a-key-of-mine", "state": "none"}', content_type=kind)

    assert problem(response)[:2] == (415, "Unsupported Media Type")
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
def test_json_is_json_however_it_is_written(put, kind):
    assert put(b'{"key": "a-key-of-mine", "state": "none"}', content_type=kind).status_code == 200


def test_a_body_beyond_the_limit_is_refused(put, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000

    response = put(comment="x" * 1_500)

    assert problem(response)[0] in {400, 413}
    assert Annotation.objects.count() == 0


def test_fields_that_nobody_knows_are_named_and_nothing_is_stored(put):
    unknown = {"reviewer": "ben", "round": "practice", "blind": False, "saved_at": None, "a\udfff": 1}

    response = put(state="none", **unknown)

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert set(response.json()["errors"]) == {"reviewer", "round", "blind", "saved_at", "a\\udfff"}
    assert Annotation.objects.count() == 0


def test_a_clock_may_go_ahead_a_little(put):
    at = timezone.now().replace(microsecond=0) + timedelta(hours=23)

    assert put(state="none", decided_at=at.isoformat()).status_code == 200
    assert Annotation.objects.get().decided_at == at

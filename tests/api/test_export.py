"""The export over HTTP: the same rows as the report, streamed, in the format that was asked for."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from django.test import Client

from statements.formats import csv, jsonl
from statements.models import Annotation, Event, Sentence
from statements.reports.columns import COLUMNS, Layer
from statements.reports.export import export_rows
from statements.reports.rows import Asked
from statements.roles import Scope
from statements.streams import places
from tests.api.test_access import problem
from tests.make import EVENING, make_statement, member, sentences_of, tag, the_corpus
from tests.order import COMMITTED

pytestmark = pytest.mark.django_db

PATH = "/api/v1/corpora/press/export/"
TEXT = 'He said "no",\nand "=1+1" too.\n\nL’été\u2028fut 🤔 long.\n\n- Never; not once.\n'


@pytest.fixture
def told(rosa, ben) -> list[Sentence]:
    sentences = sentences_of(make_statement(TEXT, metadata={"text": "FAKE", "state": "FAKE"}))
    tag(sentences[0], rosa, "allegation", comment="=HYPERLINK(1)")
    tag(sentences[0], ben, "rebuttal", comment="a secret of ben")
    tag(sentences[-1], rosa)
    return sentences


def get(client: Client, **query: str) -> tuple[object, bytes]:
    response = client.get(PATH, query)
    assert response.status_code == 200
    body = b"".join(response)
    response.close()
    return response, body


@pytest.mark.parametrize("layer", Layer)
def test_jsonl_is_the_rows(connect, told, ada, layer):
    response, body = get(connect(ada), layer=layer, format="jsonl")

    assert jsonl.read(body) == list(export_rows(the_corpus(), Asked(layer), member(ada)))
    assert response.headers["Content-Type"] == "application/x-ndjson"
    at = response.headers["Annotator-As-Of"][:19].replace("-", "").replace(":", "")
    name = f"press-{layer}-{at}Z.jsonl"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.streaming


@pytest.mark.parametrize("layer", Layer)
def test_csv_is_the_same_rows(connect, told, ada, layer):
    response, body = get(connect(ada), layer=layer, format="csv")

    rows = csv.read(body)
    names = [column.name for column in COLUMNS[layer]]
    assert [list(row) for row in rows] == [names] * len(rows)
    expected = list(export_rows(the_corpus(), Asked(layer), member(ada)))
    kept = [name for name in ("statement", "sentence", "text", "reviewer", "state") if name in names]
    assert [[row[name] for name in kept] for row in rows] == [
        [row[name] for name in kept] for row in expected
    ]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_without_being_asked_it_is_sentences_in_jsonl(connect, told, ada):
    _, body = get(connect(ada))

    assert [row["sentence"] for row in jsonl.read(body)] == [sentence.public_id for sentence in told]


def test_a_reviewer_downloads_own_decisions_only(connect, told, rosa):
    for query in ({"layer": "annotations"}, {"layer": "sentences"}, {"format": "csv"}):
        _, body = get(connect(rosa, Scope.READ), **query)

        assert b"r1" in body
        # As words: the ids of statements are made by chance, and may hold any two letters.
        assert re.findall(rb"\b(?:r2|ben)\b|secret|rosa", body) == []


def test_a_researcher_downloads_all_decisions_and_no_comment(connect, told, reza):
    _, body = get(connect(reza), layer="annotations")

    rows = jsonl.read(body)
    assert [(row["reviewer"], row["comment"]) for row in rows] == [("r1", None), ("r2", None), ("r1", None)]
    assert [row["metadata"] for row in rows] == [{"text": "FAKE", "state": "FAKE"}] * 3


def test_no_cell_of_the_csv_runs(connect, told, ada):
    _, body = get(connect(ada), layer="annotations", format="csv")

    assert b"'=HYPERLINK(1)" in body
    assert b",=HYPERLINK(1)" not in body


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "xml"}, "format"),
        ({"format": ""}, "format"),
        ({"format": "JSONL"}, "format"),
        ({"layer": "people"}, "layer"),
        ({"layer": "sentences\x00"}, "layer"),
        ({"bogus": "1"}, "bogus"),
        ({"state": "seen"}, "state"),
        ({"reviewer": "ben"}, "reviewer"),
        ({"scheme": "0"}, "scheme"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"after": "2a3b4c5d6e7f.1"}, "as_of"),
        ({"as_of": "2026-03-02T12:00:00Z", "after": "../x"}, "after"),
    ],
)
def test_what_there_is_no_format_or_layer_for_is_refused(connect, told, ada, query, field):
    response = connect(ada).get(PATH, query)

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:invalid", ["errors"])
    assert list(response.json()["errors"]) == [field]


def test_reading_writes_nothing(connect, told, ada):
    before = (Annotation.objects.count(), Event.objects.count(), Sentence.objects.count())
    client = connect(ada)
    before = (before[0], before[1] + 1, before[2])  # the token itself

    for layer in Layer:
        get(client, layer=layer)
    client.head(PATH).close()

    assert (Annotation.objects.count(), Event.objects.count(), Sentence.objects.count()) == before
    assert Annotation.objects.filter(saved_at__gt=EVENING).count() == 0


def test_an_empty_corpus_exports_no_rows(connect, ada):
    assert get(connect(ada), format="jsonl")[1] == b""
    assert csv.read(get(connect(ada), format="csv")[1]) == []


@COMMITTED
def test_a_reader_who_goes_away_leaves_nothing_open(connect, told, ada):
    client = connect(ada)

    for _ in range(places._initial_value + 1):  # more often than there are places for exports
        response = client.get(PATH)
        next(iter(response))
        response.close()

    assert connections["snapshot"].in_atomic_block is False


def test_an_export_that_is_never_begun_gives_its_place_back(connect, told, ada):
    client = connect(ada)

    statuses = set()
    for _ in range(places._initial_value + 1):
        response = client.get(PATH)
        statuses.add(response.status_code)
        response.close()

    assert statuses == {200}


def test_when_all_places_are_taken_the_next_is_told_to_come_back(connect, told, ada):
    client = connect(ada)
    open_ = [client.get(PATH) for _ in range(places._initial_value)]

    response = client.get(PATH)

    for one in open_:
        one.close()
    assert problem(response)[:2] == (503, "Service Unavailable")
    assert response.headers["Retry-After"] == "5"
    assert get(client)[1] != b""

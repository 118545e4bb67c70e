"""Exports as programs ask for them: by filters, as of a moment, on from a row, in the format they accept."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from django.test import Client

from statements.actions.statement import correct_statement, details_of
from statements.formats import FORMATS
from statements.models import Sentence
from statements.reports.columns import Layer
from statements.roles import Role
from tests.api.test_access import problem
from tests.make import (
    make_member,
    make_statement,
    sentences_of,
    tag,
)

pytestmark = pytest.mark.django_db
PATH = "/api/v1/corpora/press/export/"
LINES = [(layer, name) for layer in Layer for name, known in FORMATS.items() if known.go_on]
TEXT = "Nous nions tout 🤔. Été\u2028deux. Nous verrons."


@pytest.fixture
def told(rosa, ben) -> list[Sentence]:
    sentences = sentences_of(make_statement(TEXT, title="One", language="fr"))
    sentences += sentences_of(make_statement("They hid it. We did not.", title="Two"))
    tag(sentences[0], rosa, "allegation", "rebuttal")
    tag(sentences[0], ben, "rebuttal", unsure=True)
    tag(sentences[1], ben)
    tag(sentences[3], rosa, "commitment")
    return sentences


def fetched(
    client: Client, *, accept: str = "*/*", encoding: str = "", **query: object
) -> tuple[dict, bytes]:
    headers = {"Accept": accept, **({"Accept-Encoding": encoding} if encoding else {})}
    response = client.get(PATH, query, headers=headers)
    assert response.status_code == 200, response.content
    body = b"".join(response)
    response.close()
    return dict(response.headers), body


# --- One moment, and on from there ---


def test_what_was_cut_goes_on_to_the_same_bytes(connect, told, ada, rosa):
    client = connect(ada)
    as_of = fetched(client)[0]["Annotator-As-Of"]
    whole = {
        (layer, name): fetched(client, layer=layer, format=name, as_of=as_of)[1] for layer, name in LINES
    }
    tag(told[4], rosa, "rebuttal", at=None)

    for layer, name in LINES:
        rows = [json.loads(line) for line in whole[layer, "jsonl"].splitlines()]
        ids = [row["statement" if layer == Layer.STATEMENTS else "sentence"] for row in rows]
        came = ids[:-1]  # all but the last one
        of_last = came.count(ids[-1])
        after = f"{ids[-1]}:{of_last}" if of_last else came[-1]
        rest = fetched(client, layer=layer, format=name, as_of=as_of, after=after)[1]

        assert rest.strip()
        assert whole[layer, name].endswith(rest)
        assert fetched(client, layer=layer, format=name, as_of=as_of)[1] == whole[layer, name]
        if name == "jsonl":
            assert [json.loads(line) for line in rest.splitlines()] == rows[-1:]


def test_the_same_moment_is_the_same_bytes(connect, told, ada, rosa):
    client = connect(ada)
    as_of = fetched(client)[0]["Annotator-As-Of"]
    sayable = [
        (layer, name) for layer in Layer for name in FORMATS if layer in (FORMATS[name].layers or Layer)
    ]
    first = {(layer, name): fetched(client, layer=layer, format=name, as_of=as_of) for layer, name in sayable}
    tag(told[4], rosa, "rebuttal", at=None)

    for (layer, name), (headers, body) in first.items():
        again, second = fetched(client, layer=layer, format=name, as_of=as_of)
        assert second == body
        assert again["Content-Disposition"] == headers["Content-Disposition"]
        assert again["Content-Type"] == FORMATS[name].media_type


def test_a_layer_that_a_format_cannot_say_is_refused(connect, told, ada):
    response = connect(ada).get(PATH, {"layer": "annotations", "format": "lewidi"})

    assert problem(response)[0] == 400
    assert list(response.json()["errors"]) == ["format"]


def test_after_a_correction_it_does_not_go_on(connect, told, ada):
    client = connect(ada)
    as_of = fetched(client)[0]["Annotator-As-Of"]
    statement = told[0].statement
    changed = type(details_of(statement))(**{**vars(details_of(statement)), "speaker": "Bank"})
    correct_statement(statement, changed, by=ada)

    response = client.get(PATH, {"as_of": as_of, "after": told[0].public_id})

    assert problem(response)[:3] == (409, "Conflict", "urn:annotator:problem:changed_since_then")


def test_a_moment_to_come_and_an_unknown_row_are_refused(connect, told, ada):
    client = connect(ada)
    as_of = fetched(client)[0]["Annotator-As-Of"]

    ahead = client.get(PATH, {"as_of": "2999-01-01T00:00:00Z"})
    unknown = client.get(PATH, {"as_of": as_of, "after": "2222222222zz.1"})
    whole = client.get(PATH, {"as_of": as_of, "after": told[0].public_id, "format": "parquet"})

    assert problem(ahead)[2] == "urn:annotator:problem:as_of_ahead"
    assert problem(unknown)[2] == "urn:annotator:problem:no_such_row"
    assert list(whole.json()["errors"]) == ["after"]


# --- In the format that is accepted ---

ACCEPTED = {
    "*/*": "jsonl",
    "application/json": "jsonl",
    "text/html,application/xhtml+xml,*/*;q=0.8": "jsonl",
    "text/csv": "csv",
    "text/csv;q=0.5, application/vnd.apache.parquet": "parquet",
    "text/*": "csv",
}


def test_what_is_accepted_decides_where_no_format_is_asked_for(connect, told, ada):
    client = connect(ada)
    got = {accept: fetched(client, accept=accept)[0] for accept in ACCEPTED}

    assert {accept: headers["Content-Type"] for accept, headers in got.items()} == {
        accept: FORMATS[name].media_type for accept, name in ACCEPTED.items()
    }
    assert {headers["Vary"].startswith("Accept, Accept-Encoding") for headers in got.values()} == {True}


def test_what_is_asked_for_counts_more_than_what_is_accepted(connect, told, ada):
    assert (
        fetched(connect(ada), accept="text/csv", format="jsonl")[0]["Content-Type"] == "application/x-ndjson"
    )


def test_when_nothing_is_acceptable_it_says_what_there_is(connect, told, ada):
    response = connect(ada).get(PATH, headers={"Accept": "application/pdf"})

    assert problem(response)[:2] == (406, "Not Acceptable")
    assert "text/csv" in response.json()["detail"]


def test_lines_are_gzipped_for_whoever_takes_them_so(connect, told, ada):
    client = connect(ada)
    for name in ("jsonl", "csv"):
        headers, plain = fetched(client, format=name)
        as_of = headers["Annotator-As-Of"]

        pressed, body = fetched(client, encoding="gzip, br", format=name, as_of=as_of)

        assert pressed["Content-Encoding"] == "gzip"
        assert gzip.decompress(body) == plain
        assert fetched(client, encoding="gzip, br", format=name, as_of=as_of)[1] == body


def test_other_answers_are_not_gzipped(connect, told, ada):
    client = connect(ada)
    for name, encoding in (("jsonl", "br"), ("jsonl", "gzip;q=0"), ("parquet", "gzip")):
        assert "Content-Encoding" not in fetched(client, encoding=encoding, format=name)[0]


def test_a_zip_says_what_its_file_cannot(connect, told, ada):
    for name, file in (("lewidi", "sentences.json"), ("csv-zip", "sentences.csv")):
        headers, body = fetched(connect(ada), format=name)

        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert archive.namelist() == ["README.md", file]
            readme = archive.read("README.md").decode()
        assert f"As of {headers['Annotator-As-Of']}" in readme
        assert "looked at: no claim" in readme


# --- Filters ---


def test_filters_are_those_of_the_lists(connect, told, ada):
    client = connect(ada)

    def found(**query: object) -> list[str]:
        rows = [json.loads(line) for line in fetched(client, **query)[1].splitlines()]
        return [row["sentence"] for row in rows]

    one, two, three, four, five = (sentence.public_id for sentence in told)
    assert found(label="rebuttal") == [one]
    assert found(state="untouched") == [three, five]
    assert found(state="untouched", reviewer="r2") == [three, four, five]
    assert found(unsure="true") == [one]
    assert found(language="fr") == [one, two, three]
    assert found(q="hid") == [four, five]
    assert found(statement=told[3].statement.public_id, state="labelled") == [four]
    assert found(layer="annotations", label="rebuttal") == [one, one]
    assert found(scheme="2") == []


def test_an_unknown_label_is_refused_and_so_is_a_reviewer_to_whoever_reviews(connect, told, ada, rosa):
    assert problem(connect(ada).get(PATH, {"label": "lie"}))[2] == "urn:annotator:problem:unknown_label"
    assert problem(connect(rosa).get(PATH, {"reviewer": "r2"}))[0] == 403


@pytest.mark.parametrize("more", [set(), {Role.ADMIN}])
def test_no_export_to_a_reviewer_changes_when_another_one_decides(connect, told, ben, more):
    client = connect(make_member("rosa", {Role.REVIEWER, *more}))
    asked = [
        {"layer": layer, **query}
        for layer in Layer
        for query in (
            {},
            {"state": "untouched"},
            {"label": "rebuttal"},
            {"unsure": "true"},
            {"bad_split": "true"},
        )
    ]
    before = [fetched(client, **query)[1] for query in asked]

    for sentence in told:
        tag(sentence, ben, "rebuttal", "commitment", unsure=True, bad_split=True, comment="secret")

    assert [fetched(client, **query)[1] for query in asked] == before
    assert any(before)

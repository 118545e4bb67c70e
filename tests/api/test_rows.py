"""The rows of an export as the description of the API has them, and as they really come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from statements.api.description import openapi
from statements.api.rows import name_of
from statements.formats import FORMATS, jsonl
from statements.formats.base import Column
from statements.meanings import meaning_of
from statements.reports.columns import COLUMNS, GOLD, Layer
from tests.make import (
    WITHDRAWN,
    make_gold,
    make_statement,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
)

LAYERS = list(Layer)
CHECKED = FormatChecker(formats=["date"])


@CHECKED.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or (
        value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None
    )


def schema_of(name: str) -> dict[str, Any]:
    """A schema of the API as JSON Schema has it now: without the `nullable` of OpenAPI 3.0."""
    return {"$ref": f"#/components/schemas/{name}", "components": without_nullable(openapi()["components"])}


def without_nullable(schema: Any) -> Any:
    if isinstance(schema, list):
        return [without_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {name: without_nullable(one) for name, one in schema.items() if name != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest


def faults(value: object, name: str) -> list[str]:
    """Say what is wrong with a value, by the schema of this name."""
    found = Draft202012Validator(schema_of(name), format_checker=CHECKED).iter_errors(value)
    return [f"{one.json_path}: {one.message}" for one in found]


@pytest.fixture
def all_sorts(rosa, ben, judith) -> None:
    """Whatever can stand in a row."""
    about = {
        "speaker": "Helios",
        "published_on": date(2026, 3, 2),
        "metadata": {"page": 3, "of": ["a", None]},
    }
    one, two, three = sentences_of(make_statement("🤔 One was so. Two was not. Three, we say, was.", **about))
    tag(one, rosa, "allegation", "rebuttal", unsure=True, bad_split=True, comment="See page 3.")
    tag(one, ben, "rebuttal")
    make_gold(one, "rebuttal", by=judith)
    say(two, rosa, skipped())
    say(two, ben, WITHDRAWN)
    tag(three, rosa)
    take_back(three, rosa)
    tag(three, ben, "commitment")
    split_at(three, "we")
    silent = sentences_of(make_statement("Nobody, so far, said a word."))
    split_at(silent[0], "so")


@pytest.mark.once
@pytest.mark.parametrize("layer", LAYERS)
def test_a_row_is_described_by_its_columns_and_what_they_mean(layer):
    assert told(name_of(layer)) == expected(COLUMNS[layer], layer)


@pytest.mark.once
def test_so_are_the_records_that_stand_in_a_row():
    decision = next(one for one in COLUMNS[Layer.SENTENCES] if one.name == "annotations").columns

    assert told("Gold") == expected(GOLD, Layer.SENTENCES, within="gold")
    assert told("Decision") == expected(decision, Layer.SENTENCES, within="annotations")


def told(name: str) -> dict[str, tuple[str, bool, bool]]:
    schema = openapi()["components"]["schemas"][name]
    return {
        name: (one["description"], one.get("nullable", False), name in schema["required"])
        for name, one in schema["properties"].items()
    }


def expected(
    columns: tuple[Column, ...], layer: Layer, within: str = ""
) -> dict[str, tuple[str, bool, bool]]:
    return {
        column.name: (str(meaning_of(column, layer, within=within)), column.may_be_null, True)
        for column in columns
    }


@pytest.mark.once
def test_an_export_is_described_as_lines_of_rows_or_as_a_file():
    answer = openapi()["paths"]["/api/v1/corpora/{slug}/export/"]["get"]["responses"]["200"]
    content = {name: one["schema"] for name, one in answer["content"].items()}
    rows = content.pop("application/x-ndjson")

    assert [one["$ref"].rpartition("/")[2] for one in rows["anyOf"]] == [name_of(layer) for layer in LAYERS]
    assert {FORMATS["csv"].media_type: {"type": "string"}}.items() <= content.items()
    assert {one.get("format") for name, one in content.items() if not name.startswith("text/")} == {"binary"}
    assert answer["headers"]["Annotator-As-Of"]["schema"] == {"type": "string", "format": "date-time"}


@pytest.mark.django_db
def test_the_rows_that_come_are_as_described(connect, all_sorts, ada):
    client = connect(ada)
    for layer in LAYERS:
        response = client.get("/api/v1/corpora/press/export/", {"layer": layer})
        rows = jsonl.read(b"".join(response))
        response.close()

        assert [fault for row in rows for fault in faults(row, name_of(layer))] == []
        names = [column.name for column in COLUMNS[layer]]
        # Nothing is as described only because it was never there.
        assert [name for name in names if all(row[name] is None for row in rows)] == []
    assert is_moment(response.headers["Annotator-As-Of"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "0"}, "$.start: '0' is not of type 'integer'"),
        ({"title": None}, "$.title: None is not of type 'string'"),
        ({"stored_at": "2026-03-02"}, "$.stored_at: '2026-03-02' is not a 'date-time'"),
        ({"published_on": "2026-13-02"}, "$.published_on: '2026-13-02' is not valid"),
    ],
)
def test_what_is_not_as_described_is_noticed(wrong, said):
    assert any(
        fault.startswith(said) for fault in faults(wrong, "SentenceRow") + faults(wrong, "StatementRow")
    )

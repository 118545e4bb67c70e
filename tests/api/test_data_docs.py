"""The page about the data has the fields of every layer, as the program and a real export have them."""

from __future__ import annotations

import io
import json
import re

import pytest
from pyarrow.parquet import read_schema

from statements.api.rows import name_of
from statements.formats import FORMATS
from statements.formats.base import Column, Kind
from statements.meanings import KINDS, LAYERS, meaning_of
from statements.reports.columns import ABOUT, COLUMNS, DECISION, GOLD, IF_ANY, PLACE, Layer
from tests.api.test_rows import faults
from tests.formats.exports import table, written
from tests.live import ROOT

pytestmark = pytest.mark.once

PAGE = (ROOT / "docs" / "data.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
HISTORY = ("ended_by", "key", "based_on", "act", "takes_back", "superseded_at")


def table_below(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its own first two lines."""
    _before, found, below = PAGE.partition(f"\n{heading}\n")
    assert found, heading
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def fields_below(heading: str) -> dict[str, list[str]]:
    return {name.strip("`"): [name, *rest] for name, *rest in table_below(heading)}


def examples_below(heading: str) -> dict[str, object]:
    """The examples of a table, but for those that are a table themselves."""
    rows = fields_below(heading).items()
    shown = {name: cells[2] for name, cells in rows if not cells[2].startswith("see [")}
    return {name: json.loads(example.strip("`")) for name, example in shown.items()}


def of(layer: Layer, *names: str) -> tuple[Column, ...]:
    return tuple(column for column in COLUMNS[layer] if column.name in names)


TYPES = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.partition("| type | JSON Lines |")[2].partition("\n\n")[0].splitlines()[2:]
]
TABLES = [
    ("### Place", PLACE, Layer.SENTENCES, ""),
    ("### Decision", DECISION, Layer.ANNOTATIONS, "annotations"),
    ("### Sentences", of(Layer.SENTENCES, "gold", "soft", "annotations"), Layer.SENTENCES, ""),
    ("### Gold", GOLD, Layer.SENTENCES, "gold"),
    ("### History", of(Layer.HISTORY, *HISTORY), Layer.HISTORY, ""),
    ("### Statements", COLUMNS[Layer.STATEMENTS][2 + len(ABOUT) :], Layer.STATEMENTS, ""),
]


@pytest.mark.parametrize(("heading", "columns", "layer", "within"), TABLES)
def test_a_table_has_the_columns_in_their_order_with_type_and_meaning(heading, columns, layer, within):
    told = [(name, kind, meaning) for name, kind, _example, meaning in table_below(heading)]

    assert told == [
        (f"`{one.name}`", typed(one), str(meaning_of(one, layer, within=within))) for one in columns
    ]


def typed(column: Column) -> str:
    return f"{KINDS[column.kind]}{', or null' if column.may_be_null else ''}"


def test_the_tables_together_are_the_columns_of_each_layer():
    place, decision = list(fields_below("### Place")), list(fields_below("### Decision"))
    ended_by, *history = fields_below("### History")
    about = place[place.index("language") : place.index("metadata") + 1]

    assert {layer: [column.name for column in COLUMNS[layer]] for layer in Layer} == {
        Layer.SENTENCES: [*place, *fields_below("### Sentences")],
        Layer.ANNOTATIONS: [*place, *decision],
        Layer.HISTORY: [*place, ended_by, *decision, *history],
        Layer.STATEMENTS: [*place[:2], *about, *fields_below("### Statements")],
    }
    # As the page says: in the history a decision has the same fields, all of which may be null.
    assert [(one.name, one.kind, one.may_be_null) for one in IF_ANY] == [
        (one.name, one.kind, True) for one in DECISION
    ]


def test_the_table_of_layers_says_what_a_row_is():
    told = [(layer, row) for layer, row, _fields in table_below("## Layers")]

    assert told == [(f"`{layer}`", str(LAYERS[layer])) for layer in Layer]


def test_the_examples_are_rows_that_can_be():
    place, decision = examples_below("### Place"), examples_below("### Decision")
    gold = examples_below("### Gold")
    sentence = {**place, **examples_below("### Sentences"), "gold": gold, "annotations": [decision]}
    rows = {
        Layer.SENTENCES: sentence,
        Layer.ANNOTATIONS: {**place, **decision},
        Layer.HISTORY: {**place, **decision, **examples_below("### History")},
        Layer.STATEMENTS: {**place, **examples_below("### Statements")},
    }

    assert {layer: faults(row, name_of(layer)) for layer, row in rows.items()} == {
        layer: [] for layer in Layer
    }
    assert place["end"] - place["start"] == len(place["text"])
    assert place["end_utf16"] - place["start_utf16"] == len(place["text"].encode("utf-16-le")) // 2
    assert place["sentence"].startswith(f"{place['statement']}.")


def test_an_example_that_could_not_be_is_noticed():
    wrong = {**examples_below("### Place"), **examples_below("### Decision"), "labels": "rebuttal"}

    assert faults(wrong, "AnnotationRow") == ["$.labels: 'rebuttal' is not of type 'array'"]


def test_the_table_of_formats_is_that_of_the_program():
    assert table_below("## Formats") == [
        [
            f"`{one.name}`",
            f"`.{one.extension}`",
            f"`{one.media_type}`",
            ", ".join(f"`{layer}`" for layer in one.layers) or "all",
            "yes" if one.go_on else "no",
        ]
        for one in FORMATS.values()
    ]


def test_the_table_of_types_says_what_parquet_makes_of_each():
    rows = {cells[0]: cells[3] for cells in TYPES}

    assert list(rows) == [*(str(KINDS[kind]) for kind in Kind), "null"]
    schema = read_schema(io.BytesIO(written("parquet", [], table("annotations"))))
    kinds = {one.kind: str(schema.field(one.name).type) for one in COLUMNS[Layer.ANNOTATIONS]}
    plain = [Kind.TEXT, Kind.INTEGER, Kind.YES_NO, Kind.DAY, Kind.MOMENT]
    assert [rows[KINDS[kind]] for kind in plain] == [f"`{kinds[kind]}`" for kind in plain]


def test_the_readme_names_every_format():
    assert [one.name for one in FORMATS.values() if f"`{one.name}`" not in README] == []

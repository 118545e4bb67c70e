"""Whatever an export says, each format says the same, to the programs that people read it with."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import Any

import numpy
import openpyxl
import pandas
import polars
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from statements.formats import FORMATS
from statements.reports.columns import COLUMNS, Layer
from tests.formats.exports import (
    README,
    as_json,
    as_typed,
    odd_rows,
    plain_row,
    table,
    unescaped,
    unpacked,
    written,
)

pytestmark = pytest.mark.once

LAYERS = [layer.value for layer in Layer]
FEW = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # to make an example smaller would take minutes
)

csv.field_size_limit(2**31 - 1)


def of_every_layer(test):
    """Give a test a layer and odd rows of it."""
    drawn = st.sampled_from(LAYERS).flatmap(lambda layer: st.tuples(st.just(layer), odd_rows(layer)))
    return FEW(given(drawn)(test))


@of_every_layer
def test_parquet_says_the_same_to_pyarrow_polars_and_pandas(drawn):
    layer, rows = drawn
    content = written("parquet", rows, table(layer))

    expected = [as_typed(row, COLUMNS[layer]) for row in rows]
    assert pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist() == expected
    assert polars.read_parquet(io.BytesIO(content)).to_dicts() == expected
    assert of_pandas(pandas.read_parquet(io.BytesIO(content)).to_dict("records")) == expected


def of_pandas(value: Any) -> Any:
    """What pandas found, with lists where it has arrays and None where it has no value."""
    if isinstance(value, dict):
        return {name: of_pandas(one) for name, one in value.items()}
    if isinstance(value, list | numpy.ndarray):
        return [of_pandas(one) for one in value]
    return None if pandas.isna(value) else value


@of_every_layer
def test_excel_says_the_same(drawn):
    layer, rows = drawn
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", rows, table(layer))), read_only=True)

    (names, *cells), readme = book[layer].iter_rows(values_only=True), book["README"]
    assert names == tuple(column.name for column in COLUMNS[layer])
    found = [tuple(unescaped(one) if isinstance(one, str) else one for one in row) for row in cells]
    assert [(*row, *[None] * (len(names) - len(row))) for row in found] == [
        tuple(as_cell(row[name]) for name in names) for row in rows
    ]
    kinds = {cell.data_type for sheet in (book[layer], readme) for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "b"}


def as_cell(value: Any) -> Any:
    """What a value is in a cell of a workbook."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str | int) else as_json(value)


@of_every_layer
def test_zipped_csv_says_the_same(drawn):
    layer, rows = drawn
    members = unpacked(written("csv-zip", rows, table(layer)))

    assert list(members) == ["README.md", f"{layer}.csv"]
    text = members[f"{layer}.csv"].removeprefix("\ufeff")
    found = [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    names = [column.name for column in COLUMNS[layer]]
    assert found == [names, *([as_csv(row[name]) for name in names] for row in rows)]


def as_csv(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value)


@FEW
@given(odd_rows("sentences"))
def test_lewidi_keeps_all_of_a_row(rows):
    items = json.loads(unpacked(written("lewidi", rows, table("sentences")))["sentences.json"])

    assert [of_item(sentence, item) for sentence, item in items.items()] == rows


def of_item(sentence: str, item: dict[str, Any]) -> dict[str, Any]:
    """The row of which an item was made."""
    known = item["other_info"]
    return {name: value for name, value in known.items() if name != "decisions"} | {
        "sentence": sentence,
        "text": item["text"]["sentence"],
        "language": item["lang"],
        "soft": {label: shares["1"] for label, shares in item["soft_label"].items()},
        "annotations": known["decisions"],
    }


def test_hugging_face_datasets_reads_parquet(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets  # slow, and it looks at the environment when it is imported

    datasets.disable_progress_bars()
    for layer in LAYERS:
        rows = [plain_row(layer, metadata={"a": None, "b": [1, "é🤔"]}), plain_row(layer)]
        nulls = {column.name: None for column in COLUMNS[layer] if column.may_be_null}
        empty = {"soft": {}, "annotations": []} if layer == "sentences" else {}
        rows.append(plain_row(layer, **nulls, **empty))
        path = tmp_path / f"{layer}.parquet"
        path.write_bytes(written("parquet", rows, table(layer)))

        found = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / layer))

        assert list(found) == [as_typed(row, COLUMNS[layer]) for row in rows]


# --- What holds for every format ---


def both(test):
    """Every format with every layer that it can say."""
    pairs = [(name, layer) for name, one in FORMATS.items() for layer in one.layers or LAYERS]
    return pytest.mark.parametrize(("name", "layer"), pairs)(test)


@both
def test_the_same_rows_have_the_same_bytes(name, layer):
    rows = [plain_row(layer), plain_row(layer, text="é")]

    assert written(name, rows, table(layer)) == written(name, rows, table(layer))


@pytest.mark.parametrize("layer", LAYERS)
def test_an_export_without_rows_is_a_whole_file(layer):
    names = [column.name for column in COLUMNS[layer]]

    content = written("parquet", [], table(layer))
    assert pandas.read_parquet(io.BytesIO(content)).to_dict("list") == {name: [] for name in names}
    assert polars.read_parquet(io.BytesIO(content)).to_dict(as_series=False) == {name: [] for name in names}
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [], table(layer))))
    assert list(book[layer].values) == [tuple(names)]
    text = unpacked(written("csv-zip", [], table(layer)))[f"{layer}.csv"]
    assert text == "\ufeff" + ",".join(names) + "\r\n"
    assert written("jsonl", [], table(layer)) == b""


def test_an_export_without_rows_is_an_empty_object_in_lewidi():
    assert unpacked(written("lewidi", [], table("sentences")))["sentences.json"] == "{}\n"


@pytest.mark.parametrize("name", ["csv-zip", "lewidi"])
def test_an_archive_begins_with_what_is_to_be_known(name):
    readme = unpacked(written(name, [plain_row()], table("sentences")))["README.md"]

    assert readme.startswith(f"{README}\n\n## ")
    assert unpacked(written(name, [], table("sentences", readme="")))["README.md"].startswith("## ")


@pytest.mark.parametrize(
    ("layer", "columns"),
    [
        ("sentences", ["published_on", "made_by", "gold"]),
        ("annotations", ["published_on", "made_by", "comment"]),
        ("statements", ["published_on"]),
    ],
)
def test_zipped_csv_says_which_columns_can_be_null(layer, columns):
    readme = unpacked(written("csv-zip", [], table(layer)))["README.md"]

    assert f"can be null:\n  {', '.join(f'`{name}`' for name in columns)}. " in readme
    assert ("no comment, or one that you may not read" in readme) == ("comment" in columns)


def test_libraries_that_weigh_much_are_imported_by_the_first_who_needs_them():
    heavy = "{'pyarrow', 'openpyxl', 'numpy', 'pandas'}"
    code = f"import sys, statements.formats; print({heavy} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_every_format_stands_under_its_own_name():
    assert [(name, one.name, one.extension, one.streams, one.layers) for name, one in FORMATS.items()] == [
        ("jsonl", "jsonl", "jsonl", True, ()),
        ("csv", "csv", "csv", True, ()),
        ("csv-zip", "csv-zip", "zip", True, ()),
        ("parquet", "parquet", "parquet", True, ()),
        ("xlsx", "xlsx", "xlsx", False, ()),
        ("lewidi", "lewidi", "zip", True, ("sentences",)),
    ]
    assert [name for name, one in FORMATS.items() if one.go_on] == ["jsonl", "csv"]


# --- Offsets ---

TEXT = (
    "Nous 🤔 l’avons nié\u0301. 👩‍👩‍👧 Le"
    " conseil\u00a0— e\u0301tonné — se tait… \U0010fffd «\u202fNon\u202f!\u202f»"
)
SPANS = [(0, 20), (21, 67), (68, len(TEXT))]


def units(text: str) -> int:
    """How long JavaScript finds a text."""
    return len(text.encode("utf-16-le")) // 2


def test_offsets_cut_the_same_strings_in_pandas_and_polars_and_by_units_of_utf16():
    sentences = [
        plain_row(statement="s", text=TEXT[start:end], start=start, end=end)
        | {"start_utf16": units(TEXT[:start]), "end_utf16": units(TEXT[:end])}
        for start, end in SPANS
    ]
    whole = written("parquet", [plain_row("statements", text=TEXT, statement="s")], table("statements"))
    parts = written("parquet", sentences, table("sentences"))

    joined = polars.read_parquet(io.BytesIO(parts)).join(
        polars.read_parquet(io.BytesIO(whole)), on="statement", suffix="_whole"
    )
    cut = joined.select(
        polars.col("text"),
        polars.col("text_whole").str.slice("start", polars.col("end") - polars.col("start")).alias("cut"),
    )
    assert cut["cut"].to_list() == cut["text"].to_list() == [TEXT[start:end] for start, end in SPANS]
    frame = pandas.read_parquet(io.BytesIO(parts))
    texts = pandas.read_parquet(io.BytesIO(whole))["text"]
    for row in frame.itertuples():
        assert texts.str.slice(row.start, row.end).item() == row.text
        units_of = TEXT.encode("utf-16-le")[2 * row.start_utf16 : 2 * row.end_utf16]
        assert units_of.decode("utf-16-le") == row.text

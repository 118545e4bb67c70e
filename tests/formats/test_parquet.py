"""Parquet is typed, says what it is, and comes row group by row group."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from statements.formats import parquet
from statements.formats.base import Column, Kind, Table
from tests.formats.exports import README, plain_row, table, written

pytestmark = pytest.mark.once


def test_every_column_has_the_type_of_what_stands_in_it():
    schema = pq.read_schema(io.BytesIO(written("parquet", [plain_row()], table("sentences"))))

    kinds = {field.name: (str(field.type), field.nullable) for field in schema}
    assert kinds["text"] == ("string", False)
    assert kinds["start"] == ("int64", False)
    assert kinds["published_on"] == ("date32[day]", True)
    assert kinds["metadata"] == ("string", False)
    assert kinds["soft"] == (
        "list<element: struct<label: string not null, share: double not null> not null>",
        False,
    )
    gold = schema.field("gold")
    assert (pa.types.is_struct(gold.type), gold.nullable) == (True, True)
    said = schema.field("annotations").type.value_type
    assert str(said.field("labels").type) == "list<element: string not null>"
    assert (str(said.field("unsure").type), said.field("unsure").nullable) == ("bool", False)
    assert (said.field("comment").nullable, said.field("reason").nullable) == (True, False)
    assert str(said.field("saved_at").type) == "timestamp[us, tz=UTC]"


def test_the_file_says_what_it_holds_and_of_when():
    content = io.BytesIO(written("parquet", [plain_row()], table("sentences")))

    about = pq.read_schema(content).metadata
    assert about == {
        b"layer": b"sentences",
        b"as_of": b"2026-03-02T12:34:56.789012Z",
        b"readme": README.encode(),
    }
    assert pq.read_metadata(content).row_group(0).column(0).compression == "ZSTD"


def test_a_row_group_is_sent_before_the_rows_after_it_are_asked_for(monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 10)
    monkeypatch.setattr(parquet, "AT_ONCE", 5)
    asked = []

    def rows():
        for number in range(25):
            asked.append(number)
            yield plain_row(text=f"Sentence {number}.")

    chunks = parquet.write(rows(), table("sentences"))
    sent = next(chunks)

    assert len(asked) <= 15
    content = io.BytesIO(sent + b"".join(chunks))
    about = pq.read_metadata(content)
    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [10, 10, 5]
    assert pq.read_table(content)["text"].to_pylist() == [f"Sentence {number}." for number in range(25)]


def test_long_texts_make_shorter_row_groups(monkeypatch):
    monkeypatch.setattr(parquet, "BYTES_A_GROUP", 10_000)
    monkeypatch.setattr(parquet, "CHARACTERS_AT_ONCE", 4_000)
    rows = [plain_row(text="é" * 3_000) for _number in range(6)]

    about = pq.read_metadata(io.BytesIO(written("parquet", rows, table("sentences"))))

    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [2, 2, 2]


def test_a_missing_value_in_a_column_that_has_none_is_an_error_and_no_lie():
    with pytest.raises(pa.ArrowInvalid, match="non-nullable"):
        written("parquet", [plain_row(text=None)], table("sentences"))


def test_a_record_may_hold_a_moment_or_none():
    inner = Column("at", Kind.MOMENT, may_be_null=True)
    of = Table("sentences", (Column("made", Kind.RECORDS, columns=(inner,)),), "2026-03-02T12:00:00Z")
    rows = [{"made": [{"at": None}, {"at": "2026-03-02T12:00:00.000001Z"}]}]

    found = pq.read_table(io.BytesIO(written("parquet", rows, of)))["made"].to_pylist()

    assert found == [[{"at": None}, {"at": datetime(2026, 3, 2, 12, 0, 0, 1, UTC)}]]

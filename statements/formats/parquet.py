"""Apache Parquet, typed and nested, row group by row group. https://parquet.apache.org/docs/

Whole numbers are int64, days date32, moments timestamps in UTC to the microsecond, lists and records what
they are. Shares are a list of records {label, share}: labels differ between corpora, so they cannot be the
fields of one, and Hugging Face `datasets` 5.2 refuses a file with a map in it (its issue 5612); pyarrow,
pandas, polars and it all read the list alike. An object, whose keys are free, is its JSON in a text.

A column is nullable where, and only where, there may be null. What the rows are stands in the metadata of the
schema under `layer`, `as_of` and `readme`. pyarrow is imported by the first who writes: it takes 50 MB.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from statements.formats.base import Column, Kind, Row, Table
from statements.formats.sink import Sink

ROWS_A_GROUP = 10_000
BYTES_A_GROUP = 10_000_000
"""What a row group may hold in memory before it is written; the last rows may bring it beyond."""

AT_ONCE = 500  # rows that are held as Python's objects, which take far more than Arrow's
CHARACTERS_AT_ONCE = 2_000_000  # or so many in their texts; comments and metadata are short by themselves

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield each row group when it is full, and at the end the footer. The same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"layer": table.name, "as_of": table.as_of, "readme": table.readme}
    schema = pa.schema([_field(column) for column in table.columns], metadata=about)
    sink = Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(rows, table.columns):
            writer.write_table(pa.Table.from_batches(group, schema), row_group_size=ROWS_A_GROUP)
            yield from sink.taken()
    yield from sink.taken()


def _groups(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[list[Any]]:
    """Yield the batches of each row group. (Any: a RecordBatch; pyarrow has no types.)"""
    group: list[Any] = []
    count = size = 0
    for some in _held(rows):
        batch = _batch(some, columns)
        if count + batch.num_rows > ROWS_A_GROUP:
            yield group
            group, count, size = [], 0, 0
        group.append(batch)
        count += batch.num_rows
        size += batch.nbytes
        if size >= BYTES_A_GROUP:
            yield group
            group, count, size = [], 0, 0
    if group:
        yield group


def _held(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    characters = 0
    for row in rows:
        some.append(row)
        characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(some) == AT_ONCE or characters >= CHARACTERS_AT_ONCE:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _batch(rows: Sequence[Row], columns: Sequence[Column]) -> Any:  # Any: a RecordBatch
    import pyarrow as pa

    arrays = []
    for column in columns:
        values, given = [row[column.name] for row in rows], _given(column)
        if given:
            values = [value if value is None else given(value) for value in values]
        arrays.append(pa.array(values, _field(column).type))
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema([_field(column) for column in columns]))


def _given(column: Column) -> Callable[[Any], Any] | None:  # Any: a JSON value, and what Arrow takes for it
    """Return what makes of a value of this column what Arrow takes, None where that is the same."""
    match column.kind:
        case Kind.DAY:
            return date.fromisoformat
        case Kind.MOMENT:
            return datetime.fromisoformat
        case Kind.OBJECT:
            return _encoded
        case Kind.SHARES:
            return lambda shares: [{"label": label, "share": share} for label, share in shares.items()]
        case Kind.RECORD:
            return _struct(column)
        case Kind.RECORDS:
            struct = _struct(column)
            return lambda values: [struct(one) for one in values]
    return None


def _struct(column: Column) -> Callable[[Any], Any]:  # Any: an object
    others = [(inner.name, given) for inner in column.columns if (given := _given(inner))]

    def struct(values: Any) -> Any:  # Any: an object
        changed = {name: given(values[name]) for name, given in others if values[name] is not None}
        return {**values, **changed}

    return struct


def _field(column: Column) -> Any:  # Any: a Field
    """Return a column as Arrow declares it."""
    import pyarrow as pa

    def every(of: Any) -> Any:  # Any: a DataType
        return pa.list_(pa.field("element", of, nullable=False))

    record = pa.struct([_field(inner) for inner in column.columns])
    share = pa.struct([pa.field("label", pa.string(), False), pa.field("share", pa.float64(), False)])
    kinds = {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.YES_NO: pa.bool_(),
        Kind.DAY: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", "UTC"),
        Kind.TEXTS: every(pa.string()),
        Kind.SHARES: every(share),
        Kind.OBJECT: pa.string(),
        Kind.RECORD: record,
        Kind.RECORDS: every(record),
    }
    return pa.field(column.name, kinds[column.kind], nullable=column.may_be_null)

"""Tables: a statement a row, its columns known by their names or said by somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from django.conf import settings

from statements.actions.apart import Lines, read_apart
from statements.actions.batch import Batch, Read
from statements.actions.draft import merged
from statements.actions.source import Pieces, held
from statements.actions.statement import details_from
from statements.errors import Refused, Unreadable
from statements.formats import csv, jsonl
from statements.formats.base import Record, Wrong
from statements.formats.columns import details, guess
from statements.formats.kinds import Kind
from statements.languages import known_language
from statements.text.decode import lines_of, normalise

LOOKED_AT = 200  # records that tell which columns there are

Rows = tuple[Sequence[str], Iterator[Record | Wrong]]
"""The names of the columns, where a header says them, and the rows."""


def read_table(batch: Batch, pieces: Pieces, encoding: str) -> None:
    """Read the rows of a table. Raises Refused, and Unreadable, where it cannot be read as a whole."""
    _read(batch, lambda: _rows(batch.source.kind, pieces, encoding), _line_count(pieces))


def read_sheet(batch: Batch, pieces: Pieces, _encoding: str) -> None:
    """Read the rows of a spreadsheet, of which one sheet is a table. Raises as `read_table` does."""
    kind, sheet = Kind(batch.source.kind), str(batch.source.said.get("sheet", ""))
    with held(pieces) as file, read_apart(kind, file, sheet=sheet, alive=batch.alive) as lines:
        _sheet, _columns, name, names = next(lines())
        batch.found |= {"sheet": name, "sheets": names}
        count = sum(1 for _line in lines())
        _read(batch, lambda: _rows_of_sheet(lines), count)


def _read(batch: Batch, rows: Callable[[], Rows], lines: int) -> None:
    columns = _columns(rows())
    mapping = {**guess(columns), **batch.source.said.get("columns", {})}
    batch.found |= {"columns": columns, "mapping": {name: mapping[name] for name in columns}}
    named = {what: name for name, what in batch.found["mapping"].items()}
    if "text" not in named:
        raise Refused("no_text_column")
    _refuse_too_many(batch, rows, lines)
    for one in rows()[1]:
        if isinstance(one, Wrong):
            batch.fault(one)
        else:
            _read_row(batch, one, mapping, named["text"])
        if batch.is_full:
            batch.write(part=min(1.0, one.line / lines))


def _line_count(pieces: Pieces) -> int:
    """Return about how many lines there are: their ends are counted, which takes no time."""
    feeds = returns = 0
    for piece in pieces():
        feeds, returns = feeds + piece.count(b"\n"), returns + piece.count(b"\r")
    return max(feeds, returns) + 1


def _refuse_too_many(batch: Batch, rows: Callable[[], Rows], lines: int) -> None:
    """Raise Refused when there are too many rows; they are counted only where there may be."""
    if lines > batch.room and next(islice(rows()[1], batch.room, None), None) is not None:
        raise Refused("too_many_statements", most=settings.MAX_UPLOAD_STATEMENTS)


def _rows(kind: str, pieces: Pieces, encoding: str) -> Rows:
    longest = settings.MAX_STATEMENT_BYTES
    lines = lines_of(pieces(), encoding, longest=longest)
    if kind == Kind.JSONL:
        return [], jsonl.records(lines)
    if kind == Kind.TSV:
        return csv.records(lines, "\t", longest=longest)
    head = list(islice(lines, LOOKED_AT))
    return csv.records(chain(head, lines), csv.delimiter_of("".join(head)), longest=longest)


def _rows_of_sheet(lines: Lines) -> Rows:
    (_sheet, columns, _name, _names), rest = next(lines()), islice(lines(), 1, None)
    return columns, (Record(*line[1:]) if line[0] == "row" else Wrong(*line[1:]) for line in rest)


def _columns(rows: Rows) -> list[str]:
    """Return the names of all columns, with those that only occur in rows, in their order."""
    header, records = rows
    names = dict.fromkeys(header)
    for one in islice(records, LOOKED_AT):
        if isinstance(one, Record):
            names |= dict.fromkeys(one.values)
    return list(names)


def _read_row(batch: Batch, record: Record, mapping: Mapping[str, str], text_column: str) -> None:
    values, wrong = _known(record, mapping)
    if wrong:
        batch.fault(*wrong)
        return
    try:
        text = normalise(values.pop("text"))
    except Unreadable as wrong_text:
        batch.fault(Wrong(record.line, text_column, wrong_text.code, wrong_text.values))
        return
    batch.add(Read(record.line, text, merged(details_from(values), batch.said_of_all)))


def _known(record: Record, mapping: Mapping[str, str]) -> tuple[dict[str, Any], list[Wrong]]:  # Any: as below
    """Return the fields of a row, its language as we name it, and what is wrong with them."""
    values, wrong = details(record, mapping)
    if not wrong and values.get("language"):
        said = values["language"]
        values["language"] = known_language(said)
        if not values["language"]:
            named = next((name for name, what in mapping.items() if what == "language"), "")
            wrong = [Wrong(record.line, named, "language", {"value": said[:40]})]
    return values, wrong

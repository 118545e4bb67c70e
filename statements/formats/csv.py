"""CSV after RFC 4180, UTF-8 with a byte order mark so that spreadsheets read the accents.

Lists, objects, booleans and nulls stand as JSON in their cell; null is an empty cell. A text that a
spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection), which `read` takes
away again: a text that begins with an apostrophe therefore gets a second one.

Tables of others come in through `records`, which leaves every cell as it is: nobody else writes that guard.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from statements.errors import Unreadable
from statements.formats.base import Record, Row, Table, Wrong
from statements.formats.sink import gathered

GUARD = "'"
# Spreadsheets take a full-width sign for the plain one, and skip what cannot be seen before it.
UNSEEN = r"\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
RISKY = re.compile(rf"[\t\r\n{GUARD}]|[{UNSEEN}]*[-=+@＝＋－＠]")

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 1_000
END = "\0"
"""Comes behind the last line, as no text has it: as a row of its own, or behind an unclosed quote."""
MOST_CELLS = 1_000_000  # that one line may part: more would cost more memory than the file has bytes
LONGEST = 10_000_000
"""Characters of a row."""

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_QUOTED = re.compile(r'"[^"]*(?:"|\Z)')
_BLANK = re.compile(r"[\s\ufeff]*")
_FIRST_LINE = re.compile(r"[^\r\n]*")

csv.field_size_limit(2**31 - 1)  # Python reads 128 kB a cell by itself; a sentence can be longer


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield the header, then records, one a row."""
    names = _written([table.names])
    return gathered(chain([codecs.BOM_UTF8, *names], _records(rows, table)))


def go_on(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield records, one a row, without the header."""
    return gathered(_records(rows, table))


def _records(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    return _written([_cell(row[name]) for name in table.names] for row in rows)


def _written(records: Iterable[Sequence[str]]) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for record in records:
        writer.writerow(record)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def read(content: bytes) -> list[Row]:
    """Return the rows of a file that `write` made; every cell as text, guards taken away."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [
        {name: cell.removeprefix(GUARD) for name, cell in record.items()} for record in csv.DictReader(text)
    ]


def delimiter_of(head: str) -> str:
    """Return what parts the cells of a table that begins with `head`: a comma where nothing does.

    That of , ; tab and | counts which the names of the columns have most often outside of quotes.
    """
    bare = _QUOTED.sub('""', head)
    blank = _BLANK.match(bare)
    names = _FIRST_LINE.match(bare, _start_of_line(bare, blank.end() if blank else 0))
    return max(DELIMITERS, key=(names[0] if names else "").count)


def records(
    lines: Iterable[str], delimiter: str, longest: int = LONGEST
) -> tuple[list[str], Iterator[Record | Wrong]]:
    """Return the names of the columns and, one at a time, the rows below them.

    `lines` end as they do in the file. A column without a name is called "column 3". Rows may have fewer
    cells than there are columns; blank lines are passed over. A row can be Wrong with `too_many_cells`
    (count, most), `too_long_row` (most) or `unclosed_quote`; the latter two end the file.
    Raises Unreadable with `empty`, `column_twice` (column), `too_many_columns` (most) and, when it is the
    row of names that is wrong, with what is wrong there.
    """
    rows = _rows(_Counted(lines, delimiter, longest), delimiter)
    _line, header = next(rows, (0, None))
    if header is None:
        raise Unreadable("empty")
    if isinstance(header, Wrong):
        raise Unreadable(header.code, **header.values)
    columns = _columns(header)
    return columns, (row if isinstance(row, Wrong) else _record(line, row, columns) for line, row in rows)


class _Counted:
    """Lines as they are handed to the parser, which would hold all that follows an unclosed quote."""

    def __init__(self, lines: Iterable[str], delimiter: str, longest: int) -> None:
        self.lines, self.delimiter, self.longest = iter(lines), delimiter, longest
        self.count = 0
        self.taken = 0  # characters of the row under way

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.count += 1
            self.taken += len(line)
            if self.taken > self.longest or self._has_too_many_cells(line):
                raise _TooLong
            yield line.removeprefix("\ufeff") if self.count == 1 else line
        yield END

    def _has_too_many_cells(self, line: str) -> bool:
        return len(line) > MOST_CELLS and line.count(self.delimiter) > MOST_CELLS


class _TooLong(Exception):
    """A row is longer than any statement: most likely a quote has no other half."""


def _rows(lines: _Counted, delimiter: str) -> Iterator[tuple[int, list[str] | Wrong]]:
    """Yield the rows that are not blank, each with the line on which it begins."""
    parser = csv.reader(lines, delimiter=delimiter)
    while True:
        begin, lines.taken = lines.count + 1, 0
        try:
            row = next(parser)
        except _TooLong:
            yield begin, Wrong(begin, "", "too_long_row", {"most": lines.longest})
            return
        if row and row[-1].endswith(END):
            if row != [END]:
                yield begin, Wrong(begin, "", "unclosed_quote")
            return
        if len(row) > 1 or (row and row[0].strip()):
            yield begin, row


def _start_of_line(text: str, position: int) -> int:
    """Return where the line of `position` begins: a table may well begin with an empty name and a tab."""
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def _columns(header: Sequence[str]) -> list[str]:
    if len(header) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    columns: dict[str, None] = {}
    for position, cell in enumerate(header, 1):
        name = cell.strip().strip("\ufeff").strip() or f"column {position}"
        if name in columns:
            raise Unreadable("column_twice", column=name)
        columns[name] = None
    return list(columns)


def _record(line: int, row: Sequence[str], columns: Sequence[str]) -> Record | Wrong:
    if len(row) > len(columns):
        return Wrong(line, "", "too_many_cells", {"count": len(row), "most": len(columns)})
    return Record(line, dict(zip(columns, row, strict=False)))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return _encoded(value)
    return GUARD + value if RISKY.match(value) else value

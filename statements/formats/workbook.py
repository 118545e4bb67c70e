"""A workbook for Excel ← rows: one sheet of them, and one that says what is to be known to read it.

openpyxl writes it, and is imported by the first who asks for one. `xlsx` reads those of others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from statements.errors import Refused
from statements.formats.base import Row, Table
from statements.formats.sink import still

if TYPE_CHECKING:
    from openpyxl import Workbook

LONGEST = 32_767
"""UTF-16 units of a cell: Excel holds no more."""

MOST_ROWS = 50_000
"""Fewer than a sheet holds: openpyxl writes some 1,800 a second, and nothing can be sent before the last one.
So this is half a minute; proxies wait for one, and a full sheet would take ten."""

CHUNK = 64 * 1024

ABOUT = """\
This file
- The rows are in the first sheet, as they were at the moment in cell B1 of this one.
- Lists and objects stand in their cell as JSON.
- Days and moments are texts after ISO 8601, moments in UTC: a date of Excel has no time zone, and no
  microseconds.
- An empty cell is an empty text or no value at all (null); both look alike. Parquet and JSON Lines tell them
  apart.
- No cell is a formula, whatever it begins with.
- Characters that XML cannot hold, and carriage returns, stand in the file as _xHHHH_ (ECMA-376, ST_Xstring),
  and so does an underscore before what only looks like that. Excel shows the characters; programs such as
  pandas and R may show the escape.\
"""

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# A carriage return could stand as &#13;, but not all writers of XML think of it: Excel itself escapes it.
_UNFIT = "\x00-\x08\x0b-\x1f\ufffe\uffff"
_ESCAPED = re.compile(f"[{_UNFIT}]|_(?=x[0-9A-Fa-f]{{4}}[_{_UNFIT}])")


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield the workbook once it is made; the same rows have the same bytes.

    Raises Refused, before anything is yielded, with `too_many_rows` (most) and with `too_long_cell` (row: the
    id of what stands in it; column, most): nothing is ever cut.
    """
    with TemporaryFile() as file:
        _make(rows, table, file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _make(rows: Iterable[Row], table: Table, file: IO[bytes]) -> None:
    from openpyxl.writer.excel import ExcelWriter

    with _book(table) as book:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        sheet.append(list(table.names))
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise Refused("too_many_rows", most=MOST_ROWS)
            sheet.append([_cell(sheet, row[name], name, row) for name in table.names])
        readme = book.create_sheet("README")
        readme.append(["as_of", table.as_of])
        for line in f"{table.readme}\n\n{ABOUT}".split("\n"):
            readme.append([_cell(readme, line, "README", {})])
        archive = _Archive(file, table.as_of)
        ExcelWriter(book, archive).save()  # Workbook.save would say that it was changed now


@contextmanager
def _book(table: Table) -> Iterator[Workbook]:
    """Give a workbook without sheets; openpyxl keeps each in a file until it is saved, or until here."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    as_of = datetime.fromisoformat(table.as_of).replace(tzinfo=None)
    book.properties.created = book.properties.modified = as_of
    book.properties.creator = ""
    try:
        yield book
    finally:
        sheets: list[Any] = book.worksheets  # Any: its types do not know what it keeps
        for sheet in sheets:
            _forget(sheet)


def _forget(sheet: Any) -> None:  # Any: see above
    """Take away the file in which openpyxl gathered the rows of a sheet that was not saved."""
    from openpyxl.worksheet._writer import ALL_TEMP_FILES

    if not sheet._writer or sheet._writer.out not in ALL_TEMP_FILES:
        return
    try:
        if not sheet.closed:
            sheet.close()
    finally:
        sheet._writer.cleanup()


class _Archive(ZipFile):
    """An archive all of whose members are as old as what they show."""

    def __init__(self, file: IO[bytes], as_of: str) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)
        self.as_of = as_of

    # Any: both as ZipFile has them.
    def writestr(self, name: Any, *content: Any, **more: Any) -> None:  # type: ignore[override]  # other names
        super().writestr(still(name, self.as_of), *content, **more)

    def write(self, path: Any, name: Any = None, *_others: Any) -> None:
        with open(path, "rb") as source, self.open(still(name, self.as_of), "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK):
                member.write(chunk)


def _cell(sheet: Any, value: Any, column: str, row: Row) -> Any:  # Any: of openpyxl; a JSON value
    """Return what stands for a value in its cell: nothing, a number, yes or no, or a text."""
    if value is None or value == "":
        return None
    if isinstance(value, int):
        return value
    text = escaped(value if isinstance(value, str) else _encoded(value))
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) > 2 * LONGEST:
        raise Refused("too_long_cell", row=_id(row), column=column, most=LONGEST)
    if text[0] not in "=#":
        return text
    # openpyxl would take these for a formula or an error.
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def escaped(text: str) -> str:
    """Return a text as ST_Xstring writes it (ECMA-376-1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _id(row: Row) -> str:
    return str(row.get("sentence") or row.get("statement") or "README")

"""Excel's .xlsx → the rows of one of its sheets, one statement a row.

openpyxl reads the workbook and its cells. What it would pass over without a word is found beforehand, in one
scan of the XML: rows and cells that are out of order, and formulas without a value.
"""

from __future__ import annotations

import json
import math
import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element
from zipfile import BadZipFile

from defusedxml.ElementTree import iterparse
from openpyxl import Workbook
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS, STYLES_TYPE

from statements.errors import Refused, Unreadable
from statements.formats import office
from statements.formats.base import Record, Sheet, Wrong
from statements.formats.csv import MOST_COLUMNS
from statements.formats.workbook import LONGEST

NAME = "Excel"
WORKBOOK = "xl/workbook.xml"
STRICT = "{http://purl.oclc.org/ooxml/"
MOST_ROWS, LAST_COLUMN = 1_048_576, 16_384  # of a sheet
MOST_CHARACTERS = 60_000_000
"""Of all cells together: the file holds a text once that stands in many of them."""

DAMAGES = (
    SyntaxError,  # no XML, as ElementTree and lxml say it
    BadZipFile, zlib.error, EOFError, OSError,  # no archive, or no workbook in it
    LookupError,  # a part, a relation, a text or an encoding that is not there
    ValueError, OverflowError,  # no number, date or reference where one should be
    TypeError, AttributeError,  # an element that openpyxl expects otherwise
)  # fmt: skip
HALF_A_SECOND = timedelta(seconds=0.5)

_SHOWN = 40
# Neither NUL nor half a character, which no table keeps.
_ESCAPED = re.compile("_x(?!0000|[Dd][89A-Fa-f])[0-9A-Fa-f]{4}_")
_SHEET, _DATA, _ROW, _CELL, _FORMULA, _STORED, _INLINE, _STRING, _RUN, _TEXT = (
    f"{{{SHEET_MAIN_NS}}}{tag}"
    for tag in ("worksheet", "sheetData", "row", "c", "f", "v", "is", "si", "r", "t")
)

Cells = dict[int, Any]
"""What a row holds, by the numbers of its columns, from 1: JSON values, or why there is none. (Any.)"""

warnings.filterwarnings("ignore", module="openpyxl")  # one would be kept for every cell with a wrong date


class Scan(NamedTuple):
    """What openpyxl does not tell of a sheet."""

    last: dict[int, int]  # the last row that holds anything, by column
    bare: set[tuple[int, int]]  # rows and columns of formulas without a value


def sheet(file: IO[bytes], *, name: str = "", alive: Callable[[int], None]) -> Sheet:
    """Return the sheet called `name`, or the first visible one that holds anything.

    The first row with anything in it names the columns; one without a name, but with something below, is
    called as Excel calls it, such as "D". Rows follow by their numbers in the sheet, without the empty ones.
    Their values are texts, numbers, booleans and what dates are as text: 2024-03-07, 2024-03-07 14:30:00,
    14:30:00 or, of durations, 26:30:00. Of merged cells the first holds what they show. What is hidden is
    read. In place of a row come all that are wrong in it: `cell_error` (value), `formula_without_value` and
    `cell_too_long` (most).
    alive: is told, before anything comes back, how many characters were found since the last time.
    Raises Unreadable as `office.opened` does, and with `strict`, `no_sheet` (name), `empty`, `column_twice`
    (column), `too_many_columns` (most), `swollen` when the cells hold far more than the file, and when it is
    the row of names that is wrong, with what is wrong there. `swollen` and `damaged` may come after rows.
    """
    try:
        office.opened(file, name=NAME, needs=WORKBOOK)
        book, scans = _book(file, alive)
    except DAMAGES as wrong:
        raise Unreadable("damaged", name=NAME) from wrong
    if name and name not in scans:
        raise Unreadable("no_sheet", name=name)
    filled = [title for title, scan in scans.items() if next(_cells(book, title, scan), None)]
    hidden = {title for title in filled if book[title].sheet_state != "visible"}
    filled.sort(key=hidden.__contains__)
    chosen = next((one for one in filled if (one == name if name else one not in hidden)), None)
    if chosen is None:
        raise Unreadable("empty")
    rows = _cells(book, chosen, scans[chosen])
    columns = _columns(*next(rows), scans[chosen])
    return Sheet(list(columns.values()), _rows(rows, columns), chosen, filled)


class _Reader(ExcelReader):
    """openpyxl's reader, but for the table of strings: it would cut "x005F_" out of them, which is how "_" is
    written before what looks like an escape."""

    def __init__(self, file: IO[bytes], alive: Callable[[int], None]) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.alive = alive

    def read_strings(self) -> None:
        if place := self.package.find(SHARED_STRINGS):  # type: ignore[no-untyped-call]  # is without types
            with self.archive.open(place.PartName[1:]) as part:
                self.shared_strings = list(self._strings(part))

    def _strings(self, part: IO[bytes]) -> Iterator[str]:
        for _event, element in iterparse(part):
            _check_text(element)
            if element.tag == _STRING:
                text: Any = Text.from_tree(element)  # Any: its types say that it may be None
                self.alive(len(text.content))
                element.clear()
                yield text.content


def _book(file: IO[bytes], alive: Callable[[int], None]) -> tuple[Workbook, dict[str, Scan]]:
    """Return the workbook, and by their names the scans of its sheets, without those that are charts.

    openpyxl reads sheets once they are scanned: so it has the time that there is for all these characters.
    """
    reader = _Reader(file, alive)
    with reader.archive.open(WORKBOOK) as part:
        if next(iterparse(part, ("start",)))[1].tag.startswith(STRICT):
            raise Unreadable("strict")  # openpyxl would find nothing in it
    reader.read_manifest()
    reader.read_workbook()
    styles = reader.package.find(STYLES_TYPE)  # type: ignore[no-untyped-call]  # is without types
    if styles and styles.PartName != f"/{ARC_STYLE}":
        raise ValueError("styles where openpyxl does not look for them")
    scans: dict[str, Scan] = {}
    for one, relation in reader.parser.find_sheets():
        if one.name in scans:
            raise ValueError("two sheets of one name")
        if relation.Type.endswith("/worksheet"):
            with reader.archive.open(relation.target) as part:
                scans[one.name] = _scan(part, alive)
    reader.read()
    return reader.wb, scans


def _scan(part: IO[bytes], alive: Callable[[int], None]) -> Scan:
    """Scan the XML of a sheet. Raises ValueError where openpyxl would pass over anything."""
    scan, line = Scan({}, set()), 0
    for _event, element in iterparse(part):
        _check_text(element)
        if element.tag == _ROW:
            alive(sum(map(len, element.itertext())))
            line = _check_row(element, line, scan)
            element.clear()
        elif element.tag == _DATA and any(row.tag != _ROW for row in element):
            raise ValueError("no row")
    if element.tag != _SHEET:
        raise ValueError("no sheet")
    return scan


def _check_text(element: Element) -> None:
    if element.tag in (_STRING, _INLINE, _RUN) and len(element.findall(_TEXT)) > 1:
        raise ValueError("two texts in one")


def _check_row(row: Element, before: int, scan: Scan) -> int:
    """Return the number of a row, once its cells stand in the order of the columns, and in their row."""
    line, column = int(row.get("r", before + 1)), 0
    if not before < line <= MOST_ROWS:
        raise ValueError(f"row {line} after row {before}")
    for cell in row:
        before, place = column, cell.get("r")
        of_row, column = coordinate_to_tuple(place) if place else (line, before + 1)
        if cell.tag != _CELL or of_row != line or not before < column <= LAST_COLUMN:
            raise ValueError(f"{place} in row {line} after column {before}")
        _check_cell(cell, line, column, scan)
    return line


def _check_cell(cell: Element, line: int, column: int, scan: Scan) -> None:
    parts, kind = {part.tag: part.text for part in cell}, cell.get("t")
    if len(parts) < len(cell) or (_STORED if kind == "inlineStr" else _INLINE) in parts:
        raise ValueError("two values, or one of another kind")
    stored = parts.get(_STORED)
    if kind == "s" and stored and int(stored) < 0:
        raise ValueError("a text before the first")
    # A formula may well give an empty text, which is then stored as one.
    is_empty_text = kind == "str" and _STORED in parts
    if stored or _INLINE in parts:
        scan.last[column] = line
    elif _FORMULA in parts and not is_empty_text:
        scan.last[column] = line
        scan.bare.add((line, column))


def _cells(book: Workbook, title: str, scan: Scan) -> Iterator[tuple[int, Cells]]:
    """Yield each row that holds anything, and its number."""
    worksheet, end, characters = book[title], max(scan.last.values(), default=0), 0
    worksheet.reset_dimensions()  # they may lie
    try:
        # What follows the last row is of no use here, and may hold what openpyxl does not know.
        for line, row in zip(range(1, end + 1), worksheet.iter_rows(), strict=False):
            read = {column: _read(cell, line, column, scan) for column, cell in enumerate(row, 1)}
            cells = {column: value for column, value in read.items() if value is not None}
            characters += sum(len(value) for value in cells.values() if isinstance(value, str))
            if characters > MOST_CHARACTERS:
                raise Unreadable("swollen")
            if cells:
                yield line, cells
    except DAMAGES as wrong:
        raise Unreadable("damaged", name=NAME) from wrong


def _columns(line: int, header: Cells, scan: Scan) -> dict[int, str]:
    """Return the names of the columns that hold anything, by their numbers."""
    used = sorted({*header, *(column for column, last in scan.last.items() if last > line)})
    if len(used) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    names: dict[int, str] = {}
    for column in used:
        value = header.get(column, "")
        if isinstance(value, Refused):
            raise Unreadable(value.code, **value.values)
        text = value if isinstance(value, str) else json.dumps(value)
        name = text.strip().strip("\ufeff").strip() or get_column_letter(column)
        if name in names.values():
            raise Unreadable("column_twice", column=name)
        names[column] = name
    return names


def _rows(rows: Iterator[tuple[int, Cells]], columns: Mapping[int, str]) -> Iterator[Record | Wrong]:
    for line, cells in rows:
        values = {columns[column]: value for column, value in cells.items()}
        wrongs = [(name, value) for name, value in values.items() if isinstance(value, Refused)]
        if not wrongs:
            yield Record(line, values)
        for name, refused in wrongs:
            yield Wrong(line, name, refused.code, refused.values)


def _read(cell: Any, line: int, column: int, scan: Scan) -> Any:  # Any: of openpyxl; a JSON value or Refused
    """Return what a cell holds, None for nothing or a blank text."""
    if (line, column) in scan.bare:
        return Refused("formula_without_value")
    match cell.data_type, cell.value:
        case _, None:
            return None
        case "s", str(value):
            return _kept(value)
        case "n", int() | float() as value if math.isfinite(value):
            return int(value) if int(value) == value and abs(value) < 10**15 else value
        case "b", value:
            return value
        case "d", value:
            return _shown(value)
        case "e", value:
            return Refused("cell_error", value=value[:_SHOWN])
    raise ValueError(f"a cell of kind {cell.data_type}")


def _kept(text: str) -> str | Refused | None:
    """Return a text with its signs as Excel shows them, None for a blank one, Refused if it is no cell's."""
    text = _ESCAPED.sub(lambda found: unescape(found[0]), text)
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) > 2 * LONGEST:
        return Refused("cell_too_long", most=LONGEST)
    return text if text.strip() else None


def _shown(moment: date | datetime | time | timedelta) -> str:
    """Return a date, a time or both, to the nearest second: a fraction of a day is seldom quite one."""
    match moment:
        case datetime():
            moment = (moment + HALF_A_SECOND).replace(microsecond=0)
            return moment.isoformat(" ").removesuffix(" 00:00:00")
        case time():
            return (datetime.combine(date(1, 1, 1), moment) + HALF_A_SECOND).time().isoformat("seconds")
        case timedelta():
            minutes, seconds = divmod(round(abs(moment.total_seconds())), 60)
            sign = "-" if moment < timedelta() else ""
            return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return moment.isoformat()

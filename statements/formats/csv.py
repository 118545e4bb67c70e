"""CSV after RFC 4180, UTF-8 with a byte order mark so that spreadsheets read the accents.

Lists, objects, booleans and nulls stand as JSON in their cell; null is an empty cell. A text that a
spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection), which `read` takes
away again: a text that begins with an apostrophe therefore gets a second one.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from statements.formats.base import Row

GUARD = "'"
# Spreadsheets take a full-width sign for the plain one, and skip what cannot be seen before it.
UNSEEN = r"\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
RISKY = re.compile(rf"[\t\r\n{GUARD}]|[{UNSEEN}]*[-=+@＝＋－＠]")

csv.field_size_limit(2**31 - 1)  # Python reads 128 kB a cell by itself; a sentence can be longer


def write(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """Yield the header, then a record a row, in the order of `columns`."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    yield codecs.BOM_UTF8 + line.getvalue().encode()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([_cell(row[column]) for column in columns])
        yield line.getvalue().encode()


def read(content: bytes) -> list[Row]:
    """Return the rows of a file that `write` made; every cell as text, guards taken away."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [
        {name: cell.removeprefix(GUARD) for name, cell in record.items()} for record in csv.DictReader(text)
    ]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return GUARD + value if RISKY.match(value) else value

"""CSV together with what is to be known to read it: a zip archive of README.md and the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statements.formats import csv
from statements.formats.base import Row, Table
from statements.formats.sink import zipped

ABOUT = """\
## What CSV cannot say

- The table is UTF-8 with a byte order mark, its cells are parted by commas, its lines by CR LF (RFC 4180). A
  cell may hold line breaks, and be longer than the 131,072 characters at which Python's `csv` stops: raise
  `csv.field_size_limit`.
- An empty cell is an empty text or no value at all (null); both look alike. These columns can be null:
  {nullable}. {both}
- Lists and objects stand in their cell as JSON, as do `true` and `false`. Days and moments are ISO 8601.
- A text that a spreadsheet would run as a formula has an apostrophe (') in front, and so has one that begins
  with an apostrophe. Take away one apostrophe from the beginning of every cell that has one, and you have the
  texts as they are: `start` and `end` count without it.

Parquet and JSON Lines say all this by themselves.
"""

NEVER_BOTH = (
    "None of them is ever an empty text, so there an empty cell is null, and everywhere else it is not."
)
BOTH = (
    "Of `comment` an empty cell can be either: no comment, or one that you may not read (null). Where "
    "`reviewer` is empty a sentence ended without a decision, and everything that a decision has is null."
)


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield the archive as it is made."""
    nullable = ", ".join(f"`{column.name}`" for column in table.columns if column.may_be_null)
    about = ABOUT.format(nullable=nullable, both=BOTH if "comment" in table.names else NEVER_BOTH)
    readme = f"{table.readme.rstrip()}\n\n{about}"
    members = [("README.md", [readme.lstrip().encode()]), (f"{table.name}.csv", csv.write(rows, table))]
    yield from zipped(members, table.as_of)

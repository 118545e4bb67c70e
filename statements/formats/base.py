"""What every format has in common: rows go in and bytes come out, lines go in and records come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Row = Mapping[str, Any]  # one JSON object, its keys in the order of the layer


@dataclass(frozen=True)
class Format:
    """A way to write rows. `write(rows, columns)` yields chunks of bytes and holds one row at a time."""

    name: str
    media_type: str
    write: Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]


class Record(NamedTuple):
    """One statement as it stands in a table file: its cells by the names of their columns.

    `line` is the physical line, counted from 1, on which it begins. A cell that is empty may be missing.
    """

    line: int
    values: Mapping[str, Any]  # Any: texts of CSV and TSV, any JSON value of JSON Lines


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one row; `code` and `values` as those of a refusal.

    `column` is the name of the column, the position in the line where JSON breaks off, or empty when the
    whole row is meant.
    """

    line: int
    column: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)  # Any: whatever the sentence shows

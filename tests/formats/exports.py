"""Rows as exports have them, odd ones and plain ones, and what they are when a format is read back."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from statements.formats import FORMATS
from statements.formats.base import Column, Kind, Row, Table
from statements.reports.columns import COLUMNS, Layer

AS_OF = "2026-03-02T12:34:56.789012Z"
SLUGS = ("allegation", "rebuttal", "none")
README = "# A corpus\n\n=1+1 is no formula, _x0041_ no letter."

SCRAPS = [
    "\u2028", "\u0085", "\r", "\n", "\r\n", "\x0b", "\x1e", "\x00", "\x7f", "\ufffe", "\uffff", "\ufeff", '"',
    "'", "''", ",", ";", "\\", "\\n", "\t", " ", "\u00a0", "\u200b", "e\u0301", "🤔", "\U0010fffd", "=",
    "=1+1", "+", "-", "@", "＝", "é", "null", "None", "nan", "NA", "[]", "true", "1", "1e5", "2026-03-02",
    "#N/A", "#REF!", "_x0041_", "_x0041", "_x005F_", "_", "x000D_", "</t>", "&#13;", "]]>",
]  # fmt: skip
ODD = st.lists(
    st.one_of(st.sampled_from(SCRAPS), st.text(st.characters(codec="utf-8"), max_size=3)), max_size=5
).map("".join)


def table(layer: str, *, readme: str = README) -> Table:
    return Table(layer, COLUMNS[Layer(layer)], AS_OF, readme, SLUGS)


def written(name: str, rows: list[Row], of: Table) -> bytes:
    return b"".join(FORMATS[name].write(iter(rows), of))


def unpacked(content: bytes) -> dict[str, str]:
    """The members of a zip archive, as the texts that they are."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


@st.composite
def odd_rows(draw: st.DrawFn, layer: str) -> list[dict[str, Any]]:
    """Up to three rows whose texts come from a few odd ones. (To draw each value by itself takes minutes.)"""
    odd = Odd(draw(st.lists(ODD, min_size=4, max_size=8)), Random(draw(st.integers(0, 2**32))))
    rows = [odd.record(COLUMNS[Layer(layer)]) for _number in range(odd.chance.randint(0, 3))]
    return [{**row, "statement": "s", "sentence": f"s.{number}"} for number, row in enumerate(rows)]


class Odd:
    """Odd values for columns."""

    def __init__(self, texts: list[str], chance: Random) -> None:
        self.texts, self.chance = texts, chance

    def record(self, columns: tuple[Column, ...]) -> dict[str, Any]:
        return {column.name: self.value(column) for column in columns}

    def some(self, make: Callable[[], Any]) -> list[Any]:
        return [make() for _number in range(self.chance.randint(0, 2))]

    def text(self) -> str:
        return self.chance.choice(self.texts)

    def plain(self) -> Any:
        return self.chance.choice([self.text(), None, True, False, -(2**60), 0.5])

    def moment(self) -> datetime:
        microseconds = self.chance.choice([0, 1, 999_999, 500_000])
        return datetime(1970, 1, 1, 0, 0, 0, microseconds, UTC) + timedelta(self.chance.randint(0, 80_000))

    def value(self, column: Column) -> Any:
        is_null = column.may_be_null and self.chance.random() < 0.3
        return None if is_null else self.of_kind(column)

    def of_kind(self, column: Column) -> Any:
        match column.kind:
            case Kind.INTEGER:
                return self.chance.randint(0, 2**31)
            case Kind.YES_NO:
                return self.chance.random() < 0.5
            case Kind.DAY:
                return date.fromordinal(self.chance.randint(1, date.max.toordinal())).isoformat()
            case Kind.MOMENT:
                return self.moment().isoformat().replace("+00:00", "Z")
            case Kind.TEXTS:
                return self.some(self.text)
            case Kind.SHARES:
                return {slug: self.chance.random() for slug in self.chance.sample(SLUGS, 2)}
            case Kind.OBJECT:
                return {self.text(): self.chance.choice([self.plain(), self.some(self.plain)]) for _ in "ab"}
            case Kind.RECORD:
                return self.record(column.columns)
            case Kind.RECORDS:
                return self.some(lambda: self.record(column.columns))
        return self.text()


def plain_row(layer: str = "sentences", **known: Any) -> dict[str, Any]:
    """A row with something in every column, but for what is known of it."""
    return {column.name: _plain(column) for column in COLUMNS[Layer(layer)]} | known


def _plain(column: Column) -> Any:
    inner = {one.name: _plain(one) for one in column.columns}
    return {
        Kind.TEXT: column.name,
        Kind.INTEGER: 1,
        Kind.YES_NO: False,
        Kind.DAY: "2026-03-02",
        Kind.MOMENT: "2026-03-02T12:00:00Z",
        Kind.TEXTS: ["allegation"],
        Kind.SHARES: {"allegation": 1.0, "rebuttal": 0.25, "none": 0.0},
        Kind.OBJECT: {"page": 3},
        Kind.RECORD: inner,
        Kind.RECORDS: [inner],
    }[column.kind]


def as_typed(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    """The row as a format with types of its own gives it back."""
    return {column.name: _typed(row[column.name], column) for column in columns}


def _typed(value: Any, column: Column) -> Any:
    if value is None:
        return None
    match column.kind:
        case Kind.DAY:
            return date.fromisoformat(value)
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
        case Kind.SHARES:
            return [{"label": label, "share": share} for label, share in value.items()]
        case Kind.OBJECT:
            return as_json(value)
        case Kind.RECORD:
            return as_typed(value, column.columns)
        case Kind.RECORDS:
            return [as_typed(one, column.columns) for one in value]
    return value


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unescaped(text: str) -> str:
    """A text out of what ST_Xstring says of it, read from the left."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)

"""JSON Lines: one object a line, UTF-8. https://jsonlines.org"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from statements.errors import Refused
from statements.formats.base import Record, Row, Table, Wrong
from statements.formats.sink import gathered

MOST_NESTED = 30
LONGEST = 10_000_000
"""Characters of a line."""

_BLANK = " \t\r\n"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield lines, one a row; its keys say what stands there, so no header is needed."""
    return gathered(map(_line, rows))


def _line(row: Row) -> bytes:
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a whole number of more than 64 bits, which somebody said about a text
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(content: bytes) -> list[Row]:
    """Return the rows of a file that `write` made."""
    # Only \n ends a line here: str.splitlines would also cut at U+2028 inside a string.
    return [json.loads(line) for line in content.split(b"\n") if line]


def records(lines: Iterable[str], longest: int = LONGEST) -> Iterator[Record | Wrong]:
    """Yield the object on each line, without its nulls, or what is wrong there; then go on.

    `lines` may be any pieces of the text: only a line feed, with or without a carriage return before it, ends
    a line. Blank ones are passed over. The codes are `not_json` (why), `not_an_object`, `not_a_number`
    (value), `column_twice` (column), `too_deep` (most), `half_character` and `too_long_line` (most).
    """
    for number, text in enumerate(_lines(lines, longest), 1):
        if text is None:
            yield Wrong(number, "", "too_long_line", {"most": longest})
        elif text.strip(_BLANK):
            yield _record(number, text)


def _record(number: int, text: str) -> Record | Wrong:
    try:
        value = _value(text)
    except json.JSONDecodeError as wrong:
        return Wrong(number, str(wrong.colno), "not_json", {"why": wrong.msg})
    except Refused as refused:
        return Wrong(number, "", refused.code, refused.values)
    except RecursionError:
        return Wrong(number, "", "too_deep", {"most": MOST_NESTED})
    if not isinstance(value, dict):
        return Wrong(number, "", "not_an_object")
    return Record(number, {name: one for name, one in value.items() if one is not None})


def _value(text: str) -> Any:  # Any: whatever JSON can say
    value = json.loads(
        text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float, parse_int=_int
    )
    if _is_deeper(value, MOST_NESTED):
        raise Refused("too_deep", most=MOST_NESTED)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as wrong:  # "\ud83e" without its other half, which no file can keep
        raise Refused("half_character") from wrong
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: whatever JSON can say
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused("column_twice", column=_short(name))
        found[name] = value
    return found


def _no_number(value: str) -> None:
    raise Refused("not_a_number", value=value)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Refused("not_a_number", value=_short(digits))
    return number


def _int(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as wrong:  # thousands of digits: Python counts the time that they take
        raise Refused("not_a_number", value=_short(digits)) from wrong


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _is_deeper(value: Any, most: int) -> bool:  # Any: whatever JSON can say
    level = [value] if isinstance(value, dict | list) else []
    for _depth in range(most):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]
    return bool(level)


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:  # Any: whatever JSON can say
    return value.values() if isinstance(value, dict) else value


def _lines(pieces: Iterable[str], longest: int) -> Iterator[str | None]:
    """Yield the lines without their ends; None for one that is too long, of which nothing is kept."""
    parts: list[str] = []
    size, is_first = 0, True
    for piece in pieces:
        text = piece.removeprefix("\ufeff") if is_first else piece
        is_first = is_first and not piece
        for part in _LINE.findall(text):
            size += len(part)
            if size > longest:
                parts.clear()
            else:
                parts.append(part)
            if part.endswith("\n"):
                yield "".join(parts) if size <= longest else None
                parts, size = [], 0
    if size:
        yield "".join(parts) if size <= longest else None

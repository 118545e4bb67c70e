"""JSON Lines: one object a line, UTF-8. https://jsonlines.org"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from statements.formats.base import Row


def write(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """Yield a line a row; `columns` are the rows' own keys and need no header."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(content: bytes) -> list[Row]:
    """Return the rows of a file that `write` made."""
    # Only \n ends a line here: str.splitlines would also cut at U+2028 inside a string.
    return [json.loads(line) for line in content.split(b"\n") if line]

"""What every format has in common: rows go in, bytes come out, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]  # one JSON object, its keys in the order of the layer


@dataclass(frozen=True)
class Format:
    """A way to write rows. `write(rows, columns)` yields chunks of bytes and holds one row at a time."""

    name: str
    media_type: str
    write: Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]

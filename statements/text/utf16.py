"""Offsets in UTF-16 units, as JavaScript, Java and .NET count them, beside those in code points.

A character beyond U+FFFF is two units there and one code point here. The Unicode Standard, section 3.9, D91.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

_PAIR = re.compile("[\U00010000-\U0010ffff]")


def counter_of(text: str) -> Callable[[int], int]:
    """Return what turns an offset into `text`, in code points, into one in UTF-16 units."""
    pairs = [] if text.isascii() else [match.start() for match in _PAIR.finditer(text)]
    if not pairs:
        return int
    return lambda offset: offset + bisect_left(pairs, offset)

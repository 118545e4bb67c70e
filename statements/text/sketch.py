"""Near duplicates: texts that share most of their runs of words, found by small sketches of them.

Source: Broder (1997), On the resemblance and containment of documents; sketches are "bottom k".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from zlib import crc32

WORDS = 3  # in a shingle
SIZE = 16  # hashes in a sketch
DIGITS = 8  # of one hash, as hexadecimal text
PROBES = 6  # the smallest hashes, by which candidates are looked up
KEPT = 8  # texts that are remembered under one hash: what thousands share tells nothing
CANDIDATES = 5
ALIKE = 0.5  # estimated, for a text to be worth a closer look

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

Sketch = tuple[int, ...]


def shingles(text: str) -> set[int]:
    """Return the hashes of all runs of three words, without case and accents; of fewer words as a whole."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    words = _WORD.findall(text.casefold())
    if len(words) < WORDS:
        return {crc32(" ".join(words).encode())} if words else set()
    runs = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    return {crc32(run.encode()) for run in runs}


def sketch(text: str) -> Sketch:
    """Return the smallest hashes of a text's shingles, at most SIZE, in rising order."""
    return tuple(sorted(shingles(text))[:SIZE])


def packed(drawn: Sketch) -> str:
    """Return a sketch as hexadecimal text."""
    return "".join(f"{value:08x}" for value in drawn)


def unpacked(text: str) -> Sketch:
    """Return the sketch that `packed` wrote."""
    return tuple(int(text[at : at + DIGITS], 16) for at in range(0, len(text), DIGITS))


def share(one: str, other: str) -> float:
    """Return how much of two texts is the same: the Jaccard index of their shingles, 0 to 1."""
    mine, yours = shingles(one), shingles(other)
    return len(mine & yours) / len(mine | yours) if mine or yours else 0.0


def resemblance(one: Sketch, other: Sketch) -> float:
    """Return an estimate of `share`, from two sketches: among the smallest of both, how many are in both."""
    smallest = set(sorted({*one, *other})[:SIZE])
    return len(smallest.intersection(one).intersection(other)) / len(smallest) if smallest else 0.0


class Nearby:
    """Texts by the smallest hashes of their sketches, to find those that are nearly the same.

    Two texts of which 80 % are the same share one of six probes but for some texts in a thousand.
    100,000 texts take about 60 MB.
    """

    def __init__(self) -> None:
        self._keys: dict[int, list[int]] = {}
        self._sketches: dict[int, str] = {}

    def add(self, key: int, drawn: Sequence[int]) -> None:
        """Let a text be found; `key` is what `find` calls it."""
        self._sketches[key] = packed(tuple(drawn))
        for value in drawn[:PROBES]:
            keys = self._keys.setdefault(value, [])
            if len(keys) < KEPT:
                keys.append(key)

    def find(self, drawn: Sequence[int]) -> list[int]:
        """Return the keys of texts that are probably near, the nearest first."""
        met = dict.fromkeys(key for value in drawn[:PROBES] for key in self._keys.get(value, ()))
        likely = [(resemblance(tuple(drawn), unpacked(self._sketches[key])), key) for key in met]
        nearest = sorted((one for one in likely if one[0] >= ALIKE), key=lambda one: -one[0])
        return [key for _estimate, key in nearest[:CANDIDATES]]

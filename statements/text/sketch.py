"""Near duplicates: texts that share most of their runs of words, found by small sketches of them.

Source: Broder (1997), On the resemblance and containment of documents; sketches are "bottom k".
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from zlib import crc32

WORDS = 3  # in a shingle
SIZE = 16  # hashes in a sketch
DIGITS = 8  # of one hash, as hexadecimal text
PROBES = 6  # the smallest hashes, by which candidates are looked up
SHARED = 2  # so many of them have to be the same
KEPT = 8  # texts that are remembered under one hash: what thousands share tells nothing
CANDIDATES = 5
LONG = 20_000  # characters of a text that is worked on in blocks of as many words
ALIKE = 0.5  # estimated, for a text to be worth a closer look

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

Sketch = tuple[int, ...]


def shingles(text: str) -> set[int]:
    """Return the hashes of all runs of three words, without case and accents; of fewer words as a whole."""
    return _hashes(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return text.casefold()


def _hashes(words: Sequence[str]) -> set[int]:
    if len(words) < WORDS:
        return {crc32(" ".join(words).encode())} if words else set()
    runs = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    return {crc32(run.encode()) for run in runs}


def sketch(text: str) -> Sketch:
    """Return the smallest hashes of a text's shingles, at most SIZE, in rising order."""
    if len(text) <= LONG:
        return tuple(sorted(shingles(text))[:SIZE])
    # A million words at once would take a hundred megabytes.
    words = (found[0] for found in _WORD.finditer(_plain(text)))
    smallest: list[int] = []
    before: list[str] = []
    while block := list(islice(words, LONG)):
        block = [*before, *block]
        smallest = sorted({*smallest, *_hashes(block)})[:SIZE]
        before = block[1 - WORDS :]
    return tuple(smallest)


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


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """Return an estimate of `share`, from two sketches: among the smallest of both, how many are in both."""
    smallest = set(sorted({*one, *other})[:SIZE])
    return len(smallest.intersection(one).intersection(other)) / len(smallest) if smallest else 0.0


class Nearby:
    """Texts by the smallest hashes of their sketches, to find those that are nearly the same.

    Two texts of which 80 % are the same share two of six probes but for two texts in a thousand.
    100,000 texts take about 30 MB: dictionaries of numbers would take three times that.
    """

    def __init__(self) -> None:
        self._keys = array("q")  # of the texts, in the order in which they came
        self._sketches = array("I")  # SIZE + 1 numbers for each: how many hashes, then these
        self._first = _Places()  # of the first text with each hash
        self._others: dict[int, list[int]] = {}  # few hashes are met twice

    def add(self, key: int, drawn: Sequence[int]) -> None:
        """Let a text be found; `key` is what `find` calls it."""
        place = len(self._keys)
        self._keys.append(key)
        self._sketches.extend([len(drawn), *drawn, *[0] * (SIZE - len(drawn))])
        for value in drawn[:PROBES]:
            if self._first.note(value, place) == place:
                continue
            others = self._others.setdefault(value, [])
            if len(others) < KEPT - 1:
                others.append(place)

    def find(self, drawn: Sequence[int]) -> list[int]:
        """Return the keys of texts that are probably near, the nearest first."""
        met = Counter(place for value in drawn[:PROBES] for place in self._with(value))
        shared = min(SHARED, len(drawn))
        likely = [
            (resemblance(drawn, self._sketch(place)), place)
            for place, times in met.items()
            if times >= shared
        ]
        nearest = sorted((one for one in likely if one[0] >= ALIKE), key=lambda one: -one[0])
        return [self._keys[place] for _estimate, place in nearest[:CANDIDATES]]

    def _with(self, value: int) -> list[int]:
        """Return the places of texts in whose smallest hashes this one is."""
        first = self._first.find(value)
        return [] if first is None else [first, *self._others.get(value, ())]

    def _sketch(self, place: int) -> Sequence[int]:
        begin = place * (SIZE + 1)
        return self._sketches[begin + 1 : begin + 1 + self._sketches[begin]]


class _Places:
    """A small number for each of many hashes of 32 bits: a table with open addresses in one array.

    An entry holds a hash, and in its lower half one more than the number; 0 is an empty one.
    """

    def __init__(self, size: int = 1024) -> None:
        self._entries = array("Q", bytes(8 * size))
        self._mask = size - 1  # size is a power of two
        self._count = 0

    def find(self, value: int) -> int | None:
        entry = self._entries[self._slot(value)]
        return (entry & 0xFFFFFFFF) - 1 if entry else None

    def note(self, value: int, place: int) -> int:
        """Keep a place for a hash that has none, and return the one that it has."""
        slot = self._slot(value)
        if entry := self._entries[slot]:
            return (entry & 0xFFFFFFFF) - 1
        self._entries[slot] = value << 32 | place + 1
        self._count += 1
        if 2 * self._count > self._mask:
            self._grow()
        return place

    def _slot(self, value: int) -> int:
        """Return where a hash stands, or else the empty slot where it would. Hashes are even in all bits."""
        entries, mask = self._entries, self._mask
        slot = value & mask
        while (entry := entries[slot]) and entry >> 32 != value:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        old = self._entries
        size = 4 * len(old)
        self._entries, self._mask = array("Q", bytes(8 * size)), size - 1
        for entry in old:
            if entry:
                self._entries[self._slot(entry >> 32)] = entry

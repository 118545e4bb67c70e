"""Gaps: where a sentence can be cut in two by hand."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from statements.text.lines import IGNORABLE, extends, trim

_EMPTY = re.compile(rf"[\s{IGNORABLE}]")
_CLOSES = frozenset('.!?…:;)]}»”"—–。．！？｡।॥։።᠃။၊؟۔')
"""After these a new sentence may begin without a space: the space was forgotten, or is not the custom."""
_OPENS = frozenset('"“«¿¡([{—–')
_NEVER_FIRST = frozenset("。．！？｡、，；：」』）】》〉%…")
"""What no sentence of a script without spaces begins with."""
_UNSPACED = re.compile(
    "[\u0e00-\u0edf\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)
"""Letters of scripts that leave no space between words: Thai to Khmer, kana, ideographs."""
_REGIONAL = range(0x1F1E6, 0x1F200)
_JOINS_PICTURES = "\u200d"


def cuts(text: str, start: int, end: int) -> list[int]:
    """Return where the second part of the sentence [start, end) could begin, in code points of `text`.

    Those are the beginnings of its words, but for the first one, and of what follows closing punctuation
    without a space; in scripts that do not part words, of each of its characters. None lies inside a
    character as readers see it (a grapheme cluster, after Unicode Standard Annex 29), and none leaves a part
    without visible text.
    """
    first = trim(text, start, end)[0]  # what is visible
    return [at for at in range(first + 1, end) if _may_begin(text, at) and is_boundary(text, at, start=start)]


def parts(text: str, start: int, end: int, cut: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the spans of the two sentences that a cut makes of one; white space between them is a gap.

    Raises ValueError for a cut that is not among `cuts`.
    """
    first = trim(text, start, end)[0]
    if not first < cut < end or not _may_begin(text, cut) or not is_boundary(text, cut, start=start):
        raise ValueError(f"{cut} is no gap of the sentence [{start}, {end})")
    return trim(text, start, cut), (cut, end)


def words(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Return the sentence in the pieces between its cuts, each with where it begins."""
    edges = [start, *cuts(text, start, end), end]
    return [(begun, text[begun:ended]) for begun, ended in pairwise(edges)]


def is_boundary(text: str, at: int, *, start: int = 0) -> bool:
    """Return whether one character as readers see it ends at `at` and another begins; looks back to `start`.

    Emoji joined by U+200D, flags, jamo of one syllable and marks of all kinds stay together.
    """
    before, behind = text[at - 1], text[at]
    if extends(behind) or before == _JOINS_PICTURES or (before == "\r" and behind == "\n"):
        return False
    if ord(behind) in _REGIONAL and ord(before) in _REGIONAL:
        flags = at
        while flags > start and ord(text[flags - 1]) in _REGIONAL:
            flags -= 1
        return (at - flags) % 2 == 0
    return not _is_one_syllable(before, behind)


def _may_begin(text: str, at: int) -> bool:
    before, behind = text[at - 1], text[at]
    if _EMPTY.match(behind):
        return False
    if _EMPTY.match(before):
        return True
    if _UNSPACED.match(before) or _UNSPACED.match(behind):
        may_lead = behind not in _NEVER_FIRST and unicodedata.category(behind) not in ("Pe", "Pf")
        return may_lead and unicodedata.category(before) not in ("Ps", "Pi")
    return before in _CLOSES and (behind.isalpha() or behind in _OPENS) and before != behind


def _is_one_syllable(before: str, behind: str) -> bool:
    """Hangul written as single jamo: L before L, V or a syllable; V and T as they follow."""
    leads, vowels, tails = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
    first, second = ord(before), ord(behind)
    is_syllable = 0xAC00 <= first <= 0xD7A3
    ends_open = is_syllable and (first - 0xAC00) % 28 == 0
    if first in leads:
        return second in leads or second in vowels or 0xAC00 <= second <= 0xD7A3
    if first in vowels or ends_open:
        return second in vowels or second in tails
    return (first in tails or is_syllable) and second in tails

"""Gaps: where a sentence can be cut in two by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import regex

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
_GRAPHEME = regex.compile(r"\X")
_WITHIN_WORDS = IGNORABLE.replace("\u200b", "")
"""Marks that part no words; U+200B does: it is a space without a width."""
_JOINS = "\u200d"


def cuts(text: str, start: int, end: int) -> list[int]:
    """Return where the second part of the sentence [start, end) could begin, in code points of `text`.

    Those are the beginnings of its words, but for the first one, and of what follows closing punctuation
    without a space; in scripts that do not part words, of each of its characters. None lies inside a
    character as readers see it (a grapheme cluster, after Unicode Standard Annex 29), and none leaves a part
    without visible text.
    """
    return list(_cuts(text, start, end))


def parts(text: str, start: int, end: int, cut: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the spans of the two sentences that a cut makes of one; white space between them is a gap.

    Raises ValueError for a cut that is not among `cuts`.
    """
    if cut not in _cuts(text, start, end):
        raise ValueError(f"{cut} is no gap of the sentence [{start}, {end})")
    return trim(text, start, cut), (cut, end)


def words(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Return the sentence in the pieces between its cuts, each with where it begins."""
    edges = [start, *cuts(text, start, end), end]
    return [(begun, text[begun:ended]) for begun, ended in pairwise(edges)]


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    before = ""  # the character before, as readers see it, by what it begins with
    for character in _GRAPHEME.finditer(text, trim(text, start, end)[0], end):
        at, behind = character.start(), text[character.start()]
        if before and text[at - 1] != _JOINS and _may_begin(before, behind):
            yield at
        if behind not in _WITHIN_WORDS:
            before = behind


def _may_begin(before: str, behind: str) -> bool:
    if _EMPTY.match(behind) or extends(behind):  # some marks of Myanmar are characters to the Annex
        return False
    if _EMPTY.match(before):
        return True
    if _UNSPACED.match(before) or _UNSPACED.match(behind):
        may_lead = behind not in _NEVER_FIRST and unicodedata.category(behind) not in ("Pe", "Pf")
        return may_lead and unicodedata.category(before) not in ("Ps", "Pi")
    return before in _CLOSES and (behind.isalpha() or behind in _OPENS) and before != behind

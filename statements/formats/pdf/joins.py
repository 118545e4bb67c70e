"""Joining what a printer parted: words, compounds and addresses that go on in the next line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SOFT_HYPHEN = "\u00ad"

_HYPHENS = ("-", SOFT_HYPHEN)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"(?:https?:/|www\.)\S*[/_=&?#%~-]\Z", re.IGNORECASE)
_REST_OF_ADDRESS = re.compile(r"[a-z0-9%?#=&]")
_ELIDED = re.compile(r"(?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]\Z", re.IGNORECASE)
_TIGHT = re.compile(r"\w[/—]\Z")

# Inversions and the like, as "est-il" and "celui-ci": the second half is no syllable of the first.
_INVERTED = re.compile(
    r"(?!(?:mer|sou)-ci|(?:voi|ho)-là)(?:"
    r"\w*[td]-(?:ils?|elles?|on)|\w*[sx]-tu|\w+-(?:je|nous|vous|moi|toi|lui|mêmes?|là|ci)|\w+-t"
    r"|(?:est|sont|étai(?:en)?t|ser(?:a|ont|ait)|fût|soit|qu.est)-ce"
    r"|(?:dites|dis|faites|fais|prenez|prends|allez|vas|voyez)-(?:le|la|les|en|y))"
)
# What is written with a hyphen behind it, and hardly ever ends a syllable of a longer word.
_PREFIXES = frozenset(
    {
        "anglo", "après", "arrière", "avant", "celle", "celles", "celui", "ceux", "cross", "eux", "franco",
        "half", "high", "long", "lui", "moi", "nord", "ouest", "peut", "porte", "quasi", "self", "short",
        "soi", "well",
    }
)  # fmt: skip
# Those that do so as well: their hyphen stays where the rest is a word of its own.
_DOUBTFUL = frozenset(
    {
        "bas", "co", "contre", "demi", "elle", "entre", "est", "ex", "grand", "haut", "low", "mi", "non",
        "post", "semi", "sous", "sud", "sur", "vice",
    }
)  # fmt: skip
_AFTER_AU = frozenset({"dedans", "dehors", "delà", "dessous", "dessus", "devant"})
_MOST = 200  # letters that are looked at


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the words of a document in lower case, compounds whole, but for those that a line breaks."""
    found: set[str] = set()
    is_broken = False
    for line in lines:
        text = _FIRST_LETTERS.sub("", line, count=1) if is_broken else line
        is_broken = line.endswith(_HYPHENS)
        found.update(_WORD.findall((text.rpartition(" ")[0] if is_broken else text).lower()))
    return frozenset(found)


def joined(lines: Sequence[str], words: frozenset[str]) -> str:
    """Return the lines of one paragraph as one.

    words: all that the document has, which settle whether a hyphen belongs to a word that is parted.
    """
    parts: list[str] = []
    for line in filter(None, lines):
        before = "".join(parts[-3:])[-_MOST:]
        if not before:
            parts.append(line)
        elif before.endswith(_HYPHENS) and not _goes_on(before, line, words):
            parts += parts.pop()[:-1], line
        else:
            parts += "" if _is_close(before, line) else " ", line
    return "".join(parts)


def _is_close(before: str, line: str) -> bool:
    """Whether no space parts two lines."""
    if before.endswith(_HYPHENS):
        return before[-2:-1].isalnum() and line[0].isalnum()
    if _is_one_address(before, line) or _ELIDED.search(before):
        return True
    return bool(_TIGHT.search(before)) and line[0].isalpha()


def _goes_on(before: str, line: str, words: frozenset[str]) -> bool:
    """Whether a hyphen at the end of a line stays there."""
    if before.endswith(SOFT_HYPHEN):
        return False
    second = _WORD.match(line)
    if second is None or not before[-2:-1].isalnum() or _is_one_address(before, line):
        return True
    return _is_compound(before.split(" ")[-1][:-1], second[0], words)


def _is_compound(first: str, second: str, words: frozenset[str]) -> bool:
    """Whether the hyphen belongs to the word: first stands before it, second behind it."""
    letters = _WORD.findall(first)
    before, after = letters[-1].lower() if letters else "", second.lower()
    if f"{before}-{after}" in words:
        return True
    if f"{before}{after}" in words:
        return False
    if not second[0].islower() or first.isupper() or any(sign.isdigit() for sign in first):
        return True
    last = before.rpartition("-")[2]
    if _INVERTED.fullmatch(f"{last}-{after.partition('-')[0]}"):
        return True
    if last != before:
        return len(last) <= 2  # vis-à-vis, but contre-exper-tise
    if before == "au":
        return after in _AFTER_AU
    return before in _PREFIXES or (before in _DOUBTFUL and after in words)


def _is_one_address(before: str, line: str) -> bool:
    return bool(_ADDRESS.search(before) and _REST_OF_ADDRESS.match(line))

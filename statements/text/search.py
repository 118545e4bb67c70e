"""Words to look for, as people type them, and the expressions that find them in texts as they are stored."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from unicodedata import normalize

LONGEST_QUERY = 200  # characters
MOST_WORDS = 10

MARKS = frozenset(map(chr, range(0x0300, 0x0370)))  # accents that stand behind their letter
ANY_MARKS = "[\u0300-\u036f]*"
ALIKE = {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "ς": "σ"}
LIGATURES = {"oe": "[œŒ]", "ae": "[æÆǽǼǣǢ]"}
PIECE = re.compile("oe|ae|.", re.DOTALL)
SPECIAL = frozenset("\\^$.|?*+()[]{}")  # mean something to Python or to PostgreSQL
KNOWN = range(0x2200)  # Latin, Greek, Cyrillic and what is written with them: the letters with capitals


def words_of(query: str) -> tuple[str, ...]:
    """Return the words of a query, each once, in plain writing and in their order."""
    return tuple(dict.fromkeys(word for word in map(plain, query.split()) if word))


def plain(text: str) -> str:
    """Return a text without capitals, accents, ligatures, kinds of apostrophes: “L’Œuvre” as “l'oeuvre”."""
    return "".join(map(_plain, normalize("NFC", text)))


def finder(word: str) -> re.Pattern[str]:
    """Return what finds a plain word in Python."""
    return re.compile(pattern_of(word))


def pattern_of(word: str) -> str:
    """Return a regular expression that finds a plain word wherever it stands, inside longer words too.

    Python's `re` and PostgreSQL's advanced expressions read it alike: it is made of signs, classes of signs,
    groups, `|`, and `*` behind a class. No sign can be read in two ways, so it never goes back far.
    """
    pieces = PIECE.findall(word)
    last = len(pieces) - 1
    return "".join(_piece(piece, first=at == 0, last=at == last) for at, piece in enumerate(pieces))


def _piece(piece: str, *, first: bool, last: bool) -> str:
    """Return what finds a sign, or two that may be a ligature; half of one can begin and end a word."""
    ways = ["".join(map(_sign, piece))]
    for pair, ligature in LIGATURES.items():
        if piece == pair or (first and piece == pair[1]) or (last and piece == pair[0]):
            ways.append(ligature + ANY_MARKS)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _sign(sign: str) -> str:
    if sign in _variants():
        return f"[{_variants()[sign]}]{ANY_MARKS}"
    composed, apart = _escaped(sign), _escaped(normalize("NFD", sign))
    return (composed if composed == apart else f"(?:{composed}|{apart})") + ANY_MARKS


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in SPECIAL else sign for sign in text)


@cache
def _variants() -> dict[str, str]:
    """Return, for each sign that can be written in several ways, all of them in a row."""
    alike: dict[str, list[str]] = defaultdict(list)
    for sign in map(chr, KNOWN):
        alike[_plain(sign)].append(sign)
    return {one: "".join(signs) for one, signs in alike.items() if len(one) == 1 and len(signs) > 1}


@cache
def _plain(sign: str) -> str:
    """Return a sign in plain writing: nothing for an accent, itself where only several letters would do."""
    if sign in MARKS:
        return ""
    if sign in ALIKE:
        return ALIKE[sign]
    for pair, ligature in LIGATURES.items():
        if sign in ligature[1:-1]:
            return pair
    if not sign.isalnum():
        return sign
    bare = "".join(one for one in normalize("NFKD", sign) if one not in MARKS).lower()
    return bare if len(bare) == 1 else sign

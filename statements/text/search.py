"""Words of texts as a search compares them: without capitals and accents, whole or by their beginnings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import category, normalize

LONGEST_QUERY = 200  # characters
MOST_WORDS = 10
LONGEST_WORD = 60  # characters by which words are told apart; what is longer is no word of a language
BLOCK = 50_000  # characters of a text whose words are kept in one piece: PostgreSQL takes a megabyte at most

ACCENTS = range(0x0300, 0x0370)  # that stand behind their letter
UNSEEN = [0x00AD, 0x034F, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10), 0xFEFF]
"""What may stand within words and is not seen: soft hyphens, joiners, choices of a variant."""
BARE = dict.fromkeys([*ACCENTS, *UNSEEN])
ALIKE = BARE | str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "œ": "oe", "æ": "ae", "ς": "σ"}
)
# Thai, Lao, Burmese, Khmer, Chinese, Japanese: nothing stands between their words, so each sign is one.
ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)


def _class_of(codes: Iterable[int]) -> str:
    """Return what stands for these code points within the brackets of an expression."""
    runs = []
    for _, run in groupby(enumerate(sorted(codes)), key=lambda one: one[1] - one[0]):
        same = [code for _, code in run]
        runs.append(f"\\U{same[0]:08x}-\\U{same[-1]:08x}")
    return "".join(runs)


@cache
def _word() -> re.Pattern[str]:
    """Return what finds a word as it is written: letters and digits in a row, with the marks on them.

    The signs that most texts are made of are spelled out, which Python finds several times as fast. It takes
    a tenth of a second to make, so it is made when it is asked for.
    """
    marks = {code for code in range(0x20000) if category(chr(code))[0] == "M"}
    marks |= {*UNSEEN, 0xFF9E, 0xFF9F}  # the last two are marks on Japanese letters at half the width
    first = "".join(map(chr, range(0x10000)))
    letters = set(map(ord, re.findall(rf"[^\W_{ALONE}]", first)))
    common = _class_of({code for code in marks if code < 0x10000})
    others = rf"(?=[\U00010000-\U0001ffff])(?:[^\W_]|[{_class_of(marks)}])"
    return re.compile(rf"(?:[{_class_of(letters)}{common}]+|{others})+|(?![\W_])[{ALONE}][{common}]*")


PLAIN_WORD = re.compile("[a-z0-9]+")


class Token(NamedTuple):
    """A word in plain writing, and where it stands: `text[start:end]`."""

    word: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return a text without capitals, accents, ligatures, kinds of apostrophes: “L’Œuvre” as “l'oeuvre”."""
    if text.isascii():
        return text.lower()
    bare = normalize("NFKD", text).translate(BARE).casefold()
    return normalize("NFC", normalize("NFKD", bare).translate(ALIKE))


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text as they come: letters, digits and marks in a row, all else parts them.

    What is one sign in the text can be several words, as “½” is: they stand in the same place.
    """
    for found in _word().finditer(text):
        for word in _folded(found[0]):
            yield Token(word, *found.span())


def _folded(written: str) -> list[str]:
    """Return the words that a word in a text becomes: nearly always one, of bare accents none."""
    word = plain(written)
    if word.isascii() and word.isalnum():
        return [word[:LONGEST_WORD]]
    return [word[:LONGEST_WORD] for word in _word().findall(word)]


def words_in(text: str) -> set[str]:
    """Return the words that `tokens` yields."""
    if text.isascii():
        words = set(PLAIN_WORD.findall(text.lower()))
        return (
            words if not words or max(map(len, words)) <= LONGEST_WORD else {w[:LONGEST_WORD] for w in words}
        )
    return {word for written in set(_word().findall(text)) for word in _folded(written)}


def words_of(query: str) -> tuple[str, ...]:
    """Return the words of a query, each once, in their order.

    Signs without any word come back as they are: as one word, which no text has.
    """
    words = tuple(dict.fromkeys(token.word for token in tokens(query)))
    signs = "".join(plain(query).split())
    return words or ((signs,) if signs else ())


def has_words(text: str, words: Collection[str]) -> bool:
    """Whether a text has every one of these words, as a whole or at the beginning of a longer one."""
    found = f" {joined(text)}"
    return all(f" {word}" in found for word in words)


def place_of(text: str, words: Collection[str]) -> tuple[int, int] | None:
    """Return from where to where the first word stands that is one of these or begins with one."""
    beginnings = tuple(words)
    # Most texts have none, which is seen faster than where one stands.
    if not any(word.startswith(beginnings) for word in words_in(text)):
        return None
    return next((start, end) for word, start, end in tokens(text) if word.startswith(beginnings))


def joined(text: str) -> str:
    """Return the words of a text, each once and with spaces between."""
    return " ".join(words_in(text))


def parts_of(text: str) -> Iterator[str]:
    """Cut a text between words, into parts of about BLOCK characters."""
    begin = 0
    while len(text) - begin > BLOCK and (found := _word().search(text, begin + BLOCK)):
        yield text[begin : found.end()]
        begin = found.end()
    yield text[begin:]

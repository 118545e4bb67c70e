"""What documents of office programs have in common: words, numbers of entries, rows, notes, what was met."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statements.formats.base import Dropped, Passage, What, plain
from statements.formats.columns import MOST

MOST_PARENTS = 50
"""Styles that one is based on, one on the other; programs end before."""

MOST_MARK = 60
"""Characters of what stands before an entry, and of the name of a style."""

_SPACES = re.compile(r"[ \t]+")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_PAGE = re.compile("\x01[^\x02]*\x02")
# What is left of "Page 2 of 3" and "- 2/3 -" once the numbers are gone.
_AROUND_PAGE = re.compile(r"\W*(?:p|pp|page|pages|seite)?\W*(?:sur|of|de|von)?\W*", re.IGNORECASE)
_CLEAR = 0.9
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NO_LANGUAGE = frozenset({"zxx", "und", "mul"})


def tidy(text: str) -> str:
    """Return words as a passage has them: single spaces, no empty lines, nothing around them."""
    lines = (_SPACES.sub(" ", line).strip() for line in plain(text).replace("\u2028", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def row(cells: Iterable[str]) -> str:
    """Return the cells of a row on one line, or nothing when all are empty."""
    lines = [tidy(cell).replace("\n", " ") for cell in cells]
    return tidy(" | ".join(lines)) if any(lines) else ""


def whole(text: str | None, otherwise: int = 0) -> int:
    """Return the number that an attribute says, if it is one of a sensible length."""
    return int(text) if text and _WHOLE.fullmatch(text) else otherwise


class Words:
    """The words of one paragraph as they are met, and the passages that stand beside it, as in text boxes."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._hidden: list[str] = []
        self._was_hidden = False
        self.gaps = 0  # stretches of hidden words
        self.is_changed = False
        self.beside: list[Passage] = []

    def add(self, text: str, *, is_hidden: bool = False) -> None:
        if not text:
            return
        (self._hidden if is_hidden else self._shown).append(text)
        self.gaps += is_hidden and not self._was_hidden and not text.isspace()
        self._was_hidden = is_hidden

    @property
    def shown(self) -> str:
        return tidy("".join(self._shown))

    @property
    def hidden(self) -> str:
        return tidy("".join(self._hidden))

    @property
    def is_hidden(self) -> bool:
        return not self.shown and bool(self.hidden)

    def put_beside(self, passages: Iterable[Passage], *, is_hidden: bool = False) -> None:
        self.beside += hide(passages) if is_hidden else passages


def hide(passages: Iterable[Passage]) -> Iterator[Passage]:
    for passage in passages:
        yield passage if passage.dropped else passage._replace(dropped=Dropped.HIDDEN)


@dataclass
class Met:
    """What was met while a document was read, and does not stand in its text."""

    changes: int = 0
    gaps: int = 0
    pictures: int = 0
    embedded: int = 0
    tables: int = 0
    title: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    """Characters by the language in which their own mark says they are, "" for those without a clear one."""

    def call(self, title: str) -> None:
        """Say that the document has this title, unless it has one already; a whole paragraph is none."""
        if not self.title and len(title) <= MOST["title"]:
            self.title = title.replace("\n", " ")

    def warnings(self) -> list[tuple[str, Mapping[str, Any]]]:  # Any: whatever the sentence shows
        counts = {
            "tracked_changes": self.changes,
            "hidden_text": self.gaps,
            "pictures": self.pictures,
            "embedded_parts": self.embedded,
        }
        return [(code, {"count": count}) for code, count in counts.items() if count]

    def details(self) -> dict[str, str]:
        found = {"title": self.title, "language": self._language()}
        return {name: value for name, value in found.items() if value}

    def passages(
        self, words: Words, what: str, place: str, *, mark: str = "", dropped: str = ""
    ) -> Iterator[Passage]:
        """Yield a paragraph and what stands beside it; one of hidden words alone is not part of the text."""
        text = words.shown
        if text:
            self.gaps += words.gaps
            yield Passage(mark + text, what, place, dropped=dropped)
        elif hidden := words.hidden:
            yield Passage(hidden, what, place, dropped=Dropped.HIDDEN)
        yield from words.beside

    def _language(self) -> str:
        """Return the language in which nearly all of the text is, by its first code."""
        if not self.languages:
            return ""
        language, count = self.languages.most_common(1)[0]
        return language if count >= _CLEAR * self.languages.total() else ""


def said_language(said: str, *, by_itself: bool) -> str:
    """Return the language of a mark that stands at the words themselves, or at a style or the whole document.

    Programs set up in English write "English" around texts of every language: there it says nothing.
    """
    language = said.lower().replace("_", "-").partition("-")[0]
    is_clear = _LANGUAGE.fullmatch(language) and language not in _NO_LANGUAGE
    return language if is_clear and (by_itself or language != "en") else ""


class Notes:
    """Footnotes and endnotes, counted in the order in which the text refers to them."""

    def __init__(self) -> None:
        self._order: dict[tuple[str, str], bool] = {}
        self._texts: dict[tuple[str, str], Sequence[Passage]] = {}

    def refer(self, what: What, name: str, *, is_hidden: bool = False) -> None:
        """Say that the text refers to a note; words that nobody sees make it one that nobody sees."""
        self._order[what, name] = is_hidden and self._order.get((what, name), True)

    def add(self, what: What, *, is_hidden: bool = False) -> str:
        """Return the name of a note that has none of its own, because it stands where it is referred to."""
        name = str(len(self._order))
        self.refer(what, name, is_hidden=is_hidden)
        return name

    def is_met(self, what: What, name: str) -> bool:
        return (what, name) in self._order

    def has(self, what: What) -> bool:
        return any(kind == what for kind, _name in self._order)

    def put(self, what: What, name: str, passages: Iterable[Passage]) -> None:
        self._texts[what, name] = list(passages)

    def passages(self) -> Iterator[Passage]:
        for what in (What.FOOTNOTE, What.ENDNOTE):
            names = [(name, is_hidden) for (kind, name), is_hidden in self._order.items() if kind == what]
            for number, (name, is_hidden) in enumerate(names, 1):
                texts = self._texts.get((what, name), ())
                for passage in hide(texts) if is_hidden else texts:
                    yield passage._replace(what=what, number=number, row=0)


def told(passages: Iterable[Passage], alive: Callable[[int], None]) -> Iterator[Passage]:
    """Yield the passages, and say of each one how many characters were read."""
    for passage in passages:
        alive(len(passage.text))
        yield passage


def page_mark(text: str) -> str:
    """Return the number of a page such that `around_pages` knows it: XML cannot hold these signs."""
    return f"\x01{text}\x02"


def around_pages(passages: Iterable[Passage], dropped: Dropped) -> Iterator[Passage]:
    """Yield what stands above or below the pages, each text once, and numbers of pages as such."""
    seen = set()
    for passage in passages:
        is_number = "\x01" in passage.text and _AROUND_PAGE.fullmatch(_PAGE.sub(" ", passage.text))
        text = tidy(passage.text.replace("\x01", "").replace("\x02", ""))
        if text and text not in seen:
            seen.add(text)
            why = Dropped.PAGE_NUMBER if is_number else dropped
            yield passage._replace(text=text, number=0, row=0, dropped=passage.dropped or why)

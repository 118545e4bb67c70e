"""Styles of OpenDocument texts: what paragraphs are that stand in them, and how lists are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from statements.formats.base import What
from statements.formats.office.outline import MOST_MARK, MOST_PARENTS, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_LEVELS = 10
"""Levels of a list."""

_PLAIN = frozenset({"standard", "normal", "default paragraph style", "default style"})
_CAPTIONS = frozenset({"caption", "illustration", "drawing", "table", "figure"})
_HEADING = re.compile(r"title|subtitle|heading(?: [1-9]| 10)?")
_CONTENTS = re.compile(r"contents (?:heading|[1-9]|10)|toc [1-9]")
_ESCAPED = re.compile(r"_([0-9a-f]{2,4})_")
_BULLETS = frozenset({"list-level-style-bullet", "list-level-style-image"})
_NUMBERS = frozenset({"list-level-style-number", "outline-level-style"})


class Look(NamedTuple):
    """What a style makes of its words; `is_own` says that the language stands at the words themselves."""

    place: str = ""
    what: What = What.PARAGRAPH
    is_title: bool = False
    is_contents: bool = False
    is_hidden: bool = False
    language: str = ""
    is_own: bool = False
    numbering: str = ""


class Level(NamedTuple):
    """How entries of one level are numbered: `pattern` holds %1% and so on where it says all of it."""

    form: str
    start: int = 1
    prefix: str = ""
    suffix: str = ""
    shown: int = 1  # levels, the last of which is this one
    pattern: str = ""
    is_doubled: bool = False


Levels = Mapping[int, Level]


class _Style(NamedTuple):
    name: str
    parent: str
    is_automatic: bool
    numbering: str | None
    hidden: str | None
    language: str | None


class Styles:
    """Styles by family and name: those of the document and, over them, those that a part made for itself."""

    def __init__(self, common: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._language = ""
        self.lists: dict[str, Levels] = {}
        self.outline: Levels = {}
        for element in common:
            self.keep(element)

    def keep(self, element: Element, *, is_automatic: bool = False) -> None:
        """Take in a style, of paragraphs, words or lists."""
        name, family = element.get("name", ""), element.get("family", "")
        if element.tag == "style":
            self._styles[family, name] = _style(element, is_automatic=is_automatic)
        elif element.tag == "list-style":
            self.lists[name] = _levels(element)
        elif element.tag == "outline-style":
            self.outline = _levels(element)
        elif element.tag == "default-style" and family == "paragraph":
            self._language = _style(element, is_automatic=False).language or ""

    def of(self, family: str, name: str) -> Look:
        """Return what a style does; family: paragraph or text."""
        if (family, name) not in self._looks:
            self._looks[family, name] = self._look(family, name)
        return self._looks[family, name]

    def _chain(self, family: str, name: str) -> list[_Style]:
        chain: list[_Style] = []
        seen: set[str] = set()
        while (family, name) in self._styles and name not in seen and len(chain) < MOST_PARENTS:
            seen.add(name)
            chain.append(self._styles[family, name])
            name = chain[-1].parent
        return chain

    def _look(self, family: str, name: str) -> Look:
        chain = self._chain(family, name)
        named = [style.name for style in chain if not style.is_automatic] or [_readable(name)]
        names = [one.lower() for one in named]
        what = What.PARAGRAPH
        if not _CAPTIONS.isdisjoint(names):
            what = What.CAPTION
        elif any(map(_HEADING.fullmatch, names)):
            what = What.HEADING
        language = next((style for style in chain if style.language is not None), None)
        return Look(
            place="" if names[0] in _PLAIN else named[0],
            what=what,
            is_title=names[0] == "title",
            is_contents=any(map(_CONTENTS.fullmatch, names)),
            is_hidden=next((one.hidden for one in chain if one.hidden is not None), "") == "none",
            language=(language and language.language) or self._language,
            is_own=bool(language and language.is_automatic),
            numbering=next((one.numbering for one in chain if one.numbering is not None), ""),
        )


def _style(element: Element, *, is_automatic: bool) -> _Style:
    properties = element.find("text-properties")
    found = {} if properties is None else properties.attrib
    return _Style(
        name=element.get("display-name", _readable(element.get("name", "")))[:MOST_MARK],
        parent=element.get("parent-style-name", ""),
        is_automatic=is_automatic,
        numbering=element.get("list-style-name"),
        hidden=found.get("display"),
        language=found.get("language"),
    )


def _levels(style: Element) -> Levels:
    levels = {whole(one.get("level"), 1): one for one in style if one.tag in _BULLETS | _NUMBERS}
    return {number: _level(one) for number, one in levels.items() if 0 < number <= MOST_LEVELS}


def _level(element: Element) -> Level:
    if element.tag in _BULLETS:
        return Level("bullet")
    return Level(
        form=element.get("num-format", "")[:2],
        start=whole(element.get("start-value"), 1),
        prefix=element.get("num-prefix", "")[:MOST_MARK],
        suffix=element.get("num-suffix", "")[:MOST_MARK],
        shown=whole(element.get("display-levels"), 1),
        pattern=element.get("num-list-format", "")[:MOST_MARK],
        is_doubled=element.get("num-letter-sync") == "true",
    )


def _readable(name: str) -> str:
    """Return the name of a style as people see it: "Text_20_body" is called "Text body"."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)[:MOST_MARK]

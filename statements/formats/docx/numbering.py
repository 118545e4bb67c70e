"""Numbers of Word's list entries, counted as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from statements.formats.docx.styles import is_on, value
from statements.formats.figures import BULLET, figure
from statements.formats.office.outline import MOST_MARK, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LEVELS = 9
_MOST_LINKS = 5
_FORMS: Mapping[str, str] = {
    "decimalZero": "01", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
    "none": "",
}  # fmt: skip
_PLACE = re.compile(r"%([1-9])")


class _Level(NamedTuple):
    """How entries of one level are numbered; `restart` is the level that begins them anew, -1 for none."""

    text: str
    form: str
    start: int
    end: str  # between the number and the words
    restart: int
    is_legal: bool  # all its numbers are written in digits
    style: str


class _List(NamedTuple):
    """A list: which kind of list it is, its levels, and where they begin anew when it is first met."""

    kind: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


class Numbering:
    """The lists of a document, and how far each one has been counted."""

    def __init__(self, root: Element | None) -> None:
        self._kinds: dict[str, dict[int, _Level]] = {}
        self._links: dict[str, str] = {}  # kinds that are the same as that of a style
        self._styles: dict[str, str] = {}  # the kind that a style gives
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            for kind in root.iter("abstractNum"):
                self._keep_kind(kind)
            for one in root.iter("num"):
                self._keep_list(one)

    def level_of(self, name: str, style: str) -> int:
        """Return the level of a list whose entries have this style; the first one when there is none."""
        levels = self._lists[name].levels if name in self._lists else {}
        return next((number for number, level in levels.items() if level.style == style), 0)

    def mark(self, name: str, number: int) -> str:
        """Return what stands before the next entry of a list on this level, which counts it.

        That is BULLET or a number and a space; nothing where the list is not known or shows nothing.
        """
        known = self._lists.get(name)
        number = min(max(number, 0), LEVELS - 1)
        level = known.levels.get(number) if known else None
        if not known or not level:
            return ""
        if level.form == "bullet":
            return BULLET
        counts = self._counts.setdefault(known.kind, {})
        self._count(counts, name, known, number)
        text = _PLACE.sub(lambda found: _figure(known, counts, level, int(found[1]) - 1), level.text)
        return text + level.end if text.strip() else ""

    def _count(self, counts: dict[int, int], name: str, known: _List, number: int) -> None:
        start = known.starts.get(number)
        if start is not None and (name, number) not in self._begun:
            counts[number] = start
        else:
            counts[number] = counts[number] + 1 if number in counts else known.levels[number].start
        self._begun.add((name, number))
        for deeper, level in known.levels.items():
            if deeper > number and level.restart >= number:
                counts.pop(deeper, None)

    def _keep_kind(self, kind: Element) -> None:
        name = kind.get("abstractNumId", "")
        self._kinds[name] = {number: _level(level) for number, level in _numbered(kind.findall("lvl"))}
        if link := value(kind.find("numStyleLink")):
            self._links[name] = link
        if style := value(kind.find("styleLink")):
            self._styles[style] = name

    def _keep_list(self, one: Element) -> None:
        kind = value(one.find("abstractNumId"))
        for _link in range(_MOST_LINKS):
            if not self._kinds.get(kind):
                kind = self._styles.get(self._links.get(kind, ""), kind)
        levels = dict(self._kinds.get(kind, {}))
        starts = {}
        for number, change in _numbered(one.findall("lvlOverride")):
            if (level := change.find("lvl")) is not None:
                levels[number] = _level(level)
            if start := value(change.find("startOverride")):
                starts[number] = whole(start)
        self._lists[one.get("numId", "")] = _List(kind, levels, starts)


def _numbered(levels: list[Element]) -> Iterator[tuple[int, Element]]:
    """Yield the levels that lists can have, by their number."""
    for level in levels:
        number = whole(level.get("ilvl"))
        if 0 <= number < LEVELS:
            yield number, level


def _level(level: Element) -> _Level:
    end, restart, legal = value(level.find("suff")), level.find("lvlRestart"), level.find("isLgl")
    form = value(level.find("numFmt")) or "decimal"
    return _Level(
        text=value(level.find("lvlText"))[:MOST_MARK],
        form="bullet" if form == "bullet" else _FORMS.get(form, "1"),
        start=whole(value(level.find("start"))),
        end="" if end == "nothing" else " ",
        restart=LEVELS if restart is None else whole(value(restart)) - 1,
        is_legal=legal is not None and is_on(legal),
        style=value(level.find("pStyle")),
    )


def _figure(known: _List, counts: Mapping[int, int], level: _Level, number: int) -> str:
    other = known.levels.get(number)
    if not other or other.form == "bullet":
        return ""
    form = "1" if level.is_legal and other.form else other.form
    return figure(counts.get(number, other.start), form)

"""Numbers of the entries of OpenDocument lists, counted as LibreOffice shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statements.formats.figures import BULLET, figure
from statements.formats.odt.styles import MOST_LEVELS, Level, Levels
from statements.formats.office.outline import whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PLACE = re.compile(r"%([0-9]{1,2})%")


@dataclass
class Counts:
    """How far each level of a list has been counted."""

    levels: dict[int, int] = field(default_factory=dict)

    def count(self, levels: Levels, level: int, start: int, *, anew: bool = False) -> None:
        """Count the next entry; `start` is the number of the first one.

        Levels above that have no entry yet count as if they had one, as LibreOffice does.
        """
        for above in range(1, level):
            self.levels.setdefault(above, levels[above].start if above in levels else 1)
        self.levels[level] = self.levels[level] + 1 if level in self.levels and not anew else start
        self.forget(level + 1)

    def forget(self, level: int) -> None:
        """Begin this level and those below anew."""
        for deeper in [one for one in self.levels if one >= level]:
            del self.levels[deeper]

    def mark(self, levels: Levels, level: int) -> str:
        """Return what stands before the last entry: BULLET, a number and a space, or nothing."""
        look = levels.get(level)
        if look is None or not look.form:
            return ""
        if look.form == "bullet":
            return BULLET
        if look.pattern:
            text = _PLACE.sub(lambda found: self._figure(levels, int(found[1])), look.pattern)
        else:
            first = max(1, level - min(look.shown, MOST_LEVELS) + 1)
            figures = [self._figure(levels, number) for number in range(first, level + 1)]
            text = look.prefix + ".".join(filter(None, figures)) + look.suffix
        return f"{text.strip()} " if text.strip() else ""

    def _figure(self, levels: Levels, number: int) -> str:
        look = levels.get(number, Level(""))
        if look.form in ("", "bullet"):
            return ""
        return figure(self.levels.get(number, look.start), look.form, is_doubled=look.is_doubled)


@dataclass
class Entries:
    """A list under way: how it is numbered and how far, and on which level its entries stand."""

    style: str
    counts: Counts
    level: int = 1

    def inner(self, element: Element) -> Entries:
        """Return the list that stands in an entry of this one."""
        level = min(self.level + 1, MOST_LEVELS)
        if element.get("continue-numbering") != "true":
            self.counts.forget(level)
        return Entries(element.get("style-name", self.style), self.counts, level)


class Lists:
    """The lists so far, which others may continue."""

    def __init__(self) -> None:
        self._by_name: dict[str, Counts] = {}
        self._last = Entries("", Counts())

    def begin(self, element: Element) -> Entries:
        style = element.get("style-name", "")
        name = element.get("id") or element.get("list-id", "")  # the latter of paragraphs with numbers
        before = self._by_name.get(element.get("continue-list", element.get("list-id", "")))
        if before is None and element.get("continue-numbering") == "true" and self._last.style == style:
            before = self._last.counts
        self._last = Entries(style, before or Counts())
        if name:
            self._by_name[name] = self._last.counts
        return self._last


def start_of(element: Element, levels: Levels, level: int) -> tuple[int, bool]:
    """Return with which number an entry begins its list, and whether it says so itself."""
    said = element.get("start-value")
    known = levels.get(level)
    return whole(said, known.start if known else 1), said is not None

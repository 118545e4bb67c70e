"""Marks with which the entries of lists begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from statements.formats.pdf.lines import Cell

# The last ones are what Symbol and Wingdings, the fonts of Word's lists, paint as such marks.
_BULLETS = "•◦▪▫‣⁃∙●○■□◆◇►▸➢➔→✓✔·❖\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8"
_BULLET = re.compile(rf"[{_BULLETS}]\s*(?=\S)|[*o] (?=\S)")
_DASH = re.compile(r"[-–—] (?=\S)")
_COUNTED = re.compile(r"\(?(?:(?P<number>\d{1,2})[.)°]|(?P<letter>[a-z])\)|(?P<capital>[A-Z])\))\)? (?=\S)")
_LONELY = re.compile(rf"[{_BULLETS}o*–—-]|\(?(?:\d{{1,2}}|[a-zA-Z])[.)°]\)?")


class Mark(NamedTuple):
    """width: its letters in the text; told: the number or letter that it tells, from 1, 0 for none."""

    width: int
    shown_as: str
    told: int = 0
    is_certain: bool = False  # a dash may also go on with a sentence, and a number too
    is_entry: bool = True

    def may_follow(self, before: Mark | None) -> bool:
        """Whether it counts on, where it counts: a year may begin a line, and so may a page."""
        return self.told < 2 or (before is not None and self.told == before.told + 1)

    def shown(self, text: str) -> str:
        return self.shown_as + text[self.width :]


def mark_of(text: str) -> Mark | None:
    """Return the mark with which a line begins, if it begins with one."""
    if found := _BULLET.match(text):
        return Mark(found.end(), "- ", is_certain=text[0] not in "*o")
    if found := _DASH.match(text):
        is_entry = text[0] != "—"  # speakers in a dialogue have it
        return Mark(found.end(), "- " if is_entry else found[0], is_entry=is_entry)
    if found := _COUNTED.match(text):
        letter = found["letter"] or found["capital"]
        count = ord(letter.lower()) - ord("a") + 1 if letter else int(found["number"])
        return Mark(found.end(), found[0], count)
    return None


def without_lonely_mark(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return the cells of a line but for the first, where that is only the mark of an entry."""
    return cells[1:] if cells and _LONELY.fullmatch(cells[0].text) else cells

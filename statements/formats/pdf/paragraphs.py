"""Lines of a PDF → paragraphs: what a page shows apart stays apart, and lines that only wrap are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from statements.formats.base import What
from statements.formats.pdf.joins import joined
from statements.formats.pdf.layout import Layout
from statements.formats.pdf.lines import Cell, Line
from statements.formats.pdf.marks import Mark, mark_of, without_lonely_mark

_CLOSED = re.compile(r"[.!?…:;][\s\"'»”’)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*\Z")
_ENDED = re.compile(r"[.!?…:][\s\"'»”’)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*\Z")
_CAPTION = re.compile(
    r"(?:figure|fig\.|tableau|table|illustration|graphique|chart|photo|schéma|carte|map)"
    r"\s*(?:n[o°]\s*)?\d{1,3}\s*[.:–—-]\s",
    re.IGNORECASE,
)
_LARGER, _OTHER_SIZE = 1.08, 0.07
_WIDER, _WIDE = 1.18, 2.3  # than the usual distance of two lines
_INDENT = 0.6  # of the size
_SLACK = 0.8  # of the size: words with wide letters take more room than others
_SHORT = 0.5  # of the line below
_HEADING = 120  # letters
_LEVEL = 3.0  # points


class Paragraph(NamedTuple):
    """The lines of one paragraph, in order; mark: with which it begins, where it is an entry of a list."""

    lines: Sequence[Line]
    mark: Mark | None = None
    is_row: bool = False


class Flow:
    """The paragraphs that the lines of a document make, one line after the other."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.paragraphs: list[Paragraph] = []
        self.last_mark: Mark | None = None

    def add(self, lines: Sequence[Line]) -> list[Paragraph]:
        """Return the paragraphs of these lines, which stand in the order in which they are read."""
        rows = _rows(lines)
        for place, line in enumerate(lines):
            last = self.paragraphs[-1] if self.paragraphs else None
            if place in rows:
                self.paragraphs.append(Paragraph([line], is_row=True))
            elif last is None or last.is_row or self._begins(last, line):
                self._begin(line)
            else:
                self.paragraphs[-1] = last._replace(lines=[*last.lines, line])
        return self.paragraphs

    def _begin(self, line: Line) -> None:
        mark = self._mark(line)
        self.last_mark = mark or self.last_mark
        self.paragraphs.append(Paragraph([line], mark))

    def _mark(self, line: Line) -> Mark | None:
        mark = mark_of(line.text)
        return mark if mark and mark.may_follow(self.last_mark) else None

    def _begins(self, paragraph: Paragraph, line: Line) -> bool:
        """Whether a line begins a paragraph, and does not go on with the one before it."""
        before = paragraph.lines[-1]
        if (before.page, before.column) != (line.page, line.column) or line.y <= before.y:
            return self._begins_elsewhere(paragraph, line)
        is_apart = self._is_apart(before, line)
        if (mark := self._mark(line)) and (is_apart or self._is_entry(mark, paragraph, line)):
            return True
        if is_apart or _differ(before, line):
            return True
        return self._begins_below(paragraph, before, line)

    def _is_entry(self, mark: Mark, paragraph: Paragraph, line: Line) -> bool:
        """Whether a mark begins an entry: a dash or a number may stand there because the line wrapped."""
        before = paragraph.lines[-1]
        if mark.is_certain or _CLOSED.search(before.text):
            return True
        if paragraph.mark is None:
            return abs(line.x - before.x) > _INDENT * line.size
        counts_on = mark.told > 0 and mark.told == paragraph.mark.told + 1
        return counts_on or (mark.shown_as == paragraph.mark.shown_as and self._is_short(before, line))

    def _begins_elsewhere(self, paragraph: Paragraph, line: Line) -> bool:
        """Whether a line on top of a page or a column begins a paragraph."""
        before = paragraph.lines[-1]
        if _differ(before, line) or self._mark(line) or self.is_heading(paragraph):
            return True
        if line.text[0].islower():
            return False
        if self.layout.is_flush(before):
            return self.layout.is_indented(line)
        return bool(_ENDED.search(before.text)) or self._is_short(before, line)

    def _is_apart(self, before: Line, line: Line) -> bool:
        usual, distance = self.layout.usual(line), line.y - before.y
        if distance <= _WIDER * usual + 0.5:
            return False
        goes_on = line.text[0].islower() and not _CLOSED.search(before.text)
        return not (goes_on and distance < _WIDE * usual and not self._is_short(before, line))

    def _begins_below(self, paragraph: Paragraph, before: Line, line: Line) -> bool:
        """Whether a line that stands as close as lines of one paragraph do begins another one."""
        is_short, is_closed = self._is_short(before, line), bool(_CLOSED.search(before.text))
        if (
            before.is_bold != line.is_bold
            and is_short
            and all(one.is_bold == before.is_bold for one in paragraph.lines)
        ):
            return True
        is_lower = line.text[0].islower()
        if is_short and is_closed and (not is_lower or before.text.endswith(";")):
            return True
        is_hanging = paragraph.mark is not None or len(paragraph.lines) == 1
        indent = (line.x - before.x) / line.size
        if _is_centred(before, line):
            return False
        if indent > _INDENT and not (is_hanging and paragraph.mark):
            return is_closed or is_short
        if indent < -_INDENT and (len(paragraph.lines) > 1 or paragraph.mark):
            return is_closed and not is_lower
        # A title may stand above its paragraph without any sign but that it ends long before it.
        ends_early = before.right - before.x < _SHORT * (line.right - line.x)
        return is_short and ends_early and not is_lower and line.size < _LARGER * self.layout.size

    def _is_short(self, before: Line, line: Line) -> bool:
        """Whether the first word of a line would have fitted into the line before it."""
        word = line.text.split(" ", 1)[0]
        width = (line.right - line.x) / max(1, len(line.text)) * (len(word) + 1)
        return before.right + width < self.layout.margin(before) - _SLACK * line.size

    def is_heading(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph looks like a heading by itself: it is larger, or bold and no sentence."""
        first, text = paragraph.lines[0], " ".join(line.text for line in paragraph.lines)
        if len(text) > _HEADING or paragraph.is_row:
            return False
        if first.size >= _LARGER * self.layout.size:
            return True
        return all(line.is_bold for line in paragraph.lines) and not _ENDED.search(text)


def what_of(flow: Flow, place: int) -> What:
    """Return what the paragraph at this place is."""
    paragraph = flow.paragraphs[place]
    if paragraph.is_row:
        return What.ROW
    if _CAPTION.match(paragraph.lines[0].text) and len(paragraph.lines) < 4:
        return What.CAPTION
    if flow.is_heading(paragraph) or _is_short_heading(flow, place):
        return What.HEADING
    return What.ENTRY if paragraph.mark and paragraph.mark.is_entry else What.PARAGRAPH


def text_of(paragraph: Paragraph, words: frozenset[str]) -> str:
    """Return the words of a paragraph in one line; words: all that the document has."""
    if paragraph.is_row:
        return " | ".join(cell.text for cell in paragraph.lines[0].cells)
    texts = [line.text for line in paragraph.lines]
    if paragraph.mark:
        texts[0] = paragraph.mark.shown(texts[0])
    return joined(texts, words)


def _is_short_heading(flow: Flow, place: int) -> bool:
    """Whether a line stands alone above a paragraph and is no sentence."""
    paragraph, after = flow.paragraphs[place], flow.paragraphs[place + 1 : place + 2]
    line = paragraph.lines[0]
    if len(paragraph.lines) > 1 or paragraph.mark or not after or len(after[0].lines) < 2:
        return False
    is_title = line.text[0].isupper() and line.text[-1].isalnum() and len(line.text) <= _HEADING / 2
    below = after[0].lines[0]
    is_parted = below.column == line.column and below.y - line.y > _WIDER * flow.layout.usual(below)
    return is_title and is_parted and flow.layout.margin(line) - line.right > (line.right - line.x) / 2


def _differ(before: Line, line: Line) -> bool:
    return abs(before.size - line.size) > _OTHER_SIZE * max(before.size, line.size)


def _is_centred(before: Line, line: Line) -> bool:
    return abs(before.x - line.x) > _LEVEL and abs(before.x + before.right - line.x - line.right) < _LEVEL


def _rows(lines: Sequence[Line]) -> set[int]:
    """Return the places of the lines that are rows of a table: their cells stand below each other."""
    found: set[int] = set()
    for place, (before, line) in enumerate(pairwise(lines)):
        if (before.page, before.column) == (line.page, line.column) and _are_aligned(before, line):
            found |= {place, place + 1}
    return found


def _are_aligned(before: Line, line: Line) -> bool:
    cells, others = without_lonely_mark(before.cells), without_lonely_mark(line.cells)
    return len(cells) > 1 and len(others) > 1 and any(_is_below(a, b) for a in cells[1:] for b in others[1:])


def _is_below(cell: Cell, other: Cell) -> bool:
    return abs(cell.x - other.x) < _LEVEL or abs(cell.right - other.right) < _LEVEL

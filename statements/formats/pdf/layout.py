"""What is usual in a document: how far its lines stand apart, and where they end at most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from statements.formats.pdf.lines import Line

_NEAR, _FLUSH = 4.0, 1.0  # points
_INDENT = 0.6  # of the size
_FEW, _SOME = 2, 4  # lines that show where their column ends


class Layout(NamedTuple):
    """size: in which most letters are set; leading: the distance of lines by their size; margins: where the
    lines of a place end at most; lefts: where those of a column begin at least; justified: the columns in
    which most lines end at the margin."""

    size: float
    leading: Mapping[float, float]
    margins: Mapping[tuple[int, ...], float]
    lefts: Mapping[int, float]
    justified: frozenset[int]

    def usual(self, line: Line) -> float:
        return self.leading.get(line.size, 1.3 * line.size)

    def margin(self, line: Line) -> float:
        places = (place for place in _places(line) if place in self.margins)
        return max(line.right, self.margins[next(places)])

    def is_flush(self, line: Line) -> bool:
        """Whether a line is stretched to the margin, as the last one of a justified paragraph is not."""
        return line.column in self.justified and self.margin(line) - line.right < _FLUSH

    def is_indented(self, line: Line) -> bool:
        return line.x - self.lefts[line.column] > _INDENT * line.size


def layout_of(lines: Sequence[Line], size: float) -> Layout:
    """Return what is usual in the document that has these lines, in order, most of them of this size."""
    columns: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    lefts = {column: min(line.x for line in inside) for column, inside in columns.items()}
    justified = frozenset(column for column, inside in columns.items() if _is_justified(inside))
    return Layout(size, _leading(lines), _margins(lines), lefts, justified)


def _places(line: Line) -> tuple[tuple[int, ...], ...]:
    """Return the places of a line, narrow ones first: quotations may end before the text around them does."""
    left = round(line.x / _NEAR)
    return (line.page, line.column, left), (line.page, line.column), (left,), ()


def _margins(lines: Sequence[Line]) -> dict[tuple[int, ...], float]:
    ends: defaultdict[tuple[int, ...], list[float]] = defaultdict(list)
    for line in lines:
        for place in _places(line):
            ends[place].append(line.right)
    fewest = {3: _SOME, 2: _FEW, 1: _SOME, 0: 0}  # by how narrow a place is
    return {place: max(rights) for place, rights in ends.items() if len(rights) >= fewest[len(place)]}


def _is_justified(lines: Sequence[Line]) -> bool:
    right = max(line.right for line in lines)
    return len(lines) >= _SOME and sum(right - line.right < _FLUSH for line in lines) > len(lines) / 2


def _leading(lines: Sequence[Line]) -> dict[float, float]:
    distances: defaultdict[float, Counter[float]] = defaultdict(Counter)
    for before, line in pairwise(lines):
        distance = line.y - before.y
        if before.column == line.column and before.size == line.size and 0.9 <= distance / line.size <= 2.5:
            distances[line.size][round(2 * distance) / 2] += 1
    return {size: _usual(counts) for size, counts in distances.items()}


def _usual(counts: Counter[float]) -> float:
    """Return the distance of lines of one paragraph: where many of these have one line only, the distance
    between them is common too, and wider."""
    most = max(counts.values())
    return min(distance for distance, count in counts.items() if 3 * count >= most)

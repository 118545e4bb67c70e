"""The lines of a page of a PDF, in the order in which people read them, from the runs that are painted."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from statements.formats.pdf.columns import columns
from statements.formats.pdf.runs import Run

RAISED = {0x30 + digit: 0xFDD0 + digit for digit in range(10)}
"""Digits → what stands for them where they are raised: characters that no text may hold."""

_SPACE = 0.15  # of the size: from there on a gap parts two words
_CELL = 1.5  # of the size: from there on it parts two cells
_SMALLER = 0.85
_WITHIN = 0.75  # of the size: lines that stand closer are no lines of one paragraph
_SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-"})


class Cell(NamedTuple):
    text: str
    x: float
    right: float


class Line(NamedTuple):
    """One line, in points from the top left of its page.

    column: lines with the same number stand below each other, between the same margins.
    cells: what wide gaps part it into, where they do.
    """

    text: str
    x: float
    right: float
    y: float
    size: float
    page: int = 1
    column: int = 0
    is_bold: bool = False
    cells: tuple[Cell, ...] = ()


class Read(NamedTuple):
    """The lines of a page in order; beside: those turned otherwise than most; has_columns: as it was read."""

    lines: list[Line]
    beside: list[Line]
    has_columns: bool


class Piece:
    """Runs that follow each other on one base line."""

    def __init__(self, run: Run) -> None:
        self.runs = [run]
        self.x, self.right, self.y, self.size = run.x, run.right, run.y, run.size

    def takes(self, run: Run) -> bool:
        """Whether a run goes on where this piece ends, raised or lowered perhaps."""
        size = max(self.size, run.size)
        gap = run.x - self.runs[-1].end
        return _is_level(self.y, self.size, run.y, run.size) and -0.4 * size <= gap <= size

    def add(self, run: Run) -> None:
        self.runs.append(run)
        if run.text.strip():
            self.right = max(self.right, run.right)
        if run.size > self.size and run.text.strip():
            self.y, self.size = run.y, run.size

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def lines_of(runs: Sequence[Run], *, page: int, first_column: int) -> Read:
    """Return the lines that the runs of a page make. Columns are numbered from `first_column`."""
    turns = Counter[int]()
    for run in runs:
        turns[run.turn] += len(run.text.strip())
    main = turns.most_common(1)[0][0] if turns else 0
    found = columns(_pieces(run for run in runs if run.turn == main))
    lines = [
        line for number, pieces in enumerate(found, first_column) for line in _lines(pieces, page, number)
    ]
    beside = []
    for turn in sorted(turns.keys() - {main}):
        beside += _lines(_pieces(run for run in runs if run.turn == turn), page, -1)
    return Read(lines, beside, len(found) > 1)


def _is_level(y: float, size: float, other_y: float, other_size: float) -> bool:
    """Whether letters at these heights are read in one line: the smaller ones may be raised or lowered."""
    allowed = 0.2 if min(size, other_size) > _SMALLER * max(size, other_size) else 0.6
    return abs(y - other_y) <= allowed * max(size, other_size)


def _pieces(runs: Iterable[Run]) -> list[Piece]:
    pieces: list[Piece] = []
    for run in runs:
        last = pieces[-1] if pieces else None
        if last is not None and any(_is_twice(run, one) for one in last.runs[-3:]):
            continue
        if last is not None and last.takes(run):
            last.add(run)
        elif run.text.strip():
            pieces.append(Piece(run))
    return pieces


def _is_twice(run: Run, before: Run) -> bool:
    """Whether a run is painted over itself, which makes it look bold or gives it a shadow."""
    near = 0.15 * run.size
    return run.text == before.text and abs(run.x - before.x) < near and abs(run.y - before.y) < near


def _lines(pieces: Sequence[Piece], page: int, column: int) -> list[Line]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if rows and _belongs(rows[-1], piece):
            rows[-1].append(piece)
        elif not (rows and any(_is_over(piece, one) for one in rows[-1])):
            rows.append([piece])
    lines = [_line(sorted(row, key=lambda piece: piece.x), page, column) for row in _in_cells(rows, pieces)]
    return [line for line in lines if line.text]


def _in_cells(rows: Sequence[list[Piece]], pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return rows from top to bottom, but those that stand in each other in the order in which they were
    painted: they belong to cells of a table, which need not begin at the same height."""
    painted = {id(piece): place for place, piece in enumerate(pieces)}
    groups: list[list[list[Piece]]] = []
    for row in rows:
        before = groups[-1][-1] if groups else None
        if before and row[0].y - before[0].y < _WITHIN * min(row[0].size, before[0].size):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [row for group in groups for row in sorted(group, key=lambda row: painted[id(row[0])])]


def _belongs(row: Sequence[Piece], piece: Piece) -> bool:
    return _is_level(row[0].y, row[0].size, piece.y, piece.size) and all(
        piece.x >= one.right - 0.4 * piece.size or piece.right <= one.x + 0.4 * piece.size for one in row
    )


def _is_over(piece: Piece, before: Piece) -> bool:
    return abs(piece.x - before.x) + abs(piece.y - before.y) < 0.15 * piece.size and piece.text == before.text


def _line(row: Sequence[Piece], page: int, column: int) -> Line:
    runs = [run for piece in row for run in piece.runs]
    sizes, bold = Counter[float](), 0
    for run in runs:
        sizes[round(run.size, 1)] += len(run.text.strip())
        bold += len(run.text.strip()) if run.is_bold else 0
    size = sizes.most_common(1)[0][0]
    level = next(run.y for run in runs if round(run.size, 1) == size)
    cells = [_cell(part, size, level) for part in _parted(runs, size)]
    cells = [cell for cell in cells if cell.text]
    text = " ".join(cell.text for cell in cells)
    right = max(piece.right for piece in row)
    is_bold = bold > 0.8 * sizes.total()
    return Line(
        text, row[0].x, right, level, size, page, column, is_bold, tuple(cells) if len(cells) > 1 else ()
    )


def _parted(runs: Sequence[Run], size: float) -> list[list[Run]]:
    parts = [[runs[0]]]
    for before, run in pairwise(runs):
        if run.x - before.end > _CELL * size:
            parts.append([])
        parts[-1].append(run)
    return parts


def _cell(runs: Sequence[Run], size: float, level: float) -> Cell:
    words = [_raised(runs[0], size, level)]
    for before, run in pairwise(runs):
        text = _raised(run, size, level)
        is_parted = words[-1][-1:].isspace() or text[:1].isspace()
        if run.x - before.end > _SPACE * min(size, run.size) and not is_parted and words[-1]:
            words.append(" ")
        if text:
            words.append(text)
    text = unicodedata.normalize("NFC", "".join(words)).translate(_SIGNS)
    return Cell(" ".join(word for word in text.split(" ") if word), runs[0].x, max(run.right for run in runs))


def _raised(run: Run, size: float, level: float) -> str:
    is_raised = run.size <= _SMALLER * size and level - run.y > 0.15 * size
    return run.text.translate(RAISED) if is_raised else run.text

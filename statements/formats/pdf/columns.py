"""Columns of a page: pieces of lines that are read from top to bottom before those to their right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

# How many lines stand beside others at least, and their letters on average: cells of tables have fewer.
_SOME, _LETTERS = 4, 20
_FEW, _MANY_LETTERS = 2, 36
_CANDIDATES = 6
_GRID, _LEVEL = 3.0, 10.0  # points


class Placed(Protocol):
    """A piece of a line: where it begins and ends, its base line from the top, its words."""

    x: float
    right: float
    y: float

    @property
    def text(self) -> str: ...


P = TypeVar("P", bound=Placed)


def columns(pieces: Sequence[P]) -> list[list[P]]:
    """Return the pieces by columns, in the order in which these are read; one where there is no other.

    Pieces that reach over the space between two columns, such as a heading above them, part the page into
    bands: in each of them the left column is read to its end, then the right one.
    """
    edge = _edge(pieces)
    if edge is None:
        return [list(pieces)] if pieces else []
    found: list[list[P]] = []
    band: list[P] = []
    across: list[P] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if piece.x < edge - _GRID and piece.right > edge:
            found += _sides(band, edge)
            band = []
            across.append(piece)
        else:
            if across:
                found.append(across)
                across = []
            band.append(piece)
    found += _sides(band, edge)
    return [*found, across] if across else found


def _sides(band: Sequence[P], edge: float) -> list[list[P]]:
    left = [piece for piece in band if piece.x < edge - _GRID]
    right = [piece for piece in band if piece.x >= edge - _GRID]
    return ([left] if left else []) + columns(right)


def _edge(pieces: Sequence[P]) -> float | None:
    """Return where the first column but one begins, if there is one."""
    starts = Counter(round(piece.x / _GRID) for piece in pieces)
    likely = sorted(start for start, count in starts.most_common(_CANDIDATES + 1) if count >= _FEW)
    for start in likely:
        edge = start * _GRID
        left = [piece for piece in pieces if piece.right <= edge]
        right = [piece for piece in pieces if piece.x >= edge - _GRID]
        if _is_prose(left) and _is_prose(right) and _are_side_by_side(left, right):
            return edge
    return None


def _is_prose(side: Sequence[P]) -> bool:
    letters = sum(len(piece.text) for piece in side) / max(1, len(side))
    return (len(side) >= _SOME and letters >= _LETTERS) or (len(side) >= _FEW and letters >= _MANY_LETTERS)


def _are_side_by_side(left: Sequence[P], right: Sequence[P]) -> bool:
    heights = {round(piece.y / _LEVEL) + near for piece in left for near in (-1, 0, 1)}
    beside = sum(round(piece.y / _LEVEL) in heights for piece in right)
    return beside >= max(_FEW, 0.6 * min(len(left), len(right)))

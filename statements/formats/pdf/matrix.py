"""How a PDF moves and turns what it paints, as six numbers, and how a page is turned for its reader."""

from __future__ import annotations

import math

from pypdf import PageObject

Matrix = tuple[float, float, float, float, float, float]

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def upright(page: PageObject) -> Matrix:
    """Return what turns the coordinates of a page into those of its reader, counted from its top left."""
    box = page.cropbox
    left, bottom, right, top = (float(side) for side in (box.left, box.bottom, box.right, box.top))
    match page.rotation % 360:
        case 90:
            return (0.0, 1.0, 1.0, 0.0, -bottom, -left)
        case 180:
            return (-1.0, 0.0, 0.0, 1.0, right, -bottom)
        case 270:
            return (0.0, -1.0, -1.0, 0.0, top, right)
    return (1.0, 0.0, 0.0, -1.0, -left, top)


def times(a: Matrix, b: Matrix) -> Matrix:
    """Return what does the first and then the second."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def turned_back(matrix: Matrix) -> tuple[float, float, int]:
    """Return where a run begins once its base line is level, and by how many degrees it was turned."""
    turn = round(math.degrees(math.atan2(matrix[1], matrix[0]))) % 360
    if not turn:
        return matrix[4], matrix[5], 0
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return matrix[4] * cosine + matrix[5] * sine, matrix[5] * cosine - matrix[4] * sine, turn

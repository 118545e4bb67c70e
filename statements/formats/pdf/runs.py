"""The runs of text that a page of a PDF paints, and where: what its content stream does to letters.

The library has a reader of its own, which loses ActualText (by it LibreOffice tells its no-break spaces), and
says of a run where it begins, not where it ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, StreamObject

from statements.errors import Unreadable
from statements.formats.pdf.letters import Letters, letters_of
from statements.formats.pdf.matrix import UNIT, Matrix, times, turned_back, upright

MOST_CONTENT = 8_000_000  # bytes of one content stream
_MOST_SAVED, _MOST_DEEP, _MOST_FORMS = 500, 12, 2_000
_FAR = 1_000_000.0  # points: nothing that is seen stands there

Operands = Sequence[Any]  # Any: whatever the stream says


class Run(NamedTuple):
    """Letters painted in one go, in points from the top left of the page as it is read.

    x, y: where their base line begins; right: where the last letter that shows ends; end: where the next one
    would begin; turn: the degrees by which they are turned, x and y being told after turning them back.
    """

    text: str
    x: float
    y: float
    right: float
    end: float
    size: float
    is_bold: bool = False
    turn: int = 0


class Painted(NamedTuple):
    runs: list[Run]
    pictures: int


@dataclass
class _State:
    """What `q` keeps and `Q` brings back."""

    matrix: Matrix
    letters: Letters
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def painted(page: PageObject, known: dict[int, Letters]) -> Painted:
    """Return the runs of a page in the order in which they are painted, and how many pictures there are.

    known: letters by the number of their font, which pages share. Raises Unreadable `swollen`, and what the
    library raises where the page is broken.
    """
    painter = _Painter(page, known)
    contents = page.get("/Contents")
    if contents is not None:
        painter.paint(contents.get_object(), page.get("/Resources"))
    return Painted(painter.runs, painter.pictures)


def _numbers(operands: Operands, count: int) -> list[float]:
    """Return the last operands as numbers, or nothing where they are not so many."""
    last = operands[-count:]
    if len(last) < count or not all(isinstance(one, (int, float)) for one in last):
        return []
    return [float(one) for one in last]


class _Painter:
    def __init__(self, page: PageObject, known: dict[int, Letters]) -> None:
        self.pdf, self.known = page.pdf, known
        self.state = _State(upright(page), letters_of(None))
        self.saved: list[_State] = []
        self.text = self.line = UNIT
        self.resources = DictionaryObject()
        self.runs: list[Run] = []
        self.pictures = self.forms = 0
        self.within: list[int] = []  # the forms that are being painted
        self.marks: list[str | None] = []  # the ActualText of each mark that is open
        self.told: str | None = None  # the one that stands for what is painted now

    def paint(self, content: Any, resources: Any) -> None:  # Any: objects of the library
        stream = ContentStream(content, self.pdf, "bytes")
        if len(stream.get_data()) > MOST_CONTENT:
            raise Unreadable("swollen")
        around, self.resources = self.resources, _dictionary(resources)
        for operands, operator in stream.operations:
            if operation := _OPERATIONS.get(operator):
                operation(self, operands)
        self.resources = around

    def save(self, _operands: Operands) -> None:
        if len(self.saved) < _MOST_SAVED:
            self.saved.append(copy(self.state))

    def restore(self, _operands: Operands) -> None:
        if self.saved:
            self.state = self.saved.pop()

    def transform(self, operands: Operands) -> None:
        if numbers := _numbers(operands, 6):
            a, b, c, d, e, f = numbers
            self.state.matrix = times((a, b, c, d, e, f), self.state.matrix)

    def begin_text(self, _operands: Operands) -> None:
        self.text = self.line = UNIT

    def choose_font(self, operands: Operands) -> None:
        if numbers := _numbers(operands, 1):
            self.state.size = numbers[0]
        if operands:
            fonts = _dictionary(self.resources.get("/Font"))
            self.state.letters = letters_of(
                fonts.raw_get(operands[0]) if operands[0] in fonts else None, self.known
            )

    def place(self, operands: Operands) -> None:
        if numbers := _numbers(operands, 6):
            a, b, c, d, e, f = numbers
            self.text = self.line = (a, b, c, d, e, f)

    def move(self, operands: Operands) -> None:
        if numbers := _numbers(operands, 2):
            self.text = self.line = times((1.0, 0.0, 0.0, 1.0, numbers[0], numbers[1]), self.line)

    def move_and_lead(self, operands: Operands) -> None:
        if numbers := _numbers(operands, 2):
            self.state.leading = -numbers[1]
            self.move(operands)

    def next_line(self, _operands: Operands) -> None:
        self.move((0.0, -self.state.leading))

    def show(self, operands: Operands) -> None:
        for one in operands[-1:]:
            self._show(one)

    def show_next(self, operands: Operands) -> None:
        self.next_line(())
        self.show(operands)

    def show_spaced(self, operands: Operands) -> None:
        if numbers := _numbers(operands[:2], 2):
            self.state.word_spacing, self.state.spacing = numbers
        self.show_next(operands)

    def show_parts(self, operands: Operands) -> None:
        for one in operands[-1] if operands and isinstance(operands[-1], list) else ():
            if isinstance(one, (int, float)):
                self._advance(-one / 1000 * self.state.size * self.state.stretch)
            else:
                self._show(one)

    def begin_mark(self, operands: Operands) -> None:
        told = self._actual_text(operands) if self.told is None else None
        self.marks.append(told)
        if told is not None:
            self.told = told

    def end_mark(self, _operands: Operands) -> None:
        if self.marks and self.marks.pop() is not None:
            self.told = None

    def picture(self, _operands: Operands) -> None:
        self.pictures += 1

    def paint_other(self, operands: Operands) -> None:
        """Paint what stands outside of the stream: pictures are counted, forms are streams of their own."""
        others = _dictionary(self.resources.get("/XObject"))
        other = others.get(operands[-1]) if operands else None
        other = other.get_object() if other is not None else None
        if not isinstance(other, StreamObject):
            return
        if other.get("/Subtype") == "/Image":
            self.pictures += 1
        elif id(other) not in self.within and len(self.within) < _MOST_DEEP and self.forms < _MOST_FORMS:
            self._paint_form(other)

    def _paint_form(self, form: StreamObject) -> None:
        self.forms += 1
        self.within.append(id(form))
        around, text, line, saved = copy(self.state), self.text, self.line, self.saved
        self.saved = []
        matrix = form.get("/Matrix")
        self.transform(list(matrix.get_object()) if matrix is not None else [])
        self.paint(form, form.get("/Resources") or self.resources)
        self.state, self.text, self.line, self.saved = around, text, line, saved
        self.within.pop()

    def _actual_text(self, operands: Operands) -> str | None:
        properties = operands[-1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = _dictionary(self.resources.get("/Properties")).get(properties)
        value = _dictionary(properties).get("/ActualText")
        if isinstance(value, str):
            return value
        return _decoded(value) if isinstance(value, bytes) else None

    def _advance(self, distance: float) -> None:
        self.text = times((1.0, 0.0, 0.0, 1.0, distance, 0.0), self.text)

    def _show(self, string: object) -> None:
        if not isinstance(string, bytes):
            return
        state = self.state
        text, shown, distance = [], 0.0, 0.0
        for letter in state.letters.of(string):
            distance += (letter.width * state.size + state.spacing) * state.stretch
            if letter.is_code_32:
                distance += state.word_spacing * state.stretch
            if letter.text.strip():
                shown = distance - state.spacing * state.stretch
            text.append(letter.text)
        matrix = times(times((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), self.text), state.matrix)
        self._advance(distance)
        self._add("".join(text), matrix, shown, distance)

    def _add(self, text: str, matrix: Matrix, shown: float, distance: float) -> None:
        if self.told is not None:
            text, self.told = self.told, ""
        along = math.hypot(matrix[0], matrix[1])
        size = abs(self.state.size) * math.hypot(matrix[2], matrix[3])
        x, y, turn = turned_back(matrix)
        if not (
            abs(x) < _FAR and abs(y) < _FAR and 0 < size < _FAR and along < _FAR and abs(distance) < _FAR
        ):
            return
        right, end = x + shown * along, x + distance * along
        self.runs.append(Run(text, x, y, right, end, size, self.state.letters.is_bold, turn))


def _dictionary(value: Any) -> DictionaryObject:  # Any: an object of the library, or None
    found = value.get_object() if hasattr(value, "get_object") else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _decoded(value: bytes) -> str:
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


def _set(name: str, factor: float = 1.0) -> Callable[[_Painter, Operands], None]:
    def operation(painter: _Painter, operands: Operands) -> None:
        if numbers := _numbers(operands, 1):
            setattr(painter.state, name, numbers[0] * factor)

    return operation


_OPERATIONS: Mapping[bytes, Callable[[_Painter, Operands], None]] = {
    b"q": _Painter.save,
    b"Q": _Painter.restore,
    b"cm": _Painter.transform,
    b"BT": _Painter.begin_text,
    b"Tf": _Painter.choose_font,
    b"Tc": _set("spacing"),
    b"Tw": _set("word_spacing"),
    b"Tz": _set("stretch", 0.01),
    b"TL": _set("leading"),
    b"Ts": _set("rise"),
    b"Tm": _Painter.place,
    b"Td": _Painter.move,
    b"TD": _Painter.move_and_lead,
    b"T*": _Painter.next_line,
    b"Tj": _Painter.show,
    b"'": _Painter.show_next,
    b'"': _Painter.show_spaced,
    b"TJ": _Painter.show_parts,
    b"BMC": _Painter.begin_mark,
    b"BDC": _Painter.begin_mark,
    b"EMC": _Painter.end_mark,
    b"Do": _Painter.paint_other,
    b"INLINE IMAGE": _Painter.picture,
}

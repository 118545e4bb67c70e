"""What the codes in a PDF stand for: letters and their widths, by the fonts of its pages."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject
from pypdf.generic._font import Font

UNKNOWN = "\ufffd"
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
# What no text holds: control characters, and the letters that this program uses as marks of its own.
_NO_LETTERS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[\t\n\x0b\x0c\r\u2028\u2029]+")
_SPACE_BY_SHAPE = "\x03"  # in nearly every TrueType font
_FAILS = (PyPdfError, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class Letter(NamedTuple):
    """text: one letter, several for a ligature, none for a sign that shows nothing; width: in parts of the
    size; is_code_32: whether it is widened with the spaces between words."""

    text: str
    width: float
    is_code_32: bool = False


class Letters:
    """The letters of one font by their codes.

    unit: of its widths; is_by_shape: codes are numbers of shapes, which say nothing unless a map tells them.
    """

    def __init__(self, font: Font | None, unit: float = 0.001, is_by_shape: bool = False) -> None:
        self.font, self.unit = font, unit
        self.is_bold = bool(font and _BOLD.search(font.name))
        self.known: dict[str, Letter] = {}
        self.is_by_shape = is_by_shape

    def of(self, string: bytes) -> list[Letter]:
        """Return the letters of a string of the content stream."""
        if self.font is not None and isinstance(self.font.encoding, str):
            codes = string.decode(self.font.encoding, "replace" if len(string) % 2 else "surrogatepass")
        else:
            codes = string.decode("latin-1")
        return [self.known.get(code) or self._letter(code) for code in codes]

    def _letter(self, code: str) -> Letter:
        font = self.font
        if font is None:
            return Letter(UNKNOWN, 0.5)
        width = font.character_widths.get(code, font.character_widths.get("default", 500))
        text = self._text(font, code) if font.interpretable else UNKNOWN
        letter = Letter(text, float(width) * self.unit, isinstance(font.encoding, dict) and code == " ")
        self.known[code] = letter
        return letter

    def _text(self, font: Font, code: str) -> str:
        encoding = font.encoding
        letter = encoding.get(ord(code), code) if isinstance(encoding, dict) else code
        if self.is_by_shape and letter not in font.character_map:
            return " " if code == _SPACE_BY_SHAPE else UNKNOWN
        text = str(font.character_map.get(letter, letter))
        return _NO_LETTERS.sub("", _SPACES.sub(" ", text))


def letters_of(
    font: Any, known: dict[int, Letters] | None = None
) -> Letters:  # Any: an object of the library
    """Return the letters of a font of a page; known: those of the fonts met before, by their numbers."""
    number = font.idnum if isinstance(font, IndirectObject) else 0
    if known is not None and number in known:
        return known[number]
    letters = _letters(font.get_object() if font is not None else None)
    if known is not None and number:
        known[number] = letters
    return letters


def _letters(font: Any) -> Letters:  # Any: an object of the library
    if not isinstance(font, DictionaryObject):
        return Letters(None)
    try:
        # Fonts of type 3 are drawn on a grid of their own.
        matrix = font.get("/FontMatrix") if font.get("/Subtype") == "/Type3" else None
        unit = abs(float(matrix.get_object()[0])) if matrix else 0.001
        is_by_shape = font.get("/Subtype") == "/Type0" and str(font.get("/Encoding")).startswith("/Identity")
        return Letters(Font.from_font_resource(font), unit, is_by_shape)
    except LimitReachedError:
        raise
    except _FAILS:  # such a font says nothing, and the others of the page may
        return Letters(None)

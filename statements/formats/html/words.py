"""Words of a block of a page, gathered piece by piece as its elements come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from statements.formats.base import plain
from statements.text.decode import REFUSED

Run = tuple[HtmlElement, bool]
"""Where words stand: in an element before its first child, or behind the element."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_SPACES = re.compile(r"[ \t\n\f\v]+")
_SPACES_OF_LINE = re.compile(r"[ \t\f\v]+")
_AROUND_LINE = re.compile(r" *\n *")
_BLANK = re.compile(r"\n\s*\n")
_NOTE_MARK = re.compile(r"[\d()+−,;\s-]*\d[\d()+−,;\s-]*")
_BREAKS = {0x0B: " ", 0x0C: " "}
_RAISED = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")


@dataclass(slots=True)
class Words:
    """pieces: as they come, their white space collapsed; linked: characters of them in links."""

    pieces: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    linked: int = 0

    def add(self, text: str, run: Run, *, is_pre: bool, is_linked: bool, is_raised: bool) -> None:
        text = seen(text)
        text = (_SPACES_OF_LINE if is_pre else _SPACES).sub(" ", text)
        if is_raised and _NOTE_MARK.fullmatch(text):
            text = text.translate(_RAISED)  # or a mark of a note would make "2026" of "202" and "6"
        self.pieces.append(text)
        if not text.isspace():
            self.runs.append(run)
            self.linked += len(text.strip()) if is_linked else 0

    def ends_line(self) -> bool:
        """Whether a line has been broken, and nothing came since."""
        for piece in reversed(self.pieces):
            if piece == "\n" or not piece.isspace():
                return piece == "\n"
        return False

    def paragraphs(self) -> list[str]:
        """Return the text, parted where it has blank lines."""
        text = _AROUND_LINE.sub("\n", plain("".join(self.pieces)))
        parts = _BLANK.split(text) if "\n" in text else [text]
        return [part for one in parts if (part := _SPACES_OF_LINE.sub(" ", one).strip())]

    def lines(self) -> str:
        """Return the text with no blank line in it."""
        return "\n".join(self.paragraphs())


def one_line(text: str) -> str:
    """Return text on one line, each run of spaces as one; no-break spaces stay."""
    return _SPACES.sub(" ", text).strip()


def seen(text: str) -> str:
    """Return text without characters that stand for nothing, as references by number can put them there."""
    if text.isprintable():  # as nearly all are, and none of the others is
        return text
    return REFUSED.sub("", _CONTROL.sub("", text)).translate(_BREAKS)

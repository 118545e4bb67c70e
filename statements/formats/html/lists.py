"""The marks that lists show before their entries."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|(?:lower|upper)-(?:alpha|latin|roman)|decimal)\b")
_STYLES = {
    "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman",
    "lower-latin": "lower-alpha", "upper-latin": "upper-alpha",
}  # fmt: skip
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN = 3999


class Marks:
    """The marks of one list, asked for from its first entry on."""

    def __init__(self, element: HtmlElement | None) -> None:
        is_numbered = element is not None and element.tag == "ol"
        self.style = _style(element) if is_numbered and element is not None else ""
        self.step = 1
        self.next = 1
        if is_numbered and element is not None:
            if element.get("reversed") is not None:
                self.step, self.next = -1, sum(1 for _entry in element.iterchildren("li"))
            self.next = _number(element.get("start"), self.next)

    def of(self, entry: HtmlElement) -> str:
        """Return the mark of the next entry, with a space behind it."""
        if not self.style:
            return "- "
        number = _number(entry.get("value"), self.next)
        self.next = number + self.step
        return "- " if self.style == "none" else f"{_written(number, self.style)}. "


def _style(element: HtmlElement) -> str:
    found = _STYLE.search((element.get("style") or "")[:500].lower())
    name = found[1] if found else (element.get("type") or "").strip()
    return _STYLES.get(name, name) or "decimal"


def _number(value: str | None, otherwise: int) -> int:
    found = _NUMBER.match(value or "")
    return int(found[1]) if found else otherwise


def _written(number: int, style: str) -> str:
    written = str(number)
    if style.endswith("-alpha") and number > 0:
        written = _letters(number)
    elif style.endswith("-roman") and 0 < number <= _MOST_ROMAN:
        written = _roman(number)
    return written.upper() if style.startswith("upper") else written


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * times
    return written

"""The marks that lists show before their entries."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from statements.formats.figures import BULLET, figure

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|(?:lower|upper)-(?:alpha|latin|roman)|decimal)\b")
_FORMS = {
    "lower-alpha": "a", "upper-alpha": "A", "lower-latin": "a", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I", "decimal": "1",
}  # fmt: skip


class Marks:
    """The marks of one list, asked for from its first entry on."""

    def __init__(self, element: HtmlElement | None) -> None:
        is_numbered = element is not None and element.tag == "ol"
        self.form = _form(element) if is_numbered and element is not None else ""
        self.step = 1
        self.next = 1
        if is_numbered and element is not None:
            if element.get("reversed") is not None:
                self.step, self.next = -1, sum(1 for _entry in element.iterchildren("li"))
            self.next = _number(element.get("start"), self.next)

    def of(self, entry: HtmlElement) -> str:
        """Return the mark of the next entry, with a space behind it."""
        if not self.form:
            return BULLET
        number = _number(entry.get("value"), self.next)
        self.next = number + self.step
        return BULLET if self.form == "none" else f"{figure(number, self.form, is_doubled=False)}. "


def _form(element: HtmlElement) -> str:
    """Return the form of the numbers of a list, as `figure` takes it, or none."""
    found = _STYLE.search((element.get("style") or "")[:500].lower())
    name = found[1] if found else (element.get("type") or "").strip()
    return _FORMS.get(name, name) or "1"


def _number(value: str | None, otherwise: int) -> int:
    found = _NUMBER.match(value or "")
    return int(found[1]) if found else otherwise

"""Fields of Word, whose codes stand among the words and are not read: what they give is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PAGE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_LONGEST = 20
"""Characters of a code, of which only the first word counts."""


@dataclass
class _Field:
    code: str = ""
    is_code: bool = True


class Fields:
    """The fields around the words under way, the innermost one last."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def is_code(self) -> bool:
        """Whether the words belong to the code of a field."""
        return any(one.is_code for one in self._open)

    @property
    def is_page(self) -> bool:
        """Whether the words are the number of a page, or how many there are."""
        return any(not one.is_code and _PAGE.match(one.code) for one in self._open)

    def take(self, element: Element) -> bool:
        """Take an element, and tell whether it belongs to a field."""
        if element.tag == "fldChar":
            self._mark(element.get("fldCharType", ""))
        elif element.tag in {"instrText", "delInstrText"}:
            if self._open and len(self._open[-1].code) < _LONGEST:
                self._open[-1].code += element.text or ""
        else:
            return False
        return True

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].is_code = False
        elif kind == "end" and self._open:
            self._open.pop()

    def end_paragraph(self) -> None:
        """Forget codes that have not ended: what follows such a one in a damaged file would be lost."""
        self._open = [one for one in self._open if not one.is_code]

    @contextmanager
    def around(self, code: str) -> Iterator[None]:
        """Be in what a field with this code gives."""
        self._open.append(_Field(code, is_code=False))
        yield
        self._open.pop()

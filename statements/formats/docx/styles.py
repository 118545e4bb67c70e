"""Styles of Word: what the paragraphs are that stand in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from statements.formats.base import What
from statements.formats.office.outline import MOST_MARK, MOST_PARENTS, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

BODY = 9
"""The level of an outline that is none."""

# Word calls its own styles in English whatever its language, but for their identifiers; others do not.
_HEADING = re.compile(r"(?:heading|titre|überschrift|título|titolo|kop|rubrik) ?[1-9]")
_TITLE = frozenset({"title", "titre", "titel", "título", "titolo"})
_SUBTITLE = frozenset({"subtitle", "sous-titre", "untertitel"})
_CAPTION = frozenset({"caption", "légende", "legende", "beschriftung"})
_CONTENTS = re.compile(r"toc ?[1-9]|toc heading|table of figures")
_OFF = frozenset({"0", "false", "off", "none"})


class Look(NamedTuple):
    """What a style makes of its paragraphs; `outline` from 0, BODY for none; `numbering` names the list."""

    place: str = ""
    what: What = What.PARAGRAPH
    outline: int = BODY
    is_title: bool = False
    is_contents: bool = False
    numbering: str = ""
    level: int | None = None
    is_hidden: bool = False
    language: str = ""


class _Style(NamedTuple):
    name: str
    parent: str
    properties: Element


class Styles:
    """The styles by their identifiers, be they for paragraphs or for words."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._looks: dict[str, Look] = {}
        self._default = ""
        self.language = ""
        for style in () if root is None else root.iter("style"):
            self._keep(style)
        if root is not None:
            self.language = value(root.find("docDefaults/rPrDefault/rPr/lang"))

    def of(self, name: str) -> Look:
        """Return what a style does; that of paragraphs that name none when it is empty or not known."""
        known = name if name in self._styles else self._default
        if known not in self._looks:
            self._looks[known] = self._look(known)
        return self._looks[known]

    def hides(self, name: str) -> bool:
        """Whether a style of words hides them."""
        return name in self._styles and self.of(name).is_hidden

    def _keep(self, style: Element) -> None:
        identifier = style.get("styleId", "")
        name = value(style.find("name")) or identifier
        self._styles[identifier] = _Style(name[:MOST_MARK], value(style.find("basedOn")), style)
        if style.get("type") == "paragraph" and is_on(style, "default"):
            self._default = identifier

    def _chain(self, name: str) -> list[_Style]:
        chain: list[_Style] = []
        seen: set[str] = set()
        while name in self._styles and name not in seen and len(chain) < MOST_PARENTS:
            seen.add(name)
            chain.append(self._styles[name])
            name = chain[-1].parent
        return chain

    def _look(self, name: str) -> Look:
        chain = self._chain(name)
        names = {style.name.lower() for style in chain} | {name.lower()}
        found = {path: _first(chain, path) for path in _ASKED}
        is_title = not _TITLE.isdisjoint({style.name.lower() for style in chain[:1]} | {name.lower()})
        is_caption = not _CAPTION.isdisjoint(names)
        is_heading = is_title or not _SUBTITLE.isdisjoint(names) or any(map(_HEADING.fullmatch, names))
        outline = whole(value(found["pPr/outlineLvl"]), 0 if is_heading and not is_caption else BODY)
        level, hidden = found["pPr/numPr/ilvl"], found["rPr/vanish"]
        is_default = name == self._default or (chain and chain[0].name.lower() == "normal")
        return Look(
            place="" if is_default or not chain else chain[0].name[:1].upper() + chain[0].name[1:],
            what=What.CAPTION if is_caption else What.PARAGRAPH,
            outline=outline,
            is_title=is_title,
            is_contents=any(map(_CONTENTS.fullmatch, names)),
            numbering=value(found["pPr/numPr/numId"]),
            level=None if level is None else whole(value(level)),
            is_hidden=hidden is not None and is_on(hidden),
            language=value(found["rPr/lang"]),
        )


_ASKED = ("pPr/outlineLvl", "pPr/numPr/numId", "pPr/numPr/ilvl", "rPr/vanish", "rPr/lang")


def _first(chain: list[_Style], path: str) -> Element | None:
    return next((found for style in chain if (found := style.properties.find(path)) is not None), None)


def value(element: Element | None) -> str:
    return "" if element is None else element.get("val", "")


def is_on(element: Element, name: str = "val") -> bool:
    """Whether a switch is on: one that is there and says nothing is, but for one that is an attribute."""
    return element.get(name, "on" if name == "val" else "off").lower() not in _OFF

"""A first look at the elements of a page: how much text is in each of them, and what else."""

from __future__ import annotations

from typing import NamedTuple

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from statements.formats.html.furniture import is_hidden

NO_TEXT = frozenset({"head", "script", "style", "svg", "annotation", "annotation-xml"})
MOST_PARAGRAPHS, MOST_CHARACTERS = 3, 1_500
"""Of a cell: in one that has more of them stands no row, but a part of a page."""
_STRUCTURE = frozenset(
    {
        "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "article", "section", "main", "nav", "aside",
        "header", "footer", "form", "blockquote", "pre", "table",
    }
)  # fmt: skip


class Survey(NamedTuple):
    """What is known of the elements, each by its place in the order of the document.

    tags: their names; ends: the place behind its last descendant; sizes, links: characters that can be seen
    in it, and those of them in links; holds_main, holds_title: whether a main element, a heading of the first
    rank is in it; layouts: tables that only put things in their places.
    """

    tags: list[str]
    ends: list[int]
    parents: list[int]
    sizes: list[int]
    links: list[int]
    holds_main: list[bool]
    holds_title: list[bool]
    layouts: frozenset[int]


def survey(root: HtmlElement) -> Survey:
    """Return what is seen in one walk through all elements."""
    look = _Look()
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            look.leave(element)
            continue
        look.enter(element)
        if element.tag in NO_TEXT:
            walk.skip_subtree()
    layouts = look.shaping | (look.tables - look.parting)
    return Survey(
        look.tags,
        look.ends,
        look.parents,
        look.sizes,
        look.links,
        look.holds_main,
        look.holds_title,
        frozenset(layouts),
    )


class _Look:
    """What was seen so far."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.ends: list[int] = []
        self.parents: list[int] = []
        self.sizes: list[int] = []
        self.links: list[int] = []
        self.holds_main: list[bool] = []
        self.holds_title: list[bool] = []
        self.tables: set[int] = set()
        self.parting: set[int] = set()  # those that have a row of several cells
        self.shaping: set[int] = set()  # those with parts of a page in their cells
        self.open: list[int] = []
        self.open_tables: list[int] = []
        self.cells = self.paragraphs = 0  # of this row, of this cell
        self.hidden = self.linking = 0  # how many of the open elements are so, or in one that is

    def enter(self, element: HtmlElement) -> None:
        place, tag = len(self.ends), element.tag
        self.parents.append(self.open[-1] if self.open else 0)
        self.tags.append(tag)
        self.ends.append(place + 1)
        self.sizes.append(0)
        self.links.append(0)
        self.holds_main.append(tag == "main" or element.get("role") == "main")
        self.holds_title.append(tag == "h1")
        self.open.append(place)
        self.hidden += self.hidden > 0 or is_hidden(element)
        self.linking += self.linking > 0 or tag in ("a", "button")
        self._enter_table(place, tag)
        if tag not in NO_TEXT:
            self._add(element.text)

    def leave(self, element: HtmlElement) -> None:
        place = self.open.pop()
        self.ends[place] = len(self.ends)
        self.hidden -= self.hidden > 0
        self.linking -= self.linking > 0
        self._leave_table(place, element.tag)
        if self.open:
            above = self.open[-1]
            self.sizes[above] += self.sizes[place]
            self.links[above] += self.links[place]
            self.holds_main[above] = self.holds_main[above] or self.holds_main[place]
            self.holds_title[above] = self.holds_title[above] or self.holds_title[place]
            self._add(element.tail)

    def _enter_table(self, place: int, tag: str) -> None:
        if self.open_tables and tag in _STRUCTURE:
            self.shaping.add(self.open_tables[-1])
        match tag:
            case "table":
                self.tables.add(place)
                self.open_tables.append(place)
            case "tr":
                self.cells = 0
            case "td" | "th":
                self.cells, self.paragraphs = self.cells + 1, 0
                if self.cells > 1 and self.open_tables:
                    self.parting.add(self.open_tables[-1])
            case "p":
                self.paragraphs += 1

    def _leave_table(self, place: int, tag: str) -> None:
        if not self.open_tables:
            return
        is_full = self.paragraphs > MOST_PARAGRAPHS or self.sizes[place] > MOST_CHARACTERS
        if tag in ("td", "th") and is_full:
            self.shaping.add(self.open_tables[-1])
        if self.open_tables[-1] == place:
            self.open_tables.pop()

    def _add(self, text: str | None) -> None:
        if text and not self.hidden and self.open:
            size = len(text.strip())
            self.sizes[self.open[-1]] += size
            self.links[self.open[-1]] += size if self.linking else 0

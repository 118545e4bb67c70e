"""The blocks of a web page in the order of the document, with their words as they stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from statements.errors import Unreadable
from statements.formats.base import Dropped, What
from statements.formats.html.lists import Marks
from statements.formats.html.reasons import HEADINGS, OPENED, reason_of
from statements.formats.html.source import MOST_TAGS
from statements.formats.html.survey import NO_TEXT, Survey
from statements.formats.html.words import Run, Words, one_line

_BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset",
    "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "noframes", "noscript",
    "object", "ol", "optgroup", "option", "p", "pre", "search", "section", "select", "summary", "table",
    "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "tr", "ul", "video",
}  # fmt: skip
_SECTIONS = frozenset({"article", "main", "section"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_CELLS = frozenset({"td", "th"})
_WORDS = HEADINGS | _CELLS | {"p", "li", "dt", "dd", "caption", "figcaption", "summary", "legend", "pre"}
"""Out of the middle of their words comes what is hidden there, and does not part them."""
_PRE = frozenset({"pre", "textarea", "listing", "xmp"})
_NOTE = re.compile(r"sd(foot|end)note([0-9]{1,6})")  # as LibreOffice names them
_NOTE_SIGNS = frozenset({"sdfootnotesym", "sdendnotesym"})


@dataclass(slots=True, eq=False)
class Block:
    """A passage to be.

    reason: for which it is no part of the text, by what stands around it; name, landmark: what that element
    is called and its place; element, article: the places of its own one, and of the article or main part
    around it, -1 without one; runs: where its words stand; linked: how many characters of them are links.
    """

    text: str
    what: str
    tag: str
    element: int
    article: int
    reason: str
    name: str
    landmark: int
    runs: list[Run]
    linked: int
    number: int = 0
    row: int = 0

    @property
    def is_link(self) -> bool:
        """Whether it is hardly more than a link, or several."""
        return self.linked >= 0.8 * len(self.text.replace(" ", ""))


@dataclass(slots=True)
class _Entry:
    mark: str  # empty once it was written


@dataclass(slots=True)
class _Row:
    number: int
    row: int
    cells: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    linked: int = 0


@dataclass(slots=True)
class _Around:
    """What holds for the words in an element, and in all that is in it unless that says otherwise."""

    tag: str = "html"  # of the nearest block
    element: int = 0
    what: str = What.PARAGRAPH
    number: int = 0
    reason: str = ""
    name: str = ""
    landmark: int = -1
    article: int = -1
    is_within: bool = False  # in the main part of the page
    is_pre: bool = False
    is_linked: bool = False
    is_raised: bool = False
    entry: _Entry | None = None
    marks: Marks | None = None


class _Frame(NamedTuple):
    """An open element: what holds in it, and what ends with it."""

    around: _Around
    is_block: bool = False
    is_out: bool = False  # taken out of the words around it


class Walk:
    """The blocks of a page; times: what its time elements say; hidden: elements in which nothing is seen."""

    def __init__(self, root: HtmlElement, survey: Survey) -> None:
        self.survey = survey
        self.blocks: list[Block] = []
        self.times: list[str] = []
        self.hidden: list[HtmlElement] = []
        self._words = Words()
        self._row: _Row | None = None
        self._aside: list[tuple[Words, _Row | None]] = []  # words in whose middle others are taken out
        self._later: list[Block] = []
        self._tables = 0
        self._rows: list[tuple[int, int]] = []  # number and rows of the open tables; number 0 of layouts
        self._quotes = "«»" if (root.get("lang") or "").lower().startswith("fr") else "“”"
        self._walk(root)

    def _walk(self, root: HtmlElement) -> None:
        frames = [_Frame(_Around())]
        walk = iterwalk(root, events=("start", "end"))
        place = -1
        for event, element in walk:
            if event == "end":
                self._end(frames.pop(), element)
                if len(frames) > 1:
                    self._add(element.tail, (element, True), frames[-1].around)
                continue
            place += 1
            if element.tag in NO_TEXT:
                walk.skip_subtree()
                self.hidden.append(element)
                frames.append(_Frame(frames[-1].around))
                continue
            frames.append(self._begin(place, element, frames[-1].around))
            self._add(element.text, (element, False), frames[-1].around)

    def _begin(self, place: int, element: HtmlElement, around: _Around) -> _Frame:
        tag = element.tag
        inherited = around.reason, around.name
        reason, name = reason_of(
            place, element, self.survey, inherited, above=around.tag, is_within=around.is_within
        )
        is_own = bool(reason) and (reason, name) != inherited
        if reason == Dropped.HIDDEN and around.reason != reason:
            self.hidden.append(element)
        is_button = tag == "button" and around.tag not in OPENED
        is_block = (tag in _BLOCKS and (tag != "button" or is_button)) or (
            is_own and around.tag not in _WORDS
        )
        is_out = is_own and (around.tag in _WORDS or self._row is not None)
        if is_out:
            self._aside.append((self._words, self._row))
            self._words, self._row = Words(), None
        elif is_block:
            self._flush(around)
        if not is_block and not is_own:
            return _Frame(self._inline(tag, element, around), is_out=is_out)
        inner = replace(around, reason=reason, name=name)
        if is_own:
            inner.landmark = place
        if is_out:
            inner.entry = None  # its mark belongs to the words around
        if is_block:
            inner.tag, inner.element = tag, place
            self._block(place, tag, element, inner)
        return _Frame(inner, is_block, is_out)

    def _inline(self, tag: str, element: HtmlElement, around: _Around) -> _Around:
        match tag:
            case "br":
                self._break(around)
            case "a":
                if around.reason:
                    self._words.pieces.append(" ")  # links of a menu may have nothing but style between them
                is_note = element.get("role") == "doc-noteref" or element.get("class") in _NOTE_SIGNS
                return replace(around, is_linked=True, is_raised=around.is_raised or is_note)
            case "sup":
                return replace(around, is_raised=True)
            case "q":
                self._words.pieces.append(self._quotes[0])
            case "time" if element.get("datetime") and not around.reason:
                self.times.append(element.get("datetime") or "")
        return around

    def _break(self, around: _Around) -> None:
        if self._words.ends_line() and around.what == What.PARAGRAPH and self._row is None:
            self._flush(around)  # two line breaks part paragraphs
        else:
            self._words.pieces.append("\n")

    def _block(self, place: int, tag: str, element: HtmlElement, inner: _Around) -> None:
        """Say what holds in a block that begins."""
        inner.is_within = inner.is_within or tag in _SECTIONS
        inner.is_pre = inner.is_pre or tag in _PRE
        inner.is_linked = inner.is_linked or tag == "button"
        if tag in ("main", "article"):
            inner.article = place
        if tag in HEADINGS or element.get("role") == "heading":
            inner.what = What.HEADING
        elif tag in ("caption", "figcaption"):
            inner.what = What.CAPTION
        elif tag in _LISTS:
            inner.marks = Marks(element)
        elif tag == "li":
            marks = inner.marks = inner.marks or Marks(None)
            inner.entry = _Entry("- " if inner.reason == Dropped.HIDDEN else marks.of(element))
        elif found := _NOTE.fullmatch(element.get("id") or ""):
            inner.what = What.FOOTNOTE if found[1] == "foot" else What.ENDNOTE
            inner.number = int(found[2])
        elif tag in ("table", "tr"):
            self._begin_table(place, tag)
        elif (
            tag in _CELLS
            and self._row is not None
            and any(not piece.isspace() for piece in self._words.pieces)
        ):
            self._end_cell()  # of words between two cells

    def _begin_table(self, place: int, tag: str) -> None:
        if tag == "table":
            is_layout = place in self.survey.layouts
            self._tables += not is_layout
            self._rows.append((0 if is_layout else self._tables, 0))
        elif self._rows and self._rows[-1][0]:
            number, rows = self._rows[-1]
            self._rows[-1] = number, rows + 1
            self._row = _Row(number, rows + 1)

    def _end(self, frame: _Frame, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "q" and not frame.is_block:
            self._words.pieces.append(self._quotes[1])
        elif tag == "a" and element.get("class") in _NOTE_SIGNS:
            self._words.pieces.append(" ")  # LibreOffice leaves none between the sign and the note
        if frame.is_block or frame.is_out:
            self._end_block(tag, frame.around)
        if frame.is_out:
            self._flush(frame.around)
            self._words, self._row = self._aside.pop()

    def _end_block(self, tag: str, around: _Around) -> None:
        if self._row is not None and tag in _CELLS:
            self._end_cell()
        elif self._row is not None and tag == "tr":
            self._end_row(around)
        else:
            self._flush(around)
            if tag == "table" and self._rows:
                self._rows.pop()

    def _end_cell(self) -> None:
        words, row = self._words, self._row
        if row is not None:
            row.cells.append(one_line(words.lines()))
            row.runs += words.runs
            row.linked += words.linked
        self._words = Words()

    def _end_row(self, around: _Around) -> None:
        if any(not piece.isspace() for piece in self._words.pieces):
            self._end_cell()
        row, self._row, self._words = self._row, None, Words()
        if row is not None and any(row.cells):
            text = one_line(" | ".join(row.cells))
            self._keep(text, What.ROW, around, row.runs, row.linked, row.number, row.row)
        self._bring_later()

    def _add(self, text: str | None, run: Run, around: _Around) -> None:
        if text:
            self._words.add(
                text,
                run,
                is_pre=around.is_pre,
                is_linked=around.is_linked,
                is_raised=around.is_raised,
            )

    def _flush(self, around: _Around) -> None:
        """End the words so far, which stand in a block that begins, ends or goes on behind another."""
        if self._row is not None:
            self._words.pieces.append("\n")
            return
        words, self._words = self._words, Words()
        if words.runs:
            is_one = around.what != What.PARAGRAPH or (around.entry is not None and around.entry.mark)
            for text in [words.lines()] if is_one else words.paragraphs():
                self._keep_words(text, around, words)
        self._bring_later()

    def _keep_words(self, text: str, around: _Around, words: Words) -> None:
        what, entry = around.what, around.entry
        if text and entry is not None and entry.mark:
            text, what, entry.mark = entry.mark + text, What.ENTRY, ""
        self._keep(text, what, around, words.runs, words.linked, around.number, 0)

    def _keep(
        self, text: str, what: str, around: _Around, runs: list[Run], linked: int, number: int, row: int
    ) -> None:
        if text:
            tag = {What.ENTRY: "li", What.ROW: "tr"}.get(What(what), around.tag)
            block = Block(
                text, what, tag, around.element, around.article, around.reason, around.name,
                around.landmark, runs, linked, number, row,
            )  # fmt: skip
            (self._later if self._aside else self.blocks).append(block)
            if len(self.blocks) + len(self._later) > MOST_TAGS:  # of lines of what is laid out by hand
                raise Unreadable("too_many_elements", most=MOST_TAGS)

    def _bring_later(self) -> None:
        """Put what was taken out of words behind them."""
        if not self._aside:
            self.blocks += self._later
            self._later = []

"""The blocks of one part of an OpenDocument text, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statements.errors import Unreadable
from statements.formats.base import Dropped, Passage, What
from statements.formats.figures import BULLET
from statements.formats.odt.lists import Counts, Entries, Lists, start_of
from statements.formats.odt.styles import Level, Look, Styles
from statements.formats.office.outline import Met, Notes, Words, hide, page_mark, row, said_language, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_EMPTY = 64
"""Empty cells that one may stand for; spreadsheets write one for all to the right."""

_WHITE = str.maketrans("\n\r\t", "   ")
_SIGNS = {"s": " ", "tab": " ", "line-break": "\n"}
_PAGES = frozenset({"page-number", "page-count"})
_INDEXES = frozenset(
    {
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "alphabetical-index",
    }
)
_PICTURES = frozenset({"image", "object", "object-ole", "plugin"})
_SHAPES = frozenset(
    {
        "frame", "custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path",
        "connector", "caption", "measure", "g", "scene", "page-thumbnail", "control",
    }
)  # fmt: skip
# What holds no words of the text: what was deleted, declarations, macros, the upper line of ruby.
_PASSED = frozenset({"forms", "script", "ruby-text", "event-listeners", "annotation-end"}) | _PICTURES


@dataclass
class Whole:
    """What all parts of a file have in common; `spare` are the characters that repetitions may still add."""

    met: Met = field(default_factory=Met)
    notes: Notes = field(default_factory=Notes)
    comments: list[Passage] = field(default_factory=list)
    spare: int = 200_000

    def repeat(self, text: str, count: int) -> None:
        """See that a text may stand there so many times. Raises Unreadable("swollen")."""
        self.spare -= (count - 1) * (len(text) + 1)
        if self.spare < 0:
            raise Unreadable("swollen")


class Story:
    """One part: the body, a note, a header. Numbers of pages get `page_mark` where it stands around pages."""

    def __init__(self, whole: Whole, styles: Styles, *, is_around_pages: bool = False) -> None:
        self._whole, self._styles = whole, styles
        self._is_around_pages = is_around_pages
        self._lists = Lists()
        self._outline = Counts()
        self._nested = 0  # cells around

    def blocks(self, elements: Iterable[Element]) -> Iterator[Passage]:
        """Yield the passages of these elements, and of those in them."""
        for element in elements:
            yield from self._block(element)

    def _block(self, element: Element) -> Iterator[Passage]:
        tag = element.tag
        if tag in {"p", "h"}:
            yield from self._paragraph(element)
        elif tag == "list":
            yield from self._list(element, self._lists.begin(element))
        elif tag == "numbered-paragraph":
            entries = self._lists.begin(element)
            entries.level = whole(element.get("level"), 1)
            yield from self._entry(element, entries)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "tracked-changes":
            self._whole.met.changes += sum(
                one.find("insertion") is not None or one.find("deletion") is not None for one in element
            )
        elif tag == "frame":
            yield from self._frame(element)
        elif tag in _INDEXES:
            for passage in self.blocks(element):
                yield passage._replace(dropped=passage.dropped or Dropped.NAVIGATION)
        elif tag not in _PASSED:
            inner = self.blocks(element)
            yield from hide(inner) if _is_hidden(element) else inner

    def _frame(self, frame: Element) -> Iterator[Passage]:
        is_picture = not _PICTURES.isdisjoint(one.tag for one in frame) and frame.find("text-box") is None
        self._whole.met.pictures += is_picture
        yield from self.blocks(frame)

    def _list(self, element: Element, entries: Entries) -> Iterator[Passage]:
        for one in element:
            if one.tag == "list-header":
                yield from self._entry(one, entries, is_counted=False)
            elif one.tag == "list-item":
                yield from self._entry(one, entries)

    def _entry(self, element: Element, entries: Entries, *, is_counted: bool = True) -> Iterator[Passage]:
        for block in element:
            if block.tag == "list":
                yield from self._list(block, entries.inner(block))
            elif block.tag in {"p", "h"} and is_counted:
                yield from self._paragraph(block, entries, element)
                is_counted = False  # its other paragraphs have no number
            else:
                yield from self._block(block)

    def _paragraph(
        self, element: Element, entries: Entries | None = None, entry: Element | None = None
    ) -> Iterator[Passage]:
        look = self._styles.of("paragraph", element.get("style-name", ""))
        is_hidden = look.is_hidden or any(
            one.get("is-hidden") == "true" for one in element.iter("hidden-paragraph")
        )
        words = Words()
        self._inside(element, words, look, is_hidden)
        what, mark = look.what, ""
        if entries and entry is not None and not words.is_hidden:
            mark = self._mark(entries, entry, look)
            what = What.ENTRY if mark and what is What.PARAGRAPH else what
        if element.tag == "h":
            what = What.HEADING
            mark = self._heading_mark(element) if entries is None and words.shown else mark
        if what is What.HEADING and mark == BULLET:
            mark = ""
        if look.is_title and not self._is_around_pages:
            self._whole.met.call(words.shown)
        dropped = Dropped.NAVIGATION if look.is_contents else ""
        yield from self._whole.met.passages(words, what, look.place, mark=mark, dropped=dropped)

    def _mark(self, entries: Entries, entry: Element, look: Look) -> str:
        """Return what stands before an entry, and count it."""
        style = entries.style or look.numbering
        levels = self._styles.lists.get(style, {} if style else {entries.level: Level("bullet")})
        start, is_said = start_of(entry, levels, entries.level)
        entries.counts.count(levels, entries.level, start, anew=is_said)
        return entries.counts.mark(levels, entries.level)

    def _heading_mark(self, heading: Element) -> str:
        levels, level = self._styles.outline, whole(heading.get("outline-level"), 1)
        if level not in levels or heading.get("is-list-header") == "true":
            return ""
        start, _is_said = start_of(heading, levels, level)
        self._outline.count(levels, level, start, anew=heading.get("restart-numbering") == "true")
        return self._outline.mark(levels, level)

    def _inside(self, element: Element, words: Words, look: Look, is_hidden: bool) -> None:
        self._say(element.text, words, look, is_hidden)
        for child in element:
            self._take(child, words, look, is_hidden)
            self._say(child.tail, words, look, is_hidden)

    def _say(self, text: str | None, words: Words, look: Look, is_hidden: bool) -> None:
        if text:
            words.add(text.translate(_WHITE), is_hidden=is_hidden)
            if not is_hidden and not self._is_around_pages:
                language = said_language(look.language, by_itself=look.is_own)
                self._whole.met.languages[language] += len(text)

    def _take(self, element: Element, words: Words, look: Look, is_hidden: bool) -> None:
        """Take one element of a paragraph."""
        tag = element.tag
        if tag in _PASSED:
            return
        if tag in _SIGNS:
            words.add(_SIGNS[tag], is_hidden=is_hidden)
        elif tag in _PAGES and self._is_around_pages:
            words.add(page_mark("".join(element.itertext())), is_hidden=is_hidden)
        elif tag == "note":
            self._note(element, is_hidden)
        elif tag == "annotation":
            for passage in Story(self._whole, self._styles).blocks(element):
                self._whole.comments.append(
                    passage._replace(what=What.COMMENT, number=0, row=0, dropped=Dropped.COMMENT)
                )
        elif tag in _SHAPES:
            box = Story(self._whole, self._styles, is_around_pages=self._is_around_pages)
            box._nested = self._nested
            words.put_beside(list(box.blocks([element])), is_hidden=is_hidden)
        else:
            own = self._styles.of("text", element.get("style-name", "")) if tag == "span" else None
            hides = element.get("is-hidden") == "true" or bool(own and own.is_hidden)
            spoken = look._replace(language=own.language, is_own=True) if own and own.is_own else look
            self._inside(element, words, spoken, is_hidden or hides)

    def _note(self, element: Element, is_hidden: bool) -> None:
        what = What.ENDNOTE if element.get("note-class") == "endnote" else What.FOOTNOTE
        body = element.find("note-body")
        name = self._whole.notes.add(what, is_hidden=is_hidden)
        self._whole.notes.put(
            what, name, Story(self._whole, self._styles).blocks(() if body is None else body)
        )

    def _table(self, table: Element) -> Iterator[Passage]:
        rows = list(_rows(table))
        cells = list(rows[0]) if len(rows) == 1 else []
        if len(cells) == 1 and _repeated(rows[0], "rows") == _repeated(cells[0], "columns") == 1:
            yield from self.blocks(cells[0])  # a frame around what stands in it
            return
        number, position = 0, 1
        if not self._nested:
            self._whole.met.tables += 1
            number = self._whole.met.tables
        for one in rows:
            text, others = self._row(one)
            count = _repeated(one, "rows")
            if text:
                self._whole.repeat(text, count)
                for repeated in range(count):
                    yield Passage(text, What.ROW, table.get("name", ""), number, position + repeated)
            yield from others
            position += count

    def _row(self, element: Element) -> tuple[str, list[Passage]]:
        """Return a row, and what stands in its cells and does not belong to the text."""
        texts: list[str] = []
        others: list[Passage] = []
        beside = 0  # cells to the right over which the last one reaches
        for cell in element:
            count = _repeated(cell, "columns")
            if cell.tag == "covered-table-cell":
                seen = max(0, count - beside)
                beside = max(0, beside - count)
                texts += [""] * min(seen, MOST_EMPTY)
            elif cell.tag == "table-cell":
                passages = self._cell(cell)
                text = "\n".join(passage.text for passage in passages if not passage.dropped)
                others += [passage for passage in passages if passage.dropped]
                if text:
                    self._whole.repeat(text, count)
                texts += [text] * (count if text else min(count, MOST_EMPTY))
                beside = whole(cell.get("number-columns-spanned"), 1) - 1
        return row(texts), others

    def _cell(self, cell: Element) -> list[Passage]:
        self._nested += 1
        passages = list(self.blocks(cell))
        self._nested -= 1
        return passages


def _is_hidden(section: Element) -> bool:
    return section.get("display") == "none" or section.get("is-hidden") == "true"


def _rows(table: Iterable[Element]) -> Iterator[Element]:
    for element in table:
        if element.tag == "table-row":
            yield element
        elif element.tag in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(element)


def _repeated(element: Element, what: str) -> int:
    return max(1, whole(element.get(f"number-{what}-repeated"), 1))

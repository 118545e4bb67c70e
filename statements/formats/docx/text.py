"""The blocks of one part of a Word file, in their order, as they stand when all changes are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statements.formats.base import Dropped, Passage, What
from statements.formats.docx.fields import Fields
from statements.formats.docx.numbering import Numbering
from statements.formats.docx.styles import BODY, Look, Styles, is_on, value
from statements.formats.figures import BULLET
from statements.formats.office.outline import Met, Notes, Words, hide, page_mark, row, said_language, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_SYMBOLS = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF0E0: "→", 0xF0E8: "→", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0FE: "☑", 0xF0A8: "☐",
}  # fmt: skip
_SILENT = (range(0x20), range(0x7F, 0xA0), range(0xD800, 0xF900), range(0xFFFE, 0x10000))  # or private
_NOTES = {"footnoteReference": What.FOOTNOTE, "endnoteReference": What.ENDNOTE}
_GONE = frozenset({"del", "moveFrom"})
_COME = frozenset({"ins", "moveTo"})
_PICTURES = frozenset({"pic", "imagedata", "chart", "relIds"})  # the last ones are charts and diagrams
_FOREIGN = frozenset({"altChunk", "subDoc"})
# What holds no words of the text, whatever it holds: properties, the code of fields, the upper line of ruby.
_PASSED = frozenset({"pPr", "rPr", "tblPr", "tcPr", "trPr", "sdtPr", "sdtEndPr", "delText", "rt", "rubyPr"})


@dataclass
class Whole:
    """What all parts of a file have in common."""

    styles: Styles
    numbering: Numbering
    met: Met = field(default_factory=Met)
    notes: Notes = field(default_factory=Notes)
    sections: list[Element] = field(default_factory=list)


class Story:
    """One part: the body, a note, a header. Numbers of pages get `page_mark` where it stands around pages."""

    def __init__(self, whole: Whole, *, is_around_pages: bool = False) -> None:
        self._whole = whole
        self._fields = Fields()
        self._is_around_pages = is_around_pages
        self._look = Look()  # of the paragraph under way
        self._language = ""  # of the run under way
        self._nested = 0  # cells around

    def blocks(self, elements: Iterable[Element]) -> Iterator[Passage]:
        """Yield the passages of paragraphs and tables, wherever they stand in these elements."""
        words = Words()
        left: Element | None = None
        for block in _found(elements, _BLOCKS):
            if block.tag == "p":
                self._read(block, words)
                if self._runs_on(block, words):
                    left = block
                    continue
                yield from self._paragraph(block, words)
            else:
                if left is not None:
                    yield from self._paragraph(left, words)
                yield from self._other(block)
            words, left = Words(), None
        if left is not None:
            yield from self._paragraph(left, words)

    def _other(self, block: Element) -> Iterator[Passage]:
        if block.tag == "tbl":
            yield from self._table(block)
        elif block.tag == "sectPr":
            self._whole.sections.append(block)
        else:
            self._whole.met.embedded += 1

    def _read(self, paragraph: Element, words: Words) -> None:
        self._look = self._whole.styles.of(value(paragraph.find("pPr/pStyle")))
        self._inside(paragraph, words)
        self._fields.end_paragraph()
        if (section := paragraph.find("pPr/sectPr")) is not None:
            self._whole.sections.append(section)

    def _runs_on(self, paragraph: Element, words: Words) -> bool:
        """Whether the end of a paragraph is deleted or hidden, so that the next one continues it."""
        mark = paragraph.find("pPr/rPr")
        if mark is None:
            return False
        changes = {one.tag for one in mark} & (_GONE | _COME)
        if changes and not words.is_changed:
            self._whole.met.changes += 1
            words.is_changed = True
        hidden = mark.find("vanish")
        is_hidden = hidden is not None and is_on(hidden) and not words.is_hidden
        return not _GONE.isdisjoint(changes) or (is_hidden and bool(words.shown))

    def _paragraph(self, paragraph: Element, words: Words) -> Iterator[Passage]:
        look = self._whole.styles.of(value(paragraph.find("pPr/pStyle")))
        outline = whole(value(paragraph.find("pPr/outlineLvl")), look.outline)
        mark = "" if words.is_hidden else self._mark(paragraph, look)
        what = look.what
        if outline < BODY:
            what, mark = What.HEADING, "" if mark == BULLET else mark
        elif mark and what is What.PARAGRAPH:
            what = What.ENTRY
        if look.is_title and not self._is_around_pages:
            self._whole.met.call(words.shown)
        dropped = Dropped.NAVIGATION if look.is_contents else ""
        yield from self._whole.met.passages(words, what, look.place, mark=mark, dropped=dropped)

    def _mark(self, paragraph: Element, look: Look) -> str:
        own, level = value(paragraph.find("pPr/numPr/numId")), paragraph.find("pPr/numPr/ilvl")
        name = own or look.numbering
        if not name or name == "0":
            return ""
        numbering = self._whole.numbering
        if level is not None:
            return numbering.mark(name, whole(value(level)))
        if look.level is not None and not own:
            return numbering.mark(name, look.level)
        style = value(paragraph.find("pPr/pStyle"))
        return numbering.mark(name, numbering.level_of(name, style))

    def _inside(self, element: Element, words: Words, *, is_hidden: bool = False) -> None:
        for child in element:
            self._take(child, words, is_hidden)

    def _take(self, element: Element, words: Words, is_hidden: bool) -> None:
        """Take one element of a paragraph, or of its runs."""
        tag = element.tag
        if tag in _PASSED:
            return
        if tag in _GONE:
            self._change(words)
            for mark in element.iter():
                self._fields.take(mark)  # a field may end in what is gone
        elif tag == "r":
            self._run(element, words)
        elif tag in _DRAWN:
            self._drawing(element, words, is_hidden)
        elif tag == "fldSimple":
            with self._fields.around(element.get("instr", "")):
                self._inside(element, words, is_hidden=is_hidden)
        elif tag in _NOTES:
            self._whole.notes.refer(_NOTES[tag], element.get("id", ""), is_hidden=is_hidden)
        elif not self._fields.take(element) and not self._sign(element, words, is_hidden):
            if tag in _COME:
                self._change(words)
            self._inside(element, words, is_hidden=is_hidden)

    def _sign(self, element: Element, words: Words, is_hidden: bool) -> bool:
        """Add what an element says, and tell whether it is one that can say something."""
        match element.tag:
            case "t":
                text = (element.text or "").replace("\n", " ")
                if not is_hidden and not self._is_around_pages:
                    self._whole.met.languages[self._language] += len(text)
            case "sym":
                code = int(element.get("char", ""), 16) if _is_hexadecimal(element.get("char", "")) else 0
                text = _SYMBOLS.get(code, "" if any(code in silent for silent in _SILENT) else chr(code))
            case "pgNum":
                text = "1"
            case tag if tag in _SIGNS:
                text = _SIGNS[tag]
            case _:
                return False
        if not self._fields.is_code:
            is_page = self._is_around_pages and (self._fields.is_page or element.tag == "pgNum")
            words.add(page_mark(text) if is_page else text, is_hidden=is_hidden)
        return True

    def _run(self, run: Element, words: Words) -> None:
        said, around = value(run.find("rPr/lang")), self._look.language or self._whole.styles.language
        self._language = said_language(said or around, by_itself=bool(said))
        self._inside(run, words, is_hidden=self._is_hidden(run))

    def _is_hidden(self, run: Element) -> bool:
        own = run.find("rPr/vanish")
        if own is not None:
            return is_on(own)
        return self._whole.styles.hides(value(run.find("rPr/rStyle"))) or self._look.is_hidden

    def _change(self, words: Words) -> None:
        self._whole.met.changes += 1
        words.is_changed = True

    def _drawing(self, element: Element, words: Words, is_hidden: bool) -> None:
        """Put text boxes of a drawing beside the paragraph, and count what is not read and may hold words."""
        for child in _found([element], _IN_DRAWINGS):
            if child.tag == "txbxContent":
                box = Story(self._whole, is_around_pages=self._is_around_pages)
                box._nested = self._nested
                words.put_beside(list(box.blocks(child)), is_hidden=is_hidden)
            else:
                self._whole.met.pictures += 1

    def _table(self, table: Element) -> Iterator[Passage]:
        rows = [one for one in _found(table, _ROWS) if not self._is_gone(one)]
        cells = list(_found(rows[0], _CELLS)) if len(rows) == 1 else []
        if len(cells) == 1:  # a frame around what stands in it
            yield from self.blocks(cells[0])
            return
        number = 0
        if not self._nested:
            self._whole.met.tables += 1
            number = self._whole.met.tables
        place = self._whole.styles.of(style).place if (style := value(table.find("tblPr/tblStyle"))) else ""
        for position, one in enumerate(rows, 1):
            yield from self._row(one, Passage("", What.ROW, place, number, position))

    def _row(self, element: Element, empty: Passage) -> Iterator[Passage]:
        """Yield a row, and after it what stands in its cells and does not belong to the text."""
        texts, others = [], []
        for cell in _found(element, _CELLS):
            passages = self._cell(cell)
            texts.append("\n".join(passage.text for passage in passages if not passage.dropped))
            others += [passage for passage in passages if passage.dropped]
        if text := row(texts):
            is_hidden = (hidden := element.find("trPr/hidden")) is not None and is_on(hidden)
            passage = empty._replace(text=text)
            yield from hide([passage]) if is_hidden else [passage]
        yield from others

    def _cell(self, cell: Element) -> list[Passage]:
        merged = cell.find("tcPr/vMerge")
        if merged is not None and value(merged) in ("", "continue"):
            return []  # the cell above reaches down here
        if cell.find("tcPr/cellDel") is not None:
            self._whole.met.changes += 1
            return []
        self._nested += 1
        passages = list(self.blocks(cell))
        self._nested -= 1
        return passages

    def _is_gone(self, one: Element) -> bool:
        changes = {mark.tag for mark in one.findall("trPr/*")} & (_GONE | _COME)
        self._whole.met.changes += bool(changes)
        return not _GONE.isdisjoint(changes)


_DRAWN = frozenset({"drawing", "pict", "object"})
_BLOCKS = frozenset({"p", "tbl", "sectPr"}) | _FOREIGN
_ROWS, _CELLS = frozenset({"tr"}), frozenset({"tc"})
_IN_DRAWINGS = _PICTURES | {"txbxContent"}


def _found(elements: Iterable[Element], wanted: frozenset[str]) -> Iterator[Element]:
    """Yield the nearest elements of these names, at any depth; what is gone holds none."""
    for element in elements:
        if element.tag in wanted:
            yield element
        elif element.tag not in _PASSED and element.tag not in _GONE:
            yield from _found(element, wanted)


def _is_hexadecimal(text: str) -> bool:
    return 0 < len(text) <= 4 and all(sign in "0123456789abcdefABCDEF" for sign in text)

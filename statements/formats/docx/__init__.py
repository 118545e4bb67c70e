"""Word files (.docx): the text as it stands when all changes are accepted, and what stands beside it.

The layout is that of ECMA-376, 5th edition, part 1. Only the parts of XML that hold words are opened: no
pictures, embedded files or macros, and nothing that lies elsewhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, NamedTuple

from statements.errors import Unreadable
from statements.formats.base import Document, Dropped, Passage, What
from statements.formats.docx.numbering import Numbering
from statements.formats.docx.styles import Styles
from statements.formats.docx.text import Story, Whole
from statements.formats.office.elements import Parts, opened
from statements.formats.office.outline import around_pages, told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "Word"
MAIN = "word/document.xml"  # where it stands in nearly all files


def read(file: IO[bytes], *, alive: Callable[[int], None] = lambda characters: None) -> Document:
    """Return the passages of a Word file: headers, the body, its notes, footers, comments.

    Raises Unreadable with `encrypted`, `dtd`, `swollen`, `not_as_named` (name), `damaged` (name),
    `too_nested` and `empty` when no words belong to the text.
    """
    parts = opened(file, name=NAME, needs="_rels/.rels")
    main = next((link.part for link in _links(parts, "") if link.kind == "officeDocument"), MAIN)
    if main not in parts.names or parts.root_name(main) != "document":
        raise Unreadable("not_as_named", name=NAME)
    document = _Word(parts, main)
    body = list(told(document.body(), alive))
    if all(passage.dropped for passage in body):
        raise Unreadable("empty")
    # Headers are named where sections end, and stand above them.
    headers = told(document.around_pages("headerReference", Dropped.HEADER), alive)
    footers = told(document.around_pages("footerReference", Dropped.FOOTER), alive)
    passages = [*headers, *body, *footers, *told(document.comments(), alive)]
    return Document(passages, document.whole.met.details(), document.whole.met.warnings())


class _Link(NamedTuple):
    """What one part says of another one."""

    name: str
    kind: str
    part: str


class _Word:
    """The parts of a file that hold words."""

    def __init__(self, parts: Parts, main: str) -> None:
        self._parts, self._main = parts, main
        self._linked = _links(parts, main)
        self.whole = Whole(Styles(self._root("styles")), Numbering(self._root("numbering")))

    def body(self) -> Iterator[Passage]:
        """Yield the text and its notes."""
        yield from Story(self.whole).blocks(self._parts.inside(self._main, ("document", "body")))
        self._read_notes(What.FOOTNOTE, "footnotes", "footnote")
        self._read_notes(What.ENDNOTE, "endnotes", "endnote")
        yield from self.whole.notes.passages()

    def around_pages(self, kind: str, dropped: Dropped) -> Iterator[Passage]:
        """Yield what stands above or below the pages, once the body was read."""
        return around_pages(self._around_pages(kind), dropped)

    def comments(self) -> Iterator[Passage]:
        if part := self._part("comments"):
            for comment in self._parts.inside(part, ("comments",)):
                for passage in Story(self.whole).blocks(comment):
                    yield passage._replace(what=What.COMMENT, number=0, row=0, dropped=Dropped.COMMENT)

    def _read_notes(self, what: What, kind: str, tag: str) -> None:
        part = self._part(kind)
        if not part or not self.whole.notes.has(what):
            return
        for note in self._parts.inside(part, (kind,)):
            name = note.get("id", "")
            if note.tag == tag and self.whole.notes.is_met(what, name):
                self.whole.notes.put(what, name, Story(self.whole).blocks(note))

    def _around_pages(self, kind: str) -> Iterator[Passage]:
        names = (one.get("id", "") for section in self.whole.sections for one in section.findall(kind))
        by_name = {link.name: link.part for link in self._linked}
        for part in dict.fromkeys(by_name.get(name, "") for name in names):
            if part in self._parts.names:
                yield from Story(self.whole, is_around_pages=True).blocks(
                    self._parts.inside(part, ("hdr",), ("ftr",))
                )

    def _root(self, kind: str) -> Element | None:
        part = self._part(kind)
        return self._parts.root(part) if part else None

    def _part(self, kind: str) -> str:
        """Return the part of a kind, or nothing: programs name such as they did not write."""
        links = (link.part for link in self._linked if link.kind == kind)
        return next((part for part in links if part in self._parts.names), "")


def _links(parts: Parts, part: str) -> list[_Link]:
    """Return the other parts that a part names; those that lie elsewhere are none."""
    folder, name = posixpath.split(part)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    if links not in parts.names:
        return []
    return [
        _Link(
            one.get("Id", ""),
            one.get("Type", "").rpartition("/")[2],
            _resolved(folder, one.get("Target", "")),
        )
        for one in parts.root(links).iter("Relationship")
        if one.get("TargetMode") != "External"
    ]


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

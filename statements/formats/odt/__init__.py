"""OpenDocument texts (.odt): the text as it stands with all changes, and what stands beside it.

The layout is that of OpenDocument 1.3, part 3. Only the parts of XML that hold words are opened: no pictures,
embedded objects or macros, and nothing that lies elsewhere.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING

from statements.errors import Unreadable
from statements.formats.base import Document, Dropped, Passage
from statements.formats.odt.styles import Styles
from statements.formats.odt.text import Story, Whole
from statements.formats.office.elements import Parts, opened
from statements.formats.office.outline import around_pages, told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "OpenDocument"
MEDIA_TYPES = frozenset(
    {b"application/vnd.oasis.opendocument.text", b"application/vnd.oasis.opendocument.text-template"}
)
_MANIFEST = "META-INF/manifest.xml"
_LONGEST = 100
"""Bytes of a media type."""


def read(file: IO[bytes], *, alive: Callable[[int], None] = lambda characters: None) -> Document:
    """Return the passages of an OpenDocument text: headers, the body, its notes, footers, comments.

    Raises Unreadable with `encrypted`, `dtd`, `swollen`, `not_as_named` (name), `damaged` (name),
    `too_nested` and `empty` when no words belong to the text.
    """
    document = _Text(_opened(file))
    body = list(told(document.body(), alive))
    if all(passage.dropped for passage in body):
        raise Unreadable("empty")
    headers = told(document.around_pages(("header", "header-left", "header-first"), Dropped.HEADER), alive)
    footers = told(document.around_pages(("footer", "footer-left", "footer-first"), Dropped.FOOTER), alive)
    passages = [*headers, *body, *footers, *told(document.whole.comments, alive)]
    return Document(passages, document.whole.met.details(), document.whole.met.warnings())


class _Text:
    """The parts of a file that hold words."""

    def __init__(self, parts: Parts) -> None:
        self.whole = Whole()
        self._parts = parts
        self._styles = parts.root("styles.xml") if "styles.xml" in parts.names else None

    def body(self) -> Iterator[Passage]:
        """Yield the text and its notes."""
        styles = Styles(self._of("styles"))
        yield from Story(self.whole, styles).blocks(self._blocks(styles))
        yield from self.whole.notes.passages()

    def around_pages(self, tags: tuple[str, ...], dropped: Dropped) -> Iterator[Passage]:
        """Yield what stands above or below the pages."""
        styles = Styles(self._of("styles"))
        for style in self._of("automatic-styles"):
            styles.keep(style, is_automatic=True)
        story = Story(self.whole, styles, is_around_pages=True)
        found = (one for page in self._of("master-styles") for one in page if one.tag in tags)
        return around_pages(story.blocks(one for one in found if one.get("display") != "false"), dropped)

    def _blocks(self, styles: Styles) -> Iterator[Element]:
        """Yield the blocks of the body; the styles that it made for itself come before."""
        automatic, text = ("document-content", "automatic-styles"), ("document-content", "body", "text")
        for element in self._parts.inside("content.xml", automatic, text):
            if element.tag in _STYLES:
                styles.keep(element, is_automatic=True)
            else:
                yield element

    def _of(self, tag: str) -> list[Element]:
        found = None if self._styles is None else self._styles.find(tag)
        return [] if found is None else list(found)


_STYLES = frozenset({"style", "list-style"})


def _opened(file: IO[bytes]) -> Parts:
    try:
        parts = opened(file, name=NAME, needs="content.xml")
    except Unreadable as wrong:
        # What is encrypted is no XML, and may stand under another name.
        if wrong.code in {"damaged", "not_as_named"} and _is_encrypted(file):
            raise Unreadable("encrypted") from wrong
        raise
    if parts.beginning("mimetype", _LONGEST).strip() not in MEDIA_TYPES:
        raise Unreadable("not_as_named", name=NAME)
    return parts


def _is_encrypted(file: IO[bytes]) -> bool:
    """Whether the list of parts says that some are encrypted."""
    try:
        parts = Parts(zipfile.ZipFile(file), NAME)
        return (
            _MANIFEST in parts.names and next(parts.root(_MANIFEST).iter("encryption-data"), None) is not None
        )
    except (Unreadable, zipfile.BadZipFile, ValueError, OSError):
        return False  # then it is damaged

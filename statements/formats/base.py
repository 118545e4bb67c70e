"""What every format has in common: rows go in and bytes come out, or bytes go in and records come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Row = Mapping[str, Any]  # one JSON object, its keys in the order of the columns


class Kind(StrEnum):
    """What stands in a column of an export, as values of JSON."""

    TEXT = "text"
    INTEGER = "integer"
    YES_NO = "yes or no"
    DAY = "day"  # ISO 8601: 2026-03-02
    MOMENT = "moment"  # ISO 8601 in UTC: 2026-03-02T12:00:00Z, or with microseconds
    TEXTS = "list of texts"
    SHARES = "shares"  # numbers from 0 to 1 by the slugs of labels
    OBJECT = "object"  # whatever a person said: plain values, and lists of them, by names
    RECORD = "record"  # of `columns`
    RECORDS = "list of records"  # of `columns` each


@dataclass(frozen=True)
class Column:
    """A column of an export. Only one that `may_be_null` holds null; an empty text is a text."""

    name: str
    kind: Kind = Kind.TEXT
    may_be_null: bool = False
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Table:
    """What rows are, for whoever writes them down.

    name: of the layer, such as "sentences".
    as_of: the moment of the state that the rows show, as a value of Kind.MOMENT.
    readme: Markdown, in English: what is to be known to read the file, for formats that can carry it.
    slugs: of all labels that can occur, in their order.
    """

    name: str
    columns: tuple[Column, ...]
    as_of: str
    readme: str = ""
    slugs: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Format:
    """A way to write rows down.

    `write(rows, table)` yields chunks of bytes. One that `streams` holds few rows at a time and yields as
    they come, and `go_on(rows, table)` yields what follows on rows that were written before, without what
    stands once on top of a file. Others make the whole file first, and may raise Refused before the first
    chunk. `layers` are those that it can say, all when empty.
    """

    name: str
    extension: str
    media_type: str
    write: Callable[[Iterable[Row], Table], Iterator[bytes]]
    go_on: Callable[[Iterable[Row], Table], Iterator[bytes]] | None = None
    streams: bool = True
    layers: tuple[str, ...] = ()


class Record(NamedTuple):
    """One statement as it stands in a table file: its cells by the names of their columns.

    `line` is the physical line, counted from 1, on which it begins. A cell that is empty may be missing.
    """

    line: int
    values: Mapping[str, Any]  # Any: texts of CSV and TSV, any JSON value of JSON Lines


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one row; `code` and `values` as those of a refusal.

    `column` is the name of the column, the position in the line where JSON breaks off, or empty when the
    whole row is meant.
    """

    line: int
    column: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)  # Any: whatever the sentence shows


class What(StrEnum):
    """What a passage is in its document."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ENTRY = "entry"  # of a list
    ROW = "row"  # of a table
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"


class Dropped(StrEnum):
    """Why a passage does not belong to the text, unless somebody takes it in."""

    HEADER = "header"  # on top of the pages
    FOOTER = "footer"  # below them
    PAGE_NUMBER = "page_number"
    NAVIGATION = "navigation"
    CONSENT = "consent"  # to cookies and the like
    RELATED = "related"  # links to other texts
    ASIDE = "aside"  # anything else beside the main text
    COMMENT = "comment"
    HIDDEN = "hidden"
    BY_HAND = "by_hand"


class Caution(StrEnum):
    """What is to be known about a document before its text is trusted."""

    TRACKED_CHANGES = "tracked_changes"
    HIDDEN_TEXT = "hidden_text"
    PICTURES = "pictures"
    EMBEDDED_PARTS = "embedded_parts"
    COLUMNS = "columns"
    PAGES_WITHOUT_TEXT = "pages_without_text"


class Passage(NamedTuple):
    """A paragraph of a document, and where it stood.

    text: without blank lines; a line break in it is one that its author made.
    place: the element or the style in which it stood, as the document calls it, such as h2 or Heading 1.
    number, row: of the table, and its row, or of the note; from 1, 0 where there is none.
    page, until: the pages on which it begins and ends, from 1; 0 where a document has no pages of its own.
    dropped: one of Dropped where it does not belong to the text, else empty.
    """

    text: str
    what: str = What.PARAGRAPH
    place: str = ""
    number: int = 0
    row: int = 0
    page: int = 0
    until: int = 0
    dropped: str = ""


class Document(NamedTuple):
    """What was read of a file that holds one text: its passages in order, and what it says about itself.

    details: texts by fields of `columns.FIELDS`, other names for free metadata.
    warnings: which Caution, and the values of its sentence, about all of it.
    """

    passages: Sequence[Passage]
    details: Mapping[str, str] = {}
    warnings: Sequence[tuple[str, Mapping[str, Any]]] = ()  # Any: whatever the sentence shows


class Sheet(NamedTuple):
    """A table whose file can hold several: the names of its columns, its rows, and all tables by name."""

    columns: Sequence[str]
    rows: Iterator[Record | Wrong]
    name: str
    names: Sequence[str]


BETWEEN = "\n\n"
"""What parts passages in a text: no sentence runs over it."""


def text_of(passages: Iterable[Passage]) -> str:
    """Return the text of a document: the passages that were not dropped."""
    return BETWEEN.join(passage.text for passage in passages if not passage.dropped)


def plain(text: str) -> str:
    """Return words of a document as they are stored.

    Ligatures that fonts made are letters again. Soft hyphens, which show only where a line ends, and marks of
    byte order are gone. No-break spaces and typographic signs stay.
    """
    return text.translate(_PLAIN)


_PLAIN = {
    0x0D: "\n", 0xAD: "", 0xFEFF: "",
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip

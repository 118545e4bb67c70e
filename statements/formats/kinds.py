"""Which kind of file somebody chose: by the end of its name, checked against its first bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from statements.errors import Unreadable


class Kind(StrEnum):
    TXT = "txt"
    MD = "md"
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    DOCX = "docx"
    ODT = "odt"
    PDF = "pdf"
    HTML = "html"
    MHTML = "mhtml"
    ZIP = "zip"


class Shape(StrEnum):
    """What a file holds: a text, a text with all that stands around it, texts in rows, or files."""

    TEXT = "text"
    DOCUMENT = "document"
    TABLE = "table"
    SHEETS = "sheets"  # tables, of which one is read
    ARCHIVE = "archive"


class Reading(NamedTuple):
    """One kind of file that is read: how people call it, how its names end, how its bytes begin.

    `is_apart` says that it is read by a process of its own: it is no text, and its library reads what nobody
    has looked at. Then `statements/formats/<kind>.py` is the module that reads it.
    """

    name: str
    shape: Shape
    extensions: tuple[str, ...]
    begins: tuple[bytes, ...] = ()  # nothing for texts, which may begin with anything
    is_apart: bool = False


ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # the second one begins an archive with nothing in it
READINGS: Mapping[Kind, Reading] = {
    Kind.TXT: Reading("plain text", Shape.TEXT, (".txt", ".text")),
    Kind.MD: Reading("Markdown", Shape.TEXT, (".md", ".markdown")),
    Kind.DOCX: Reading("Word", Shape.DOCUMENT, (".docx",), ZIP_MAGIC, is_apart=True),
    Kind.ODT: Reading("OpenDocument", Shape.DOCUMENT, (".odt",), ZIP_MAGIC, is_apart=True),
    Kind.PDF: Reading("PDF", Shape.DOCUMENT, (".pdf",), (b"%PDF-",), is_apart=True),
    Kind.HTML: Reading("HTML", Shape.DOCUMENT, (".html", ".htm", ".xhtml"), is_apart=True),
    Kind.MHTML: Reading("MHTML", Shape.DOCUMENT, (".mhtml", ".mht"), is_apart=True),
    Kind.CSV: Reading("CSV", Shape.TABLE, (".csv",)),
    Kind.TSV: Reading("TSV", Shape.TABLE, (".tsv", ".tab")),
    Kind.JSONL: Reading("JSON Lines", Shape.TABLE, (".jsonl", ".ndjson")),
    Kind.XLSX: Reading("Excel", Shape.SHEETS, (".xlsx",), ZIP_MAGIC, is_apart=True),
    Kind.ZIP: Reading("ZIP", Shape.ARCHIVE, (".zip",), ZIP_MAGIC),
}
"""The one table of what is read."""

APART = frozenset(kind for kind, reading in READINGS.items() if reading.is_apart)
EXTENSIONS = {extension: kind for kind, reading in READINGS.items() for extension in reading.extensions}
KNOWN = ", ".join(EXTENSIONS)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins what Office wrote before 2007, and what it encrypts today."""

MAGIC = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"%PDF-", "PDF"),
    (OLD_OFFICE, "Office"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"),
)
# What Word, Excel and LibreOffice put first into the archives in which they save.
OFFICE = re.compile(rb"\[Content_Types\]\.xml|_rels/\.rels|mimetypeapplication/vnd\.oasis\.")
PROGRAM = re.compile(rb"MZ.{0,62}\x00", re.DOTALL)  # "MZ" alone can begin a text
OLD = frozenset({".doc", ".dot", ".xls", ".ppt", ".rtf"})
_EXTENSION = re.compile(r"\.[^.]*\Z")
_SHOWN = 20


def kind_of(name: str, head: bytes) -> Kind:
    """Return the kind of the file called `name`, of which `head` is the beginning (some 200 bytes do).

    Raises Unreadable with `kind` (extension, empty when there is none, and the known ones), `old_kind`
    (extension), `not_a_zip`, `old_office`, `not_as_named` (name) when a document does not begin as such ones
    do, or `disguised` (what) when the name promises text and the bytes are something else.
    """
    extension = _extension(name)
    if extension in OLD:
        raise Unreadable("old_kind", extension=extension)
    if extension not in EXTENSIONS:
        raise Unreadable("kind", extension=extension[:_SHOWN], known=KNOWN)
    kind = EXTENSIONS[extension]
    check_head(kind, head)
    return kind


def check_head(kind: Kind, head: bytes) -> None:
    """Raise Unreadable, as `kind_of` does, when a file that is to be of this kind does not begin like one."""
    reading = READINGS[kind]
    if not reading.begins:
        if what := _other_than_text(head):
            raise Unreadable("disguised", what=what)
    elif not head.startswith(reading.begins):
        if kind is Kind.ZIP:
            raise Unreadable("not_a_zip")
        if head.startswith(OLD_OFFICE):
            raise Unreadable("old_office")
        raise Unreadable("not_as_named", name=reading.name)


def shape_of(kind: str) -> Shape:
    """Return what a file of this kind holds, as a source names it."""
    return READINGS[Kind(kind)].shape


def _extension(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    found = _EXTENSION.search(last)
    return found[0].lower() if found else ""


def _other_than_text(head: bytes) -> str:
    """Name what these bytes begin, or return nothing when they may be a text."""
    if PROGRAM.match(head):
        return "EXE"
    found = next((what for magic, what in MAGIC if head.startswith(magic)), "")
    return "Office" if found == "ZIP" and OFFICE.search(head) else found

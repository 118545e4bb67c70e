"""Which kind of file somebody chose: by the end of its name, checked against its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum

from statements.errors import Unreadable


class Kind(StrEnum):
    TXT = "txt"
    MD = "md"
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    ZIP = "zip"


EXTENSIONS = {
    ".txt": Kind.TXT,
    ".text": Kind.TXT,
    ".md": Kind.MD,
    ".markdown": Kind.MD,
    ".csv": Kind.CSV,
    ".tsv": Kind.TSV,
    ".tab": Kind.TSV,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".zip": Kind.ZIP,
}
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # the second one begins an archive with nothing in it
MAGIC = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
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
_EXTENSION = re.compile(r"\.[^.]*\Z")
_SHOWN = 20


def kind_of(name: str, head: bytes) -> Kind:
    """Return the kind of the file called `name`, of which `head` is the beginning (some 200 bytes do).

    Raises Unreadable with `kind` (extension, empty when there is none), `not_a_zip`, or `disguised` (what)
    when the name promises text and the bytes are something else.
    """
    extension = _extension(name)
    if extension not in EXTENSIONS:
        raise Unreadable("kind", extension=extension[:_SHOWN])
    kind = EXTENSIONS[extension]
    if kind is Kind.ZIP:
        if not head.startswith(ZIP_MAGIC):
            raise Unreadable("not_a_zip")
    elif what := _other_than_text(head):
        raise Unreadable("disguised", what=what)
    return kind


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

"""What the files of office programs have in common: they are zip archives of XML, opened without trust."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from statements.errors import Unreadable
from statements.formats import zip as archives

MOST_PARTS = 5_000
MOST_BYTES = 200_000_000  # of all parts, most of them pictures
DAMAGES = (
    ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError,
    NotImplementedError,  # as the archive says of ways of packing that it does not know
)  # fmt: skip
"""What bytes that were changed at random bring up."""

MOST_XML = 60_000_000  # of one part of XML


def opened(file: IO[bytes], *, name: str, needs: str) -> zipfile.ZipFile:
    """Return the archive that an office file is, once nothing in it is other than office programs write it.

    name: what the format is called; needs: the part without which it is not that format.
    Raises Unreadable: `swollen` when it would unpack to far more than it is, `encrypted`, `dtd` when its XML
    declares entities, `not_as_named` (name) without the part, `damaged` (name) for everything else.
    """
    try:
        names = {one.name for one in archives.parts(file, most_members=MOST_PARTS, most_bytes=MOST_BYTES)}
    except Unreadable as wrong:
        raise _said_of_office(wrong, name) from wrong
    if needs not in names:
        raise Unreadable("encrypted" if "EncryptionInfo" in names else "not_as_named", name=name)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGES as wrong:
        raise Unreadable("damaged", name=name) from wrong
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_xml(archive, part, name)
    return archive


def _said_of_office(wrong: Unreadable, name: str) -> Unreadable:
    match wrong.code:
        case "zip_bomb" | "zip_bytes" | "zip_members":
            return Unreadable("swollen")
        case "zip_encrypted":
            return Unreadable("encrypted")
    return Unreadable("damaged", name=name)


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """See that a part declares nothing: office programs write no DTD, and one can grow without end."""
    if part.file_size > MOST_XML:
        raise Unreadable("swollen")
    try:
        with archive.open(part) as file:
            # Declarations stand before the first element.
            next(iter(iterparse(file, events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException as wrong:
        raise Unreadable("dtd") from wrong
    except DAMAGES as wrong:
        raise Unreadable("damaged", name=name) from wrong

"""MHTML, as browsers save a page with all that it shows: its main part is read as HTML, no other is."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from typing import IO

from statements.errors import Unreadable
from statements.formats import html
from statements.formats.base import Document
from statements.formats.html.source import MOST_BYTES

NAME = "MHTML"
MOST_PARTS = 2_000
MOST_NESTED = 5
LONGEST_HEAD = 50_000  # bytes

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_END_OF_HEAD = re.compile(rb"\A\r?\n|\r?\n\r?\n")
_UNREAD = b"\xef\xbb\xbf \t\r\n"  # before the first line


def read(file: IO[bytes], *, alive: Callable[[int], None] = lambda characters: None) -> Document:
    """Return the page in a file, as `html.read` does, and raise Unreadable as that does.

    Also raises `not_as_named` (name) where there is no page in it, `damaged` (name) where its encoding is
    broken, and `too_nested`.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", most=MOST_BYTES)
    whole, _body = _parted(content.lstrip(_UNREAD))
    head, body = _page_of(content.lstrip(_UNREAD))
    addresses = (whole.get("Snapshot-Content-Location"), head.get("Content-Location"))
    return html.page(
        _decoded(body, head),
        encoding=head.get_content_charset() or "",
        addresses=["".join(str(address).split()) for address in addresses if address],
        alive=alive,
    )


def _parted(content: bytes) -> tuple[Message, bytes]:
    """Return the head of a message or of a part, and what stands below it."""
    found = _END_OF_HEAD.search(content, 0, LONGEST_HEAD)
    end = found.end() if found else 0
    return BytesHeaderParser().parsebytes(content[:end]), content[end:]


def _page_of(content: bytes) -> tuple[Message, bytes]:
    """Return the head and the body of the part that is the page: the first one, or that which is named."""
    for _level in range(MOST_NESTED):
        head, body = _parted(content)
        if head.get_content_type() in _PAGES:
            return head, body
        boundary = head.get_boundary()
        if head.get_content_maintype() != "multipart" or not boundary:
            raise Unreadable("not_as_named", name=NAME)
        content = _main_part(body, boundary.encode("ascii", "replace"), str(head.get_param("start") or ""))
    raise Unreadable("too_nested")


def _main_part(body: bytes, boundary: bytes, start: str) -> bytes:
    pages = []
    for part in _parts(b"\n" + body, b"\n--" + boundary):
        head, _body = _parted(part)
        if start and str(head.get("Content-ID")).strip() == start:
            return part
        if head.get_content_type() in _PAGES or head.get_content_maintype() == "multipart":
            pages.append(part)
            if not start:
                break
    if not pages:
        raise Unreadable("not_as_named", name=NAME)
    return pages[0]


def _parts(body: bytes, boundary: bytes) -> Iterator[bytes]:
    begin = body.find(boundary)
    for _count in range(MOST_PARTS):
        line = body.find(b"\n", begin + len(boundary)) if begin >= 0 else -1
        if line < 0 or body.startswith(b"--", begin + len(boundary)):
            return
        begin = body.find(boundary, line)
        yield body[line + 1 : begin if begin >= 0 else len(body)]


def _decoded(body: bytes, head: Message) -> bytes:
    """Return the body of a part as it was before it was made fit for mail."""
    match str(head.get("Content-Transfer-Encoding") or "").strip().lower():
        case "quoted-printable":
            return quopri.decodestring(body)
        case "base64":
            try:
                return binascii.a2b_base64(body)
            except binascii.Error as wrong:
                raise Unreadable("damaged", name=NAME) from wrong
    return body

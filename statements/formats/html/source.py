"""Bytes of a web page → its tree of elements, as browsers read them and without trust."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import dropwhile

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from statements.errors import Unreadable
from statements.text.decode import MARKS

MOST_BYTES = 20_000_000  # of a file
MOST_LEFT = 4_000_000  # of them, once pictures and fonts inside of the page are gone
MOST_TAGS = 100_000

# Always matches, so that nothing is looked at twice, however many addresses begin in one another.
_DATA = re.compile(rb"data:[^\s\"'<>()]*+")
_LONGEST_DATA = 1_000
_DECLARED = re.compile(
    rb"<(?:meta\b|\?xml\b)[^<>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD = 100_000  # bytes in which a page says how it is written
# The parser takes the end of the first declaration for the end of all of them.
_DECLARATIONS = re.compile(
    r"([^<]*(?:<\?[^<>]*>\s*)?<!doctype[^<>\[]*)\[.*?\]\s*>", re.DOTALL | re.IGNORECASE
)
_SAVED_FROM = re.compile(
    r"<!--(?: saved from url=\(\d{4}\)|\s+Page saved with SingleFile\s+url: )(\S{1,500})\s"
)
_OF_HEAD = frozenset({"base", "link", "meta", "noscript", "script", "style", "template", "title"})
_CODECS = frozenset(
    {
        "utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859-1", "iso8859-2",
        "iso8859-7", "iso8859-9", "iso8859-15", "koi8-r", "mac-roman", "shift_jis", "euc_jp", "euc_kr", "gbk",
        "gb2312", "gb18030", "big5",
    }
)  # fmt: skip


def tree_of(content: bytes, declared: str = "") -> tuple[HtmlElement, str]:
    """Return the elements of a page, and the address from which the browser that saved it says it came.

    declared: the encoding that is told from outside, as mail does. A byte order mark goes before it, then
    comes what the page itself names, where the bytes are that, else strict UTF-8, else cp1252.
    Raises Unreadable: `too_large` (most), `too_many_elements` (most), `too_nested`, `encoding` (encoding),
    `character` (codepoint, line) for NUL, `empty`.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", most=MOST_BYTES)
    text = _decoded(content, declared)
    if text.count("<") > MOST_TAGS:
        raise Unreadable("too_many_elements", most=MOST_TAGS)
    found = _SAVED_FROM.search(text, 0, _HEAD)
    address = found[1] if found else ""
    return _parsed(_DECLARATIONS.sub(r"\1>", text, count=1) if _DECLARATIONS.match(text) else text), address


def _decoded(content: bytes, declared: str) -> str:
    mark, marked = next((one for one in MARKS if content.startswith(one[0])), (b"", ""))
    if marked in ("utf-16", "utf-32"):
        content = _decoded_as(marked, content).encode("utf-8", "replace")
        mark, marked = b"", "utf-8"
    content = _DATA.sub(_shortened, content.removeprefix(mark))
    if len(content) > MOST_LEFT:
        raise Unreadable("too_large", most=MOST_LEFT)
    for encoding in [marked] if marked else [*_named(content, declared), "utf-8"]:
        try:
            return _checked(content.decode(encoding), content)
        except UnicodeDecodeError:
            continue
    return _checked(_decoded_as("cp1252", content), content)


def _decoded_as(encoding: str, content: bytes) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise Unreadable("encoding", encoding=encoding) from wrong


def _shortened(found: re.Match[bytes]) -> bytes:
    return found[0] if len(found[0]) <= _LONGEST_DATA else b"data:,"


def _named(content: bytes, declared: str) -> Iterator[str]:
    """Yield the encodings that the page is said to be in, but for those that no page may be in (UTF-7)."""
    found = _DECLARED.search(_COMMENT.sub(b"", content[:_HEAD]))
    for name in (declared, found[1].decode("ascii", "replace") if found else ""):
        try:
            codec = codecs.lookup(name).name if name else ""
        except (LookupError, ValueError):
            continue
        if codec in _CODECS:
            yield "cp1252" if codec == "iso8859-1" else codec  # as browsers do


def _checked(text: str, content: bytes) -> str:
    """Return the text unless there is a NUL in it, as there is in UTF-16 without its mark."""
    if "\0" in text:
        line = content.count(b"\n", 0, content.find(b"\0")) + 1
        raise Unreadable("character", codepoint="U+0000", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parsed(text: str) -> HtmlElement:
    parser = HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, AssertionError) as wrong:  # there is no element at all
        raise Unreadable("empty") from wrong
    for one in parser.error_log.filter_from_fatals():
        if one.type_name == "ERR_RESOURCE_LIMIT":  # the rest was not read
            if "depth" in one.message:
                raise Unreadable("too_nested")
            raise Unreadable("too_large", most=MOST_LEFT)
    _open_body(root)
    return root


def _open_body(root: HtmlElement) -> None:
    """Move what is shown out of the head: without a body the parser leaves a main or an article there."""
    head = root.find("head")
    shown = dropwhile(lambda one: one.tag in _OF_HEAD, [] if head is None else list(head))
    for place, element in enumerate(shown):
        if root.find("body") is None:
            root.append(root.makeelement("body"))
        root.body.insert(place, element)

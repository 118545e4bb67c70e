"""Bytes → text, once: what comes out is stored and never changes."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from statements.errors import Unreadable

ENCODINGS = ("utf-8", "cp1252", "utf-16", "utf-32")

# UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LONGEST_MARK = 4  # bytes
REFUSED = re.compile(
    "[\x00\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(p * 0x10000 + n) for p in range(17) for n in (0xFFFE, 0xFFFF))
    + "]"
)
FIRST_REFUSED = "\ud800"  # but for NUL
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r(?!\Z))")
"""A line with its end; a carriage return at the end of what was read may be half of one."""
SPACE = re.compile(r"\s")
BLOCK = 100_000  # characters
LONGEST_LINE = 10_000_000  # characters


def guess_encoding(content: bytes) -> str:
    """Return the encoding `content` is read in: its byte order mark, else strict UTF-8, else cp1252.

    Statistical guesses garble short French texts in cp1252, so there is none.
    """
    if marked := _marked(content):
        return marked
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _marked(head: bytes) -> str:
    """Return the encoding that a byte order mark names; empty without one."""
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), "")


def guess_encoding_of(pieces: Iterable[bytes]) -> str:
    """As `guess_encoding`, of a file that is read piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    head = b""
    is_utf8 = True
    for piece in pieces:
        if len(head) < LONGEST_MARK:
            head += piece[:LONGEST_MARK]
            if marked := _marked(head):
                return marked
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            is_utf8 = False
            if len(head) >= LONGEST_MARK:
                break
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_utf8 = False
    return "utf-8" if is_utf8 else "cp1252"


def lines_of(pieces: Iterable[bytes], encoding: str, *, longest: int = LONGEST_LINE) -> Iterator[str]:
    """Yield the lines of a file that is read piece by piece, each with its end as it is in the file.

    A byte order mark is dropped. Only CRLF, LF and CR end a line. Raises Unreadable as `decode` does, and
    with the code `too_long_line` (most) for a line of more characters.
    """
    rest, number, is_first = "", 0, True
    for text in _decoded(pieces, encoding):
        if is_first and text:
            text, is_first = text.removeprefix("\ufeff"), False
        rest += text
        end = 0
        for found in LINE.finditer(rest):
            number += 1
            end = found.end()
            yield _checked(found[0], number)
        rest = rest[end:]
        if len(rest) > longest:
            raise Unreadable("too_long_line", most=longest)
    if rest:
        yield _checked(rest, number + 1)


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError) as wrong:
        raise Unreadable("encoding", encoding=encoding) from wrong


def _checked(line: str, number: int) -> str:
    if found := refused_in(line):
        raise Unreadable("character", codepoint=f"U+{ord(found[0]):04X}", line=number)
    return line


def decode(content: bytes, encoding: str = "") -> str:
    """Return the text in `content`, read as `encoding` or, when that is empty, as guessed.

    A byte order mark is dropped, CRLF and CR become LF, nothing else is touched.
    Raises Unreadable with the codes `empty`, `encoding`, or `character` (NUL, a lone surrogate or one of
    Unicode's 66 non-characters, which other programs choke on).
    """
    encoding = encoding or guess_encoding(content)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as wrong:
        raise Unreadable("encoding", encoding=encoding) from wrong
    return normalise(text)


def normalise(text: str) -> str:
    """Return `text` as it is stored, or raise Unreadable as `decode` does."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("empty")
    if found := refused_in(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable("character", codepoint=f"U+{ord(found[0]):04X}", line=line)
    return text


def refused_in(text: str) -> re.Match[str] | None:
    """Return the first character that no text may have. Most texts need no closer look, which costs more."""
    if "\0" not in text and (text.isascii() or max(text) < FIRST_REFUSED):
        return None
    return REFUSED.search(text)


def fold(text: str) -> str:
    """Return the SHA-256 under which the same text is found again: NFC, runs of white space as one space."""
    text = unicodedata.normalize("NFC", text)
    if len(text) <= BLOCK:
        return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
    digest, glue, at = hashlib.sha256(), "", 0
    while at < len(text):  # block by block: the words of a very long text would take ten times its size
        space = SPACE.search(text, at + BLOCK)
        end = space.start() if space else len(text)
        if words := " ".join(text[at:end].split()):
            digest.update(f"{glue}{words}".encode())
            glue = " "
        at = end
    return digest.hexdigest()

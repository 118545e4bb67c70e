"""Bytes → text, once: what comes out is stored and never changes."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata

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
REFUSED = re.compile(
    "[\x00\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(p * 0x10000 + n) for p in range(17) for n in (0xFFFE, 0xFFFF))
    + "]"
)
WHITE_SPACE = re.compile(r"\s+")


def guess_encoding(content: bytes) -> str:
    """Return the encoding `content` is read in: its byte order mark, else strict UTF-8, else cp1252.

    Statistical guesses garble short French texts in cp1252, so there is none.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


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
    if found := REFUSED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable("character", codepoint=f"U+{ord(found[0]):04X}", line=line)
    return text


def fold(text: str) -> str:
    """Return the SHA-256 under which the same text is found again: NFC, runs of white space as one space."""
    folded = WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return hashlib.sha256(folded.encode()).hexdigest()

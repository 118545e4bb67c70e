"""Zip archives of others: which files are in them, and the bytes of one, without trusting what they say."""

from __future__ import annotations

import io
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO, TYPE_CHECKING

from statements.errors import Unreadable
from statements.formats.archive import DEFLATED, STORED, Entry, directory, entries, span

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_PACKED = 200
"""Times that a large member may be longer than its packed bytes; text is 3 to 20 times as long."""

SMALL = 1_000_000
ENTRIES_A_FILE = 3
"""A file, the shadow that macOS makes of it, a folder of its own."""

_NESTED = re.compile(
    r"\.(?:zip|zipx|jar|gz|tgz|7z|rar|tar|bz2|tbz2?|xz|txz|zst|lz4|cab|iso)\Z", re.IGNORECASE
)
_NESTED_MAGIC = re.compile(
    rb"PK(?:\x03\x04|\x05\x06)|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\x00"
    rb"|\x28\xb5\x2f\xfd|.{257}ustar",
    re.DOTALL,
)
_OFFICE = re.compile(r"\.(?:docx|odt|xlsx)\Z", re.IGNORECASE)
"""What office programs write: archives that are documents, and are looked into when they are read."""

_HEAD = 262
_WRONG_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\\\u202a-\u202e\u2066-\u2069\ufffd]|\A/|\A[A-Za-z]:|(?:\A|/)\.\.(?:/|\Z)|\A\Z"
)
_SKIPPED = re.compile(r"/\Z|\A__MACOSX/|(?:\A|/)(?:\.DS_Store|Thumbs\.db)\Z")
_CHUNK = 64 * 1024
_SHOWN = 100


@dataclass(frozen=True)
class Member:
    """A file in an archive; `size` in bytes, as the archive says; `head` is its beginning."""

    name: str
    size: int
    head: bytes = field(default=b"", compare=False)


def members(file: IO[bytes], *, most_members: int, most_bytes: int) -> list[Member]:
    """Return the files in an archive, in its order, without folders and what systems put beside files.

    Only the first bytes of each are unpacked. Raises Unreadable when anything in it is not as it should be:
    `not_a_zip`, `empty`, `zip_members` (most), `zip_bytes` (most), and of one member (name) `zip_name`,
    `zip_twice`, `zip_encrypted`, `zip_method`, `zip_bomb`, `zip_nested`, `zip_damaged`.
    """
    files = _checked(file, most_members=most_members, most_bytes=most_bytes)
    return [Member(entry.name, entry.size, _head(file, entry)) for entry in files]


def parts(file: IO[bytes], *, most_members: int, most_bytes: int) -> list[Member]:
    """Return the parts of an archive that is one document, as `members` does; archives may lie in it.

    Raises Unreadable as `members` does, but never `zip_nested`.
    """
    files = _checked(file, most_members=most_members, most_bytes=most_bytes)
    return [Member(entry.name, entry.size) for entry in files]


def _checked(file: IO[bytes], *, most_members: int, most_bytes: int) -> list[Entry]:
    """Return the files in an archive once its directory is as it should be; nothing is unpacked."""
    at = directory(file)
    if at.count > most_members * ENTRIES_A_FILE:
        raise Unreadable("zip_members", most=most_members)
    everything = list(entries(file, at))
    _check_names(everything)
    files = [entry for entry in everything if not _SKIPPED.search(entry.name)]
    if not files:
        raise Unreadable("empty")
    if len(files) > most_members:
        raise Unreadable("zip_members", most=most_members)
    if sum(entry.size for entry in files) > most_bytes:
        raise Unreadable("zip_bytes", most=most_bytes)
    for entry in files:
        _check_packing(entry)
    _check_places(file, everything, at.start)
    return files


@contextmanager
def opened(file: IO[bytes], name: str, *, most_bytes: int) -> Iterator[IO[bytes]]:
    """Give the bytes of the member called `name`, of an archive that `members` has passed, one by one.

    Raises Unreadable with `zip_bytes` (most) when it says to be larger; while reading with `zip_bomb` (name)
    when more comes out than it says, and with `zip_damaged` (name) when less or something else does.
    Raises KeyError when there is no such member.
    """
    entry = next((one for one in entries(file, directory(file)) if one.name == name), None)
    if entry is None:
        raise KeyError(name)
    _check_packing(entry)
    if entry.size > most_bytes:
        raise Unreadable("zip_bytes", most=most_bytes)
    with io.BufferedReader(_Unpacked(file, entry), _CHUNK) as unpacked:
        yield unpacked


def _check_names(everything: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in everything:
        kind = stat.S_IFMT(entry.mode)
        is_special = kind not in (0, stat.S_IFREG, stat.S_IFDIR)
        is_disguised_folder = kind == stat.S_IFDIR and not entry.name.endswith("/")
        if _WRONG_NAME.search(entry.name) or is_special or is_disguised_folder:
            raise Unreadable("zip_name", name=_shown(entry.name))
        if entry.name in seen:
            raise Unreadable("zip_twice", name=_shown(entry.name))
        seen.add(entry.name)


def _check_packing(entry: Entry) -> None:
    name = _shown(entry.name)
    if entry.is_encrypted:
        raise Unreadable("zip_encrypted", name=name)
    if entry.method not in (STORED, DEFLATED):
        raise Unreadable("zip_method", name=name)
    if entry.size > SMALL and entry.size > MOST_PACKED * entry.packed:
        raise Unreadable("zip_bomb", name=name)


def _check_places(file: IO[bytes], everything: list[Entry], end: int) -> None:
    """See that no two members share bytes: Fifield (2019), A better zip bomb."""
    places = sorted((entry.start, span(file, entry)[1], entry.name) for entry in everything)
    for (_start, member_end, name), (next_start, _end, _name) in pairwise([*places, (end, end, "")]):
        if member_end > next_start:
            raise Unreadable("zip_bomb", name=_shown(name))


def _head(file: IO[bytes], entry: Entry) -> bytes:
    """Return how a member begins. Raises Unreadable("zip_nested") when it is an archive, by name or bytes."""
    unpacked = _Unpacked(file, entry)
    head = b""
    while len(head) < _HEAD and (more := unpacked.read(_HEAD - len(head))):
        head += more
    is_archive = _NESTED_MAGIC.match(head) and not _OFFICE.search(entry.name)
    if is_archive or _NESTED.search(entry.name):
        raise Unreadable("zip_nested", name=_shown(entry.name))
    return head


def _shown(name: str) -> str:
    """Return a name as it can be shown: nothing in it turns or hides the words around it."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:_SHOWN])


class _Unpacked(io.RawIOBase):
    """The bytes of one member. Each read finds its own place, so several can be read in turn."""

    def __init__(self, file: IO[bytes], entry: Entry) -> None:
        super().__init__()
        self._file, self._entry = file, entry
        self._position, self._end = span(file, entry)
        self._left = entry.size
        self._crc = 0
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == DEFLATED else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if not len(view):
            return 0
        # One byte more than is left is asked for, to see that it is not there.
        chunk = self._more(min(len(view), self._left + 1))
        if len(chunk) > self._left:
            raise Unreadable("zip_bomb", name=_shown(self._entry.name))
        self._left -= len(chunk)
        self._crc = zlib.crc32(chunk, self._crc)
        if not chunk and (self._left or self._crc != self._entry.crc):
            raise self._damaged()
        view[: len(chunk)] = chunk
        return len(chunk)

    def _more(self, most: int) -> bytes:
        if self._inflate is None:
            return self._packed(most)
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed(_CHUNK)
            try:
                chunk = self._inflate.decompress(packed, most)
            except zlib.error as wrong:
                raise self._damaged() from wrong
            if chunk or not packed:
                return chunk
        return b""

    def _packed(self, most: int) -> bytes:
        self._file.seek(self._position)
        chunk = self._file.read(min(most, self._end - self._position))
        self._position += len(chunk)
        return chunk

    def _damaged(self) -> Unreadable:
        return Unreadable("zip_damaged", name=_shown(self._entry.name))

"""Entries of a zip archive, read from its directory without unpacking anything.

Ours is the only reading: two programs that read a directory differently can be shown different files. So
what is not plain is refused (zip64, several disks, bytes before the archive). The layout is that of PKWARE's
APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from statements.errors import Unreadable

STORED, DEFLATED = 0, 8
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_UTF8 = 0x800
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # by password, strongly, and the directory itself
_AES = 99


@dataclass(frozen=True)
class Directory:
    """Where the directory of an archive stands, and how many entries it says to have."""

    start: int
    end: int
    count: int


@dataclass(frozen=True)
class Entry:
    """One entry of the directory, as it says of itself."""

    name: str
    raw_name: bytes
    is_encrypted: bool
    method: int
    crc: int
    packed: int
    size: int
    mode: int  # that of Unix, 0 where the archive was made elsewhere
    start: int


def directory(file: IO[bytes]) -> Directory:
    """Return the directory of an archive, or raise Unreadable("not_a_zip")."""
    length = file.seek(0, 2)
    start = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read(length - start)
    place = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    if place < 0:
        raise Unreadable("not_a_zip")
    _magic, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, place)
    is_whole = not disk and not first_disk and here == count
    if not is_whole or offset + size != start + place or place + _END.size + comment > len(tail):
        raise Unreadable("not_a_zip")
    return Directory(offset, offset + size, count)


def entries(file: IO[bytes], at: Directory) -> Iterator[Entry]:
    """Yield the entries of the directory one after the other, as many as it says; else raise Unreadable."""
    position = at.start
    for _number in range(at.count):
        file.seek(position)
        fixed = file.read(_ENTRY.size)
        if position + _ENTRY.size > at.end or len(fixed) < _ENTRY.size or fixed[:4] != b"PK\x01\x02":
            raise Unreadable("not_a_zip")
        entry, length = _entry(fixed, file)
        position += length
        yield entry
    if position != at.end:
        raise Unreadable("not_a_zip")


def span(file: IO[bytes], entry: Entry) -> tuple[int, int]:
    """Return where the packed bytes of an entry begin and end, or raise Unreadable("not_a_zip").

    Its own header, before those bytes, has to bear the same name.
    """
    file.seek(entry.start)
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or fixed[:4] != b"PK\x03\x04":
        raise Unreadable("not_a_zip")
    *_others, name_length, extra_length = _LOCAL.unpack(fixed)
    if file.read(name_length) != entry.raw_name:
        raise Unreadable("not_a_zip")
    start = entry.start + _LOCAL.size + name_length + extra_length
    return start, start + entry.packed


def _entry(fixed: bytes, file: IO[bytes]) -> tuple[Entry, int]:
    """Return the entry that begins with these bytes, and how long it is."""
    (
        _magic, _version, _system, _needed, _needed_system, flags, method, _time, _date, crc, packed, size,
        name_length, extra_length, comment_length, _disk, _internal, external, start,
    ) = _ENTRY.unpack(fixed)  # fmt: skip
    raw = file.read(name_length)
    entry = Entry(
        name=raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace"),
        raw_name=raw,
        is_encrypted=bool(flags & _ENCRYPTED) or method == _AES,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        mode=external >> 16,
        start=start,
    )
    return entry, _ENTRY.size + name_length + extra_length + comment_length

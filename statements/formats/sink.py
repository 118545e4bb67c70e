"""Bytes on their way out: a file for libraries that write into one, of which nothing is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE = 256 * 1024
"""Bytes that are gathered before they are sent on."""


class Sink(io.RawIOBase):
    """A file that can be written to, and not sought in; `taken` gives away what was written since."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, chunk: ReadableBuffer) -> int:
        self._written += chunk
        size = memoryview(chunk).nbytes
        self._length += size
        return size

    def tell(self) -> int:
        return self._length

    def taken(self, at_least: int = 1) -> Iterator[bytes]:
        """Yield what was written since the last time, once it is so many bytes."""
        if len(self._written) >= at_least:
            written = bytes(self._written)
            self._written.clear()
            yield written


def gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines joined until they are a piece: a server that sends each by itself does little else."""
    some: list[bytes] = []
    size = 0
    for line in lines:
        some.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(some)
            some.clear()
            size = 0
    if some:
        yield b"".join(some)


def zipped(members: Iterable[tuple[str, Iterable[bytes]]], as_of: str) -> Iterator[bytes]:
    """Yield a zip archive of members by their names, each made while it is sent.

    All bear the moment `as_of` (a value of Kind.MOMENT), so that the same content has the same bytes. How
    long a member gets is not known when it begins: so each may get longer than 2 GB (zip64), and its length
    stands behind it. What reads an archive by its directory, as nearly everything does, sees no difference.
    """
    sink = Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, chunks in members:
            with archive.open(still(name, as_of), "w", force_zip64=True) as member:
                for chunk in chunks:
                    member.write(chunk)
                    yield from sink.taken(PIECE)
    yield from sink.taken()


def still(name: str, as_of: str) -> ZipInfo:
    """Return the entry of a packed file that everybody may read, and that is as old as `as_of`."""
    day, clock = as_of[:10].split("-"), as_of[11:19].split(":")
    year, month, date, hour, minute, second = map(int, (*day, *clock))
    entry = ZipInfo(name, (year, month, date, hour, minute, second))
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever this runs on
    entry.external_attr = 0o100644 << 16
    return entry

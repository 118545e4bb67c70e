"""Bodies and files on their way in: kept in files without a name, of which nothing is left."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

PIECE_BYTES = 65_536
IN_MEMORY_BYTES = 1_000_000  # of the files of one request together; an ordinary text never meets the disk
# The server's `read` waits until it has all that was asked for. So little is asked for at once that who
# trickles is noticed; reading 100 MB so takes a second.
LITTLE_BYTES = 256


class TooSlow(Exception):
    """A body that comes so slowly that it is not waited for."""


class CutShort(Exception):
    """A body that ended before its length."""


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...


def free_bytes() -> int:
    """Return what the disk has left."""
    return shutil.disk_usage(settings.DATA_DIR).free


def spool(stream: Stream, length: int, *, clock: Callable[[], float]) -> BinaryIO:
    """Return a body as a file that stands at its beginning; whoever asks closes it.

    `clock` counts seconds. Raises TooSlow, CutShort, and OSError when the disk is full.
    """
    file = _unnamed_file()
    try:
        for piece in _pieces(stream, length, clock):
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class Files(FileUploadHandler):
    """Keep all files of a request one behind the other in a single file without a name.

    A thousand files take one descriptor, and no more memory than one does.
    """

    shelf: _Shelf | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django declares them
        super().new_file(*args, **kwargs)
        self.shelf = self.shelf or _Shelf()
        self.start = self.shelf.end

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.shelf is not None  # noqa: S101  (Django announces each file)
        self.shelf.append(raw_data)

    def file_complete(self, file_size: int) -> KeptFile:
        assert self.shelf is not None  # noqa: S101
        content = io.BufferedReader(_Part(self.shelf, self.start, file_size))
        return KeptFile(
            content, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )

    def upload_complete(self) -> None:
        if self.shelf:
            self.shelf.close_if_unread()


class KeptFile(UploadedFile[bytes]):
    """A file of a request. It can be read until the request ends."""

    def open(self, *args: Any, **kwargs: Any) -> KeptFile:  # Any: as Django declares them
        """Begin anew. Django's own would open a file of that name once this one is closed."""
        self.seek(0)
        return self


class _Shelf:
    """The bytes of many files; closed with the last of its parts."""

    def __init__(self) -> None:
        self.file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=_folder())  # noqa: SIM115  (closed by `close_if_unread`)
        self.end = 0
        self.parts = 0

    def append(self, some: bytes) -> None:
        self.file.seek(self.end)
        self.end += self.file.write(some)

    def read(self, start: int, size: int) -> bytes:
        self.file.seek(start)
        return self.file.read(size)

    def close_if_unread(self) -> None:
        if not self.parts:
            self.file.close()


class _Part(io.RawIOBase):
    """One file among those on a shelf."""

    def __init__(self, shelf: _Shelf, start: int, size: int) -> None:
        super().__init__()
        self.shelf, self.start, self.size, self.place = shelf, start, size, 0
        shelf.parts += 1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # Any: a buffer of bytes, which has no type before Python 3.12
        some = self.shelf.read(self.start + self.place, min(len(into), max(0, self.size - self.place)))
        into[: len(some)] = some
        self.place += len(some)
        return len(some)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        if place < 0:
            raise ValueError("There is nothing before the beginning.")
        self.place = place
        return place

    def tell(self) -> int:
        return self.place

    def close(self) -> None:
        if not self.closed:
            self.shelf.parts -= 1
            self.shelf.close_if_unread()
        super().close()


def _unnamed_file() -> io.FileIO:
    # Without a buffer, which could not be written any more when it is closed on a full disk.
    return tempfile.TemporaryFile(dir=_folder(), buffering=0)


def _folder() -> str:
    settings.ARRIVING_DIR.mkdir(mode=0o700, exist_ok=True)
    return str(settings.ARRIVING_DIR)


def _pieces(stream: Stream, length: int, clock: Callable[[], float]) -> Iterator[bytes]:
    grace, pace = settings.SENDING_GRACE_SECONDS, settings.SLOWEST_BYTES_A_SECOND
    began, arrived = clock(), 0
    piece = bytearray()
    while arrived < length:
        little = stream.read(min(LITTLE_BYTES, length - arrived))
        if not little:
            raise CutShort
        arrived += len(little)
        seconds = clock() - began
        if seconds > grace and arrived < pace * seconds:
            raise TooSlow
        piece += little
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)

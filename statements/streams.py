"""Answers that are streamed: how many at a time, and what is sent when one breaks off."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore

from django.conf import settings

BROKEN_OFF = b"\n*** This export broke off here and is not complete. Ask for it again. ***\n"
GZIP = 31  # for zlib: a window of 32 kB, in the wrapping of RFC 1952, without a time in it

log = logging.getLogger(__name__)
places = BoundedSemaphore(settings.STREAMS)


class Stream:
    """What an export sends, in one of the places for exports; `close` ends it and gives the place back.

    A class, because a generator that nobody began to read would never get to give it back.
    """

    def __init__(self, chunks: Iterable[bytes], *, end: Callable[[], None], is_gzipped: bool = False) -> None:
        self.chunks, self.end, self.is_gzipped = chunks, end, is_gzipped
        self.is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return _gzipped(self._chunks()) if self.is_gzipped else self._chunks()

    def _chunks(self) -> Iterator[bytes]:
        try:
            yield from self.chunks
        except Exception:
            # The server ends a broken answer like a whole one, so the last line has to say that it is not.
            log.exception("An export broke off.")
            yield BROKEN_OFF

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            try:
                self.end()
            finally:
                places.release()


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    pressed = zlib.compressobj(wbits=GZIP)
    for chunk in chunks:
        yield pressed.compress(chunk)
    yield pressed.flush()

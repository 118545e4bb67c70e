"""What an export sends when something goes wrong in the middle."""

from __future__ import annotations

import gzip
from collections.abc import Generator
from threading import BoundedSemaphore

import pytest

from statements import streams


def chunks(*, closed: list[bool] | None = None, breaks: bool = False) -> Generator[bytes, None, None]:
    try:
        yield b"first\n"
        if breaks:
            raise ValueError("damaged")
        yield b"last\n"
    finally:
        if closed is not None:
            closed.append(True)


def ended() -> None:
    """There is nothing to end."""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only place for exports, taken for the stream of this test as the view takes it."""
    monkeypatch.setattr(streams, "places", BoundedSemaphore(1))
    assert streams.places.acquire(blocking=False)


def test_a_stream_that_breaks_off_ends_with_a_line_that_is_no_row(place):
    stream = streams.Stream(chunks(breaks=True), end=ended)

    sent = list(stream)
    stream.close()

    assert sent == [b"first\n", streams.BROKEN_OFF]


def test_closing_gives_the_place_back_once_and_ends_the_rows(place):
    closed: list[bool] = []
    begun = chunks(closed=closed)
    stream = streams.Stream(begun, end=begun.close)
    next(iter(stream))

    stream.close()
    stream.close()

    assert closed == [True]
    with pytest.raises(ValueError, match="released too many times"):
        streams.places.release()


def test_a_stream_that_nobody_began_to_read_gives_its_place_back(place):
    streams.Stream(chunks(), end=ended).close()

    with pytest.raises(ValueError, match="released too many times"):
        streams.places.release()


def test_a_gzipped_stream_that_breaks_off_says_so_too(place):
    stream = streams.Stream(chunks(breaks=True), end=ended, is_gzipped=True)

    sent = b"".join(stream)
    stream.close()

    assert gzip.decompress(sent) == b"first\n" + streams.BROKEN_OFF


def test_the_same_is_gzipped_to_the_same_bytes(place):
    sent = [b"".join(streams.Stream(chunks(), end=ended, is_gzipped=True)) for _ in range(2)]

    assert sent[0] == sent[1]

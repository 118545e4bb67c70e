"""What an export sends when something goes wrong in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore

import pytest

from statements.api import export


def chunks(*, closed: list[bool] | None = None, breaks: bool = False) -> Iterator[bytes]:
    try:
        yield b"first\n"
        if breaks:
            raise ValueError("damaged")
        yield b"last\n"
    finally:
        if closed is not None:
            closed.append(True)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only place for exports, taken for the stream of this test as the view takes it."""
    monkeypatch.setattr(export, "places", BoundedSemaphore(1))
    assert export.places.acquire(blocking=False)


def test_a_stream_that_breaks_off_ends_with_a_line_that_is_no_row(place):
    stream = export.Stream(chunks(breaks=True))

    sent = list(stream)
    stream.close()

    assert sent == [b"first\n", export.BROKEN_OFF]


def test_closing_gives_the_place_back_once_and_ends_the_rows(place):
    closed: list[bool] = []
    stream = export.Stream(chunks(closed=closed))
    next(iter(stream))

    stream.close()
    stream.close()

    assert closed == [True]
    with pytest.raises(ValueError, match="released too many times"):
        export.places.release()


def test_a_stream_that_nobody_began_to_read_gives_its_place_back(place):
    export.Stream(chunks()).close()

    with pytest.raises(ValueError, match="released too many times"):
        export.places.release()

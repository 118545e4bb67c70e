"""Who downloads in a benchmark: reads a streamed file as fast as it comes, and counts what came."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from threading import Event
from time import perf_counter, sleep
from typing import Protocol

PIECE = 1 << 18  # bytes read at a time
LONGEST = 1_800  # seconds without a byte
PATIENCE = 60  # seconds to wait for a place
REFUSED = 400, 404, 406, 422  # what a format that does not exist may be answered with


class NotOffered(Exception):
    """The server does not know this format."""


@dataclass(frozen=True)
class Download:
    """A file that came whole. `first` is when the first byte of it was there, both in seconds."""

    first: float
    seconds: float
    size: int
    rows: int


@dataclass(frozen=True)
class Place:
    """Where a file can be asked for, over and over, each time over a connection of its own."""

    port: int
    path: str
    headers: Mapping[str, str]
    kind: str  # of the file: a key of COUNTERS

    def begin(self) -> tuple[float, float]:
        """Wait for the first byte and the first row only; return the seconds until each was there.

        Both are the same where a row does not show before the file ends, as in Parquet.
        """
        counter = COUNTERS[self.kind]()
        with self._asked() as (answer, began):
            counter.take(answer.read(1))
            first = perf_counter() - began
            if not isinstance(counter, Lines):
                return first, first
            while counter.rows() < 1:
                piece = answer.read1(PIECE)
                if not piece:
                    raise RuntimeError(f"{self.path} ended before its first row.")
                counter.take(piece)
            return first, perf_counter() - began

    def download(self, *, rows: int) -> Download:
        """Read the whole file. Raises RuntimeError when it has not so many rows."""
        counter = COUNTERS[self.kind]()
        with self._asked() as (answer, began):
            size, first = 0, 0.0
            while piece := answer.read1(PIECE):
                first = first or perf_counter() - began
                size += len(piece)
                counter.take(piece)
            seconds = perf_counter() - began
        if (counted := counter.rows()) != rows:
            raise RuntimeError(f"{self.path}: {counted} rows came in place of {rows}.")
        return Download(first, seconds, size, counted)

    def read_until(self, enough: Event, *, began: Event) -> int:
        """Read the file until it is enough, again from its beginning if need be; return the bytes."""
        size = 0
        while not enough.is_set():
            with self._asked() as (answer, _began):
                while not enough.is_set() and (piece := answer.read1(PIECE)):
                    size += len(piece)
                    began.set()
        return size

    @contextmanager
    def _asked(self) -> Iterator[tuple[HTTPResponse, float]]:
        """Yield the answer and when it was asked for; ask again while all places for exports are taken.

        Raises NotOffered, and RuntimeError for other refusals, also when no place gets free.
        """
        until = perf_counter() + PATIENCE
        while True:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
            try:
                began = perf_counter()
                connection.request("GET", self.path, headers=dict(self.headers))
                answer = connection.getresponse()
                if answer.status == 200:
                    yield answer, began
                    return
                if answer.status in REFUSED:
                    raise NotOffered(self.path)
                if answer.status != 503 or perf_counter() > until:
                    raise RuntimeError(f"{self.path}: {answer.status} {answer.read()[:300]!r}")
            finally:
                connection.close()
            sleep(0.2)


# --- Counting ---------------------------------------------------------------------------------------------


class Counter(Protocol):
    """Counts the rows of a file while it comes."""

    def take(self, piece: bytes) -> None: ...

    def rows(self) -> int: ...


@dataclass
class Lines:
    """Of a file with a row a line; none of the texts has a line feed in it."""

    count: int = 0

    def take(self, piece: bytes) -> None:
        self.count += piece.count(b"\n")

    def rows(self) -> int:
        return self.count


@dataclass
class LinesBelowHeader(Lines):
    def rows(self) -> int:
        return self.count - 1


class Footer:
    """Of a Parquet file, which says at its end how many there are; keeps it all in memory."""

    def __init__(self) -> None:
        self.file = io.BytesIO()

    def take(self, piece: bytes) -> None:
        self.file.write(piece)

    def rows(self) -> int:
        from pyarrow.parquet import read_metadata  # only where there are such files

        return int(read_metadata(self.file).num_rows)


COUNTERS = {"jsonl": Lines, "csv": LinesBelowHeader, "parquet": Footer}

"""Reading apart: a file that is no text is read by a process of its own, which may fail without harm."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings

from statements.errors import Unreadable
from statements.formats.kinds import Kind

log = logging.getLogger(__name__)
GLANCE = 0.5  # seconds between two signs of life
LONGEST = 120.0  # seconds, for a process that waits for its processor
LONGEST_TAIL = 4_000  # bytes of the last line, which says how it ended, and of what went to the log


Lines = Callable[[], Iterator[list[Any]]]  # Any: JSON
"""Reads the lines that a process gave, as often as it is called."""


@contextmanager
def read_apart(
    kind: Kind, file: IO[bytes], *, sheet: str = "", alive: Callable[[], None] = lambda: None
) -> Iterator[Lines]:
    """Read a file in a process of its own, and give what reads its lines, as often as it is called.

    The lines are those of `formats/apart.py`. `alive` is called now and then meanwhile; what it raises ends
    the process. Raises Unreadable as the reader of the format does, and with `too_slow`, `too_much_memory`
    and `unusual` where the process ended early.
    """
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as lines:
        _run(kind, file, sheet, lines, alive)
        yield lambda: _lines(lines)


def _run(kind: Kind, file: IO[bytes], sheet: str, lines: IO[bytes], alive: Callable[[], None]) -> None:
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as complaints:
        with begun(kind, file, sheet, lines, complaints) as process:
            try:
                _wait(process, alive)
            except BaseException:
                process.kill()
                raise
        try:
            check_end(process.returncode, lines)
        except Unreadable as wrong:
            if wrong.code == "unusual":
                words = _tail(complaints).decode(errors="replace")
                log.warning("Reading a %s file ended with status %s. %s", kind, process.returncode, words)
            raise


def begun(
    kind: Kind, file: IO[bytes], sheet: str, lines: IO[bytes], complaints: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Return the process that reads a file, and knows nothing of what this one knows."""
    file.seek(0)
    return subprocess.Popen(  # noqa: S603  # our own program, and a kind of ours; a sheet is only compared
        command(kind, sheet),
        stdin=file,
        stdout=lines,
        stderr=complaints or subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={"LANG": "C.UTF-8"},
    )


def command(kind: Kind, sheet: str = "") -> list[str]:
    return [sys.executable, "-m", "statements.formats.apart", kind, sheet]


def _wait(process: subprocess.Popen[bytes], alive: Callable[[], None]) -> None:
    """Wait for a process, but not for ever. Raises Unreadable("too_slow"), and what `alive` raises."""
    waited = 0.0
    while waited < LONGEST:
        try:
            process.wait(GLANCE)
            return
        except subprocess.TimeoutExpired:
            waited += GLANCE
            alive()
    raise Unreadable("too_slow")


def check_end(status: int, lines: IO[bytes]) -> None:
    """Raise Unreadable unless the process that wrote these lines has read everything."""
    last = _last_line(lines)
    if status == 0 and last[:1] == ["end"]:
        return
    if last[:1] == ["refused"]:
        raise Unreadable(last[1], **last[2])
    raise Unreadable("too_slow" if status == -signal.SIGXCPU else "unusual")


def _last_line(lines: IO[bytes]) -> list[Any]:
    try:
        read = json.loads(_tail(lines).rstrip(b"\n").rpartition(b"\n")[2])
    except ValueError:  # it ended in the middle of a line
        return []
    return read if isinstance(read, list) else []


def _tail(file: IO[bytes]) -> bytes:
    file.seek(max(0, file.seek(0, 2) - LONGEST_TAIL))
    return file.read()


def _lines(lines: IO[bytes]) -> Iterator[list[Any]]:
    """Yield what was read: the last two lines, an empty one and how it ended, are no part of it."""
    lines.seek(0)
    for line in lines:
        if line == b"\n":
            return
        yield json.loads(line.decode("utf-8", "surrogatepass"))

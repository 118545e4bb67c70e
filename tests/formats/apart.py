"""Files read as they are in the product: in a process of its own, with little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from statements.actions.apart import check_end, command, read_apart
from statements.errors import Unreadable
from statements.formats.base import Passage
from statements.formats.kinds import Kind
from tests.live import ROOT

DOCUMENTS = Path(__file__).parent.parent / "documents"
MOST_KILOBYTES = 200_000
MOST_SECONDS = 5


class Read(NamedTuple):
    """What a process gave of a document."""

    details: dict[str, str]
    warnings: list[tuple[str, dict[str, Any]]]
    passages: list[Passage]

    @property
    def text(self) -> str:
        """What belongs to the text, as it would be stored."""
        return "\n\n".join(passage.text for passage in self.passages if not passage.dropped)

    @property
    def dropped(self) -> list[tuple[str, str]]:
        return [(passage.dropped, passage.text) for passage in self.passages if passage.dropped]


def lines_of(kind: Kind, content: bytes, *, sheet: str = "") -> list[list[Any]]:
    """Return the lines that the process gives; raises Unreadable as it says."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with read_apart(kind, file, sheet=sheet) as lines:
            return list(lines())


@cache
def read(kind: Kind, content: bytes) -> Read:
    (_head, details, warnings), *passages = lines_of(kind, content)
    told = [(code, values) for code, values in warnings]
    return Read(details, told, [Passage(*rest) for _passage, *rest in passages])


def document(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def expected(name: str) -> str:
    """Return the text that people wrote down for a document: paragraphs parted by blank lines."""
    return (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n")


def refusal(kind: Kind, content: bytes, *, sheet: str = "") -> tuple[str, dict[str, Any]]:
    """Return why a file is refused, once it is seen that this took little time and memory."""
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as lines:
        file.write(content)
        file.seek(0)
        measured = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, *command(kind, sheet)],
            stdin=file, stdout=lines, stderr=subprocess.PIPE, cwd=ROOT, env={"LANG": "C.UTF-8"}, check=True,
        )  # fmt: skip
        status, seconds, kilobytes = json.loads(measured.stderr)
        with pytest.raises(Unreadable) as refused:
            check_end(status, lines)
    assert seconds <= MOST_SECONDS
    assert kilobytes <= MOST_KILOBYTES
    return refused.value.code, refused.value.values


# From a small process: what the system tells of memory includes that of whoever starts another.
MEASURE = """
import json, os, sys
nowhere = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_pid, status, usage = os.wait4(pid, 0)
seconds = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss]), file=sys.stderr)
"""

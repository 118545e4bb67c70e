"""Read one file in this process, which has little time and memory and can do nothing else; then end.

`python -m statements.formats.apart KIND SHEET <FILE >LINES`: the file comes in by standard input, which can
be sought in, and what was read goes out by standard output, as lines of JSON that `actions/apart.py` reads.
Libraries that parse what strangers send run here: where one of them crashes, hangs or swells, only this ends.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from statements.errors import Unreadable
from statements.formats.base import Document, Record, Sheet
from statements.formats.kinds import READINGS, Kind, Shape

SECONDS, MOST_SECONDS = 4, 60  # of the processor
CHARACTERS_A_SECOND = 20_000
"""So many that were read give a second more: a long document may take its time."""

MEMORY, RESERVE = 160_000_000, 5_000_000  # bytes, to which the code of the libraries comes
OUTPUT = 250_000_000  # bytes
FORBIDDEN = frozenset(
    {
        "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.remove", "os.rename", "os.spawn",
        "os.system", "pty.spawn", "shutil.rmtree", "socket.bind", "socket.connect", "socket.getaddrinfo",
        "socket.sendto", "subprocess.Popen", "urllib.Request",
    }
)  # fmt: skip


class Time:
    """The time of this process, which grows with what it reads."""

    def __init__(self) -> None:
        self.characters = 0

    def alive(self, characters: int) -> None:
        """Say that so many more characters were read."""
        self.characters += characters
        seconds = SECONDS + self.characters // CHARACTERS_A_SECOND
        _limit(resource.RLIMIT_CPU, min(seconds, MOST_SECONDS), MOST_SECONDS)


def main(kind: str, sheet: str = "") -> int:
    module = import_module(f"statements.formats.{kind}")
    _shut_in()
    time, reserve = Time(), bytearray(RESERVE)
    time.alive(0)
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]  # a text file
    try:
        for line in _lines(module, Kind(kind), sys.stdin.buffer, sheet, time):
            print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))  # noqa: T201
        last: list[Any] = ["end"]
    except Unreadable as wrong:
        last = ["refused", wrong.code, wrong.values]
    except MemoryError:
        del reserve  # to say so takes some, too
        last = ["refused", "too_much_memory", {}]
    except RecursionError:
        last = ["refused", "too_nested", {}]
    print("\n" + json.dumps(last))  # noqa: T201
    return 0


def _lines(module: Any, kind: Kind, file: IO[bytes], sheet: str, time: Time) -> Iterator[list[Any]]:
    """Yield what is read of a file: lists that begin with what they are. (Any: a module, and JSON.)"""
    if READINGS[kind].shape is Shape.SHEETS:
        yield from _rows(module.sheet(file, name=sheet, alive=time.alive))
        return
    document: Document = module.read(file, alive=time.alive)
    yield ["document", dict(document.details), [list(one) for one in document.warnings]]
    for passage in document.passages:
        yield ["passage", *passage]


def _rows(sheet: Sheet) -> Iterator[list[Any]]:
    yield ["sheet", list(sheet.columns), sheet.name, list(sheet.names)]
    for one in sheet.rows:
        if isinstance(one, Record):
            yield ["row", one.line, dict(one.values)]
        else:
            yield ["wrong", one.line, one.column, one.code, dict(one.values)]


def _shut_in() -> None:
    """Take from this process what reading a file does not need."""
    sys.dont_write_bytecode = True  # of what is imported late: it may not be renamed any more
    _limit(resource.RLIMIT_DATA, MEMORY, MEMORY)
    _limit(resource.RLIMIT_FSIZE, OUTPUT, OUTPUT)
    _limit(resource.RLIMIT_CORE, 0, 0)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:  # Any: as the interpreter tells them
    if event in FORBIDDEN or (event == "open" and _writes(arguments[1])):
        raise PermissionError(f"{event} while a file is read")


def _writes(mode: object) -> bool:
    return isinstance(mode, str) and not set("wax+").isdisjoint(mode)


def _limit(what: int, soft: int, hard: int) -> None:
    resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Keep the processes of the service running: what `manage.py serve` becomes once everything is prepared.

    python -m annotator.supervisor '{"web server": ["granian", "annotator.wsgi:application"]}'

A process that ends is started again, soon if it had run well and ever later if it keeps ending. On
SIGTERM, Ctrl-C or a closed terminal all are told to stop. If this process is killed, nobody tells: they
notice that their standard input is closed and end by themselves (`annotator.supervised`).
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

LOOK = 0.2  # seconds between two looks at the processes
STEADY = 10.0  # seconds after which a process counts as having run well
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds before a process is started again
PATIENCE = 8.0  # seconds that processes have to stop: the web server gives its requests three


class Child:
    """One process that is to run always."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.command = [sys.executable, "-m", "annotator.supervised", *arguments]
        self.pause = FIRST_PAUSE
        self.start()

    def start(self) -> None:
        self.began = time.monotonic()
        self.due: float | None = None
        self.process = subprocess.Popen(  # noqa: S603  # the command is ours
            self.command,
            stdin=subprocess.PIPE,  # held open as long as this process lives
            start_new_session=True,  # Ctrl-C in a terminal is for this process, which passes it on
        )

    def look(self) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.start()
        elif (code := self.process.poll()) is not None:
            had_run_well = now - self.began >= STEADY
            self.pause = FIRST_PAUSE if had_run_well else min(2 * self.pause, LONGEST_PAUSE)
            self.due = now + self.pause
            print(  # noqa: T201  # there is no logging without Django
                f"The {self.name} ended ({_how(code)}) and is started again in {self.pause:g} s.",
                file=sys.stderr,
                flush=True,
            )

    def stop(self, *, until: float) -> None:
        """Wait for it to end, and end it the hard way when it is too late."""
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(commands: Mapping[str, Sequence[str]]) -> None:
    """Run the commands, by name, until a signal says that it is enough."""
    enough = Event()

    def stop(*_: Any) -> None:
        enough.set()

    for signal_ in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signal_, stop)
    children = [Child(name, arguments) for name, arguments in commands.items()]
    while not enough.wait(LOOK):
        for child in children:
            child.look()
    for child in children:
        child.process.terminate()
    until = time.monotonic() + PATIENCE
    for child in children:
        child.stop(until=until)


def _how(code: int) -> str:
    """Say how a process ended: by a signal or with a code."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    supervise(json.loads(sys.argv[1]))

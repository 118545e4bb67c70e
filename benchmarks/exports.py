"""Measure exports: beside a bare Django view that streams one SELECT, as they grow, and beside saves.

Files come over HTTP, as anybody's program asks for them, from the product as `make run` serves it; each is
read whole and its rows are counted, but for those of which only the first byte is waited for. Every sentence
has one decision. Prints one JSON document; ends with 1 when a target is missed, and names it there.

Memory is that which no other process shares (USS), sampled while files stream, of the one process of the
product that grows most beyond what it took after small exports; on PostgreSQL without the database's.
CPU is that of all processes of a server, on PostgreSQL with the database's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import cycle
from math import log
from pathlib import Path
from statistics import linear_regression, mean, median
from threading import Event, Thread
from time import perf_counter, process_time, sleep
from typing import Any

import psutil  # type: ignore[import-untyped]  # it comes without types
from downloads import COUNTERS, Download, NotOffered, Place
from savers import BareReviewer, Reviewer, tell
from servers import Server, database, serve_bare, serve_desk

# What must hold. "x" stands for times the bare app, in the same run. A format that is asked for and has a
# target here misses it when the product does not offer it.
AT_MOST = {
    "ms to the first byte, jsonl": 300.0,
    "ms to the first byte, csv": 300.0,
    "x time of layer sentences": 3.0,
    "MB above idle, jsonl": 40.0,
    "MB above idle, parquet": 120.0,
    "growth exponent, jsonl": 1.05,
    # Twice is what sharing a core with an export costs at best; 20 ms more are not felt by anybody.
    "ms of p99 of a save beside an export, above twice that without": 20.0,
    "saves that failed": 0.0,
}
FIRST_BYTES = 15  # requests for each format
ROUNDS = 7  # beside the bare app
SIZES = (10_000, 100_000, 1_000_000)  # sentences; the first byte is that of the second
# Which of the sizes come after each other: the smaller ones before and after the largest, as the machine is
# never the same for long.
IN_TURN = (0, 1, 0, 1, 2, 1, 0, 1, 0)
BESIDE_BARE = 20_000
SMALL = 100  # sentences of the export after which the product is idle
WARM_UP = 20  # of these, so that every process had some
SAVES = 400  # a round, without and beside an export
SAVING_ROUNDS = 3
SAVES_A_CONNECTION = 25  # each connection leads to one process of the server, busy with the export or not
LOOKING = 0.2  # seconds between two looks at the memory
READER, DECIDER, SAVER = "researcher", "decider", "saver"

Report = dict[str, Any]  # JSON


# --- Corpora ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """The product with somebody who may read everything in it."""

    server: Server
    token: str

    def export(self, corpus: str, kind: str = "jsonl", layer: str = "sentences") -> Place:
        path = f"/api/v1/corpora/{corpus}/export/?layer={layer}&format={kind}"
        return Place(self.server.port, path, {"Authorization": f"Bearer {self.token}"}, kind)


def fill(server: Server, sentences: int, *, plain: bool = False) -> Report:
    """Make a corpus called after its size; return its labels and its first sentences."""
    slug, began = slug_of(sentences, plain=plain), perf_counter()
    people = f"reviewers={[DECIDER, SAVER]}, researcher={READER!r}, password={server.password!r}"
    made: Report = server.call(f"fill({slug!r}, sentences={sentences}, {people}, plain={plain})")
    tell(f"{sentences} sentences made in {perf_counter() - began:.0f} s")
    return made


def slug_of(sentences: int, *, plain: bool = False) -> str:
    return f"of-{sentences}{'-plain' if plain else ''}"


def with_token(server: Server) -> Desk:
    command = [sys.executable, "manage.py", "add_token", READER, "--scope", "read"]
    done = subprocess.run(command, env=server.environment, stdout=subprocess.PIPE, text=True, check=True)
    return Desk(server, done.stdout.strip())


# --- Memory -----------------------------------------------------------------------------------------------


@dataclass
class Memory:
    """What the processes of the product took idle, and the most they took since; MB of a process by pid."""

    root: psutil.Process
    idle: Mapping[int, float]
    most: dict[int, float] = field(default_factory=dict)
    together: float = 0.0

    def look(self) -> None:
        now = memory_of(self.root)
        self.most |= {pid: max(taken, self.most.get(pid, 0.0)) for pid, taken in now.items()}
        self.together = max(self.together, sum(now.values()))

    @property
    def growth(self) -> float:
        """That of the process that grew most. One that was not there before has grown by all it takes."""
        return max(most - self.idle.get(pid, 0.0) for pid, most in self.most.items())

    def summary(self) -> Report:
        return {
            "MB idle, by process": sorted(round(taken, 1) for taken in self.idle.values()),
            "MB above idle, the process that grew most": round(self.growth, 1),
            "MB above idle, all processes": round(self.together - sum(self.idle.values()), 1),
        }


def memory_of(root: psutil.Process) -> dict[int, float]:
    found = {}
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            found[process.pid] = process.memory_full_info().uss / 1e6
    return found


@contextmanager
def watched(memory: Memory) -> Iterator[Memory]:
    enough = Event()

    def watch() -> None:
        while not enough.wait(LOOKING):
            memory.look()

    memory.look()
    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        enough.set()
        watcher.join()


# --- What is measured -------------------------------------------------------------------------------------


@dataclass
class Beginnings:
    """The seconds until the first byte of a file was there, and until its first row; a header is none."""

    bytes: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)

    def summary(self) -> Report:
        return {
            "ms to the first byte": [round(one * 1000, 1) for one in self.bytes],
            "ms to the first row": [round(one * 1000, 1) for one in self.rows],
        }


def beginnings(desk: Desk, sentences: int, kinds: Sequence[str]) -> dict[str, Beginnings]:
    """Ask for files of which only the beginning is waited for, format by format in turn."""
    places = {kind: desk.export(slug_of(sentences), kind) for kind in kinds}
    found = {kind: Beginnings() for kind in kinds}
    for number in range(FIRST_BYTES + 1):
        for kind, place in places.items():
            byte, row = place.begin()
            if number > 0:
                found[kind].bytes.append(byte)
                found[kind].rows.append(row)
            until_quiet(desk.server)  # it takes a moment until the product sees that nobody listens
    for kind, one in found.items():
        tell(f"{kind}: first byte {median(one.bytes) * 1000:.0f} ms, row {median(one.rows) * 1000:.0f} ms")
    return found


def until_quiet(server: Server) -> None:
    spent = server.cpu()
    for _ in range(50):
        sleep(0.1)
        before, spent = spent, server.cpu()
        if spent - before < 0.03:
            return


@dataclass
class Runs:
    """The downloads of one file, one after the other, and the seconds of CPU that each took."""

    place: Place
    server: Server
    rows: int
    done: list[Download] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    own_cpu: list[float] = field(default_factory=list)

    def download(self) -> None:
        spent, own = self.server.cpu(), process_time()
        self.done.append(self.place.download(rows=self.rows))
        self.own_cpu.append(process_time() - own)
        self.cpu.append(self.server.cpu() - spent)

    @property
    def seconds(self) -> float:
        return median(one.seconds for one in self.done)

    def summary(self) -> Report:
        return {
            "rows": self.rows,
            "bytes": self.done[-1].size,
            "seconds": round(self.seconds, 3),
            "seconds by round": [round(one.seconds, 3) for one in self.done],
            "rows a second": round(self.rows / self.seconds),
            "CPU seconds": round(mean(self.cpu), 3),  # its clock ticks every 10 ms: a median would round it
            "CPU seconds of who downloads": round(mean(self.own_cpu), 3),
        }


def beside_bare(desk: Desk, bare: Server, sentences: int) -> dict[str, Runs]:
    """Download the same sentences from both servers in turn, every second time backwards."""
    peer = BareReviewer(bare.port, DECIDER)
    peer.sign_in(bare.password)
    cookies = "; ".join(f"{name}={value}" for name, value in peer.cookies.items())
    corpus = slug_of(sentences, plain=True)
    runs = {
        "bare": Runs(Place(bare.port, "/export/", {"Cookie": cookies}, "jsonl"), bare, sentences),
        "sentences": Runs(desk.export(corpus, layer="sentences"), desk.server, sentences),
        "annotations": Runs(desk.export(corpus, layer="annotations"), desk.server, sentences),
    }
    for one in runs.values():
        one.place.download(rows=one.rows)
    for number in range(ROUNDS):
        for name, one in list(runs.items())[:: 1 if number % 2 == 0 else -1]:
            one.download()
            tell(f"{sentences} rows, {name}: {one.done[-1].seconds:.2f} s")
    return runs


def growing(desk: Desk, sizes: Sequence[int], kind: str, memory: Memory) -> list[Runs]:
    """Download files of all sizes in turn while the memory is watched; return the runs by size."""
    runs = [Runs(desk.export(slug_of(size), kind), desk.server, size) for size in sizes]
    with watched(memory):
        for at in IN_TURN:
            runs[at].download()
            tell(
                f"{sizes[at]} sentences, {kind}: {runs[at].done[-1].seconds:.2f} s, "
                f"so far {memory.growth:.1f} MB above idle"
            )
    return runs


def exponent(runs: Sequence[Runs], took: Sequence[float]) -> float:
    """Return k of t ~ n^k, by least squares on the logarithms."""
    return linear_regression([log(one.rows) for one in runs], [log(one) for one in took]).slope


@dataclass
class Saves:
    """What saves took, in seconds, and how many were refused or broke off."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def make(self, saver: Reviewer) -> None:
        for number in range(SAVES):
            if number % SAVES_A_CONNECTION == 0:
                saver.hang_up()
            took, failed = saver.save(1)
            self.seconds.append(took)
            self.failed += failed

    def ms(self, percent: int) -> float:
        ordered = sorted(self.seconds)
        return ordered[len(ordered) * percent // 100] * 1000

    def summary(self) -> Report:
        at = {f"p{percent} ms": round(self.ms(percent), 1) for percent in (50, 95, 99)}
        return {"n": len(self.seconds), **at, "failed": self.failed}


def saving(desk: Desk, sentences: int, made: Report) -> tuple[Saves, Saves, int]:
    """Save in a corpus without and beside an export of it, in turn; return both, and the bytes streamed.

    One reviewer saves, one decision after the other without a pause, in sentences of the same corpus.
    """
    corpus = slug_of(sentences)
    saver = Reviewer(desk.server.port, SAVER, corpus=corpus, labels=made["labels"])
    saver.sentences = cycle(made["sentences"])
    saver.sign_in(desk.server.password)
    Saves().make(saver)
    without, beside, streamed = Saves(), Saves(), 0
    for _round in range(SAVING_ROUNDS):
        until_quiet(desk.server)
        without.make(saver)
        with exporting(desk.export(corpus)) as read:
            beside.make(saver)
        streamed += sum(read)
        tell(f"p99 of saves: {without.ms(99):.1f} ms, beside an export {beside.ms(99):.1f} ms")
    saver.hang_up()
    return without, beside, streamed


@contextmanager
def exporting(place: Place) -> Iterator[list[int]]:
    """Have an export read for as long as this lasts; its bytes are in the list afterwards."""
    enough, began = Event(), Event()
    read: list[int] = []
    reader = Thread(target=lambda: read.append(place.read_until(enough, began=began)), daemon=True)
    reader.start()
    try:
        if not began.wait(60):
            raise RuntimeError(f"{place.path} did not begin within a minute.")
        yield read
    finally:
        enough.set()
        reader.join()


# --- All of it --------------------------------------------------------------------------------------------


def measure(
    server: Server, bare: Server, *, sizes: Sequence[int], beside: int, kinds: Sequence[str]
) -> tuple[dict[str, float], Report]:
    """Return the figures of the targets, and everything that was measured."""
    fill(server, SMALL)
    fill(server, beside, plain=True)
    made = [fill(server, size) for size in sizes]
    server.call("settle()")
    desk = with_token(server)
    figures: dict[str, float] = {}

    for _ in range(WARM_UP):
        desk.export(slug_of(SMALL)).download(rows=SMALL)
    until_quiet(server)
    idle = memory_of(server.roots[0])

    compared = beside_bare(desk, bare, beside)
    for layer in ("sentences", "annotations"):
        figures[f"x time of layer {layer}"] = compared[layer].seconds / compared["bare"].seconds
        figures[f"x CPU of layer {layer}"] = mean(compared[layer].cpu) / mean(compared["bare"].cpu)

    begun: dict[str, Beginnings] = {}
    grown: Report = {}
    # One format after the other: what writes Parquet stays in memory once it was asked for.
    for kind in (one for one in kinds if is_offered(desk, one)):
        begun |= beginnings(desk, sizes[1], [kind])
        figures[f"ms to the first byte, {kind}"] = median(begun[kind].bytes) * 1000
        figures[f"ms to the first row, {kind}"] = median(begun[kind].rows) * 1000
        memory = Memory(server.roots[0], idle)
        runs = growing(desk, sizes, kind, memory)
        figures[f"MB above idle, {kind}"] = memory.growth
        figures[f"growth exponent, {kind}"] = exponent(runs, [one.seconds for one in runs])
        figures[f"growth exponent of CPU, {kind}"] = exponent(runs, [mean(one.cpu) for one in runs])
        grown[kind] = {**{str(one.rows): one.summary() for one in runs}, "memory": memory.summary()}

    without, during, streamed = saving(desk, sizes[-1], made[-1])
    figures["ms of p99 of a save beside an export, above twice that without"] = during.ms(
        99
    ) - 2 * without.ms(99)
    figures["saves that failed"] = without.failed + during.failed
    return figures, {
        "not offered": [kind for kind in kinds if kind not in begun],
        "beginnings": {kind: one.summary() for kind, one in begun.items()},
        "beside the bare app": {name: one.summary() for name, one in compared.items()},
        "growth": grown,
        "saves": {
            "without an export": without.summary(),
            "beside an export": during.summary(),
            "MB exported meanwhile": round(streamed / 1e6, 1),
        },
    }


def is_offered(desk: Desk, kind: str) -> bool:
    try:
        desk.export(slug_of(SMALL), kind).download(rows=SMALL)
    except NotOffered:
        tell(f"{kind} is not offered")
        return False
    return True


def judged(figures: Mapping[str, float], kinds: Sequence[str]) -> Report:
    """Return each target with its figure, the names of those that are missed, and what was not asked for."""
    left_out = [
        name for name in AT_MOST for kind in COUNTERS if name.endswith(f", {kind}") and kind not in kinds
    ]
    asked = {name: most for name, most in AT_MOST.items() if name not in left_out}
    return {
        "missed": [name for name, most in asked.items() if not figures.get(name, float("nan")) <= most],
        "targets": {
            name: {"found": round(figures[name], 3) if name in figures else None, "at most": most}
            for name, most in asked.items()
        },
        "not measured": left_out,
        "without a target": {name: round(one, 3) for name, one in figures.items() if name not in AT_MOST},
    }


def main() -> int:
    asked = _parser().parse_args()
    load, began = os.getloadavg(), perf_counter()
    with ExitStack() as stack:
        # Not below a folder that only root may enter: PostgreSQL does not run as root.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="annotator-bench-")))
        base = stack.enter_context(database(asked.database, asked.postgres_url, folder / "postgres"))
        server = stack.enter_context(serve_desk(base, folder / "desk"))
        peer = serve_bare(base, folder / "bare", names=[DECIDER], like=server, items=asked.beside_bare)
        bare = stack.enter_context(peer)
        figures, details = measure(
            server, bare, sizes=asked.sizes, beside=asked.beside_bare, kinds=asked.formats
        )
    verdict = judged(figures, asked.formats)
    report = {
        **verdict,
        "sentences": {
            "first byte": asked.sizes[1],
            "beside the bare app": asked.beside_bare,
            "growth": asked.sizes,
            "memory, saves": asked.sizes[-1],
        },
        "versions": {
            "python": platform.python_version(),
            "database": base.version,
            **{name: version(name) for name in ("django", "granian", "psycopg")},
        },
        "cores": os.cpu_count(),
        "load average": {"begin": load, "end": os.getloadavg()},
        "seconds in all": round(perf_counter() - began),
        **details,
    }
    print(json.dumps(report, indent=2))
    return int(bool(verdict["missed"]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--postgres-url",
        default="",
        help="PostgreSQL on this machine in which databases can be made; without, one is started",
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs=3,
        default=list(SIZES),
        metavar="N",
        help="sentences of corpora that differ in nothing else, the smallest first; fewer for a quick look",
    )
    parser.add_argument(
        "--beside-bare", type=int, default=BESIDE_BARE, metavar="N", help="sentences, for both servers"
    )
    parser.add_argument("--formats", nargs="+", choices=list(COUNTERS), default=list(COUNTERS))
    return parser


if __name__ == "__main__":
    sys.exit(main())

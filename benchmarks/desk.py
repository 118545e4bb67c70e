"""Measure the desk beside a bare Django app, on one machine and database, served by the same software.

Both run at once and are measured in turn, round by round, so that whatever else the machine does hits both.
Prints one JSON document; ends with 1 when a target is missed, and names it there. CPU is that of all
processes of a server, and on PostgreSQL that of the database's too, for as long as a run lasts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from time import perf_counter, process_time
from typing import Any

from savers import BareReviewer, Client, Decision, Reviewer, Saver, tell
from servers import Server, database, serve_bare, serve_desk

# What must hold. "x" stands for times the bare app, in the same run.
AT_MOST = {
    "x CPU of a save": 3.0,
    "x CPU of a decision in a batch of 8": 1.5,
    "x time of the next sentence, 100,000 to 1,000": 1.5,  # sentences in the corpus
    "x time of the next sentence when all are decided, 100,000 to 1,000": 1.5,
    "x time of a statement, 100,000 to 1,000": 1.5,
    "errors with 32 clients": 0,
    "errors in all": 0,
    "acknowledged, but not stored once": 0,
    "stored, but not acknowledged": 0,
}
AT_LEAST = {
    "x saves a second with 8 clients": 1 / 3,
}

ROUNDS = 9  # of one client, for CPU: many short ones, as the machine is never the same for long
CROWDED_ROUNDS = 3  # of 8 and of 32 clients
GROWTH_ROUNDS = 3
SAVES = 200  # of one client, a round
PAGES = 12  # requests for a page, a round and a size
WARM_UP = 10  # requests before each run of one client
BATCH = 8
CROWD, THRONG = 8, 32  # clients
SIGNING_IN = 4  # at once: passwords are slow to check, and this is not what is measured
SENTENCES = 8_000  # that are saved; each client has them all to itself
SMALL, LARGE = 1_000, 100_000  # sentences of the corpora that differ in nothing else
LEFT = 20  # sentences that a nearly done reviewer has not decided

Report = dict[str, Any]  # JSON


# --- Measuring --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What one run of requests took, in seconds. `saves` counts labels that were acknowledged."""

    saves: int
    errors: int
    seconds: list[float]
    wall: float
    cpu: float
    own_cpu: float

    @property
    def rate(self) -> float:
        return self.saves / self.wall

    @property
    def cpu_ms(self) -> float:
        return self.cpu / max(self.saves, 1) * 1000


def alone(server: Server, saver: Saver, *, count: int) -> Run:
    """Save with one client over one connection, so many labels with each request."""
    for _ in range(WARM_UP):
        saver.save(count)

    def work() -> list[tuple[float, int]]:
        return [saver.save(count) for _ in range(SAVES // count)]

    run = _run(server, work, count=count)
    saver.hang_up()
    return run


def together(server: Server, savers: Sequence[Saver], *, seconds: float) -> Run:
    """Save with many clients at once, one by one each."""

    def work() -> list[tuple[float, int]]:
        took: list[tuple[float, int]] = []
        barrier = Barrier(len(savers))

        def client(saver: Saver) -> None:
            barrier.wait()
            until = perf_counter() + seconds
            while perf_counter() < until:
                took.append(saver.save(1))

        threads = [Thread(target=client, args=[saver]) for saver in savers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return took

    run = _run(server, work, count=1)
    for saver in savers:
        saver.hang_up()
    return run


def _run(server: Server, work: Callable[[], list[tuple[float, int]]], *, count: int) -> Run:
    spent, own, began = server.cpu(), process_time(), perf_counter()
    took = work()
    wall, own = perf_counter() - began, process_time() - own
    errors = sum(refused for _seconds, refused in took)
    return Run(
        saves=count * len(took) - errors,
        errors=errors,
        seconds=[seconds for seconds, _refused in took],
        wall=wall,
        cpu=server.cpu() - spent,
        own_cpu=own,
    )


def in_turn(rounds: int, runs: Mapping[str, Callable[[], Run]]) -> dict[str, list[Run]]:
    """Do all of `runs` so many times, every second time backwards: whoever comes first has no advantage."""
    done: dict[str, list[Run]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in list(runs.items())[:: 1 if number % 2 == 0 else -1]:
            done[name].append(run())
            tell(f"{name}: {done[name][-1].cpu_ms:.2f} ms of CPU a save, {done[name][-1].rate:.0f} saves/s")
    return done


def summary(runs: Sequence[Run]) -> Report:
    """Return medians over rounds; the latencies are those of all rounds together."""
    return {
        "cpu_ms_a_save": round(median(run.cpu_ms for run in runs), 3),
        "cpu_ms_a_save_by_round": [round(run.cpu_ms, 3) for run in runs],
        "saves_a_second": round(median(run.rate for run in runs), 1),
        "saves_a_second_by_round": [round(run.rate, 1) for run in runs],
        "request_ms": latencies([one for run in runs for one in run.seconds]),
        "saves": sum(run.saves for run in runs),
        "errors": sum(run.errors for run in runs),
        "cores_taken_by_the_clients": round(median(run.own_cpu / run.wall for run in runs), 2),
    }


def latencies(seconds: Sequence[float]) -> Report:
    ordered = sorted(seconds)
    at = {f"p{percent}": ordered[len(ordered) * percent // 100] for percent in (50, 95, 99)}
    return {"n": len(ordered)} | {name: round(one * 1000, 2) for name, one in at.items()}


# --- Growth -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """A page that somebody asks for again and again, and the status it answers with."""

    reader: Client
    path: str
    status: int


@dataclass
class PageTimes:
    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    errors: int = 0

    @property
    def median(self) -> float:
        return median(self.seconds)

    def ask(self, server: Server, page: Page, *, times: int) -> None:
        request = page.reader.request("GET", page.path)
        spent = server.cpu()
        for _ in range(times):
            began = perf_counter()
            try:
                self.errors += page.reader.ask(request).status != page.status
            except OSError:
                self.errors += 1
            self.seconds.append(perf_counter() - began)
        self.cpu += server.cpu() - spent

    def summary(self) -> Report:
        cpu_ms = round(self.cpu / len(self.seconds) * 1000, 2)
        return {"cpu_ms": cpu_ms, "request_ms": latencies(self.seconds), "errors": self.errors}


def fill(server: Server, sentences: int) -> tuple[dict[str, Page], list[Reviewer]]:
    """Make a corpus with a reviewer who has a few sentences left and one who has none; return its pages."""
    slug = f"of-{sentences}"
    nearly, wholly = f"nearly-{sentences}", f"wholly-{sentences}"
    password = server.password
    made = server.call(
        f"make({slug!r}, sentences={sentences}, reviewers={[nearly, wholly]}, password={password!r})"
    )
    readers = []
    for name, left in ((nearly, LEFT), (wholly, 1)):
        server.call(f"decide({slug!r}, {name!r}, but={left})")
        waiting = iter(made["sentences"][-left:])
        reader = Reviewer(server.port, name, corpus=slug, labels=made["labels"], sentences=waiting)
        reader.sign_in(password)
        readers.append(reader)
    statement = made["sentences"][-1].partition(".")[0]
    pages = {
        "the next sentence": Page(readers[0], f"/c/{slug}/tag/", 302),
        "the next sentence when all are decided": Page(readers[1], f"/c/{slug}/tag/", 200),
        "a statement": Page(readers[0], f"/c/{slug}/statements/{statement}/tag/", 200),
    }
    return pages, readers


def growth(server: Server) -> tuple[dict[str, dict[int, PageTimes]], list[Reviewer]]:
    """Ask for the pages of a small and of a large corpus in turn, and return the times by page and size."""
    tell(f"filling corpora of {SMALL} and {LARGE} sentences")
    (small, few), (large, many) = fill(server, SMALL), fill(server, LARGE)
    server.call("settle()")
    for reader in (*few, *many):
        _seconds, refused = reader.save(1)  # nobody has a long prefix without ever having saved
        if refused:
            raise RuntimeError(f"{reader.name} could not save")
    times = {name: {SMALL: PageTimes(), LARGE: PageTimes()} for name in small}
    for number in range(GROWTH_ROUNDS):
        for name, by_size in times.items():
            sizes = [(SMALL, small[name]), (LARGE, large[name])]
            for size, page in sizes[:: 1 if number % 2 == 0 else -1]:
                PageTimes().ask(server, page, times=2)  # opens connections and fills caches
                by_size[size].ask(server, page, times=PAGES)
    for name, by_size in times.items():
        tell(f"{name}: {[round(one.median * 1000, 1) for one in by_size.values()]} ms")
    return times, [*few, *many]


# --- All of it --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """All that was measured: runs by who made them, page times by page and size, and decisions gone wrong."""

    alone: Mapping[str, Sequence[Run]]
    crowd: Mapping[str, Sequence[Run]]
    throng: Mapping[str, Sequence[Run]]
    pages: Mapping[str, Mapping[int, PageTimes]]
    acknowledged: int
    lost: int
    unknown: int

    def of_targets(self) -> dict[str, float]:
        cpu = {name: median(run.cpu_ms for run in runs) for name, runs in self.alone.items()}
        rate = {name: median(run.rate for run in runs) for name, runs in self.crowd.items()}
        groups = (self.alone, self.crowd, self.throng)
        refused = sum(run.errors for group in groups for runs in group.values() for run in runs)
        unread = sum(times.errors for by_size in self.pages.values() for times in by_size.values())
        return {
            "x CPU of a save": cpu["desk"] / cpu["bare"],
            "x CPU of a decision in a batch of 8": cpu["desk, batches"] / cpu["bare"],
            "x saves a second with 8 clients": rate["desk"] / rate["bare"],
            **{
                f"x time of {page}, 100,000 to 1,000": by_size[LARGE].median / by_size[SMALL].median
                for page, by_size in self.pages.items()
            },
            "errors with 32 clients": sum(run.errors for run in self.throng["desk"]),
            "errors in all": refused + unread,
            "acknowledged, but not stored once": self.lost,
            "stored, but not acknowledged": self.unknown,
        }

    def as_json(self) -> Report:
        return {
            "one client": {name: summary(runs) for name, runs in self.alone.items()},
            f"{CROWD} clients": {name: summary(runs) for name, runs in self.crowd.items()},
            f"{THRONG} clients": {name: summary(runs) for name, runs in self.throng.items()},
            "growth": {
                page: {str(size): times.summary() for size, times in by_size.items()}
                for page, by_size in self.pages.items()
            },
            "decisions acknowledged": self.acknowledged,
        }


def measure(desk: Server, bare: Server, names: Sequence[str], *, seconds: float) -> Figures:
    tell("signing in")
    reviewers, peers = reviewers_of(desk, names), peers_of(bare, names)
    tell("one client")
    one = in_turn(
        ROUNDS,
        {
            "bare": lambda: alone(bare, peers[0], count=1),
            "desk": lambda: alone(desk, reviewers[0], count=1),
            "desk, batches": lambda: alone(desk, reviewers[1], count=BATCH),
        },
    )

    def at_once(clients: int) -> dict[str, list[Run]]:
        tell(f"{clients} clients")
        return in_turn(
            CROWDED_ROUNDS,
            {
                "bare": lambda: together(bare, peers[:clients], seconds=seconds),
                "desk": lambda: together(desk, reviewers[:clients], seconds=seconds),
            },
        )

    crowd, throng = at_once(CROWD), at_once(THRONG)
    pages, readers = growth(desk)
    acknowledged = [decision for one_of in (*reviewers, *readers) for decision in one_of.acknowledged]
    lost, unknown = compare(acknowledged, desk.call("stored()"))
    return Figures(one, crowd, throng, pages, len(acknowledged), lost, unknown)


def reviewers_of(server: Server, names: Sequence[str]) -> list[Reviewer]:
    """Make a corpus and those who review it; each goes through all of its sentences."""
    password = server.password
    made = server.call(f"make('desk', sentences={SENTENCES}, reviewers={list(names)}, password={password!r})")
    reviewers = [
        Reviewer(server.port, name, corpus="desk", labels=made["labels"], sentences=cycle(made["sentences"]))
        for name in names
    ]
    sign_in(reviewers, password)
    return reviewers


def peers_of(server: Server, names: Sequence[str]) -> list[BareReviewer]:
    peers = [BareReviewer(server.port, name) for name in names]
    sign_in(peers, server.password)
    return peers


def sign_in(savers: Sequence[Saver], password: str) -> None:
    """Let them in, and save once each, so that no worker of the server does anything for the first time."""
    with ThreadPoolExecutor(SIGNING_IN) as pool:
        list(pool.map(lambda saver: saver.sign_in(password), savers))
    with ThreadPoolExecutor(THRONG) as pool:
        list(pool.map(lambda saver: saver.save(1), savers))
    for saver in savers:
        saver.hang_up()


def compare(acknowledged: Sequence[Decision], stored: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many decisions are not stored exactly once, and how many stored ones nobody knows of."""
    counted = Counter((name, key, sentence, label) for name, key, sentence, label in stored)
    lost = sum(counted[decision] != 1 for decision in acknowledged)
    return lost, len(set(counted) - set(acknowledged))


def judged(figures: Mapping[str, float]) -> Report:
    """Return each target with its figure, and the names of those that are missed."""
    limits = {name: ("at most", most) for name, most in AT_MOST.items()}
    limits |= {name: ("at least", least) for name, least in AT_LEAST.items()}
    missed = [name for name, most in AT_MOST.items() if not figures[name] <= most]
    missed += [name for name, least in AT_LEAST.items() if not figures[name] >= least]
    shown = {
        name: {"measured": round(figures[name], 3), kind: round(limit, 3)}
        for name, (kind, limit) in limits.items()
    }
    return {"targets": shown, "missed": missed}


def main() -> int:
    asked = _parser().parse_args()
    names = [f"reviewer-{number}" for number in range(THRONG)]
    load, began = os.getloadavg(), perf_counter()
    with ExitStack() as stack:
        # Not below a folder that only root may enter: PostgreSQL does not run as root.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="annotator-bench-")))
        tell("starting")
        base = stack.enter_context(database(asked.database, asked.postgres_url, folder / "postgres"))
        desk = stack.enter_context(serve_desk(base, folder / "desk"))
        bare = stack.enter_context(serve_bare(base, folder / "bare", names=names, like=desk))
        figures = measure(desk, bare, names, seconds=asked.seconds)
    verdict = judged(figures.of_targets())
    report = {
        **verdict,
        "versions": {
            "python": platform.python_version(),
            "database": base.version,
            **{name: version(name) for name in ("django", "granian", "psycopg")},
        },
        "cores": os.cpu_count(),
        "rounds": {"one client": ROUNDS, "many clients": CROWDED_ROUNDS, "growth": GROWTH_ROUNDS},
        "seconds of a round with many clients": asked.seconds,
        "load average": {"begin": load, "end": os.getloadavg()},
        "seconds in all": round(perf_counter() - began),
        **figures.as_json(),
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
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a round with many clients lasts")
    return parser


if __name__ == "__main__":
    sys.exit(main())

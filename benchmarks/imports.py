"""Measure uploads beside the bare reference: the same rows by COPY or executemany, and the file read.

The rows go into tables like those of the product, with their indexes, checks and foreign keys.

Files go in over HTTP, as anybody's program sends them: a dry run, a yes, and then until all is visible.
Prints one JSON document; ends with 1 when a target is missed, and names it there. Memory is that of all
processes of the product together, above what they take idle; on PostgreSQL without the database's.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import accumulate
from math import log
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any
from uuid import uuid4

import psutil  # type: ignore[import-untyped]  # it comes without types
import psycopg
from servers import Database, Server, database, serve_desk

# What must hold. "x" stands for times the reference, in the same run.
AT_MOST = {
    "x time of 20,000 short sentences as one CSV": 5.0,
    "growth exponent, sentences in one statement": 1.05,
    "growth exponent, statements of ten sentences": 1.05,
    "peak MB above idle": 150.0,
}
ROUNDS = 7  # of the 20,000
GROWTH_ROUNDS = 3
SHORT = 20_000
SIZES = (10_000, 100_000)  # sentences of one statement, and statements of ten sentences each
TEN = 10
TEXT = """
the of to and in that we our a is for on this not with by as be which have are it has its from will
or any all these was were company regulator authority report statement claims allegations inquiry
evidence customers employees shareholders management board investors public market product products
safety security data privacy rules law legal court decision agreement contract payment payments
revenue losses profit accounts audit auditors records documents information questions answers
concerns response letter press media journalists article coverage yesterday today week month year
first second last new own full whole true false wrong right clear serious misleading unfounded
accurate complete independent external internal former current senior national european
international local financial commercial technical personal sensitive deny denies denied reject
rejects rejected confirm confirms confirmed admit admits regret regrets commit commits committed
promise publish publishes published disclose disclosed review reviewed investigate investigated
cooperate cooperated respond responded remain remains take takes taken make makes made give gives
given open close begin began end ended continue continued change changed improve improved protect
protected inform informed suspend suspended dismiss dismissed appoint appointed plan plans policy
process measures steps controls standards practices conduct matter matters case cases facts nothing
something everything nobody everyone always never still already again immediately soon
"""
WORDS = TEXT.split()
OFTEN = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))  # as words occur in texts (Zipf)

Report = dict[str, Any]  # JSON


# --- Files ------------------------------------------------------------------------------------------------


def sentence(chance: random.Random, mark: str) -> str:
    return f"{' '.join(chance.choices(WORDS, cum_weights=OFTEN, k=7)).capitalize()} {mark}."


def table(rows: int, sentences: int, chance: random.Random) -> bytes:
    """A CSV of so many statements of so many sentences, no two alike."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["title", "text"])
    for row in range(rows):
        marks = (f"{row}x{number}" for number in range(sentences))
        writer.writerow([f"Statement {row}", " ".join(sentence(chance, mark) for mark in marks)])
    return out.getvalue().encode()


def long_text(sentences: int, chance: random.Random) -> bytes:
    lines = (sentence(chance, str(number)) for number in range(sentences))
    return " ".join(lines).encode()


# --- The product ------------------------------------------------------------------------------------------


@dataclass
class Client:
    """Somebody who manages corpora over the API."""

    server: Server
    token: str

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, kind: str = "") -> Report:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.server.port}/api/v1/{path}", method=method, data=body
        )
        request.add_header("Authorization", f"Bearer {self.token}")
        if kind:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=300) as answer:
            found: Report = json.load(answer)
            return found

    def corpus(self) -> str:
        slug = f"bench-{uuid4().hex[:8]}"
        self.ask("corpora/", "POST", json.dumps({"slug": slug, "name": slug}).encode(), "application/json")
        return slug

    def bring(self, name: str, content: bytes) -> float:
        """Send a file to a new corpus, look, say yes; return the seconds until all was visible."""
        path = f"corpora/{self.corpus()}/uploads/"
        body, kind = multipart(name, content)
        began = perf_counter()
        sent = self.ask(path, "POST", body, kind)
        mine = f"{path}{sent['id']}/"
        self._until(mine, "staged")
        self.ask(mine, "POST", b"{}", "application/json")
        self._until(mine, "stored")
        return perf_counter() - began

    def _until(self, path: str, state: str) -> Report:
        while (report := self.ask(path))["state"] != state:
            if report["state"] == "discarded" or report["problem"]:
                raise RuntimeError(f"An upload came to nothing: {report['problem']}")
            time.sleep(0.05)  # asking more often would take the time of the processor from the work
        return report


def multipart(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the body of a form with one file, and its content type (RFC 7578)."""
    edge = uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="dry_run"\r\n\r\ntrue\r\n--{edge}\r\n'
    head += f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return b"".join(
        [head.encode(), content, f"\r\n--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"


# --- The reference ----------------------------------------------------------------------------------------


def reference(base: Database, server: Server, content: bytes) -> float:
    """Read the file and write the rows that the product has just made of it into bare tables; the seconds."""
    return _in_postgres(server, content) if base.url else _in_sqlite(server, content)


def _in_sqlite(server: Server, content: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        bare = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        bare.create_function("REGEXP", 2, lambda _pattern, _text: True, deterministic=True)  # checked before
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        with sqlite3.connect(Path(server.environment["DATA_DIR"]) / "annotator.sqlite3") as product:
            for name in (*PARENTS, *TABLES):
                words = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql NOT NULL"
                for (made,) in product.execute(words, [name]).fetchall():
                    bare.execute(made)
            for name in PARENTS:
                rows = product.execute(f"SELECT * FROM {name}").fetchall()
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    bare.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
            bare.execute("PRAGMA foreign_keys=ON")
            statements, sentences = (product.execute(words).fetchall() for words in LATEST)
        places = [", ".join("?" * len(rows[0])) for rows in (statements, sentences)]
        began = perf_counter()
        read(content)
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO statement VALUES ({places[0]})", statements)
        bare.executemany(f"INSERT INTO sentence VALUES ({places[1]})", sentences)
        bare.execute("COMMIT")
        return perf_counter() - began


def _in_postgres(server: Server, content: bytes) -> float:
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as connection:
        statements, sentences = (connection.execute(words).fetchall() for words in LATEST)
        connection.execute("DROP TABLE IF EXISTS bare_sentence, bare_statement")
        for name in TABLES:
            connection.execute(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL)".encode())
            for (key,) in connection.execute(FOREIGN_KEYS, [name]).fetchall():
                inside = key.replace("REFERENCES statement(", "REFERENCES bare_statement(")
                connection.execute(f"ALTER TABLE bare_{name} ADD {inside}".encode())
        metadata = [column.name for column in connection.execute(LATEST[0]).description or ()].index(
            "metadata"
        )
        plain = [(*row[:metadata], json.dumps(row[metadata]), *row[metadata + 1 :]) for row in statements]
        began = perf_counter()
        read(content)
        with connection.transaction():
            for name, rows in zip(TABLES, (plain, sentences), strict=True):
                with connection.cursor().copy(f"COPY bare_{name} FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
        return perf_counter() - began


TABLES = ("statement", "sentence")
PARENTS = ("corpus", "upload", "source", "resplit")  # to which their foreign keys point
FOREIGN_KEYS = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
)
LATEST = (
    "SELECT * FROM statement WHERE upload_id = (SELECT max(id) FROM upload) ORDER BY id",
    "SELECT sentence.* FROM sentence JOIN statement ON statement.id = statement_id "
    "WHERE upload_id = (SELECT max(id) FROM upload) ORDER BY sentence.id",
)


def read(content: bytes) -> int:
    return sum(1 for _row in csv.reader(io.StringIO(content.decode(), newline="")))


# --- Memory -----------------------------------------------------------------------------------------------


@dataclass
class Peak:
    """The most memory that the processes of a server took while it was watched."""

    roots: Sequence[psutil.Process]
    most: float = 0.0  # MB
    enough: Event = field(default_factory=Event)

    def now(self) -> float:
        total = 0
        for root in self.roots:
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += process.memory_full_info().uss
        return total / 1e6

    def watch(self) -> None:
        while not self.enough.wait(0.1):
            self.most = max(self.most, self.now())


@contextmanager
def peak_of(server: Server) -> Iterator[Peak]:
    peak = Peak(server.roots[:1])
    watcher = Thread(target=peak.watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        peak.enough.set()
        watcher.join()


# --- All of it --------------------------------------------------------------------------------------------


def measure(base: Database, server: Server) -> tuple[dict[str, float], Report]:
    """Return the figures of the targets, and everything that was measured."""
    client = Client(server, _token(server))
    chance = random.Random(1)
    client.bring("warm.csv", table(2_000, 1, chance))
    idle = Peak(server.roots[:1]).now()
    figures: dict[str, float] = {}
    ratios, seconds, bare = [], [], []
    for _round in range(ROUNDS):
        content = table(SHORT, 1, chance)
        took = client.bring("short.csv", content)
        beside = reference(base, server, content)
        seconds.append(took)
        bare.append(beside)
        ratios.append(took / beside)
        tell(f"{SHORT} short sentences: {took:.2f} s, reference {beside:.2f} s")
    figures["x time of 20,000 short sentences as one CSV"] = median(ratios)
    with peak_of(server) as peak:  # its looking takes some time too
        shapes = {
            "sentences in one statement": lambda size: ("long.txt", long_text(size, chance)),
            "statements of ten sentences": lambda size: ("many.csv", table(size, TEN, chance)),
        }
        grown: Report = {}
        for name, make in shapes.items():
            times = {size: [] for size in SIZES}
            for _round in range(GROWTH_ROUNDS):
                for size in SIZES:
                    times[size].append(client.bring(*make(size)))
                    tell(f"{size} {name}: {times[size][-1]:.2f} s")
            small, large = (median(times[size]) for size in SIZES)
            figures[f"growth exponent, {name}"] = log(large / small) / log(SIZES[1] / SIZES[0])
            grown[name] = {str(size): [round(one, 2) for one in times[size]] for size in SIZES}
    figures["peak MB above idle"] = peak.most - idle
    rounds = {"seconds": _rounded(seconds), "reference": _rounded(bare), "ratios": _rounded(ratios)}
    return figures, {"20,000 short sentences": rounds, **grown, "idle MB": round(idle)}


def _token(server: Server) -> str:
    command = [sys.executable, "manage.py", "add_token", "admin", "--scope", "manage"]
    return subprocess.run(
        command, env=server.environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 3) for value in values]


def main() -> int:
    asked = _parser().parse_args()
    load, began = os.getloadavg(), perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="annotator-bench-")))
        base = stack.enter_context(database(asked.database, asked.postgres_url, folder / "postgres"))
        server = stack.enter_context(serve_desk(base, folder / "product"))
        figures, details = measure(base, server)
    missed = [name for name, most in AT_MOST.items() if figures[name] > most]
    report = {
        "missed": missed,
        "targets": {
            name: {"found": round(figures[name], 3), "at most": most} for name, most in AT_MOST.items()
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
    return int(bool(missed))


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


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
    return parser


if __name__ == "__main__":
    sys.exit(main())

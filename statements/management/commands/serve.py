"""Bring everything up to date, then serve: what `make run` does."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone

from statements.actions.user import add_user
from statements.errors import Refused
from statements.models import User

ADMIN = "admin"
HOST = "127.0.0.1"
WORKER = ["manage", "work"]  # as `python -m` takes it
STARTING = 7_261_114_001  # names the lock in PostgreSQL; any number that nothing else takes


class Command(BaseCommand):
    help = "Prepare the database, the seed corpus and the static files, then serve on loopback."
    # The checks of Django run within `migrate`, after the database was seen to answer.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)  # whatever is made in DATA_DIR is for this account alone
        _port_is_free(settings.ENV.port)
        _database_answers()
        with _alone():
            self._prepare()
        connections.close_all()
        self.stdout.write(f"Serving on {settings.PUBLIC_URL} (Ctrl-C stops).")
        self.stdout.flush()
        processes = json.dumps({"web server": ["granian", *_server_options()], "worker": WORKER})
        # Not in this process: it has all of Django in its memory, and only waits from here on.
        os.execv(sys.executable, [sys.executable, "-m", "annotator.supervisor", processes])  # noqa: S606

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self._first_admin()
        call_command("load_seed", admin=ADMIN if User.objects.filter(username=ADMIN).exists() else None)
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)

    def _first_admin(self) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        password = settings.ENV.admin_password or secrets.token_urlsafe(12)
        try:
            add_user(ADMIN, password=password, is_site_admin=True, at=timezone.now())
        except ValidationError as wrong:
            raise CommandError(f"ANNOTATOR_ADMIN_PASSWORD is too weak: {' '.join(wrong.messages)}") from wrong
        except Refused as taken:
            raise CommandError(
                f"Nobody administers this site, and {ADMIN} is somebody else. "
                "Add somebody who does: manage.py add_user NAME --site-admin"
            ) from taken
        if settings.ENV.admin_password:
            self.stdout.write(f"Sign in as {ADMIN} with the password in ANNOTATOR_ADMIN_PASSWORD.")
        else:
            self.stdout.write(f"Sign in as {ADMIN} with the password {password} (shown only now).")


@contextmanager
def _alone() -> Iterator[None]:
    """Wait while another start prepares the same data: two at once would make the same tables."""
    with (settings.DATA_DIR / "starting.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed, however this ends
        if not settings.ENV.is_postgres:
            yield
            return
        with connection.cursor() as cursor:  # also for starts on other machines
            cursor.execute("SELECT pg_advisory_lock(%s)", [STARTING])
            yield
            cursor.execute("SELECT pg_advisory_unlock(%s)", [STARTING])


def _port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise CommandError(f"PORT must be free, and {port} is not: {taken.strerror}.") from taken


def _database_answers() -> None:
    """Try one connection without the pool, which would try for long and log every attempt."""
    if not settings.ENV.is_postgres:
        return
    import psycopg

    try:
        with psycopg.connect(**{"connect_timeout": 10, **connection.get_connection_params()}) as probe:
            tells = probe.execute("SHOW track_activities").fetchone()
    except psycopg.OperationalError as wrong:
        why = str(wrong).splitlines()[0]
        raise CommandError(f"DATABASE_URL must lead to a database that answers: {why}") from wrong
    if tells != ("on",):
        raise CommandError(
            "DATABASE_URL must lead to a database with track_activities on, as PostgreSQL has it by itself: "
            "exports learn there which saves are still open, and would miss some."
        )


def _server_options() -> list[str]:
    """Options of the server.

    A worker that dies is replaced; if that happens again within seconds, granian ends and is itself started
    again. Headers have ten seconds to arrive. Who is served when the server is
    told to stop has three seconds.
    """
    return [
        "annotator.wsgi:application",
        "--interface=wsgi",
        "--http=1",
        "--no-ws",
        f"--host={HOST}",
        f"--port={settings.ENV.port}",
        f"--workers={settings.ENV.workers}",
        f"--blocking-threads={settings.THREADS}",
        "--respawn-failed-workers",
        "--respawn-interval=0.5",
        "--workers-kill-timeout=3",
        "--http1-header-read-timeout=10000",
        "--log-level=error",
    ]

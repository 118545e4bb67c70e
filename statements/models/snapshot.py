"""One consistent state to read from, and the moment before which it has everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from time import monotonic, sleep

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from statements.models.writing import writing

SNAPSHOT = "snapshot"  # the database connection that reads without ever holding a lock
# Whoever writes has begun before the moment that they store, see `writing.moment`. Readers of snapshots have
# another name: they are open for as long as an export takes. It counts when the question came, as somebody
# may begin behind the back of who looks: after their connection was looked at, before all were.
OLDEST_WRITE = """
    SELECT statement_timestamp(), min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = %s AND pid <> pg_backend_pid()
"""
PATIENCE = 0.5  # seconds that an export waits for open writes; a save takes some hundredths, an upload longer


def horizon() -> datetime:
    """Return a moment: all that was stored with an earlier one can be read from now on.

    Nothing that is stored later has an earlier one, and nothing of an open write has: it lies before the
    oldest of these. What bears this very moment may or may not have been stored yet.
    """
    if connection.vendor == "postgresql":
        _, oldest = _now_and_oldest_write()
        return oldest
    with writing():
        return _between()


@contextmanager
def snapshot() -> Iterator[datetime]:
    """Hold one state on the connection SNAPSHOT and yield its `horizon`; nobody who writes waits for it."""
    with ExitStack() as held:
        if connection.vendor == "postgresql":
            at = _end_of_open_writes()
            _begin(held)
        else:
            with writing():  # for as long as it takes to begin: the state is that of a moment without a write
                at = _between()
                _begin(held)
        yield at


def _begin(held: ExitStack) -> None:
    held.enter_context(transaction.atomic(using=SNAPSHOT))
    with connections[SNAPSHOT].cursor() as cursor:
        cursor.execute("SELECT id FROM corpus LIMIT 1")  # the first look is what fixes the state
        cursor.fetchall()


def _end_of_open_writes() -> datetime:
    """Return this moment once all writes that are open now have ended: whoever has just saved something finds
    it, although others are saving. If that takes longer than PATIENCE, return when the oldest one began.
    """
    until = monotonic() + PATIENCE
    at, oldest = _now_and_oldest_write()
    while oldest < at and monotonic() < until:
        sleep(0.005)
        _, oldest = _now_and_oldest_write()
    return min(at, oldest)


def _now_and_oldest_write() -> tuple[datetime, datetime]:
    """Return this moment, and when the oldest open write began: this moment if none is open."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WRITE, [settings.WRITES_AS])
        found: tuple[datetime, datetime | None] = cursor.fetchone()
    now, oldest = found
    return now, now if oldest is None else min(now, oldest)


def _between() -> datetime:
    """Return a moment that is later than any before it and not later than any after it."""
    at = timezone.now()
    while (later := timezone.now()) <= at:
        pass
    return later

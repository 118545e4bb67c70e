"""Transactions that write, and what is done when another one was faster."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from statements.errors import Refused

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)
T = TypeVar("T")
TRIES = 6
OVERTAKEN = {"40P01", "40001"}  # PostgreSQL's codes for a deadlock and for a transaction to be begun again


def retrying(work: Callable[[], T]) -> T:
    """Return what `work` does, a transaction that reads and then writes; begin it again when it lost a race.

    A broken constraint, a deadlock: a request at the same moment was faster, and now its rows can be read.
    Raises Refused("busy") when that happens TRIES times, and logs why: it may be a mistake of the program.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return work()
        except (IntegrityError, OperationalError) as lost:
            if not is_lost_race(lost):
                raise
            if not tries_left:
                log.exception("A transaction was begun %s times and never ended.", TRIES)
    raise Refused("busy")


def is_lost_race(error: IntegrityError | OperationalError) -> bool:
    """Whether somebody else was faster, as far as the database can tell."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") in OVERTAKEN


@contextmanager
def writing() -> Iterator[None]:
    """Open a transaction for a short write.

    SQLite lets one write at a time, and who waits for it sleeps and tries again: of many writers the unlucky
    ones wait for seconds, and the disk for all of them. So they queue up here first, across processes, and
    each is woken as soon as it is its turn. (On Windows SQLite's own way of waiting has to do.)

    A job writes again and again: it could take its next turn before who was woken has opened an eye. So who
    is first in the queue holds that, and whoever has just written waits behind them.
    """
    name = str(connection.settings_dict["NAME"])
    is_queueing = connection.vendor == "sqlite" and not connection.in_atomic_block and os.path.isabs(name)
    if sys.platform == "win32" or not is_queueing:
        with transaction.atomic():
            yield
        return
    with turn(name), transaction.atomic():
        yield


def moment() -> datetime:
    """Return the moment of a write, which others order what changed by: only within the transaction of it.

    It lies neither before the transaction began nor after it is read, by the clock of the database: so
    `snapshot.horizon` knows before which moment nothing more will be stored.
    """
    if connection.vendor != "postgresql":
        return timezone.now()  # nobody else writes before this transaction has ended
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: tuple[datetime] = cursor.fetchone()
    return found[0]


def clock() -> datetime:
    """Return the time; within a transaction, the moment of what it writes."""
    return moment() if connection.in_atomic_block else timezone.now()


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Wait for one's turn among all processes that ask for one by this path, and have it."""
    queue, door = (
        os.open(f"{name}-{end}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for end in ("queue", "writers")
    )
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(queue, fcntl.LOCK_UN)
        yield
    finally:
        os.close(door)  # and somebody else may write
        os.close(queue)

"""Transactions that write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

if sys.platform != "win32":
    import fcntl


@contextmanager
def writing() -> Iterator[None]:
    """Open a transaction for a short write.

    SQLite lets one write at a time, and who waits for it sleeps and tries again: of many writers the unlucky
    ones wait for seconds, and the disk for all of them. So they queue up here first, across processes, and
    each is woken as soon as it is its turn. (On Windows SQLite's own way of waiting has to do.)
    """
    name = str(connection.settings_dict["NAME"])
    is_queueing = connection.vendor == "sqlite" and not connection.in_atomic_block and os.path.isabs(name)
    if sys.platform == "win32" or not is_queueing:
        with transaction.atomic():
            yield
        return
    door = os.open(f"{name}-writers", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        with transaction.atomic():
            yield
    finally:
        os.close(door)  # and somebody else may write

"""Many at once: real threads, real transactions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic

from django.db import connection, connections

CROWD = 8


def at_once(work: Callable[[int], object], times: int = CROWD) -> list[object]:
    """Run `work(n)` in as many threads, all starting together; return what each answered or raised."""
    gate = Barrier(times)

    def one(n: int) -> object:
        try:
            gate.wait(timeout=30)
            return work(n)
        except Exception as wrong:  # whatever it is, the test looks at it
            return wrong
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def until_somebody_waits() -> None:
    """Return when another connection waits for a lock; at once on SQLite, which cannot be asked."""
    end = monotonic() + 20
    while connection.vendor == "postgresql" and monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone() != (0,):
                return
    assert connection.vendor != "postgresql", "nobody waited"

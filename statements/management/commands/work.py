"""Do jobs, one after the other: what `make run` keeps running beside the web server."""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import sys
import time
from threading import Thread
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from statements import jobs
from statements.actions.job import forget_worker, note_worker
from statements.actions.sweep import sweep

log = logging.getLogger(__name__)
INTERVAL = 1.0  # seconds between two looks for a job, unless somebody nudges
GLANCE = 0.05  # seconds between two looks at whether somebody did
SIGN_OF_LIFE = 5.0  # seconds
SWEEP = 60.0
GARBAGE = 50_000  # values made before those that nobody holds in circles are looked for
NICE = 5  # people come first: a save does not wait for a job to have the processor
KEPT = 500  # tasks that are done and still listed


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # `serve` has made them, and this is to be there soon
    help = "Read and store uploads behind the pages. `serve` starts one; a second one on the same data ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        with (settings.DATA_DIR / "worker.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise CommandError("Another worker is at this data already.") from taken
            os.nice(NICE)
            Doer(once=options["once"]).run()


class Doer(Worker):
    """The worker of the package, that gives signs of life, sweeps up, and stops in the middle of a job."""

    def __init__(self, *, once: bool) -> None:
        super().__init__(
            queue_names=["default"],
            interval=INTERVAL,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=settings.WORKER_NAME,
            excluded_queue_names=[],
        )
        self.once = once

    def run(self) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self.shutdown)
        connection_created.connect(_remember_more)
        # What a job makes is many small values in no circles: looking through them again and again would
        # take a sixth of the time.
        gc.freeze()
        gc.set_threshold(GARBAGE)
        note_worker(settings.WORKER_NAME, at=timezone.now())
        jobs.resume_own()
        sweep(at=timezone.now())
        Thread(target=_live, daemon=True).start()
        try:
            self.do_what_waits()
        finally:
            forget_worker(settings.WORKER_NAME)

    def do_what_waits(self) -> None:
        """Do the tasks that wait, and, unless it is to be once, those that come.

        The package keeps all others from writing while it looks for one: it is asked when there is one.
        """
        waiting = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        while self.running:
            close_old_connections()
            nudged = jobs.nudged_at()
            if waiting.filter(queue_name__in=self.queue_names).exists():
                super().run()
            elif self.once:
                return
            else:
                self._rest(nudged)

    def _rest(self, nudged: int) -> None:
        """Wait until somebody nudges, or long enough: a program on another machine cannot."""
        until = time.monotonic() + self.interval
        while self.running and time.monotonic() < until and jobs.nudged_at() == nudged:
            time.sleep(GLANCE)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End now, or at the next sign of life of the job under way: it goes on with the next start."""
        jobs.enough.set()
        self.running = False
        if not self.running_task:
            sys.exit(0)


def _remember_more(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Let SQLite keep the indexes in memory into which a job writes, here and there, thousands of rows."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -32000")  # kB


def _live() -> None:
    """Say that this worker is there, and look after what others left; as long as the process lives."""
    swept = time.monotonic()
    while True:
        time.sleep(SIGN_OF_LIFE)
        try:
            now = timezone.now()
            note_worker(settings.WORKER_NAME, at=now)
            jobs.resume_silent()
            if time.monotonic() - swept >= SWEEP:
                swept = time.monotonic()
                sweep(at=now)
                _forget_done()
        except DatabaseError:
            log.exception("The database did not answer; the worker tries again.")
            connection.close()


def _forget_done() -> None:
    """Keep the list of tasks short: what was done is told by the jobs."""
    done = DBTaskResult.objects.finished().order_by("-finished_at").values_list("pk", flat=True)
    DBTaskResult.objects.filter(pk__in=list(done[KEPT:])).delete()

"""Where jobs come from and who does them: small ones at once, in the request, the others by the worker.

Whatever its size, a file that is no text is read by the worker: it minds the process that reads it.

The worker looks for jobs once in a while. A program on its own machine nudges it beside: it touches a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from statements.actions.job import wake_own, wake_silent
from statements.actions.work import work
from statements.formats.kinds import APART
from statements.models import Job, JobKind, JobState, Source, Worker
from statements.models.writing import clock

IN_THE_REQUEST = 300_000  # bytes of files whose reading and storing a page waits for
enough = Event()
"""Set when this process is to stop: a job hands itself back at its next sign of life."""


def start(job: Job) -> None:
    """Have a job done, whose transaction is through: here if it is small, by the worker otherwise."""
    files = Source.objects.filter(upload=job.upload)
    size = sum(files.filter(archive=None).values_list("size", flat=True))
    is_apart = job.kind == JobKind.READ and files.to_read().unread().filter(kind__in=APART).exists()
    if size <= IN_THE_REQUEST and not is_apart:
        work(job, worker=f"request of {job.public_id}", clock=clock)
    else:
        _enqueue([job])


@task()
def do(public_id: str) -> None:
    """Do a job; the name of this worker is that of its data."""
    job = Job.objects.filter(public_id=public_id).first()
    if job is not None:
        work(job, worker=settings.WORKER_NAME, clock=clock, is_enough=enough.is_set)


def resume_own() -> None:
    """Go on with what this worker was at when it died; to be called when it starts."""
    _enqueue(wake_own(settings.WORKER_NAME, at=timezone.now()))


def resume_silent() -> None:
    """Go on with what anybody was at who has said nothing for too long."""
    _enqueue(wake_silent(at=timezone.now()))


def _enqueue(jobs: Iterable[Job]) -> None:
    for job in jobs:
        do.enqueue(job.public_id)
        nudge()


def nudge() -> None:
    """Have the worker of this machine look for jobs now."""
    settings.NUDGE.touch()


def nudged_at() -> int:
    """Return when the worker was last nudged, in nanoseconds; 0 for never. Costs next to nothing."""
    try:
        return settings.NUDGE.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def is_missing_worker(job: Job) -> bool:
    """Whether a job waits for a worker that is not there."""
    return job.state == JobState.WAITING and not Worker.objects.alive(timezone.now()).exists()

"""Jobs: who does them, how far they are, and what becomes of those whose worker died."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from statements.errors import Refused
from statements.models import Job, JobKind, JobState, Upload, User, Worker
from statements.models.job import TRIES


class Cancelled(Exception):
    """Somebody asked for the job to end."""


class Interrupted(Exception):
    """The process that does the job is to stop; another one goes on with it."""


class Overtaken(Exception):
    """The job counted as dead, and somebody else does it now."""


def never() -> bool:
    return False


@dataclass(frozen=True)
class Progress:
    """How a job says how far it is, and hears whether to go on.

    `is_enough` tells when the process that does it is to stop.
    """

    job: Job
    clock: Callable[[], datetime]
    is_enough: Callable[[], bool] = never

    def tell(self, done: int, total: int) -> None:
        """Give a sign of life; in the transaction of what was done, nobody else can have done it too.

        Raises Cancelled, Interrupted and Overtaken.
        """
        if self.is_enough():
            raise Interrupted
        mine = Job.objects.of_worker(self.job.worker).filter(pk=self.job.pk, tries=self.job.tries)
        if not mine.update(done=done, total=total, heard_at=self.clock()):
            raise Overtaken
        if mine.exclude(cancel_asked_at=None).exists():
            raise Cancelled


def open_job(upload: Upload, kind: JobKind, *, by: User | None, at: datetime) -> Job:
    """Have something done with an upload; in the transaction that makes it necessary."""
    return Job.objects.create(upload=upload, kind=kind, by=by, made_at=at)


def claim(job: Job, *, worker: str, at: datetime) -> Job | None:
    """Return the job for this worker to do; None when somebody else does it, or it has ended."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if not waiting.update(state=JobState.RUNNING, worker=worker, tries=F("tries") + 1, heard_at=at):
        return None
    return Job.objects.select_related("upload__corpus", "by").get(pk=job.pk)


def end(job: Job, state: JobState, *, at: datetime) -> None:
    """Close a job. Raises Overtaken when it is not this worker's any more."""
    mine = Job.objects.of_worker(job.worker).filter(pk=job.pk, tries=job.tries)
    if not mine.update(state=state, ended_at=at):
        raise Overtaken


def hand_back(job: Job) -> None:
    """Let another worker begin the job anew; that it was interrupted is no failed try."""
    mine = Job.objects.of_worker(job.worker).filter(pk=job.pk, tries=job.tries)
    mine.update(state=JobState.WAITING, worker="", tries=F("tries") - 1)


def ask_to_cancel(upload: Upload, *, at: datetime) -> Job | None:
    """Ask for the open job of an upload to end, and return it; None when there is none."""
    job = Job.objects.open().filter(upload=upload).first()
    if job is not None:
        Job.objects.open().filter(pk=job.pk, cancel_asked_at=None).update(cancel_asked_at=at)
    return job


def wake_silent(*, at: datetime) -> list[Job]:
    """Return the jobs to be done again, because who did them died or never began; they wait now.

    One that was tried as often as is allowed waits too: whoever claims it sees that, and ends it in words.
    """
    return _wake(Q(pk__in=Job.objects.silent(at).values("pk")), at=at)


def wake_own(worker: str, *, at: datetime) -> list[Job]:
    """Return the jobs that this worker was at when it ended, now that it is there again.

    What was begun and handed back waits, by whomever: it may be woken twice, and is claimed once.
    """
    was_begun = Q(state=JobState.WAITING, heard_at__isnull=False)
    return _wake(Q(state=JobState.RUNNING, worker=worker) | was_begun, at=at)


@transaction.atomic
def _wake(which: Q, *, at: datetime) -> list[Job]:
    jobs = list(Job.objects.open().filter(which).select_for_update(of=("self",)))
    for job in jobs:
        Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, worker="", heard_at=at)
    return jobs


def is_worn_out(job: Job) -> bool:
    """Whether the job has died with its worker as often as it may be tried."""
    return job.tries > TRIES


def note_worker(name: str, *, at: datetime) -> None:
    """Say that this worker is there."""
    if not Worker.objects.filter(name=name).update(seen_at=at):
        Worker.objects.get_or_create(name=name, defaults={"seen_at": at})


def forget_worker(name: str) -> None:
    """Say that this worker has ended."""
    Worker.objects.filter(name=name).delete()


def refuse_if_open(upload: Upload) -> None:
    """Raise Refused("being_worked_on") while a job is at the upload."""
    if Job.objects.open().filter(upload=upload).exists():
        raise Refused("being_worked_on")

"""Doing a job: what it is, and how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from statements.actions.compare import compare
from statements.actions.job import (
    Cancelled,
    Interrupted,
    Overtaken,
    Progress,
    claim,
    end,
    hand_back,
    is_worn_out,
    never,
)
from statements.actions.reading import read
from statements.actions.source import as_problem
from statements.actions.storing import store
from statements.actions.sweep import clean
from statements.actions.upload import go_on, undo_begun
from statements.errors import Refused
from statements.models import Job, JobKind, JobState
from statements.models.writing import writing

log = logging.getLogger(__name__)
WORK = {JobKind.READ: read, JobKind.STORE: store}


def work(
    job: Job, *, worker: str, clock: Callable[[], datetime], is_enough: Callable[[], bool] = never
) -> None:
    """Do a job that waits, as this worker; nothing when somebody else does it.

    However it ends, the upload says how: it was read or stored, or the pages tell why not.
    """
    claimed = claim(job, worker=worker, at=clock())
    if claimed is None:
        return
    progress, following = Progress(claimed, clock, is_enough), None
    try:
        if is_worn_out(claimed):
            _end(progress, JobState.FAILED, problem=Refused("worker_died"))
            return
        progress.tell(0, claimed.total)  # it may have been cancelled while it waited
        WORK[JobKind(claimed.kind)](claimed.upload, progress)
        end(claimed, JobState.DONE, at=clock())
        following = _following(claimed, at=clock())
    except Cancelled:
        _end(progress, JobState.CANCELLED)
    except Interrupted:
        hand_back(claimed)
    except Overtaken:
        log.warning("%s went on with another worker.", claimed)
    except Refused as refusal:
        _end(progress, JobState.FAILED, problem=refusal)
    except Exception:
        log.exception("%s failed.", claimed)
        _end(progress, JobState.FAILED, problem=Refused("unexpected"))
    if following is not None:
        work(following, worker=worker, clock=clock, is_enough=is_enough)


def _following(job: Job, *, at: datetime) -> Job | None:
    """Return the job that comes next by itself: an upload without a look is stored once it was read."""
    is_unseen = job.kind == JobKind.READ and job.upload.unseen
    return go_on(job.upload, at=at) if is_unseen else None


def _end(progress: Progress, state: JobState, *, problem: Refused | None = None) -> None:
    """Close a job that did not do what it should, and bring its upload to rest."""
    job, at = progress.job, progress.clock()
    why = as_problem(problem) if problem else None
    try:
        with writing():
            end(job, state, at=at)
            undo_begun(job.upload, job.kind, at=at, problem=why)
    except Overtaken:
        log.warning("%s went on with another worker.", job)
        return
    clean(job.upload)
    if problem is not None and problem.code == "came_in_meanwhile":
        compare(job.upload)

"""The worker: it does what waits, and looks for it without standing in anybody's way."""

from __future__ import annotations

import time
from io import BytesIO
from threading import Event as Signal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from statements import jobs
from statements.actions.source import Incoming
from statements.actions.statement import Details
from statements.actions.upload import receive
from statements.management.commands.work import Doer
from statements.models import Job, Upload
from tests.make import NOON, make_corpus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doer(monkeypatch):
    monkeypatch.setattr(jobs, "IN_THE_REQUEST", 0)
    return Doer(once=True)


def test_a_worker_that_looks_for_work_keeps_nobody_from_writing(doer):
    with CaptureQueriesContext(connection) as queries:
        doer.do_what_waits()

    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_an_idle_worker_leaves_the_database_alone_until_it_is_nudged(doer, monkeypatch):
    doer.once = False
    happens = iter(["", "", "", "nudge", "end"])  # at each glance

    def glance(_seconds: float) -> None:
        what = next(happens)
        if what == "nudge":
            jobs.nudge()
        doer.running = what != "end"

    monkeypatch.setattr(time, "sleep", glance)

    with CaptureQueriesContext(connection) as queries:
        doer.do_what_waits()

    assert len(queries) == 2
    assert list(happens) == []


def test_a_job_that_a_stop_interrupted_goes_on_with_the_next_start(doer, monkeypatch):
    upload = receive(
        make_corpus(), [Incoming("a.txt", BytesIO(b"One stands."))], proposal=Details(), by=None, at=NOON
    )
    job = Job.objects.get()
    jobs.start(job)
    with monkeypatch.context() as stopping:
        stopping.setattr(jobs, "enough", Signal())
        jobs.enough.set()
        doer.do_what_waits()
    job.refresh_from_db()
    assert (job.state, job.tries) == ("waiting", 0)

    jobs.resume_own()
    doer.do_what_waits()

    assert Upload.objects.get(pk=upload.pk).state == "staged"


def test_a_start_leaves_alone_what_a_request_is_about_to_do(doer):
    receive(make_corpus(), [Incoming("a.txt", BytesIO(b"One."))], proposal=Details(), by=None, at=NOON)

    jobs.resume_own()

    assert not DBTaskResult.objects.exists()


def test_a_worker_does_all_that_waits(doer):
    corpus = make_corpus()
    uploads = [
        receive(corpus, [Incoming("a.txt", BytesIO(text))], proposal=Details(), by=None, at=NOON)
        for text in (b"One stands.", b"Two stand.")
    ]
    for job in Job.objects.open():
        jobs.start(job)

    doer.do_what_waits()

    assert [Upload.objects.get(pk=one.pk).state for one in uploads] == ["staged", "staged"]
    assert not DBTaskResult.objects.ready().exists()

"""The worker: it does what waits, and looks for it without standing in anybody's way."""

from __future__ import annotations

import time
from io import BytesIO

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

"""Jobs end as they should, and as they should not: cancelled, interrupted, dead, overtaken, broken."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest

from statements.actions import storing
from statements.actions.job import Overtaken, Progress, end, note_worker, wake_own, wake_silent
from statements.actions.source import Incoming
from statements.actions.statement import Details
from statements.actions.sweep import NEVER_ARRIVED, sweep
from statements.actions.upload import cancel, confirm, discard, receive, withdraw
from statements.actions.work import work
from statements.models import (
    Draft,
    Fault,
    Job,
    JobState,
    Piece,
    Sentence,
    Statement,
    Upload,
    UploadState,
    Worker,
)
from statements.models.job import SILENT, TRIES
from tests.make import LATER, NOON, THREE, bring, done, make_upload, store

pytestmark = pytest.mark.django_db

MANY = {"many.csv": "text\n" + "".join(f"We deny point {n}. It is false.\n" for n in range(30))}


@pytest.fixture(autouse=True)
def _small_writes(monkeypatch):
    """Ten statements a write, and the sentences of ten, so that there is a middle."""
    monkeypatch.setattr(storing, "CHARACTERS_AT_ONCE", 10 * (storing.ROW + 40))
    monkeypatch.setattr(storing, "SENTENCES_AT_ONCE", 20)


class Stop:
    """Something that is true from its nth question on."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def at_noon() -> datetime:
    return NOON


def counts() -> tuple[int, int]:
    return Statement.objects.count(), Sentence.objects.count()


def storing_job(upload: Upload) -> Job:
    job = confirm(upload, by=None, at=NOON)
    assert job is not None
    return job


def died(job: Job, upload: Upload, *, after: int = 5, worker: str = "first") -> None:
    """Do some of a job and then nothing more, as one does whose worker is killed."""

    def killed() -> bool:
        if stop():
            raise KeyboardInterrupt
        return False

    stop = Stop(after)
    with pytest.raises(KeyboardInterrupt):
        work(job, worker=worker, clock=at_noon, is_enough=killed)
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING


def test_nothing_is_seen_before_the_last_write(corpus, monkeypatch):
    upload = bring(MANY)
    seen = []

    def look(*args: object) -> bool:
        seen.append((Statement.objects.count(), Statement.objects.visible().count()))
        return False

    work(storing_job(upload), worker="one", clock=at_noon, is_enough=look)

    assert {visible for _all, visible in seen} == {0}
    assert max(everything for everything, _visible in seen) == 30
    assert Statement.objects.visible().count() == 30


@pytest.mark.parametrize("after", [2, 4, 6])
def test_what_is_interrupted_is_handed_back_and_done_anew(corpus, after):
    upload = bring(MANY)
    job = storing_job(upload)

    work(job, worker="one", clock=at_noon, is_enough=Stop(after))
    job.refresh_from_db()
    assert (job.state, job.worker, job.tries) == (JobState.WAITING, "", 0)
    assert Statement.objects.visible().count() == 0

    assert done(upload).state == UploadState.STORED
    assert counts() == (30, 60)


@pytest.mark.parametrize("after", [2, 4, 6])
def test_a_worker_that_is_there_again_goes_on_with_what_it_was_at(corpus, after):
    upload = bring(MANY)
    job = storing_job(upload)
    died(job, upload, after=after)

    assert wake_own("another", at=LATER) == []
    assert wake_own("first", at=LATER) == [job]
    assert done(upload).state == UploadState.STORED
    assert counts() == (30, 60)


def test_a_job_that_says_nothing_for_a_minute_is_done_by_another(corpus):
    upload = bring(MANY)
    job = storing_job(upload)
    died(job, upload)

    assert wake_silent(at=NOON + SILENT) == []
    assert wake_silent(at=NOON + SILENT + timedelta(seconds=1)) == [job]
    assert done(upload, at=LATER).state == UploadState.STORED


def test_reading_that_died_is_begun_anew(corpus):
    file = Incoming("many.csv", io.BytesIO(MANY["many.csv"].encode()))
    upload = receive(corpus, [file], proposal=Details(), by=None, at=NOON)
    died(Job.objects.get(), upload, after=2)

    wake_own("first", at=LATER)

    assert done(upload).state == UploadState.STAGED
    assert Draft.objects.count() == 30


def test_who_was_overtaken_writes_nothing_more(corpus):
    upload = bring(MANY)
    job = storing_job(upload)
    died(job, upload)
    slow = Job.objects.get(pk=job.pk)
    wake_own("first", at=LATER)
    done(upload)

    with pytest.raises(Overtaken):
        Progress(slow, at_noon).tell(1, 2)
    with pytest.raises(Overtaken):
        end(slow, JobState.FAILED, at=LATER)

    assert Upload.objects.get(pk=upload.pk).state == UploadState.STORED
    assert counts() == (30, 60)


def test_who_was_overtaken_and_then_fails_says_nothing_of_it(corpus, monkeypatch):
    upload = bring(MANY)
    job = storing_job(upload)

    def overtaken(*args: object, **more: object) -> None:
        Job.objects.filter(pk=job.pk).update(worker="another")
        raise ZeroDivisionError

    monkeypatch.setattr(storing, "drop_statements", overtaken)
    work(job, worker="slow", clock=at_noon)

    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    assert Upload.objects.get(pk=upload.pk).problem is None


def test_a_job_over_which_its_worker_dies_again_and_again_ends_in_words(corpus):
    upload = bring(MANY)
    job = storing_job(upload)
    for _try in range(TRIES):
        died(job, upload)
        wake_own("first", at=LATER)

    ended = done(upload)

    assert (ended.state, ended.problem["code"]) == (UploadState.STAGED, "worker_died")
    assert (Job.objects.get(pk=job.pk).state, counts()) == (JobState.FAILED, (0, 0))


def test_what_nobody_expected_is_told_and_logged_and_leaves_nothing(corpus, monkeypatch, caplog):
    upload = bring(MANY)
    monkeypatch.setattr(storing, "store_sentences", lambda *args, **more: 1 / 0)

    ended = store(upload)

    assert (ended.state, ended.problem["code"]) == (UploadState.STAGED, "unexpected")
    assert "ZeroDivisionError" in caplog.text
    assert counts() == (0, 0)


# --- Cancelling ---


def test_a_job_that_nobody_has_begun_is_cancelled_at_once(corpus, ada):
    upload = bring(MANY)
    storing_job(upload)

    cancel(upload, by=ada, at=LATER)

    assert Upload.objects.get(pk=upload.pk).state == UploadState.STAGED
    assert [job.state for job in Job.objects.filter(kind="store")] == [JobState.CANCELLED]


@pytest.mark.parametrize("after", [1, 3, 5])
def test_storing_stops_in_the_middle_and_leaves_the_upload_as_it_was(corpus, ada, after):
    upload = bring(MANY)
    job = storing_job(upload)

    def cancelling() -> bool:
        if stop() and Job.objects.get(pk=job.pk).cancel_asked_at is None:
            cancel(upload, by=ada, at=LATER)
        return False

    stop = Stop(after)
    work(job, worker="one", clock=at_noon, is_enough=cancelling)

    assert Upload.objects.get(pk=upload.pk).state == UploadState.STAGED
    assert (counts(), Draft.objects.count()) == ((0, 0), 30)
    assert store(upload).state == UploadState.STORED


def test_an_upload_that_is_being_read_is_discarded(corpus, ada):
    file = Incoming("many.csv", io.BytesIO(MANY["many.csv"].encode()))
    upload = receive(corpus, [file], proposal=Details(), by=ada, at=NOON)

    def cancelling() -> bool:
        if stop() and Job.objects.get().cancel_asked_at is None:
            cancel(upload, by=ada, at=LATER)
        return False

    stop = Stop(1)
    work(Job.objects.get(), worker="one", clock=at_noon, is_enough=cancelling)

    assert Upload.objects.get().state == UploadState.DISCARDED
    assert (Draft.objects.count(), Piece.objects.count()) == (0, 0)


# --- Sweeping up ---


def test_what_was_given_up_is_swept_and_what_waits_is_not(corpus, ada):
    given_up, waits = bring({"a.csv": "text,date\nNo.,\nWe.,once\n"}), make_upload()
    discard(given_up, by=ada, at=NOON)

    sweep(at=LATER)

    assert [draft.upload for draft in Draft.objects.all()] == [waits]
    assert [piece.source.upload for piece in Piece.objects.all()] == [waits]
    assert Fault.objects.count() == 1  # what could not be read stays to be told


def test_statements_that_a_dead_worker_left_go_and_those_that_are_stored_stay(corpus, ada):
    kept = store(make_upload())
    upload = bring(MANY)
    died(storing_job(upload), upload)
    left = Statement.objects.filter(upload=upload).count()
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.STAGED)

    sweep(at=LATER)

    assert left > 0
    assert [statement.upload for statement in Statement.objects.all()] == [kept]


def test_what_a_job_is_at_is_not_swept(corpus):
    upload = bring(MANY)
    died(storing_job(upload), upload)
    left = Statement.objects.count()

    sweep(at=LATER)

    assert Statement.objects.count() == left > 0


def test_files_that_never_arrived_are_forgotten_after_an_hour(corpus):
    upload = Upload.objects.create(corpus=corpus, state=UploadState.READING, created_at=NOON)

    sweep(at=NOON + NEVER_ARRIVED)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.READING
    sweep(at=NOON + NEVER_ARRIVED + timedelta(seconds=1))
    assert Upload.objects.get(pk=upload.pk).state == UploadState.DISCARDED


def test_texts_of_a_withdrawn_upload_are_freed_even_if_whoever_withdrew_it_died(corpus):
    upload = store(make_upload(THREE))
    withdraw(upload, by=None, at=NOON)
    Statement.objects.update(withdrawn_at=None)

    sweep(at=LATER)

    assert Statement.objects.get().withdrawn_at == NOON


# --- Workers ---


def test_a_worker_counts_as_there_for_a_quarter_of_a_minute(corpus):
    note_worker("one", at=NOON)
    note_worker("one", at=NOON + timedelta(seconds=5))

    alive = [NOON + timedelta(seconds=20), NOON + timedelta(seconds=21)]
    assert [Worker.objects.alive(at).count() for at in alive] == [1, 0]

"""The moment before which a snapshot has everything, while others write."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Event as Signal
from threading import Timer
from time import sleep

from django.db import connection, connections, transaction

from statements.models import Annotation, Corpus
from statements.models.snapshot import OLDEST_WRITE, SNAPSHOT, horizon, snapshot
from statements.models.writing import moment, writing
from tests.make import make_corpus, make_reviewer, make_statement, sentences_of, tag
from tests.order import COMMITTED

pytestmark = COMMITTED


@contextmanager
def open_write() -> Iterator[tuple[datetime, Signal]]:
    """A write in another thread that has its moment and has stored a corpus; it ends when it is told to."""
    began, may_end = Signal(), Signal()
    moments: list[datetime] = []

    def write() -> None:
        with writing():
            moments.append(moment())
            Corpus.objects.create(slug="late", name="Late", created_at=moments[0])
            began.set()
            may_end.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        assert began.wait(10)
        try:
            yield moments[0], may_end
        finally:
            may_end.set()
            done.result()


def test_what_is_stored_before_lies_before_it_and_what_comes_later_behind():
    with writing():
        before = moment()
    at = horizon()
    with writing():
        after = moment()

    assert before < at <= after


def test_an_open_write_lies_behind_it_or_is_in_it():
    """PostgreSQL looks as far as the open write; SQLite, which has one at a time, waits for its end."""

    def look() -> tuple[datetime, bool]:
        with snapshot() as as_of:
            seen = Corpus.objects.using(SNAPSHOT).filter(slug="late").exists()
        connections.close_all()
        return as_of, seen

    with open_write() as (stamped, may_end), ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        is_told_before = connection.vendor == "postgresql"
        if is_told_before:
            looking.result(10)
        may_end.set()
        as_of, seen = looking.result(10)

    assert (seen, as_of > stamped) == (not is_told_before, not is_told_before)
    assert horizon() > stamped


def test_what_somebody_saved_is_in_what_they_then_export_although_another_write_is_open():
    with open_write() as (saved, may_end):
        if connection.vendor == "postgresql":  # where two write at once
            with writing():
                saved = moment()
        Timer(0.1, may_end.set).start()
        with snapshot() as as_of:
            pass

    assert as_of > saved


def test_a_write_that_begins_while_it_looks_lies_behind_it(monkeypatch):
    if connection.vendor != "postgresql":
        with open_write() as (stamped, may_end):  # SQLite looks when nobody writes
            Timer(0.1, may_end.set).start()
            assert horizon() > stamped
        return
    # It has seen that nobody writes, and then takes its time.
    slowly = "pg_sleep_until(statement_timestamp() + interval '0.4 seconds') IS NOT NULL"
    monkeypatch.setattr("statements.models.snapshot.OLDEST_WRITE", f"{OLDEST_WRITE} AND {slowly}")

    def look() -> datetime:
        try:
            return horizon()
        finally:
            connection.close()

    connection.ensure_connection()
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        sleep(0.2)
        with writing():
            stamped = moment()
            assert not looking.done()
            looking.result(10)

    assert looking.result() <= stamped


def test_a_reader_does_not_hold_it_back():
    with snapshot(), transaction.atomic(using=SNAPSHOT):
        Corpus.objects.using(SNAPSHOT).exists()
        first = horizon()

        assert horizon() > first


def test_a_snapshot_stays_as_it_was():
    make_corpus()
    with snapshot():
        with ThreadPoolExecutor(1) as pool:

            def write() -> None:
                Corpus.objects.update(name="Another")
                connection.close()

            pool.submit(write).result()
        seen = Corpus.objects.using(SNAPSHOT).get().name

    assert (seen, Corpus.objects.get().name) == ("Press", "Another")


def test_nothing_is_missed_by_whoever_follows_with_many_writers():
    """Each look asks for what was saved since the horizon of the look before it."""
    reviewers = [make_reviewer(f"rosa{number}") for number in range(4)]
    sentences = sentences_of(make_statement("One more. " * 12))
    followed: set[str] = set()

    def decide(number: int) -> None:
        for sentence in sentences:
            tag(sentence, reviewers[number], "rebuttal", at=None)
        connection.close()

    since = horizon()
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(decide, number) for number in range(4)]
        while True:
            is_over = all(one.done() for one in running)
            until = horizon()
            followed |= set(Annotation.objects.filter(saved_at__gte=since).values_list("key", flat=True))
            since = until
            if is_over:
                break
        for one in running:
            one.result()

    assert followed == set(Annotation.objects.values_list("key", flat=True))
    assert len(followed) == 4 * 12

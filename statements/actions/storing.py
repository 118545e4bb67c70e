"""Storing: from the drafts of an upload to statements, in short writes of which the last one shows all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models.functions import Length

from statements.actions.job import Progress
from statements.actions.sweep import drop_drafts, drop_statements
from statements.actions.upload import make_visible
from statements.errors import Refused
from statements.models import Draft, DraftQuerySet, Statement, StatementQuerySet, StatementWords, Upload
from statements.models.bulk import store_sentences, store_statements
from statements.models.search import kept_of
from statements.models.writing import writing

SENTENCES_AT_ONCE = 5_000  # in one write, for which every save of a reviewer waits
CHARACTERS_AT_ONCE, ROW = 1_000_000, 400  # of texts in one write, in which a statement counts so many more


def store(upload: Upload, progress: Progress) -> None:
    """Store the drafts that are to be stored, and show them all at once.

    What an earlier attempt left is removed first. Statements go in before their sentences: their indexes are
    written here and there, and seldom is cheaper. Raises Refused("came_in_meanwhile") when the corpus got one
    of the texts since, and what `progress.tell` raises: then nothing of it is to be seen.
    """
    # All of them before the first write, which an open query would stand beside.
    drafts = list(_to_store(upload).values_list("number", Length("text") + ROW, "sentences"))
    counts = {"statements": len(drafts), "sentences": sum(sentences for *_, sentences in drafts)}
    done, total, at = 0, sum(counts.values()), progress.clock()

    def is_ours() -> bool:
        progress.tell(done, total)
        return True

    drop_statements(upload, may=is_ours)
    segmenter, latest = upload.found["segmenter"], 0
    try:
        for run in runs(((number, weight) for number, weight, _ in drafts), CHARACTERS_AT_ONCE):
            with writing():
                is_ours()
                store_statements(upload, run.first, run.last, segmenter=segmenter, at=at)
                found = StatementWords.objects.store_plain(upload, after=latest)
            if found < run.count:
                _index(upload, latest, may=is_ours)
            latest = _of(upload).values_list("pk", flat=True).reverse()[0]
            done += run.count
    except IntegrityError as taken:
        if not _came_in_meanwhile(upload):
            raise
        raise Refused("came_in_meanwhile") from taken
    for run in runs(((number, sentences) for number, _, sentences in drafts), SENTENCES_AT_ONCE):
        for begin in range(0, run.heaviest, SENTENCES_AT_ONCE):
            with writing():
                is_ours()
                end = begin + SENTENCES_AT_ONCE - 1
                store_sentences(upload, run.first, run.last, begin=begin, end=end)
        done += run.weight
    with writing():
        is_ours()
        first = _of(upload)[0]
        Upload.objects.filter(pk=upload.pk).update(found={**upload.found, **counts})
        make_visible(upload, by=progress.job.by, at=progress.clock(), first=first, **counts)
    drop_drafts(Draft.objects.filter(upload=upload))


def _to_store(upload: Upload) -> DraftQuerySet:
    return Draft.objects.filter(upload=upload).to_store().in_order()


def _of(upload: Upload) -> StatementQuerySet:
    return Statement.objects.filter(upload=upload).in_order()


def _index(upload: Upload, after: int, *, may: Callable[[], bool]) -> None:
    """Let those statements behind this primary key be found that cannot be found yet."""
    new = _of(upload).filter(pk__gt=after).without_words()
    kept = kept_of(new.values_list("pk", "title", "text"))  # while nobody waits for it
    with writing():
        may()
        StatementWords.objects.store(kept)


@dataclass
class Run:
    """Drafts that are stored in one write, by the numbers of the first and the last."""

    first: int
    last: int
    count: int = 0
    weight: int = 0
    heaviest: int = 0

    def take(self, number: int, weight: int) -> None:
        self.last = number
        self.count += 1
        self.weight += weight
        self.heaviest = max(self.heaviest, weight)


def runs(drafts: Iterable[tuple[int, int]], most: int) -> Iterator[Run]:
    """Yield runs of drafts that weigh at most so much together, a heavier one alone; by number and weight."""
    run = None
    for number, weight in drafts:
        if run is None or run.weight + weight > most:
            if run:
                yield run
            run = Run(number, number)
        run.take(number, weight)
    if run:
        yield run


def _came_in_meanwhile(upload: Upload) -> bool:
    """Whether another upload has one of the texts by now, seen or not yet."""
    folds = _to_store(upload).values("fold")
    others = Statement.objects.of(upload.corpus).filter(withdrawn_at=None).exclude(upload=upload)
    return others.filter(fold__in=folds).exists()

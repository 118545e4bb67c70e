"""Storing: from the drafts of an upload to statements, in short writes of which the last one shows all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models.functions import Length

from statements.actions.job import Progress
from statements.actions.sweep import drop_drafts, drop_statements
from statements.actions.upload import make_visible
from statements.errors import Refused
from statements.models import Draft, Statement, Upload
from statements.models.bulk import store_sentences, store_statements
from statements.models.writing import writing

STATEMENTS_AT_ONCE, SENTENCES_AT_ONCE, CHARACTERS_AT_ONCE = 1_000, 5_000, 1_000_000  # in one write


def store(upload: Upload, progress: Progress) -> None:
    """Store the drafts that are to be stored, and show them all at once.

    What an earlier attempt left is removed first. Raises Refused("came_in_meanwhile") when the corpus got one
    of the texts since, and what `progress.tell` raises: then nothing of it is to be seen.
    """
    drafts = Draft.objects.filter(upload=upload).to_store().in_order()
    sizes = drafts.annotate(length=Length("text")).values_list("number", "sentences", "length")
    runs = list(_runs(sizes.iterator()))
    total, done, at = sum(run.sentences for run in runs), 0, progress.clock()

    def is_ours() -> bool:
        progress.tell(done, total)
        return True

    drop_statements(upload, may=is_ours)
    segmenter = upload.found["segmenter"]
    try:
        for run in runs:
            with writing():
                is_ours()
                store_statements(upload, run.first, run.last, segmenter=segmenter, at=at)
                store_sentences(upload, run.first, run.last, end=SENTENCES_AT_ONCE - 1)
            for begin in range(SENTENCES_AT_ONCE, run.longest, SENTENCES_AT_ONCE):
                with writing():
                    is_ours()
                    end = begin + SENTENCES_AT_ONCE - 1
                    store_sentences(upload, run.first, run.last, begin=begin, end=end)
            done += run.sentences
    except IntegrityError as taken:
        if not _came_in_meanwhile(upload):
            raise
        raise Refused("came_in_meanwhile") from taken
    with writing():
        is_ours()
        first = Statement.objects.filter(upload=upload).in_order()[0]
        counts = {"statements": sum(run.statements for run in runs), "sentences": total}
        Upload.objects.filter(pk=upload.pk).update(found={**upload.found, **counts})
        make_visible(upload, by=progress.job.by, at=progress.clock(), first=first, **counts)
    drop_drafts(Draft.objects.filter(upload=upload))


@dataclass
class _Run:
    """Drafts that are stored in one write, by the numbers of the first and the last; a long one alone."""

    first: int
    last: int
    statements: int = 0
    sentences: int = 0
    characters: int = 0
    longest: int = 0

    def take(self, number: int, sentences: int, length: int) -> bool:
        """Add a draft if there is room for it."""
        is_full = (
            self.statements >= STATEMENTS_AT_ONCE
            or self.sentences + sentences > SENTENCES_AT_ONCE
            or self.characters + length > CHARACTERS_AT_ONCE
        )
        if is_full and self.statements:
            return False
        self.last = number
        self.statements += 1
        self.sentences += sentences
        self.characters += length
        self.longest = max(self.longest, sentences)
        return True


def _runs(sizes: Iterable[tuple[int, int, int]]) -> Iterator[_Run]:
    """Yield runs of drafts, of which numbers, sentences and lengths of the texts come in order."""
    run = None
    for number, sentences, length in sizes:
        run = run or _Run(number, number)
        if not run.take(number, sentences, length):
            yield run
            run = _Run(number, number)
            run.take(number, sentences, length)
    if run:
        yield run


def _came_in_meanwhile(upload: Upload) -> bool:
    """Whether another upload has one of the texts by now, seen or not yet."""
    folds = Draft.objects.filter(upload=upload).to_store().values("fold")
    others = Statement.objects.of(upload.corpus).filter(withdrawn_at=None).exclude(upload=upload)
    return others.filter(fold__in=folds).exists()

"""The index of words: rebuilt from the texts, whenever it is not what it should be."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length

from statements.actions.storing import Run, runs
from statements.models import Corpus, Statement, StatementQuerySet, StatementWords, UploadState
from statements.models.search import PARTS, kept_of
from statements.models.writing import writing

CHARACTERS_AT_ONCE, ROW = 200_000, 1_000  # of texts in one write, in which a statement counts so many more


def rebuild(corpus: Corpus | None = None) -> int:
    """Take up all statements anew, or those of a corpus, in short writes; return how many there were.

    Meanwhile each is found, by its old words or its new ones. Those that are just being stored are left out,
    as they are taken up where that is done.
    """
    statements = Statement.objects.filter(upload__state=UploadState.STORED)
    if corpus is not None:
        statements = statements.of(corpus)
    weighed = list(statements.in_order().values_list("pk", Length("text") + ROW))
    count = 0
    for run in runs(weighed, CHARACTERS_AT_ONCE):
        count += _take_up(statements, run)
    if corpus is None:
        with writing():
            StatementWords.objects.filter(
                ~Exists(Statement.objects.filter(pk=OuterRef("key") / PARTS))
            ).delete()
    return count


def _take_up(statements: StatementQuerySet, run: Run) -> int:
    rows = statements.filter(pk__range=(run.first, run.last)).in_order()
    before = list(rows.values_list("pk", "title", "text"))
    kept = kept_of(before)  # while nobody waits for it
    with writing():
        there = rows.filter(pk__in=[pk for pk, *_ in before])  # few: each weighs ROW
        titles = dict(there.select_for_update(of=("self",)).values_list("pk", "title"))
        if titles != {pk: title for pk, title, _text in before}:  # one was corrected, or one is gone
            kept = kept_of((pk, titles[pk], text) for pk, _title, text in before if pk in titles)
        for pk in titles:
            StatementWords.objects.of(pk).delete()
        StatementWords.objects.store(kept)
    return len(titles)

"""Sweeping up: rows of uploads that were given up or cancelled, and of work whose process died.

Nobody has ever seen these rows. They go in short writes, so that nobody waits for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from statements.actions.upload import free_texts
from statements.models import Draft, Job, Piece, Sentence, Statement, StatementWords, Upload, UploadState
from statements.models.writing import writing

AT_ONCE = 500  # rows in one write
SENTENCES_AT_ONCE = 5_000
PIECES_AT_ONCE = 5  # of up to a megabyte each
NEVER_ARRIVED = timedelta(hours=1)
"""So long an upload may be without a job that reads it: while its files arrive."""


def sweep(*, at: datetime) -> None:
    """Remove all that is left of what never was, or is not to be, stored."""
    arriving = Upload.objects.filter(state=UploadState.READING, created_at__lt=at - NEVER_ARRIVED)
    without = ~Exists(Job.objects.open().filter(upload=OuterRef("pk")))
    arriving.filter(without).update(state=UploadState.DISCARDED, settled_at=at)
    for upload in _with_leftovers():
        clean(upload)
    withdrawn = Exists(Statement.objects.filter(upload=OuterRef("pk"), withdrawn_at=None))
    for upload in Upload.objects.exclude(withdrawn_at=None).filter(withdrawn):
        free_texts(upload, at=upload.withdrawn_at or at)


def _with_leftovers() -> QuerySet[Upload]:
    statements = Exists(Statement.objects.filter(upload=OuterRef("pk")))
    drafts = Exists(Draft.objects.filter(upload=OuterRef("pk")))
    pieces = Exists(Piece.objects.filter(source__upload=OuterRef("pk")))
    ended = [UploadState.STORED, UploadState.DISCARDED]
    return Upload.objects.filter(
        (Q(state__in=[UploadState.STAGED, UploadState.READING, UploadState.DISCARDED]) & statements)
        | (Q(state__in=ended) & drafts)
        | (Q(state=UploadState.DISCARDED) & pieces)
    )


def clean(upload: Upload) -> None:
    """Remove what is left of an upload and does not go with its state."""
    state = Upload.objects.values_list("state", flat=True).get(pk=upload.pk)
    if state in (UploadState.READING, UploadState.STAGED, UploadState.DISCARDED):
        drop_statements(upload, may=lambda: _is_still(upload, state))
    if state in (UploadState.STORED, UploadState.DISCARDED):
        drop_drafts(Draft.objects.filter(upload=upload))  # what could not be read stays to be told
    if state == UploadState.DISCARDED:
        drop(Piece.objects.filter(source__upload=upload), PIECES_AT_ONCE)


def _is_still(upload: Upload, state: str) -> bool:
    """Whether nobody has begun to store the upload; nobody can until this transaction ends."""
    return Upload.objects.select_for_update().filter(pk=upload.pk, state=state).exists()


def always() -> bool:
    return True


def drop_statements(upload: Upload, *, may: Callable[[], bool]) -> None:
    """Remove the statements of an upload that was never visible, with their sentences.

    `may` is asked in the transaction of each write whether to go on.
    """
    drop(Sentence.objects.filter(statement__upload=upload), SENTENCES_AT_ONCE, may=may)
    statements = Statement.objects.filter(upload=upload)
    while True:
        with writing():
            keys = list(statements.in_order().values_list("pk", flat=True)[:AT_ONCE]) if may() else []
            for key in keys:
                StatementWords.objects.of(key).delete()
            statements.filter(pk__in=keys)._raw_delete(statements.db)
        if not keys:
            return


def drop_drafts(drafts: QuerySet[Draft]) -> None:
    drop(drafts, AT_ONCE)


def drop(
    rows: QuerySet[Draft] | QuerySet[Piece] | QuerySet[Sentence],
    most: int,
    *,
    may: Callable[[], bool] = always,
) -> None:
    """Remove rows, at most so many in one write, without reading them."""
    kind, keys = rows.model, rows.order_by("pk").values_list("pk", flat=True)
    while True:
        with writing():
            chosen = list(keys[:most]) if may() else []
            # By hand: what refers to them is looked for by the database, not row by row.
            kind._base_manager.filter(pk__in=chosen)._raw_delete(kind._base_manager.db)
        if not chosen:
            return

"""Uploads: files are taken in and read, their drafts looked at, then stored whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from statements.actions import queue
from statements.actions.event import record
from statements.actions.job import ask_to_cancel, open_job, refuse_if_open
from statements.actions.source import Checked, Incoming, as_problem, check, keep, plain_name
from statements.actions.statement import Details, add_statement, as_json, refuse_duplicate
from statements.errors import Refused
from statements.models import (
    Corpus,
    Draft,
    Job,
    JobKind,
    JobState,
    Piece,
    Release,
    Source,
    Statement,
    Unseen,
    Upload,
    UploadState,
    User,
)
from statements.models.search import Kept, kept_of
from statements.models.writing import moment, writing
from statements.text.decode import decode, guess_encoding
from statements.text.spans import Span, split

WITHDRAWN_AT_ONCE = 1_000  # statements


# --- One text at once -------------------------------------------------------------------------------------


def add_text(
    corpus: Corpus,
    content: bytes,
    details: Details,
    *,
    name: str,
    by: User | None,
    at: datetime | None = None,
    encoding: str = "",
) -> Statement:
    """Bring one text in without a look at its split: an upload of one, which is visible at once.

    Raises Refused("too_large"), Refused("too_many_sentences"), Refused("empty"), Refused("duplicate"), and
    Unreadable as `decode` does.
    """
    if len(content) > settings.MAX_STATEMENT_BYTES:
        raise Refused("too_large", most=settings.MAX_STATEMENT_BYTES)
    encoding = encoding or guess_encoding(content)
    text = decode(content, encoding)
    # Before the transaction: on SQLite nobody could write.
    spans, kept = bounded(split(text, details.language)), kept_of([(0, details.title, text)])
    file = Incoming(name, io.BytesIO(content))

    def add() -> Statement:
        with transaction.atomic():
            stored_at = at or moment()
            return _add(corpus, file, text, details, spans, kept, encoding=encoding, by=by, at=stored_at)

    try:
        return add()
    except IntegrityError:  # another request brought the same text between our look and our write
        refuse_duplicate(corpus, text)
        raise


def _add(
    corpus: Corpus,
    file: Incoming,
    text: str,
    details: Details,
    spans: Sequence[Span],
    kept: Kept,
    *,
    encoding: str,
    by: User | None,
    at: datetime,
) -> Statement:
    refuse_duplicate(corpus, text)
    upload = Upload.objects.create(
        corpus=corpus,
        by=by,
        created_at=at,
        settled_at=at,
        state=UploadState.STORED,
        proposal=as_json(details),
        found={"statements": 1, "sentences": len(spans)},
    )
    content = file.file.read()
    source = Source.objects.create(
        upload=upload,
        name=plain_name(file.name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=encoding,
    )
    Piece.objects.bulk_create(
        [
            Piece(source=source, number=number, content=piece)
            for number, piece in enumerate(file.pieces(), start=1)
        ]
    )
    statement = add_statement(source, text, details, spans, kept=kept, at=at)
    queue.open_for_all(statement)
    _record_stored(upload, by=by, at=at, statement=statement.public_id)
    return statement


def bounded(spans: list[Span]) -> list[Span]:
    """Return the sentences of a text, if they can be those of a statement.

    Raises Refused("empty") and Refused("too_many_sentences").
    """
    if not spans:  # white space that Python does not strip, such as U+200B
        raise Refused("empty")
    if len(spans) > settings.MAX_STATEMENT_SENTENCES:
        raise Refused("too_many_sentences", count=len(spans), most=settings.MAX_STATEMENT_SENTENCES)
    return spans


# --- Files to be looked at first --------------------------------------------------------------------------


def receive(
    corpus: Corpus,
    files: Sequence[Incoming],
    *,
    proposal: Details,
    by: User | None,
    at: datetime,
    said: dict[str, object] | None = None,
    unseen: Unseen = Unseen.NO,
    key: str | None = None,
) -> Upload:
    """Take files in, to be read by a job; nothing of them is a statement before somebody confirms it.

    `said` is how all of them are to be read (`encoding`, `columns`), as far as that is known. The same `key`
    again answers the upload that it named. Raises Refused("no_files"), Refused("too_many_files"),
    Refused("upload_too_large"), Refused("key_reused"), and why the files cannot be read if none of them can.
    """
    checked = _checked(files)
    asked = _asked(checked, proposal, {**(said or {}), "unseen": unseen})
    if key is not None and (known := _named(by, key, asked)) is not None:
        return known
    try:
        with writing():
            upload = Upload.objects.create(
                corpus=corpus,
                by=by,
                key=key,
                asked=asked,
                unseen=unseen,
                state=UploadState.READING,
                proposal=as_json(proposal),
                created_at=at,
            )
    except IntegrityError:  # the same request, sent twice at once
        if key is not None and (known := _named(by, key, asked)) is not None:
            return known
        raise
    keep(upload, checked)
    with writing():
        if said:
            Source.objects.filter(upload=upload).update(said=said)
        open_job(upload, JobKind.READ, by=by, at=at)
        _record_staged(upload, by=by, at=at)
    return upload


def _checked(files: Sequence[Incoming]) -> list[Checked]:
    """Return files as they are, if they can be an upload together."""
    if not files:
        raise Refused("no_files")
    if len(files) > settings.MAX_UPLOAD_FILES:
        raise Refused("too_many_files", most=settings.MAX_UPLOAD_FILES)
    checked = [check(file) for file in files]
    if sum(one.size for one in checked) > settings.MAX_UPLOAD_BYTES:
        raise Refused("upload_too_large", most=settings.MAX_UPLOAD_BYTES // 1_000_000)
    if sum(len(one.members) or 1 for one in checked) > settings.MAX_UPLOAD_FILES:
        raise Refused("too_many_files", most=settings.MAX_UPLOAD_FILES)
    problems = [one.problem for one in checked if one.problem]
    if problems and len(problems) == len(checked):
        raise problems[0]
    return checked


def _asked(files: Sequence[Checked], proposal: Details, said: dict[str, object]) -> str:
    """Return by what the same key with something else is told."""
    content = [[one.name, one.sha256] for one in files]
    return hashlib.sha256(json.dumps([content, as_json(proposal), said]).encode()).hexdigest()


def _named(by: User | None, key: str, asked: str) -> Upload | None:
    known = Upload.objects.select_related("corpus", "by").filter(by=by, key=key).first()
    if known is not None and known.asked != asked:
        raise Refused("key_reused")
    return known


def read_again(upload: Upload, source: Source, said: dict[str, object], *, by: User, at: datetime) -> Job:
    """Have a file of a staged upload read in another way: its encoding, its language, its columns.

    Raises Refused("not_staged").
    """
    with transaction.atomic():
        _move(upload, UploadState.STAGED, UploadState.READING, problem=None)
        Source.objects.filter(pk=source.pk).update(said=said, found={}, problem=None)
        record(
            "read again", "upload", upload.public_id,
            corpus=upload.corpus, by=by, at=at, file=source.name, said=said,
        )  # fmt: skip
        return open_job(upload, JobKind.READ, by=by, at=at)


@transaction.atomic
def leave_file_out(upload: Upload, source: Source, *, is_out: bool, by: User, at: datetime) -> Job:
    """Leave a file of a staged upload out of what is stored, or take it in again.

    Raises Refused("not_staged").
    """
    _move(upload, UploadState.STAGED, UploadState.READING, problem=None)
    Source.objects.filter(pk=source.pk).update(left_out=is_out)
    corpus, name = upload.corpus, source.name
    if is_out:
        record("left out a file of", "upload", upload.public_id, corpus=corpus, by=by, at=at, file=name)
    else:
        record("took in a file of", "upload", upload.public_id, corpus=corpus, by=by, at=at, file=name)
    return open_job(upload, JobKind.READ, by=by, at=at)


@transaction.atomic
def confirm(upload: Upload, *, by: User | None, at: datetime, without_faults: bool = False) -> Job | None:
    """Have the drafts of a staged upload stored; None when that is being done already or was done.

    Raises Refused("has_faults") while rows or files of it cannot be read, unless they are to be left out,
    Refused("nothing_to_store"), and Refused("not_staged") for a discarded one.
    """
    if Upload.objects.filter(pk=upload.pk, state__in=[UploadState.STORING, UploadState.STORED]).exists():
        return None
    if not without_faults and (count := Source.objects.filter(upload=upload).fault_count()):
        raise Refused("has_faults", count=count)
    if not Draft.objects.filter(upload=upload).to_store().exists():
        raise Refused("nothing_to_store")
    _move(upload, UploadState.STAGED, UploadState.STORING, problem=None)
    return open_job(upload, JobKind.STORE, by=by, at=at)


def go_on(upload: Upload, *, at: datetime) -> Job | None:
    """Have an upload stored that nobody wants to look at first, now that it was read; or discard it."""
    try:
        with transaction.atomic():
            return confirm(upload, by=upload.by, at=at, without_faults=upload.unseen == Unseen.READABLE)
    except Refused as refusal:
        discarded = {"settled_at": at, "problem": as_problem(refusal)}
        Upload.objects.move(upload, before=UploadState.STAGED, after=UploadState.DISCARDED, **discarded)
        return None


def make_visible(upload: Upload, *, by: User | None, at: datetime, first: Statement, **counts: int) -> None:
    """Show what was stored, all at once: the end of a job, in one short transaction."""
    _move(upload, UploadState.STORING, UploadState.STORED, settled_at=at)
    queue.open_for_all(first)
    _record_stored(upload, by=by, at=at, **counts)


# --- The ways back ----------------------------------------------------------------------------------------


@transaction.atomic
def cancel(upload: Upload, *, by: User, at: datetime) -> None:
    """End what is done with an upload: one that is read is discarded, one that is stored is staged again.

    Who runs the job stops at its next sign of life; a job that nobody has begun ends at once.
    Raises Refused("not_running").
    """
    job = ask_to_cancel(upload, at=at)
    if job is None:
        raise Refused("not_running")
    record("cancelled", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at)
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if waiting.update(state=JobState.CANCELLED, ended_at=at):
        undo_begun(upload, job.kind, at=at)


def undo_begun(upload: Upload, kind: str, *, at: datetime, problem: dict[str, object] | None = None) -> None:
    """Take an upload out of the state in which a job on it ended early; the worker sweeps up behind it.

    One that was never read to its end is discarded; otherwise what people said about its drafts is kept.
    """
    discarded = {"settled_at": at, "problem": problem}
    if kind == JobKind.STORE and not upload.unseen:
        Upload.objects.move(upload, before=UploadState.STORING, after=UploadState.STAGED, problem=problem)
    elif kind == JobKind.STORE:
        Upload.objects.move(upload, before=UploadState.STORING, after=UploadState.DISCARDED, **discarded)
    elif upload.found:
        Source.objects.filter(upload=upload, found={}, problem__isnull=True).update(
            problem={"code": "not_read"}
        )
        Upload.objects.move(upload, before=UploadState.READING, after=UploadState.STAGED, problem=problem)
    else:
        Upload.objects.move(upload, before=UploadState.READING, after=UploadState.DISCARDED, **discarded)


@transaction.atomic
def discard(upload: Upload, *, by: User | None, at: datetime) -> None:
    """Give up a staged upload; its files are forgotten. Raises Refused("not_staged")."""
    refuse_if_open(upload)
    _move(upload, UploadState.STAGED, UploadState.DISCARDED, settled_at=at)
    record("discarded", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at)


def withdraw(upload: Upload, *, by: User | None, at: datetime | None = None) -> None:
    """Take a stored upload's statements out of sight; the same texts can then come in again.

    Withdrawing what is withdrawn already changes nothing. Raises Refused("not_stored") for one that never
    was stored, Refused("in_release", number=…) for one that a release holds.
    """
    with transaction.atomic():
        stored = Upload.objects.filter(pk=upload.pk, state=UploadState.STORED)
        if not stored.exists():
            raise Refused("not_stored")
        release = Release.objects.filter(corpus=upload.corpus, cut_at__gte=upload.settled_at).newest_first()
        if stored.filter(withdrawn_at=None).exists() and (holds := release.first()) is not None:
            raise Refused("in_release", number=holds.number)
        at = at or moment()
        if not stored.filter(withdrawn_at=None).update(withdrawn_at=at):
            return
        record("withdrew", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at)
    free_texts(upload, at=at)


def free_texts(upload: Upload, *, at: datetime) -> None:
    """Let the texts of a withdrawn upload come in again: `fold` is unique among the others.

    In short writes; what is left when this process dies is done by the worker.
    """
    left = (
        Statement.objects.filter(upload=upload, withdrawn_at=None).order_by("pk").values_list("pk", flat=True)
    )
    while keys := list(left[:WITHDRAWN_AT_ONCE]):
        with writing():
            Statement.objects.filter(pk__in=keys).update(withdrawn_at=at)


def _move(upload: Upload, before: UploadState, after: UploadState, **also: object) -> None:
    if not Upload.objects.move(upload, before=before, after=after, **also):
        raise Refused("not_staged")


def _record_staged(upload: Upload, *, by: User | None, at: datetime) -> None:
    kept = upload.sources.filter(archive=None).in_order()
    files = [{"name": name, "sha256": sha256} for name, sha256 in kept.values_list("name", "sha256")]
    detail = {"files": files[:50], "count": len(files)}
    record("staged", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at, **detail)


def _record_stored(upload: Upload, *, by: User | None, at: datetime, **detail: object) -> None:
    record("stored", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at, **detail)

"""Uploads: bytes are staged, shown as they would be split, then stored whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from statements.actions import queue
from statements.actions.event import record
from statements.actions.statement import Details, add_statement, refuse_duplicate
from statements.errors import Refused
from statements.models import Corpus, Source, Statement, Upload, UploadState, User
from statements.text.decode import decode, guess_encoding
from statements.text.spans import Span, split

Draft = tuple[str, Details, list[Span]]


def stage(
    corpus: Corpus,
    content: bytes,
    details: Details,
    *,
    name: str,
    by: User | None,
    at: datetime,
    encoding: str = "",
) -> Upload:
    """Keep `content` aside so that its split can be looked at; nothing of it is a statement yet.

    Raises Refused("too_large"), Refused("too_many_sentences"), Refused("empty"), Refused("duplicate"), and
    Unreadable as `decode` does.
    """
    if len(content) > settings.MAX_STATEMENT_BYTES:
        raise Refused("too_large", most=settings.MAX_STATEMENT_BYTES)
    encoding = encoding or guess_encoding(content)
    text = decode(content, encoding)
    _bounded(split(text, details.language))  # before the transaction: on SQLite nobody else could write
    return _stage(corpus, content, text, details, name=name, encoding=encoding, by=by, at=at)


@transaction.atomic
def _stage(
    corpus: Corpus,
    content: bytes,
    text: str,
    details: Details,
    *,
    name: str,
    encoding: str,
    by: User | None,
    at: datetime,
) -> Upload:
    upload = Upload.objects.create(corpus=corpus, by=by, created_at=at, proposal=_as_json(details))
    source = Source.objects.create(
        upload=upload,
        name=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=encoding,
    )
    refuse_duplicate(source, text)
    record("staged", "upload", upload.public_id, corpus=corpus, by=by, at=at, file=name, sha256=source.sha256)
    return upload


def proposal(upload: Upload) -> Draft:
    """Return what a staged upload would store: its text, what is known about it, and its sentences."""
    source = upload.sources.get()
    details = _from_json(upload.proposal)
    text = decode(bytes(source.content), source.encoding)
    return text, details, split(text, details.language)


def store(upload: Upload, *, by: User | None, at: datetime) -> Statement:
    """Make the staged upload's statement visible, whole or not at all.

    Storing what is stored already answers the statement it made. Raises Refused("not_staged") for a
    discarded one, Refused("duplicate") when the text came in meanwhile.
    """
    draft = proposal(upload)  # slow for a long text, so before the transaction, as in `stage`
    try:
        with transaction.atomic():
            return _store(upload, draft, by=by, at=at)
    except IntegrityError:
        # Another request brought the same text between our look and our write: look again.
        with transaction.atomic():
            return _store(upload, draft, by=by, at=at)


def stage_and_store(
    corpus: Corpus,
    content: bytes,
    details: Details,
    *,
    name: str,
    by: User,
    at: datetime,
    encoding: str = "",
) -> Statement:
    """Bring one text in without a look at its split; what `store` refuses does not stay staged.

    Raises what `stage` and `store` raise.
    """
    upload = stage(corpus, content, details, name=name, by=by, at=at, encoding=encoding)
    try:
        return store(upload, by=by, at=at)
    except Refused:
        discard(upload, by=by, at=at)
        raise


def _store(upload: Upload, draft: Draft, *, by: User | None, at: datetime) -> Statement:
    if not Upload.objects.move(upload, before=UploadState.STAGED, after=UploadState.STORED, at=at):
        statement = Statement.objects.visible().filter(upload=upload).first()
        if statement is None:
            raise Refused("not_staged")
        return statement
    statement = add_statement(upload.sources.get(), *draft, at=at)
    queue.open_for_all(statement)
    record(
        "stored",
        "upload",
        upload.public_id,
        corpus=upload.corpus,
        by=by,
        at=at,
        statement=statement.public_id,
    )
    return statement


@transaction.atomic
def discard(upload: Upload, *, by: User, at: datetime) -> None:
    """Give up a staged upload. Raises Refused("not_staged") once it is stored or discarded."""
    if not Upload.objects.move(upload, before=UploadState.STAGED, after=UploadState.DISCARDED, at=at):
        raise Refused("not_staged")
    record("discarded", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at)


@transaction.atomic
def withdraw(upload: Upload, *, by: User | None, at: datetime) -> None:
    """Take a stored upload's statements out of sight; the same text can then come in again.

    Withdrawing what is withdrawn already changes nothing. Raises Refused("not_stored") for one that never
    was stored.
    """
    stored = Upload.objects.filter(pk=upload.pk, state=UploadState.STORED)
    if not stored.filter(withdrawn_at=None).update(withdrawn_at=at):
        if not stored.exists():
            raise Refused("not_stored")
        return
    Statement.objects.filter(upload=upload).update(withdrawn_at=at)  # `fold` is unique among the others
    record("withdrew", "upload", upload.public_id, corpus=upload.corpus, by=by, at=at)


def _bounded(spans: list[Span]) -> None:
    if not spans:  # white space that Python does not strip, such as U+200B
        raise Refused("empty")
    if len(spans) > settings.MAX_STATEMENT_SENTENCES:
        raise Refused("too_many_sentences", count=len(spans), most=settings.MAX_STATEMENT_SENTENCES)


def _as_json(details: Details) -> dict[str, Any]:
    day = details.published_on
    return {**asdict(details), "published_on": day.isoformat() if day else None}


def _from_json(kept: Mapping[str, Any]) -> Details:
    day = kept["published_on"]
    return Details(**{**kept, "published_on": date.fromisoformat(day) if day else None})

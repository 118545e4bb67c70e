"""Reading: from the files of an upload to drafts, with all that can be said about them beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import IO

from statements.actions.batch import Batch
from statements.actions.compare import compare
from statements.actions.job import Progress
from statements.actions.source import Pieces, as_problem, opened_whole, pieces_of
from statements.actions.sweep import drop_drafts
from statements.actions.table import read_sheet, read_table
from statements.actions.whole import read_document, read_text
from statements.errors import Refused
from statements.formats.kinds import APART, Shape, shape_of
from statements.models import Draft, Fault, Source, Upload, UploadState
from statements.models.writing import writing
from statements.text.decode import guess_encoding_of
from statements.text.segment import SEGMENTER

READERS: Mapping[Shape, Callable[[Batch, Pieces, str], None]] = {
    Shape.TEXT: read_text,
    Shape.TABLE: read_table,
    Shape.SHEETS: read_sheet,
    Shape.DOCUMENT: read_document,
}


def read(upload: Upload, progress: Progress) -> None:
    """Make drafts of the files that were not read yet, compare all drafts, and stage the upload.

    What an earlier attempt left is dropped first. Raises what `progress.tell` raises.
    """
    unread = list(Source.objects.filter(upload=upload).to_read().unread().in_order())
    batch = Batch(upload, progress, total=sum(source.size for source in unread))
    with ExitStack() as stack:
        wholes: dict[int, IO[bytes]] = {}
        for source in unread:
            whole = source.archive or source
            if whole.pk not in wholes:  # an archive is opened once for all that lies in it
                stack.close()
                wholes = {whole.pk: stack.enter_context(opened_whole(whole))}
            _read_source(batch, source, wholes[whole.pk])
    if batch.read_some_before:
        compare(upload, progress)
    with writing():
        progress.tell(batch.total, batch.total)
        found = {"segmenter": SEGMENTER}
        Upload.objects.move(upload, before=UploadState.READING, after=UploadState.STAGED, found=found)


def _read_source(batch: Batch, source: Source, file: IO[bytes]) -> None:
    """Make drafts of one file; if that cannot be done, keep why."""

    def pieces() -> Iterator[bytes]:
        return pieces_of(file, source)

    _forget(source)
    batch.begin(source)
    encoding, sha256, problem = str(source.said.get("encoding", "")), source.sha256, None
    try:
        sha256 = sha256 or _digest(pieces())
        if source.kind not in APART:
            encoding = encoding or guess_encoding_of(pieces())
        READERS[shape_of(source.kind)](batch, pieces, encoding)
        batch.write()
    except Refused as refusal:
        _forget(source)
        batch.give_up()
        problem = as_problem(refusal)
    batch.finished += source.size
    with writing():
        found = {"encoding": encoding, "sha256": sha256, "found": batch.found, "problem": problem}
        Source.objects.filter(pk=source.pk).update(**found)


def _forget(source: Source) -> None:
    drop_drafts(Draft.objects.filter(source=source))
    Fault.objects.filter(source=source).delete()


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()

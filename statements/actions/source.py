"""Files: taken in byte for byte, and opened again to be read."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from statements.errors import Refused, Unreadable
from statements.formats import zip as archives
from statements.formats.kinds import Kind, kind_of
from statements.models import Piece, Source, Upload
from statements.models.upload import PIECE_BYTES
from statements.models.writing import writing

HEAD_BYTES = 512  # that tell what a file is
READ_BYTES = 65_536
LONGEST_NAME = 255  # characters
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a name must not hold: control characters, and those that turn the direction of writing."""


Pieces = Callable[[], Iterator[bytes]]
"""Gives the bytes of a file from its beginning, as often as it is called."""


@dataclass(frozen=True)
class Incoming:
    """A file as somebody sends it; a text that was pasted has no name. `file` can be read anew."""

    name: str
    file: IO[bytes]

    def pieces(self, size: int = PIECE_BYTES) -> Iterator[bytes]:
        self.file.seek(0)
        while piece := self.file.read(size):
            yield piece


@dataclass(frozen=True)
class Checked:
    """A file before it is kept: what it is, how large and whose bytes; and what is in it, if an archive."""

    incoming: Incoming
    name: str
    kind: str
    size: int
    sha256: str
    problem: Refused | None = None
    members: Sequence[archives.Member] = ()


def plain_name(name: str) -> str:
    """Return the name of a file as it is shown: the last part of a path, without unseen characters."""
    last = re.split(r"[/\\]", name)[-1]
    return UNSEEN.sub("\ufffd", last)[-LONGEST_NAME:]


def check(incoming: Incoming) -> Checked:
    """Look at a file: its name, its first bytes, its size, and into it where it is an archive."""
    name, digest, size, head = plain_name(incoming.name), hashlib.sha256(), 0, b""
    for piece in incoming.pieces():
        head = head or piece[:HEAD_BYTES]
        digest.update(piece)
        size += len(piece)
    sha256 = digest.hexdigest()
    try:
        kind = kind_of(name, head) if name else Kind.TXT
        members = _members(incoming) if kind == Kind.ZIP else ()
    except Unreadable as problem:
        return Checked(incoming, name, "", size, sha256, problem)
    return Checked(incoming, name, kind, size, sha256, members=members)


def _members(incoming: Incoming) -> Sequence[archives.Member]:
    incoming.file.seek(0)
    return archives.members(
        incoming.file, most_members=settings.MAX_UPLOAD_FILES, most_bytes=settings.MAX_UNPACKED_BYTES
    )


def keep(upload: Upload, files: Sequence[Checked]) -> None:
    """Store files, in short writes. Of one that cannot be read only the name and the reason are kept."""
    number = 0
    for checked in files:
        number += 1
        source = Source.objects.create(upload=upload, number=number, **_row(checked))
        if checked.problem:
            continue
        for place, piece in enumerate(checked.incoming.pieces(), start=1):
            with writing():
                Piece.objects.create(source=source, number=place, content=piece)
        members = [_member(source, member, number + place) for place, member in enumerate(checked.members, 1)]
        Source.objects.bulk_create(members, batch_size=500)
        number += len(members)


def _row(checked: Checked) -> dict[str, object]:
    problem = as_problem(checked.problem) if checked.problem else None
    return {
        "name": checked.name,
        "kind": checked.kind,
        "size": checked.size,
        "sha256": checked.sha256,
        "problem": problem,
    }


def _member(archive: Source, member: archives.Member, number: int) -> Source:
    name = member.name[-LONGEST_NAME:]
    about = {"upload_id": archive.upload_id, "archive": archive, "number": number, "size": member.size}
    try:
        if name != member.name:  # by a part of its name it could not be found again
            raise Unreadable("zip_name", name=name)
        return Source(name=name, kind=kind_of(name, member.head), **about)
    except Unreadable as problem:
        return Source(name=name, kind="", problem=as_problem(problem), **about)


def as_problem(refusal: Refused) -> dict[str, object]:
    """Return a refusal as it is kept in a row."""
    return {"code": refusal.code, "values": refusal.values}


def content_of(source: Source) -> Iterator[bytes]:
    """Yield the bytes of a file as it came, piece by piece."""
    with opened_whole(source.archive or source) as file:
        yield from pieces_of(file, source)


@contextmanager
def opened_whole(source: Source) -> Iterator[IO[bytes]]:
    """Yield a file that was kept, as one that can be sought in; it has no name, so nothing stays of it."""
    with tempfile.SpooledTemporaryFile(max_size=PIECE_BYTES, dir=str(settings.DATA_DIR)) as file:
        pieces = Piece.objects.filter(source=source).order_by("number").values_list("content", flat=True)
        for piece in pieces.iterator(chunk_size=1):
            file.write(bytes(piece))
        yield file


def pieces_of(file: IO[bytes], source: Source) -> Iterator[bytes]:
    """Yield the bytes of a source of which `file` is the whole, or the archive in which it lies."""
    file.seek(0)
    if source.archive_id is None:
        yield from _read(file)
        return
    most = settings.MAX_UNPACKED_BYTES
    member: AbstractContextManager[IO[bytes]] = archives.opened(file, source.name, most_bytes=most)
    with member as inside:
        yield from _read(inside)


@contextmanager
def held(pieces: Pieces) -> Iterator[IO[bytes]]:
    """Yield a file of its own with these bytes, that another process can be given."""
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        file.writelines(pieces())
        file.flush()
        yield file


def _read(file: IO[bytes]) -> Iterable[bytes]:
    while piece := file.read(READ_BYTES):
        yield piece

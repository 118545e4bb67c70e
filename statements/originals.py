"""Files as they came, to be kept and never to be shown."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import FileResponse

from statements.actions.source import opened_whole, pieces_of
from statements.models import Piece, Source

ANYTHING = "application/octet-stream"  # never a type that a browser would show
PASTED = "pasted.txt"


def original_of(source: Source) -> FileResponse | None:
    """Return the answer that sends a file; None once it was discarded, or when it never was kept."""
    if not Piece.objects.filter(source=source.archive or source).exists():
        return None
    name = source.name.rpartition("/")[2] or PASTED
    response = FileResponse(_bytes(source), as_attachment=True, filename=name, content_type=ANYTHING)
    response.headers["Content-Length"] = str(source.size)
    return response


def _bytes(source: Source) -> Iterator[bytes]:
    with opened_whole(source.archive or source) as file:
        yield from pieces_of(file, source)

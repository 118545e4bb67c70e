"""Files as they came, to be kept and never to be shown."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from statements.actions.source import content_of
from statements.models import Piece, Source

ANYTHING = "application/octet-stream"  # never a type that a browser would show
PASTED = "pasted.txt"


def original_of(source: Source) -> StreamingHttpResponse | None:
    """Return the answer that sends a file; None once it was discarded, or when it never was kept."""
    if not Piece.objects.filter(source=source.archive or source).exists():
        return None
    name = source.name.rpartition("/")[2] or PASTED
    return StreamingHttpResponse(
        content_of(source),
        content_type=ANYTHING,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "Content-Length": str(source.size),
        },
    )

"""Whether the service can serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from statements.access import public
from statements.arrival import free_bytes

LEAST_FREE_BYTES = 50_000_000


@require_safe
@public
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and the disk has room, else 503; says nothing else to anybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    if free_bytes() < LEAST_FREE_BYTES:
        return HttpResponse("no space\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")

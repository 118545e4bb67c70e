"""What holds for every answer."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from statements.views.errors import busy

Answer = Callable[[HttpRequest], HttpResponse]


def browser_rules(answer: Answer) -> Answer:
    """Keep answers out of other sites and out of shared caches, and switch off devices nobody asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def whole_body(answer: Answer) -> Answer:
    """Wait for the whole body before anything else: a slow sender must not hold a database connection.

    As many senders as SENDERS are waited for; who comes beyond them is told to come back.
    """
    places = BoundedSemaphore(settings.SENDERS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.META.get("CONTENT_LENGTH", "") not in {"", "0"}:
            if not places.acquire(blocking=False):
                return busy(request)
            try:
                request.body  # noqa: B018  (reading it keeps it)
            finally:
                places.release()
        return answer(request)

    return middleware

"""What holds for every answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from statements.views.errors import busy, length_required, too_large

Answer = Callable[[HttpRequest], HttpResponse]

PIECE_BYTES = 65_536
DRAINED_BYTES = 64_000_000
SESSION_KEY = re.compile(r"[0-9a-z]+")  # as Django makes them


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


def compressed_pages(answer: Answer) -> Answer:
    """Send pages gzipped to browsers that take them so; exports and the API stay as they are.

    Django's own middleware adds bytes of random length, which hides what compression tells of secrets on a
    page (Heal the BREACH, Palacios et al. 2022).
    """
    compress = GZipMiddleware(answer).process_response

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page:
            compress(request, response)
        return response

    return middleware


def own_language(answer: Answer) -> Answer:
    """Speak the language that whoever is signed in has chosen, whatever the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
        return answer(request)

    return middleware


def whole_body(answer: Answer) -> Answer:
    """Wait for the whole body before anything else: a slow sender must not hold a database connection.

    As many senders as SENDERS are waited for; who comes beyond them is told to come back.
    """
    places = BoundedSemaphore(settings.SENDERS)

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length == "0":
            # Django takes a body without a length for an empty one.
            return length_required(request) if "HTTP_TRANSFER_ENCODING" in request.META else answer(request)
        if not places.acquire(blocking=False):
            return busy(request)
        try:
            request.body  # noqa: B018  (reading it keeps it)
        except RequestDataTooBig:
            _drain(request)
            return too_large(request)
        finally:
            places.release()
        return answer(request)

    return middleware


def plain_session_key(answer: Answer) -> Answer:
    """Take a session key that was never given out for no session: PostgreSQL refuses to look for a NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return answer(request)

    return middleware


def _drain(request: HttpRequest) -> None:
    """Let the sender finish, within reason: who is hung up on while sending never reads why."""
    for _piece in range(DRAINED_BYTES // PIECE_BYTES):
        if not request.read(PIECE_BYTES):
            return

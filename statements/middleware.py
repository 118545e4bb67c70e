"""What holds for every answer."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from contextlib import ExitStack
from threading import BoundedSemaphore
from time import monotonic

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from statements.arrival import PIECE_BYTES, CutShort, TooSlow, free_bytes, spool
from statements.views.errors import bad_request, busy, length_required, too_large, too_slow

Answer = Callable[[HttpRequest], HttpResponse]


class NoPlace(Exception):
    """A body for which there is no room right now."""


DRAINED_BYTES = 64_000_000
# Where many files may come at once. Any other body has to fit into memory.
LARGE_BODIES = re.compile(r"/(c/[-\w]+/upload|api/v1/corpora/[-\w]+/uploads)/", re.ASCII)
# Kept free beside a large body: its files are kept once more while they are read, and there is a database.
ROOM_BYTES = 200_000_000
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
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


def whole_body(answer: Answer, clock: Callable[[], float] = monotonic) -> Answer:
    """Wait for the whole body before anything else: a slow sender must not hold a database connection.

    As many senders as SENDERS are waited for; who comes beyond them is told to come back. Large bodies come
    onto the disk, LARGE_SENDERS at a time.
    """
    places = BoundedSemaphore(settings.SENDERS)
    large_places = BoundedSemaphore(settings.LARGE_SENDERS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if _length(request) == 0:
            # Django takes a body without a length for an empty one.
            return length_required(request) if "HTTP_TRANSFER_ENCODING" in request.META else answer(request)
        if not places.acquire(blocking=False):
            return busy(request)
        with ExitStack() as until_answered:
            try:
                refused = _refusal(request, large_places, clock, until_answered)
            finally:
                places.release()
            return refused or answer(request)

    return middleware


def plain_session_key(answer: Answer) -> Answer:
    """Take a session key that was never given out for no session: PostgreSQL refuses to look for a NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return answer(request)

    return middleware


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # as Django reads it too


def _is_large(request: HttpRequest) -> bool:
    """Whether the body may come onto the disk, and has to."""
    return (
        request.method == "POST"
        and request.content_type == "multipart/form-data"
        and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        and LARGE_BODIES.fullmatch(request.path_info) is not None
    )


def _refusal(
    request: HttpRequest, places: BoundedSemaphore, clock: Callable[[], float], until_answered: ExitStack
) -> HttpResponse | None:
    """Wait for the body; return the answer when it cannot be taken."""
    try:
        if _is_large(request):
            _spool(request, places, clock, until_answered)
        else:
            request.body  # noqa: B018  (reading it keeps it)
    except RequestDataTooBig:
        _drain(request)
        return too_large(request)
    except TooSlow:
        return too_slow(request)
    except (CutShort, UnreadablePostError) as broken:
        return bad_request(request, broken)
    except NoPlace:
        return busy(request)
    except OSError as wrong:
        if wrong.errno not in DISK_FULL:
            raise
        return busy(request)
    return None


def _spool(
    request: HttpRequest, places: BoundedSemaphore, clock: Callable[[], float], until_answered: ExitStack
) -> None:
    """Bring the body onto the disk, and let the request be read from there."""
    length = _length(request)
    if length > settings.MAX_UPLOAD_BYTES:
        raise RequestDataTooBig
    if free_bytes() < length + ROOM_BYTES or not places.acquire(blocking=False):
        raise NoPlace
    until_answered.callback(places.release)
    file = until_answered.enter_context(spool(request, length, clock=clock))
    # As if nothing had been read yet: Django has no public word for that, nor do its types know it.
    vars(request).update(_stream=file, _read_started=False)


def _drain(request: HttpRequest) -> None:
    """Let the sender finish, within reason: who is hung up on while sending never reads why."""
    for _piece in range(DRAINED_BYTES // PIECE_BYTES):
        if not request.read(PIECE_BYTES):
            return

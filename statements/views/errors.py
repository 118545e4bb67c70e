"""The pages that explain what went wrong, and the same as problem details below /api/."""

from __future__ import annotations

import sys

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.problems import problem_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be understood; 413 when it is only too much of it."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    return _explain(request, 400, _("Something in this request cannot be understood. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _explain(
        request,
        403,
        _("Your roles in this corpus do not include this. An admin of the corpus can change them."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _explain(
        request,
        403,
        _("This page was open for too long or came from elsewhere. Go back, reload it, and send again."),
        heading=_("Send it again"),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _explain(request, 404, _("There is nothing at this address, or nothing that is open to you."))


def busy(request: HttpRequest) -> HttpResponse:
    """Answer when too many others are still sending."""
    sentence = _("Too many requests are arriving at once. Nothing was changed; try again in a moment.")
    response = _explain(request, 503, sentence)
    response.headers["Retry-After"] = "5"
    return response


def too_many(request: HttpRequest, *, minutes: int = 1) -> HttpResponse:
    """Answer who has sent too much in a short time."""
    sentence = ngettext(
        "That was too often in a short time. Nothing was changed; try again in a minute.",
        "That was too often in a short time. Nothing was changed; try again in %(minutes)s minutes.",
        minutes,
    )
    response = _explain(request, 429, sentence % {"minutes": minutes})
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    return _explain(request, 413, _("This is more than can be taken at once. Send less at a time."))


def too_slow(request: HttpRequest) -> HttpResponse:
    """Answer who sends so slowly that it is not waited for."""
    return _explain(
        request,
        408,
        _("This was arriving too slowly to wait for. Nothing was changed; send less at a time."),
        heading=_("Send it again"),
    )


def length_required(request: HttpRequest) -> HttpResponse:
    return _explain(request, 411, _("This request does not say how long it is. Send it with its length."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no view has caught; 503 when it is the database that is away.

    Other errors of the database, such as a broken constraint, are mistakes of the program.
    """
    request.user = AnonymousUser()  # who really asks stands in the database, which may be what is away
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        sentence = _("The database cannot be used right now. Nothing was changed; try again in a moment.")
        response = _explain(request, 503, sentence)
        response.headers["Retry-After"] = "5"
        return response
    return _explain(
        request, 500, _("That is our mistake, not yours. Nothing was changed; try again in a moment.")
    )


def _explain(request: HttpRequest, status: int, sentence: str, *, heading: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(status, sentence)
    return render(
        request, "error.html", {"status": status, "sentence": sentence, "heading": heading}, status=status
    )

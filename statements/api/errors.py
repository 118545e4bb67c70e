"""Errors of the API, in one shape."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Impossible
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from statements.errors import Refused
from statements.messages import sentence_for
from statements.problems import MEDIA_TYPE, status_of
from statements.problems import problem as details

log = logging.getLogger(__name__)


def problem(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into problem details; None for what nobody expected: Django answers that."""
    set_rollback()
    match exception:
        case Refused():
            response = answer(status_of(exception), sentence_for(exception), code=exception.code)
            if response.status_code == 503:
                response.headers["Retry-After"] = "1"
            return response
        case Http404():
            return answer(404, _("There is nothing at this address, or nothing that is open to you."))
        case PermissionDenied():
            return answer(
                403, _("Your roles in this corpus, or the scopes of your token, do not include this.")
            )
        case OperationalError() | InterfaceError():
            log.error("The database cannot be used.", exc_info=exception)
            response = answer(
                503, _("The database cannot be used right now. Nothing was changed; try again.")
            )
            response.headers["Retry-After"] = "5"
            return response
        case exceptions.ValidationError():
            return answer(
                400, _("Some values are wrong; see errors."), code="invalid", errors=exception.detail
            )
        case Impossible():
            errors = getattr(exception, "message_dict", None) or {"non_field_errors": exception.messages}
            return answer(400, _("Some values are wrong; see errors."), code="invalid", errors=errors)
        case exceptions.APIException():
            return _of_the_framework(exception)
    return None


def answer(status: int, detail: str, *, code: str = "", **more: Any) -> Response:
    """Return problem details as an answer of the REST framework's."""
    return Response(details(status, detail, code=code, **more), status=status, content_type=MEDIA_TYPE)


def _of_the_framework(exception: exceptions.APIException) -> Response:
    response = answer(exception.status_code, str(exception.detail), code=str(exception.get_codes()))
    if header := getattr(exception, "auth_header", None):
        response.headers["WWW-Authenticate"] = header
    if wait := getattr(exception, "wait", None):
        response.headers["Retry-After"] = str(int(wait) + 1)
    return response

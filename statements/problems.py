"""RFC 9457 problem details: the one shape in which errors leave the API."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, *, code: str = "", **more: Any) -> Mapping[str, Any]:
    """Return problem details; `code` names the kind of problem and never changes, `detail` is for people."""
    kind = f"urn:annotator:problem:{code}" if code else "about:blank"
    return {"type": kind, "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem_response(status: int, detail: str, *, code: str = "", **more: Any) -> JsonResponse:
    """Return problem details as an answer of Django's."""
    return JsonResponse(problem(status, detail, code=code, **more), status=status, content_type=MEDIA_TYPE)

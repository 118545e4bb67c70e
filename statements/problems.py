"""RFC 9457 problem details: the one shape in which errors leave the API."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from statements.errors import Refused

MEDIA_TYPE = "application/problem+json"

# Refusals that come from what is stored: the same request was right before, or can be right later. All
# others come from what was sent, and stay wrong however often it is sent.
CONFLICTS = frozenset(
    {
        "already_a_member",
        "being_worked_on",
        "came_in_meanwhile",
        "changed_since_then",
        "has_faults",
        "in_release",
        "not_running",
        "nothing_to_store",
        "corpus_exists",
        "duplicate",
        "key_reused",
        "labels_fixed",
        "last_admin",
        "link_ended",
        "link_not_yours",
        "link_own",
        "mail_failed",
        "mended_since",
        "no_address",
        "no_next",
        "no_scheme",
        "not_a_member",
        "not_last",
        "not_staged",
        "not_stored",
        "not_your_mend",
        "not_your_rules",
        "nothing_to_redo",
        "nothing_to_undo",
        "not_site_admin",
        "other_paragraph",
        "other_person",
        "own_second_factor",
        "own_standing",
        "same_split",
        "scheme_moved",
        "sentence_ended",
        "settled",
        "stale",
        "touched",
        "user_exists",
        "user_inactive",
    }
)


BUSY = frozenset({"busy"})
"""Refusals that say nothing of what was sent: the same request can be sent again in a moment."""


def status_of(refusal: Refused) -> int:
    """Return the HTTP status with which the API tells of a refusal."""
    if refusal.code in BUSY:
        return 503
    return 409 if refusal.code in CONFLICTS else 400


def status_of_page(refusal: Refused) -> int:
    """Return the HTTP status of the page that tells of a refusal, with what was typed."""
    return 422 if status_of(refusal) == 400 else status_of(refusal)


def problem(status: int, detail: str, *, code: str = "", **more: Any) -> Mapping[str, Any]:
    """Return problem details; `code` names the kind of problem and never changes, `detail` is for people."""
    kind = f"urn:annotator:problem:{code}" if code else "about:blank"
    return {"type": kind, "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem_response(status: int, detail: str, *, code: str = "", **more: Any) -> JsonResponse:
    """Return problem details as an answer of Django's."""
    return JsonResponse(problem(status, detail, code=code, **more), status=status, content_type=MEDIA_TYPE)

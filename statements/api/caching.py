"""What was read once need not be sent again: an ETag on every whole answer, and 304 for who has it."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

KEPT = ("Cache-Control", "ETag", "Vary", "Content-Language")  # what a 304 repeats of the 200, RFC 9110


def tag_when_rendered(request: Request, response: Response) -> None:
    """Let a client keep this answer for itself, and ask each time whether it still holds."""
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    wanted = request.headers.get("If-None-Match", "")

    def tag(rendered: Response) -> HttpResponse | None:
        etag = f'"{sha256(rendered.content).hexdigest()[:32]}"'
        rendered.headers["ETag"] = etag
        known = [one.removeprefix("W/") for one in parse_etags(wanted)]
        return _not_modified(rendered) if etag in known or "*" in known else None

    response.add_post_render_callback(tag)


def _not_modified(response: Response) -> HttpResponse:
    answer = HttpResponseNotModified()
    for name in KEPT:
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer

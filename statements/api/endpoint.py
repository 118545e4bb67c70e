"""What every endpoint has in common: each verb names the right it takes, and has fetched with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from statements.access import SIGNED_IN, used


class Endpoint(APIView):
    """A view of the API. `asks_for` maps each verb it answers to a right, SIGNED_IN or SITE_ADMIN."""

    asks_for: ClassVar[Mapping[str, str]] = {}

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answered = super().finalize_response(request, response, *args, **kwargs)
        right = self.asks_for.get(request.method or "")
        if answered.status_code < 400 and right not in {None, SIGNED_IN} and right not in used(request):
            raise RuntimeError(f"{type(self).__name__} answered without fetching for the right {right}")
        return answered

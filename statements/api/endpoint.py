"""What every endpoint has in common: each verb names the right it takes, and has fetched with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from statements.access import SIGNED_IN, used
from statements.api.caching import tag_when_rendered
from statements.api.inputs import Input, NoQuery
from statements.api.schema import Described


@dataclass(frozen=True)
class Takes:
    """The body of a verb, for the description of the API; `rows` when it is a list of such."""

    shape: type[Input[Any]]
    example: Any  # what JSON can say
    rows: bool = False


@dataclass(frozen=True)
class Gives:
    """What a verb answers when it went well; `rows` if a page of such, `follows` if of what changed.

    Where there are `media_types` it is a file: of `lines` each line is one of `lines_of`. `moments` are the
    headers that tell one, with what they mean, and `errors` are those that other verbs do not have.
    """

    shape: type[serializers.Serializer[Any]] | None = None
    status: int = 200
    rows: bool = False
    follows: bool = False
    media_types: tuple[str, ...] = ()
    lines: str = ""
    lines_of: tuple[serializers.Serializer[Any], ...] = ()
    moments: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()


class Endpoint(APIView):
    """A view of the API. `asks_for` maps each verb it answers to a right, SIGNED_IN or SITE_ADMIN.

    `reads` are the query parameters of GET: `filters` holds them checked. `takes` and `gives` describe what
    goes in and out.
    """

    asks_for: ClassVar[Mapping[str, str]] = {}
    reads: ClassVar[type[Input[Any]]] = NoQuery
    takes: ClassVar[Mapping[str, Takes]] = {}
    gives: ClassVar[Mapping[str, Gives]] = {}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = Described()
    filters: Mapping[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        kind = self.reads if request.method in {"GET", "HEAD"} else NoQuery
        twice = [name for name, values in request.query_params.lists() if len(values) > 1]
        if twice:
            raise serializers.ValidationError({name: [_("Say this once.")] for name in twice})
        if kind is NoQuery and not request.query_params:
            self.filters = {}
            return
        query = kind(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        self.filters = query.validated_data

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answered = super().finalize_response(request, response, *args, **kwargs)
        verb = "GET" if request.method == "HEAD" else request.method or ""
        right = self.asks_for.get(verb)
        if answered.status_code < 400 and right not in {None, SIGNED_IN} and right not in used(request):
            raise RuntimeError(f"{type(self).__name__} answered without fetching for the right {right}")
        if verb == "GET" and answered.status_code == 200 and isinstance(answered, Response):
            tag_when_rendered(request, answered)
        return answered

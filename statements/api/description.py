"""The description of the API: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from json import dumps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import SIGNED_IN, signed_in
from statements.api.endpoint import Endpoint, Gives
from statements.api.examples import CURL, PYTHON, R
from statements.api.shapes import Shape


class OpenApi(Shape):
    """An OpenAPI 3 document."""

    openapi = serializers.CharField()


class Description(Endpoint):
    """The schema of the API."""

    asks_for = {"GET": SIGNED_IN}
    gives = {"GET": Gives(OpenApi)}

    def get(self, request: Request) -> Response:
        """Show this description of the API, as OpenAPI 3."""
        return Response(openapi())


@dataclass(frozen=True)
class Operation:
    """One verb of one address, as the page shows it."""

    id: str
    path: str
    verb: str
    summary: str
    description: str
    parameters: list[Mapping[str, Any]]  # Any: JSON, as in all of these
    body: str
    fields: list[Mapping[str, Any]]
    answers: list[tuple[str, str]]


@require_safe
@signed_in
def reference(request: HttpRequest) -> HttpResponse:
    """Show the reference of the API."""
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, verbs in openapi()["paths"].items():
        for verb, about in verbs.items():
            groups[about["tags"][0]].append(_operation(path, verb, about))
    return render(
        request,
        "statements/api/page.html",
        {
            "groups": dict(groups),
            "public_url": settings.PUBLIC_URL,
            "quick_start": [
                (name, text.replace("{{url}}", settings.PUBLIC_URL))
                for name, text in (("curl", CURL), ("Python", PYTHON), ("R (httr2)", R))
            ],
        },
    )


@cache
def openapi() -> Mapping[str, Any]:
    """Return the OpenAPI document, in English: the same for everybody, so it is made once."""
    with override("en"):
        schema: Mapping[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # has none
    return schema


def _operation(path: str, verb: str, about: Mapping[str, Any]) -> Operation:
    body = about.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = body.get("examples", {}).values()
    return Operation(
        id=about["operationId"],
        path=path,
        verb=verb.upper(),
        summary=about["summary"],
        description=about.get("description", ""),
        parameters=about.get("parameters", []),
        body=next((dumps(one["value"], indent=2, ensure_ascii=False) for one in examples), ""),
        fields=_fields(body.get("schema", {})),
        answers=[(status, answer["description"]) for status, answer in about["responses"].items()],
    )


def _fields(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    shape = schema.get("items", schema)
    shape = openapi()["components"]["schemas"].get(shape.get("$ref", "").rpartition("/")[2], shape)
    required = shape.get("required", [])
    return [
        {"name": name, "kind": _kind(one), "required": name in required, "words": one.get("description", "")}
        for name, one in shape.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value can be, in a few words."""
    if "enum" in schema:
        return " · ".join(str(one) for one in schema["enum"] if one)
    bounds = (
        ("format", "{}"),
        ("maxLength", "at most {} characters"),
        ("minimum", "from {}"),
        ("maximum", "to {}"),
    )
    said = [words.format(schema[name]) for name, words in bounds if name in schema]
    return ", ".join([str(schema.get("type", "object")), *said])

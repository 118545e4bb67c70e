"""The API described as OpenAPI 3: read off the endpoints, so that it cannot say anything else."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from statements.access import SITE_ADMIN
from statements.api.inputs import NoQuery
from statements.api.shapes import Problem
from statements.problems import MEDIA_TYPE
from statements.roles import RIGHTS, SCOPE_RIGHTS, May

JSON = "application/json"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
PLACES = {
    "slug": ("[-a-zA-Z0-9_]+", "Address of a corpus."),
    "pseudonym": ("r[1-9][0-9]{0,8}", "Pseudonym of a member."),
    "statement": ("[23456789abcdefghjkmnpqrstuvwxyz]{12}", "Public id of a statement."),
    "number": ("[0-9]+", "Number in the upload."),
    "upload": ("[23456789abcdefghjkmnpqrstuvwxyz]{12}", "Public id of an upload."),
    "sentence": ("[23456789abcdefghjkmnpqrstuvwxyz]{12}\\.[1-9][0-9]{0,8}", "Public id of a sentence."),
}
ERRORS = {
    400: "What was sent is wrong: a field or a query parameter that does not exist, a value that cannot be.",
    401: "No sign-in, or a token that is unknown, expired or revoked.",
    403: "Your roles, or the scopes of your token, do not include this; or a session without its CSRF token.",
    404: "There is nothing at this address, or nothing that is open to you.",
    406: "There is no format that `Accept` names.",
    409: "What is stored speaks against it; `type` says what.",
    411: "A body without its length.",
    413: "The body is larger than 4 MB.",
    415: "The body is not `application/json`.",
    503: "The database or all places are busy. Nothing was changed; try again after `Retry-After`.",
}


class Described(AutoSchema):
    """Describes an endpoint by what it declares: its rights, query parameters, bodies and docstrings."""

    view: Any  # an Endpoint, which is built on this class

    def get_operation_id(self) -> str:
        verb = {"GET": "read", "POST": "add", "PUT": "put", "PATCH": "change", "DELETE": "remove"}
        return f"{verb[self.method]}_{_words(type(self.view).__name__)}"

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.rpartition(".")[2]]

    def get_summary(self) -> str:
        return self._said()[0]

    def get_description(self) -> str:  # type: ignore[override]  # as the package itself has it
        return "\n\n".join(one for one in (self._said()[1], self._who()) if one)

    def get_override_parameters(self) -> list[Any]:  # Any: parameters and serializers
        places: list[Any] = [self._place(name) for name in _variables(self.path)]
        if self.method != "GET":
            return places
        cached = OpenApiParameter(
            "If-None-Match",
            str,
            OpenApiParameter.HEADER,
            description="ETag of the answer you have: 304 when it still holds.",
        )
        query = [] if self.view.reads is NoQuery else [self.view.reads]
        return [*places, *query, *self._moments(), *([] if self._is_file() else [cached])]

    def get_request_serializer(self) -> Any:  # Any: what the package takes
        takes = self.view.takes.get(self.method)
        return takes and takes.shape(many=takes.rows)

    def get_response_serializers(self) -> Any:  # Any: what the package takes
        gives = self.view.gives[self.method]
        answers: dict[Any, Any] = {}
        for media_type in gives.media_types:
            content = self._lines() if media_type == gives.lines else _file(media_type)
            answers[(gives.status, media_type)] = OpenApiResponse(content, "A file, streamed.")
        if not gives.media_types:
            shape = _page(gives.shape, follows=gives.follows) if gives.rows else gives.shape
            words = "Done." if shape is None else "A page of them." if gives.rows else "As asked."
            answers[(gives.status, JSON) if shape else gives.status] = OpenApiResponse(shape, words)
        if self.method == "GET" and not gives.media_types:
            answers[304] = OpenApiResponse(None, "What you have still holds. No body.")
        for status in self._errors():
            answers[(status, MEDIA_TYPE)] = OpenApiResponse(Problem, ERRORS[status])
        return answers

    def get_examples(self) -> list[OpenApiExample]:
        takes = self.view.takes.get(self.method)
        if takes is None:
            return []
        return [OpenApiExample("Example", takes.example, request_only=True)]

    def _errors(self) -> list[int]:
        errors = {400, 401, 503, *self.view.gives[self.method].errors}
        if self._is_scoped():
            errors |= {403, 404}
        if self.method in UNSAFE:
            errors |= {403, 409, 411, 413, 415}
        if self.view.asks_for[self.method] == SITE_ADMIN:
            errors -= {404}
        return sorted(errors)

    def _is_scoped(self) -> bool:
        return self.view.asks_for[self.method] in set(May)

    def _is_file(self) -> bool:
        return bool(self.view.gives[self.method].media_types)

    def _lines(self) -> dict[str, Any]:  # Any: JSON
        """Any of them, not one of them: a row of the history has all that one of the annotations has."""
        shapes = self.view.gives[self.method].lines_of
        rows = [self.resolve_serializer(shape, "response").ref for shape in shapes]
        return {"description": "Of each line by itself.", "anyOf": rows}

    def _moments(self) -> list[OpenApiParameter]:
        gives = self.view.gives[self.method]
        return [
            OpenApiParameter(
                name,
                OpenApiTypes.DATETIME,
                OpenApiParameter.HEADER,
                description=words,
                response=[gives.status],
            )
            for name, words in gives.moments.items()
        ]

    def _who(self) -> str:
        right = self.view.asks_for[self.method]
        if right == SITE_ADMIN:
            return "For site administrators. Token: `manage`, bound to no corpus."
        if not self._is_scoped():
            return "For everybody who is signed in."
        roles = ", ".join(role.value for role, rights in RIGHTS.items() if right in rights)
        scopes = " or ".join(f"`{scope.value}`" for scope, rights in SCOPE_RIGHTS.items() if right in rights)
        return f"Right `{right}`: {roles}. Token: {scopes}."

    def _said(self) -> tuple[str, str]:
        """The docstring of the verb: its first line, and the rest as Markdown."""
        lines = (getattr(self.view, self.method.lower()).__doc__ or "").strip().splitlines()
        return lines[0], "\n".join(line.strip() for line in lines[1:]).strip()

    def _place(self, name: str) -> OpenApiParameter:
        rooms = ("uploads", "statements") if name == "public_id" else ()
        kind = next((room[:-1] for room in rooms if f"/{room}/" in self.path), name)
        pattern, words = PLACES["sentence" if kind == "public_id" else kind]
        return OpenApiParameter(
            name,
            {"type": "string", "pattern": f"^{pattern}$"},
            OpenApiParameter.PATH,
            required=True,
            description=words,
        )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # a package without all types
    target_class = "statements.api.access.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        words = "A token from your account page, or from `manage.py add_token`."
        return {"type": "http", "scheme": "bearer", "description": words}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # a package without all types
    target_class = "statements.api.access.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        words = "The session of the browser. Unsafe verbs also need the CSRF token, as header `X-CSRFToken`."
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": words,
        }


def only_the_api(endpoints: list[Any]) -> list[Any]:  # Any: as the package hands them over
    """Leave out what is no endpoint of ours: pages, and packages that bring views of the framework."""
    return [one for one in endpoints if one[0].startswith("/api/v1/")]


def _file(media_type: str) -> OpenApiTypes:
    return OpenApiTypes.STR if media_type.startswith("text/") else OpenApiTypes.BINARY


@cache  # one description has one name
def _page(shape: type[serializers.Serializer[Any]], *, follows: bool) -> serializers.Serializer[Any]:
    words = "Full address of that page; null when there is none."
    fields: dict[str, Any] = {
        "next": serializers.URLField(allow_null=True, help_text=words),
        "previous": serializers.URLField(allow_null=True, help_text=words),
        "results": shape(many=True),
    }
    if follows:
        since = "With `changed_since`: what to ask for the next time. Rows may come again, none is missed."
        fields["next_since"] = serializers.DateTimeField(required=False, help_text=since)
    page: serializers.Serializer[Any] = inline_serializer(
        f"{shape.__name__.removesuffix('Shape')}{'Changes' if follows else ''}Page", fields
    )
    return page


def _variables(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _words(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).strip("_")

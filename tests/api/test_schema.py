"""The API as it describes itself: whole, without warnings, and true of what it answers to anything."""

from __future__ import annotations

from functools import cache

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from statements.api.description import openapi
from statements.api.endpoint import Endpoint
from statements.roles import Role, Scope
from tests.make import make_member, make_statement, make_token, make_upload, member, sentences_of, tag
from tests.order import examples
from tests.test_guards import VIEWS, verbs_of

EXAMPLES = 8  # an operation and a person
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PEOPLE = ["everything", "reviewer", "token", "anonymous"]


def test_it_is_made_without_a_warning_and_is_openapi():
    GENERATOR_STATS.reset()

    schema = SchemaGenerator().get_schema(request=None, public=True)

    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})
    validate_schema(schema)


def test_every_endpoint_and_verb_is_in_it_and_nothing_else():
    ours = {name: view.cls for name, view in VIEWS.items() if hasattr(view, "cls")}
    described = {
        verb
        for verbs in openapi()["paths"].values()
        for verb in (one["operationId"] for one in verbs.values())
    }
    counted = sum(len(verbs) for verbs in openapi()["paths"].values())

    assert all(issubclass(one, Endpoint) for one in ours.values())
    assert len(described) == counted == sum(len(verbs_of(VIEWS[name])) for name in ours)
    assert len(openapi()["paths"]) == len(ours)
    assert all(path.startswith("/api/v1/") for path in openapi()["paths"])


FORMS = {("/api/v1/corpora/{slug}/uploads/", "post")}


def test_every_operation_says_what_it_does_who_may_and_what_goes_wrong():
    for path, verbs in openapi()["paths"].items():
        for verb, about in verbs.items():
            assert about["summary"].endswith("."), (verb, path)
            assert "Token: " in about["description"] or "signed in" in about["description"], (verb, path)
            assert about["security"] == [{"token": []}, {"session": []}]
            assert {"401", "503"} <= set(about["responses"])
            for status, answer in about["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"]
            if verb in {"post", "put", "patch"}:
                kind = "multipart/form-data" if (path, verb) in FORMS else "application/json"
                assert list(about["requestBody"]["content"]) == [kind]
                assert kind == "multipart/form-data" or about["requestBody"]["content"][kind]["examples"]


@pytest.mark.django_db
def test_it_needs_a_sign_in(client, rosa):
    assert client.get("/api/v1/schema/").status_code == 401
    client.force_login(rosa)
    assert client.get("/api/v1/schema/").json() == openapi()


# --- What schemathesis finds ---


@pytest.fixture
def world(corpus):
    """Ids that exist, so that not all that is tried ends in a 404."""
    everybody = make_member("mia", set(Role))
    everybody.is_superuser = True
    everybody.save()
    reviewer = make_member("rosa", {Role.REVIEWER})
    statement = make_statement(metadata={"source": "made up"})
    sentences = sentences_of(statement)
    tag(sentences[0], everybody, "rebuttal", unsure=True)
    tag(sentences[0], reviewer, "allegation")
    upload = make_upload("Something else.")
    return {
        "people": {
            "everything": {"Authorization": f"Bearer {make_token(everybody, *Scope, at=timezone.now())}"},
            "reviewer": {"Authorization": f"Bearer {make_token(reviewer, *Scope, at=timezone.now())}"},
            "token": {"Authorization": f"Bearer {make_token(everybody, at=timezone.now(), corpus=corpus)}"},
            "anonymous": {},
        },
        "places": {
            "slug": [corpus.slug],
            "pseudonym": [member(reviewer).pseudonym, "r99"],
            "statement": [statement.public_id],
            "sentence": [one.public_id for one in sentences],
            "upload": [upload.public_id],
            "number": ["1", str(upload.drafts.get().number)],
        },
    }


program = cache(get_wsgi_application)


def application(environ, start_response):
    """The program, with its streams read and closed as a server does: else their places stay taken."""
    answer = program()(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
def test_whatever_is_sent_the_answer_is_one_that_is_described(world, person):
    headers = world["people"][person]
    with_schema = world["people"]["everything"]
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers=with_schema)
    met = set()

    for result in schema.get_all_operations():
        operation = result.ok()
        places = _places(operation.path, world["places"])

        @given(case=operation.as_strategy(), where=st.fixed_dictionaries(places), known=st.booleans())
        @settings(
            max_examples=examples(EXAMPLES),
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def meets_it(case, where, known):
            if known:
                case.path_parameters = {**(case.path_parameters or {}), **where}
            response = case.call(headers=headers)
            met.add(response.status_code)
            case.validate_response(response, checks=CHECKS)

        meets_it()

    assert met >= ({401} if person == "anonymous" else {200, 400, 404})


def _places(path, known):
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    rooms = [room for room in ("uploads", "statements", "sentences") if f"/{room}/" in path]
    kinds = {"public_id": rooms[0][:-1] if rooms else "sentence"}
    return {name: st.sampled_from(known[kinds.get(name, name)]) for name in names}

"""Tokens open what their scopes and their owner's roles both allow, while they last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from statements.models import Annotation, Event, Member, Token, User
from statements.roles import Scope
from tests.make import NOON, make_member, make_sentence, make_token, new_key

pytestmark = pytest.mark.django_db


def path(sentence) -> str:
    return f"/api/v1/sentences/{sentence.public_id}/annotation/"


def put(client: Client, sentence, **more: object):
    return client.put(path(sentence), {"key": new_key(), "state": "none", **more}, "application/json")


def untouched(sentence) -> dict[str, object]:
    """The answer where one has not decided."""
    return {"sentence": sentence.public_id, "is_current": True, "state": "untouched", "key": None}


def problem(response) -> tuple[object, ...]:
    """The shape of RFC 9457, looked at whole: status, title, type, and which keys there are."""
    said = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert said["status"] == response.status_code
    assert said["detail"]
    return (
        response.status_code,
        said["title"],
        said["type"],
        sorted(set(said) - {"status", "title", "type", "detail"}),
    )


def test_a_token_opens(connect, sentence, rosa):
    assert connect(rosa).get(path(sentence)).json() == untouched(sentence)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer annot_unknown",
        "Bearer",
        "Bearer ",
        "bearer x y",
        "Bearer \u00e9",
        "Basic cm9zYTpyb3Nh",
        "annot_x",
        "",
    ],
)
def test_whoever_brings_no_known_token_has_to(sentence, rosa, header):
    response = Client(headers={"authorization": header.encode().decode("latin-1")}).get(path(sentence))

    assert problem(response)[:2] == (401, "Unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_is_refused(sentence, rosa):
    secret = make_token(rosa, days=1, at=NOON - timedelta(days=400))

    response = Client(headers={"authorization": f"Bearer {secret}"}).get(path(sentence))

    assert problem(response) == (401, "Unauthorized", "urn:annotator:problem:authentication_failed", [])


@pytest.mark.parametrize(
    "change", [{"revoked_at": NOON}, {"expires_at": NOON + timedelta(days=1), "created_at": NOON}]
)
def test_a_token_that_was_ended_is_refused(connect, sentence, rosa, change):
    client = connect(rosa)
    Token.objects.update(**change)

    assert put(client, sentence).status_code == 401
    assert Annotation.objects.count() == 0


def test_a_token_of_somebody_locked_out_is_refused(connect, sentence, rosa):
    client = connect(rosa)
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    assert problem(client.get(path(sentence)))[0] == 401


def test_a_token_of_somebody_who_left_finds_nothing(connect, sentence, rosa):
    client = connect(rosa)
    Member.objects.update(left_at=NOON)

    assert problem(client.get(path(sentence))) == (404, "Not Found", "about:blank", [])


@pytest.mark.parametrize("scopes", [[Scope.READ], [Scope.MANAGE], [Scope.READ, Scope.MANAGE]])
def test_a_scope_that_is_missing_is_missing_although_the_owner_could(connect, sentence, rosa, scopes):
    response = put(connect(rosa, *scopes), sentence)

    assert problem(response) == (403, "Forbidden", "about:blank", [])
    assert Annotation.objects.count() == 0


def test_a_scope_gives_nothing_that_the_owner_may_not(connect, sentence, reza):
    assert put(connect(reza), sentence).status_code == 403
    assert Annotation.objects.count() == 0


def test_a_token_for_one_corpus_finds_no_other(connect, sentence, rosa, corpus, elsewhere):
    make_member("rosa", {"reviewer"}, corpus=elsewhere)
    other = make_sentence(corpus=elsewhere)
    client = connect(rosa, corpus=corpus)

    assert [client.get(path(one)).status_code for one in (sentence, other)] == [200, 404]
    assert put(client, other).status_code == 404
    assert client.get(f"/api/v1/corpora/{elsewhere.slug}/export/").status_code == 404


def test_the_use_of_a_token_is_noted_and_is_all_that_reading_writes(connect, sentence, rosa):
    client = connect(rosa)
    events = Event.objects.count()

    with CaptureQueriesContext(connection) as queries:
        client.get(path(sentence))
    with CaptureQueriesContext(connection) as again:
        client.get(path(sentence))

    writes = [one["sql"] for one in queries if not one["sql"].strip().startswith("SELECT")]
    assert [sql.split(" SET ")[0] for sql in writes] == ['UPDATE "token"']
    assert [one["sql"] for one in again if not one["sql"].strip().startswith("SELECT")] == []
    assert timezone.now() - Token.objects.get().last_used_at < timedelta(minutes=1)
    assert (Annotation.objects.count(), Event.objects.count()) == (0, events)


def test_the_session_of_the_browser_opens_too_but_writes_only_with_its_mark(sentence, rosa):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)

    assert client.get(path(sentence)).status_code == 200
    assert problem(put(client, sentence))[:2] == (403, "Forbidden")
    assert Annotation.objects.count() == 0

    client.get("/c/press/")
    client.get("/sign-in/")
    mark = client.cookies["csrftoken"].value
    response = client.put(
        path(sentence), {"key": new_key(), "state": "none"}, "application/json", headers={"x-csrftoken": mark}
    )
    assert response.status_code == 200


def test_a_token_needs_no_such_mark(connect, sentence, rosa):
    client = connect(rosa)
    client.handler.enforce_csrf_checks = True

    assert put(client, sentence).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/nothing/", "/api/v1/sentences/x/annotation/"])
def test_an_address_that_is_not_there_is_explained_in_the_same_shape(client, rosa, address):
    client.force_login(rosa)

    assert problem(client.get(address)) == (404, "Not Found", "about:blank", [])


@pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/xml", "*/*", "nonsense"])
def test_errors_are_explained_whatever_is_accepted(sentence, accept):
    response = Client(headers={"accept": accept}).get(path(sentence))

    assert problem(response)[0] == 401

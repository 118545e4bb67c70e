"""When the database is away or the program is wrong, people still read a page, with all its headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.test import Client

from statements.roles import Scope
from tests.api.test_access import problem
from tests.make import make_sentence, make_token

pytestmark = pytest.mark.django_db

AWAY = [OperationalError, InterfaceError]
MISTAKES = [DatabaseError, DataError, IntegrityError, ProgrammingError]


@contextmanager
def database_that_raises(kind: type[DatabaseError]) -> Iterator[None]:
    def fail(execute: Callable[..., object], *args: object) -> object:
        raise kind("secret detail")

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def signed_in(rosa) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(rosa)
    return client


@pytest.mark.parametrize("kind", AWAY)
@pytest.mark.parametrize("path", ["/", "/c/press/", "/sign-in/", "/no/such/page"])
def test_without_a_database_signed_in_people_are_told_to_come_back(signed_in, kind, path):
    with database_that_raises(kind):
        response = signed_in.get(path)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "<h1>Out of order</h1>" in response.text
    assert "The database cannot be used right now." in response.text
    assert "secret detail" not in response.text
    assert "Sign out" not in response.text


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_in_a_query_is_ours(signed_in, kind):
    with database_that_raises(kind):
        response = signed_in.get("/c/press/")

    assert response.status_code == 500
    assert "Retry-After" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "That is our mistake, not yours." in response.text
    assert "secret detail" not in response.text


def api_of(rosa) -> Client:
    secret = make_token(rosa, Scope.READ)
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


@pytest.mark.parametrize("kind", AWAY)
def test_without_a_database_programs_are_told_to_come_back(rosa, kind, caplog):
    path = f"/api/v1/sentences/{make_sentence().public_id}/annotation/"
    client = api_of(rosa)

    with database_that_raises(kind):
        response = client.get(path)

    assert problem(response) == (503, "Service Unavailable", "about:blank", [])
    assert response.headers["Retry-After"] == "5"
    logged = [record for record in caplog.records if record.name == "statements.api.errors"]
    assert [(record.levelname, record.exc_info[0]) for record in logged] == [("ERROR", kind)]


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_in_a_query_is_ours_below_api_too(rosa, kind):
    path = f"/api/v1/sentences/{make_sentence().public_id}/annotation/"
    client = api_of(rosa)

    with database_that_raises(kind):
        response = client.get(path)

    assert problem(response) == (500, "Internal Server Error", "about:blank", [])


@pytest.mark.parametrize("key", ["\0aaaaaaaaaaaa", "\0", "é" * 32, "A" * 32, "' or 1=1", "a" * 500 + "\0"])
def test_a_session_key_that_we_never_gave_out_is_no_session(db, key):
    client = Client()
    client.cookies["sessionid"] = key

    response = client.get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/")


def test_a_session_key_that_we_gave_out_still_opens(signed_in):
    assert signed_in.get("/c/press/").status_code == 200

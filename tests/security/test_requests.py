"""Requests from elsewhere: forged forms, hosts and ways back, odd verbs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Event
from tests.security.conftest import READ, UNSAFE, paths_of
from tests.test_guards import IS_API, admin_paths

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FORGED = "This page was open for too long or came from elsewhere."


@pytest.mark.parametrize(("name", "address"), UNSAFE)
def test_every_change_without_the_token_of_the_form_is_refused(world, boss, name, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    path = reverse(name, args=[world.places[what] for what in address.args])
    before = Event.objects.count()
    more = {"content_type": "application/json"} if IS_API[name] else {}

    for headers in ({}, {"HX-Request": "true"}, {"X-Requested-With": "XMLHttpRequest"}):
        response = getattr(client, address.method)(path, address.sent, headers=headers, **more)

        assert response.status_code == 403
        assert response.headers["Content-Type"] == (
            "application/problem+json" if IS_API[name] else "text/html; charset=utf-8"
        )
        assert IS_API[name] or (FORGED in response.text and "Not open to you" not in response.text)
        assert "DEBUG" not in response.text
    assert Event.objects.count() == before


def test_the_admin_site_takes_no_forged_form(boss):
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)

    answers = {name: client.post(path).status_code for name, path in admin_paths().items()}

    assert {name for name, status in answers.items() if status not in {403, 404, 405}} <= {"login"}


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "https:elsewhere.example",
        "http:///elsewhere.example",
        "javascript:alert(1)",
        "\thttps://elsewhere.example",
        "/%0d%0aLocation: https://elsewhere.example",
        "https://127.0.0.1@elsewhere.example/",
    ],
)
def test_no_way_back_leads_elsewhere(client, rosa, target):
    rosa.set_password("a long enough password")
    rosa.save()
    signing_in = {"username": "rosa", "password": "a long enough password", "next": target}

    answers = [
        client.post("/language/", {"language": "fr", "next": target}),
        client.post("/language/", {"language": "fr"}, headers={"Referer": target}),
        client.post("/sign-in/", signing_in),
        client.get("/sign-in/", {"next": target}),
        client.post("/sign-out/", {"next": target}),
        client.get("/admin/login/", {"next": target}, follow=True),
    ]

    for answer in answers:
        where = answer.headers.get("Location", "/")
        assert where.startswith("/"), where
        assert not where.startswith(("//", "/\\")), where
        assert "\n" not in where


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "a b"]
)
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/api/v1/corpora/", "/admin/", "/no/such/"])
def test_another_host_gets_no_page(client, host, path):
    response = client.get(path, headers={"Host": host})

    assert response.status_code == 400
    assert "evil" not in response.text
    assert "ALLOWED_HOSTS" not in response.text


def test_no_address_on_a_page_follows_the_host_that_was_asked(world, by_boss):
    for _name, path in paths_of(READ, world):
        response = by_boss.get(
            path,
            headers={
                "Host": "localhost:81",
                "X-Forwarded-Host": "evil.example",
                "Forwarded": "host=evil.example",
            },
        )

        text = b"".join(response).decode()
        assert "localhost:81" not in text, path
        assert "evil.example" not in text + response.headers.get("Location", ""), path


@pytest.mark.parametrize("verb", ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "CONNECT", "GET\x00"])
def test_odd_verbs_are_refused(world, by_boss, verb):
    for _name, path in paths_of(READ, world):
        seen, answer = by_boss.get(path).status_code, by_boss.generic(verb, path).status_code

        # Some lead on whoever is signed in already, whatever the verb.
        assert answer in {400, 403, 404, 405} or answer == seen == 302, path


def test_a_verb_cannot_be_smuggled_in(world, by_boss):
    before = Event.objects.count()

    for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "POST"}):
        for _name, path in paths_of(READ, world):
            by_boss.get(path, {"_method": "POST"}, headers=headers)

    assert Event.objects.count() == before


def test_head_answers_without_a_body(world, by_boss):
    for _name, path in paths_of(READ, world):
        seen, headed = by_boss.get(path), by_boss.head(path)

        assert headed.status_code in {seen.status_code, 405}, path
        assert b"".join(headed) == b"", path

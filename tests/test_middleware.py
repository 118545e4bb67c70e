"""What holds for every answer: how it comes over the wire, and in which language."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.make import make_statement, make_token


def test_pages_come_gzipped_to_browsers_that_take_them_so(client, rosa):
    make_statement(title="An answer with a long enough page")
    client.force_login(rosa)

    plain = client.get("/c/press/statements/")
    zipped = client.get("/c/press/statements/", headers={"Accept-Encoding": "gzip"})

    assert (plain.headers.get("Content-Encoding"), zipped.headers["Content-Encoding"]) == (None, "gzip")
    assert "An answer with a long enough page" in gzip.decompress(zipped.content).decode()
    assert len(zipped.content) < len(plain.content) / 2
    assert "Accept-Encoding" in zipped.headers["Vary"]


def test_the_same_page_is_never_twice_of_the_same_length(client, rosa):
    """What compression tells of the secrets on a page drowns in that."""
    client.force_login(rosa)

    lengths = {len(client.get("/", headers={"Accept-Encoding": "gzip"}).content) for _ in range(20)}

    assert len(lengths) > 5


def test_answers_of_the_api_stay_as_they_are(client, reza):
    token = make_token(reza)

    headers = {"Accept-Encoding": "gzip", "Authorization": f"Bearer {token}"}
    response = client.get("/api/v1/corpora/", headers=headers)

    assert response.headers.get("Content-Encoding") is None


@pytest.mark.parametrize(
    ("chosen", "cookie", "browser", "spoken"),
    [
        ("", "", "fr-CA,fr;q=0.9", "fr"),
        ("", "", "de,en;q=0.5", "en"),
        ("", "", "zz", "en"),
        ("", "fr", "en", "fr"),
        ("en", "fr", "fr", "en"),
        ("fr", "en", "en", "fr"),
        ("xx", "fr", "en", "fr"),  # of a version that knew it
    ],
)
def test_pages_speak_as_the_person_chose_else_as_the_browser_asks(
    client, rosa, chosen, cookie, browser, spoken
):
    rosa.language = chosen
    rosa.save()
    client.force_login(rosa)
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get("/", headers={"Accept-Language": browser})

    assert f'<html lang="{spoken}">' in response.text
    assert response.headers["Content-Language"] == spoken


def test_nobody_is_looked_up_for_who_is_not_signed_in(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get("/sign-in/")

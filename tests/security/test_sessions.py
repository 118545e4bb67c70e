"""Sessions and their cookies: new at sign-in, dead at sign-out, closed to scripts and other sites."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from statements.actions.user import end_sessions
from tests.live import ROOT

PASSWORD = "a long enough password"
OF_COOKIES = (
    "import json; from django.conf import settings as s; print(json.dumps({"
    "'names': [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME],"
    "'secure': [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE],"
    "'paths': [s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH],"
    "'domains': [s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN],"
    "'hsts': [s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS],"
    "'redirect': s.SECURE_SSL_REDIRECT, 'debug': s.DEBUG}))"
)


@pytest.fixture
def rosas(rosa) -> Client:
    rosa.set_password(PASSWORD)
    rosa.save()
    return sign_in(Client())


def sign_in(client: Client) -> Client:
    response = client.post("/sign-in/", {"username": "rosa", "password": PASSWORD})
    assert response.status_code == 302
    return client


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(rosas):
    planted = rosas.cookies["sessionid"].value
    victim = Client()
    victim.cookies["sessionid"] = planted
    rosas.post("/sign-out/")

    sign_in(victim)

    assert victim.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/").status_code == 302


def test_the_token_of_the_form_changes_at_sign_in(rosa):
    rosa.set_password(PASSWORD)
    rosa.save()
    client = Client()
    client.get("/sign-in/")
    before = client.cookies["csrftoken"].value

    sign_in(client)

    assert client.cookies["csrftoken"].value != before


def test_a_cookie_that_was_copied_is_dead_after_signing_out(rosas):
    thief = Client()
    thief.cookies["sessionid"] = rosas.cookies["sessionid"].value
    assert thief.get("/").status_code == 200

    rosas.post("/sign-out/")

    assert thief.get("/").status_code == 302


@pytest.mark.parametrize("how", ["password", "ended", "closed"])
def test_a_session_ends_with_what_it_stands_on(rosas, rosa, how):
    assert rosas.get("/").status_code == 200

    rosa.refresh_from_db()
    if how == "password":
        rosa.set_password("another long password")
        rosa.save()
    elif how == "ended":
        end_sessions(rosa)
    else:
        rosa.is_active = False
        rosa.save()

    assert rosas.get("/").status_code == 302


def test_scripts_and_other_sites_do_not_get_the_cookies(rosas):
    rosas.post("/language/", {"language": "fr"})
    rosas.get("/")
    flags = {
        name: (bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"])
        for name, cookie in rosas.cookies.items()
    }

    assert flags["sessionid"] == (True, "Lax", "/", "")
    assert {one[1:] for one in flags.values()} == {("Lax", "/", "")}


def test_behind_https_cookies_are_bound_to_host_and_tls(tmp_path):
    environment = {
        **{
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DEBUG", "PORT"}
        },
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://annotator.example.org",
        "DJANGO_SETTINGS_MODULE": "annotator.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", OF_COOKIES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == {
        "names": ["__Host-session", "__Host-csrf"],
        "secure": [True, True, True],
        "paths": ["/", "/"],
        "domains": [None, None],
        "hsts": [31_536_000, True],
        "redirect": True,
        "debug": False,
    }

"""Every answer carries the rules for browsers, and no error tells anything of the inside."""

from __future__ import annotations

import re
import socket
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from statements.actions.user import make_password_link
from statements.roles import Scope
from tests.live import Server
from tests.make import NOON, make_token
from tests.server.conftest import Client as Http
from tests.views.test_errors import database_that_raises

RULES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
INSIDE = re.compile(
    r"Traceback|\.py\b|site-packages|sqlite|psycopg|SELECT |INSERT |DEBUG|ALLOWED_HOSTS|SECRET_KEY"
    r"|secret detail|Exception|Django|granian|DisallowedHost|" + re.escape(str(settings.BASE_DIR)),
)


def rules_of(response) -> dict[str, str | None]:
    return {name: response.headers.get(name) for name in RULES}


def policy_of(response) -> set[str]:
    return {part.strip() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()}


def answers(client: Client, world: dict[str, str]) -> dict[str, object]:
    """One answer of each kind, by what it is."""
    sentence = f"/api/v1/sentences/{world.places['sentence']}/annotation/"
    found = {
        "200 page": client.get("/c/press/"),
        "200 api": client.get(sentence),
        "200 admin": client.get("/admin/"),
        "200 health": client.get("/healthz"),
        "301": client.get("/sign-in"),
        "302": Client().get("/c/press/"),
        "400 host": client.get("/", headers={"Host": "evil.example"}),
        "400 admin": client.get("/admin/statements/user/?password__startswith=m"),
        "400 api": client.put(sentence, "{", "application/json"),
        "401": Client().get(sentence),
        "403 form": Client(enforce_csrf_checks=True).post("/sign-in/", {}),
        "403 admin": client.get("/admin/statements/event/add/"),
        "404": client.get("/no/such/page/"),
        "404 api": client.get("/api/v1/no/such/"),
        "404 admin": client.get("/admin/no/such/"),
        "405": client.post("/c/press/"),
        "405 api": client.delete(sentence),
        "413": client.post(
            "/c/press/edit/", {"file": SimpleUploadedFile("big.txt", b"x" * 5_000_000), "name": "T"}
        ),
        "422": client.post("/c/press/upload/", {}),
    }
    seen = client.get(sentence)
    if "ETag" in seen.headers:
        found["304"] = client.get(sentence, headers={"If-None-Match": seen.headers["ETag"]})
    with database_that_raises(OperationalError):
        found["503"] = client.get("/c/press/")
    with database_that_raises(ZeroDivisionError):
        found["500"] = client.get("/c/press/")
        found["500 api"] = client.get(sentence)
    return found


@pytest.mark.django_db
def test_every_answer_carries_the_rules(world, by_boss):
    by_boss.raise_request_exception = False
    found = answers(by_boss, world)

    assert {what: response.status_code for what, response in found.items()} == {
        what: int(what[:3]) for what in found
    }
    assert {what: rules_of(response) for what, response in found.items()} == dict.fromkeys(found, RULES)
    assert {what: policy_of(response) for what, response in found.items()} == dict.fromkeys(found, POLICY)


@pytest.mark.django_db
def test_no_error_tells_of_the_inside(world, by_boss):
    by_boss.raise_request_exception = False
    found = {what: one for what, one in answers(by_boss, world).items() if what >= "400"}

    told = {what: INSIDE.findall(response.text) for what, response in found.items()}

    assert told == {what: [] for what in found}
    assert len(found) > 10
    for what, response in found.items():
        is_api = " api" in what or what == "401"
        kind = "application/problem+json" if is_api else "text/html; charset=utf-8"
        assert (what, response.headers["Content-Type"]) == (what, kind)


@pytest.mark.django_db
def test_answers_for_one_person_are_kept_by_no_cache_on_the_way(world, by_boss, boss):
    make_token(boss, Scope.READ, at=NOON)
    make_password_link(boss, by=boss, at=NOON)

    kept = {path: by_boss.get(path).headers["Cache-Control"] for path in ("/", "/c/press/", "/admin/")}

    assert [path for path, rule in kept.items() if "no-store" not in rule] == []


# --- On the running server ---


def raw(server: Server, target: str) -> bytes:
    """Ask for a path as it is written: clients of HTTP would tidy it up first."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        read = b""
        while piece := connection.recv(65536):
            read += piece
    return read


CLIMBS = [
    "/static/../annotator/settings.py",
    "/static../annotator/settings.py",
    "/static/%2e%2e/%2e%2e/annotator/settings.py",
    "/static/..%2f..%2fsecret_key",
    "/static/..%5c..%5csecret_key",
    "/static/....//....//secret_key",
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/" + quote("../" * 9 + "etc/passwd", safe=""),
    "/static/.env",
    "/.git/config",
    "/static/staticfiles.json%00.css",
    "/static/",
    "/static/admin/",
    "//etc/passwd",
]


@pytest.mark.parametrize("target", CLIMBS)
def test_no_path_climbs_out_of_the_static_files(server, target):
    answer = raw(server, target)

    status = int(answer.split(b" ", 2)[1])
    assert status in {400, 404, 301}, answer[:200]
    assert b"SECRET_KEY" not in answer
    assert b"root:" not in answer


def test_static_files_carry_the_rules(server):
    page = Http(server).get("/sign-in/")
    [path] = re.findall(rb'href="(/static/app[^"]*\.css)"', page.body)

    answer = Http(server).get(path.decode())
    names = {name: answer.headers.get(name.lower()) for name in RULES}
    again = Http(server).send("GET", path.decode(), **{"If-Modified-Since": answer.headers["last-modified"]})

    assert (answer.status, names) == (200, RULES)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert again.status == 304
    assert {name: again.headers.get(name.lower()) for name in RULES} == RULES

"""What is wrong with a request gets the right status, the security headers, and no detail of the inside."""

from __future__ import annotations

import socket

import pytest

from tests.live import Server
from tests.server.conftest import Client

pytestmark = pytest.mark.once

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def raw(server: Server, sent: bytes) -> bytes:
    """Send bytes as they are and return what comes back until the server hangs up or falls silent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=3) as connection:
        connection.sendall(sent)
        read = b""
        try:
            while piece := connection.recv(65536):
                read += piece
        except TimeoutError:
            pass
    return read


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/c/seed/", 302),
        ("GET", "/c/../../etc/passwd", 404),
        ("POST", "/healthz", 403),
        ("POST", "/sign-in/", 403),
        ("GET", "/api/v1/nothing/", 404),
        ("GET", "/api/v1/corpora/seed/export/", 401),
        ("DELETE", "/api/v1/corpora/seed/export/", 401),
        ("TRACE", "/sign-in/", 405),
    ],
)
def test_errors_carry_the_security_headers(server, method, path, status):
    answer = Client(server).send(method, path)

    assert answer.status == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "no-store" in answer.headers["cache-control"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert b"Traceback" not in answer.body


def test_a_verb_the_api_does_not_know_is_refused_with_problem_details(server, tokens):
    answer = Client(server, tokens["wanda"]).send("DELETE", "/api/v1/corpora/seed/export/")

    assert answer.status == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["title"] == "Method Not Allowed"


def test_a_body_over_the_limit_is_refused(server, tokens, sentences):
    answer = Client(server, tokens["wanda"]).decide(sentences[0], "far-too-long", comment="x" * 5_000_000)

    assert answer.status == 413
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'"text"',
        b"[]",
        b"null",
        b'{"key": NaN}',
        b'{"key": "\xff"}',
        b'{"key": "\\ud800abcdefgh", "state": "none"}',
        b'{"key": "has\\u0000nul-inside", "state": "none"}',
        b'{"key": "abcdefgh", "state": "labelled", "labels": [{"a": 1}]}',
        b'{"key": "abcdefgh", "state": "none", "comment": "\\u0000"}',
        b'{"key": "abcdefgh", "state": "none", "comment": "\\ud800"}',
        b'{"key": "abcdefgh", "state": "none", "shown_ms": 1e400}',
        b'{"key": "abcdefgh", "state": "none", "decided_at": "9999-12-31T23:59:59-23:00"}',
    ],
)
def test_malformed_json_is_the_senders_mistake(server, tokens, sentences, body):
    path = f"/api/v1/sentences/{sentences[3]}/annotation/"

    answer = Client(server, tokens["wilma"]).send("PUT", path, body, **{"Content-Type": "application/json"})

    assert answer.status == 400, answer.body
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",  # no host
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nBad Header: x\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /%ff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /?format=%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1e3\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 500_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # somebody speaks TLS
    ],
)
def test_a_malformed_request_is_never_our_mistake(server, sent):
    answer = raw(server, sent)

    assert not answer.startswith(b"HTTP/1.1 5"), answer
    assert b"Traceback" not in answer


def test_a_request_hidden_behind_two_lengths_is_not_answered(server):
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    sent = (
        b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden
    )

    assert b"\r\n\r\nok\n" not in raw(server, sent)


def test_a_body_without_a_length_is_asked_for_one(server, tokens, sentences):
    sent = (
        f"PUT /api/v1/sentences/{sentences[0]}/annotation/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {tokens['wanda']}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )

    assert raw(server, sent.encode()).startswith(b"HTTP/1.1 411 ")


def test_none_of_this_was_an_error_of_ours(server):
    """Runs last in this file."""
    assert "Internal Server Error" not in server.log
    assert "Application callable raised" not in server.log

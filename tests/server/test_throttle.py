"""What one process counts, another one knows: failed sign-ins are counted where all of them look."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.live import Server

ELSEWHERE = """
from django.test import Client
answer = Client().post(
    "/sign-in/",
    {{"username": "wendy", "password": {password!r}}},
    headers={{"host": "127.0.0.1"}},
    REMOTE_ADDR="127.0.0.1",
)
print(answer.status_code)
"""


def sign_in(server: Server, password: str) -> int:
    """Try on a new connection, as whichever worker takes it answers; return the status."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", "/sign-in/")
        page = connection.getresponse()
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.read())
        assert token is not None
        sent = {"username": "wendy", "password": password, "csrfmiddlewaretoken": token[1].decode()}
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in/", urlencode(sent), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_workers_and_other_processes_share_what_they_count(server):
    password = server.add_user("wendy")
    assert len(server.workers()) == 2
    assert sign_in(server, password) == 302

    failures = [sign_in(server, "guessed") for _ in range(10)]

    assert failures == [422] * 10
    assert [sign_in(server, password) for _ in range(6)] == [429] * 6
    assert (
        server.manage("shell", "--no-imports", "-c", ELSEWHERE.format(password=password)).split()[-1] == "429"
    )

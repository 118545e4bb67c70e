"""Slow clients hold what they hold; everybody else is still served, and quickly."""

from __future__ import annotations

import socket
import time
from collections import Counter

import pytest

from tests.server.conftest import Client, export_request, head, wait_for

HEADERS, BODIES, READERS = 60, 40, 20
SLOWEST = 2.0  # seconds for a health check, and for a save


@pytest.mark.once
def test_the_service_goes_on_under_slow_headers_bodies_and_readers(
    server, tokens, sentences, many_statements, slow_client, record_property
):
    current = Client(server, tokens["wes"]).get(f"/api/v1/sentences/{sentences[2]}/annotation/").json["key"]
    for _number in range(HEADERS):
        slow_client(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    tricklers = [
        slow_client(
            b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nuser"
        )
        for _number in range(BODIES)
    ]
    ask = export_request(tokens["walter"])
    readers = [slow_client(ask) for _number in range(READERS)]
    answers = Counter(int(head(reader).split()[1]) for reader in readers)

    waits = []
    for _round in range(20):
        for trickler in tricklers:
            trickler.sendall(b"x")
        began = time.monotonic()
        assert Client(server, timeout=SLOWEST).get("/healthz").status == 200
        waits.append(time.monotonic() - began)
        time.sleep(0.1)
    began = time.monotonic()
    saved = Client(server, tokens["wes"], timeout=SLOWEST).decide(
        sentences[2], "under-attack", based_on=current or ""
    )

    record_property("slowest_health", max(waits))
    record_property("save", time.monotonic() - began)
    assert saved.status == 200
    assert set(answers) <= {200, 503}
    assert answers[200] >= 2


def test_what_comes_beyond_the_places_for_exports_is_told_to_come_back(
    server, tokens, many_statements, slow_client
):
    ask = export_request(tokens["walter"])
    readers = [slow_client(ask) for _number in range(40)]
    answers = [head(reader) for reader in readers]

    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]

    assert 0 < len(refused) < 40
    assert all(b"retry-after: 5" in answer.lower() for answer in refused)

    for reader in readers:
        reader.close()
    wait_for(lambda: head(slow_client(ask)).startswith(b"HTTP/1.1 200"))


@pytest.mark.once
def test_a_sender_who_gives_up_gives_the_place_back(start_server, request):
    server = start_server(WEB_WORKERS="1", WEB_THREADS="2")  # waits for eight senders at most
    start = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
    # Twice as many: who arrives while a try below has one of the places is sent away, and leaves it empty.
    senders = [socket.create_connection(("127.0.0.1", server.port)) for _number in range(16)]
    for sender in senders:
        request.addfinalizer(sender.close)
        sender.sendall(start)
    client = Client(server)
    refused = []
    wait_for(lambda: status_of(client, refused) == 503)

    looked = client.get("/sign-in/")

    assert refused[-1].headers["retry-after"] == "5"
    assert looked.status == 200

    for sender in senders:
        sender.close()
    wait_for(lambda: status_of(client, []) == 403)  # no CSRF token, but served


def status_of(client: Client, answers: list) -> int | None:
    """The status of one more try, whose answer is kept; none where the server hung up on the sender."""
    try:
        answers.append(client.send("POST", "/sign-in/", b"a=b"))
    except OSError:
        return None
    return answers[-1].status

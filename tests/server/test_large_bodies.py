"""Large bodies of uploads: a few at a time, with little memory, and nothing of them stays."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.live import Server
from tests.server.conftest import Client, wait_for

pytestmark = pytest.mark.once  # bodies are refused or laid down before a database is asked

UPLOAD = "/c/seed/upload/"
PIECE = b"x" * 65_536
SLOW = 60
SLOWEST = 2.0  # seconds for a health check, and for a page


def head_of(length: int, path: str = UPLOAD) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\n\r\n"
    ).encode()


def memory(server: Server) -> int:
    """The bytes that all workers hold together, now."""
    return sum(worker.memory_info().rss for worker in server.workers())


def most_memory(processes: Iterable[psutil.Process]) -> int:
    """The bytes that processes held when each held most, together; Linux keeps count of that."""
    status = [Path(f"/proc/{process.pid}/status").read_text() for process in processes]
    return sum(int(re.search(r"VmHWM:\s+(\d+) kB", said)[1]) * 1024 for said in status)


def forget_most_memory(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def arriving(server: Server) -> list[str]:
    """What stands by its name among what is arriving; none where nothing ever arrived."""
    folder = server.data_dir / "arriving"
    return sorted(os.listdir(folder)) if folder.exists() else []


def held(server: Server) -> list[str]:
    """What the workers have open there, though it has no name."""
    links = []
    for worker in server.workers():
        for descriptor in Path(f"/proc/{worker.pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                links.append(os.readlink(descriptor))
    return [link for link in links if "/arriving/" in link]


def signed_in(server: Server) -> dict[str, str]:
    """Headers and the token with which the first administrator sends forms."""
    client = Client(server)
    page = client.get("/sign-in/")
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)[1].decode()
    form = f"csrfmiddlewaretoken={token}&username=admin&password={server.admin_password}".encode()
    kind = "application/x-www-form-urlencoded"
    client.connection.request("POST", "/sign-in/", form, {"Cookie": cookie, "Content-Type": kind})
    answer = client.connection.getresponse()
    answer.read()
    assert answer.status == 302
    cookies = [given.partition(";")[0] for given in answer.headers.get_all("Set-Cookie")]
    fresh = next(given for given in cookies if given.startswith("csrftoken="))
    return {"Cookie": "; ".join(cookies), "X-CSRFToken": fresh.partition("=")[2]}


def form_of(content: bytes, *, field: str = "file", name: str = "large.txt", **said: str) -> bytes:
    """The body of a form with one file, and with what an upload says."""
    said = said or {"title": "Large", "language": "en"}
    fields = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in said.items()
    )
    file = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return fields.encode() + file.encode() + content + b"\r\n--edge--\r\n"


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Callable[[Server, bytes], socket.socket]:
    """Open a connection and send only this on it; it is closed when the test ends."""

    def open_one(server: Server, start: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        request.addfinalizer(client.close)
        client.sendall(start)
        return client

    return open_one


def test_a_body_over_the_limit_is_refused_soon_and_with_little_memory(server, opened, record_property):
    Client(server).get("/sign-in/")
    before = memory(server)
    forget_most_memory(server.workers())
    began = time.monotonic()

    sender = opened(server, head_of(200_000_000))
    with suppress(ConnectionError):  # once the answer is there, nobody reads on
        for _piece in range(200_000_000 // len(PIECE)):
            sender.sendall(PIECE)
    answer = b""
    with suppress(ConnectionError):
        while piece := sender.recv(65_536):
            answer += piece

    seconds, grown = time.monotonic() - began, most_memory(server.workers()) - before
    record_property("seconds", seconds)
    record_property("grown_mb", grown // 1_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"<p>This is more than can be taken at once. Send less at a time.</p>" in answer
    assert seconds < 5
    assert grown < 50_000_000
    assert arriving(server) == []


def test_fifty_megabytes_are_taken_with_little_memory_and_leave_nothing(server, record_property):
    headers = {**signed_in(server), "Content-Type": "multipart/form-data; boundary=edge"}
    body = form_of(b"They hid the losses. " * 2_400_000)
    before = memory(server)
    forget_most_memory(server.workers())
    began = time.monotonic()

    answer = Client(server).send("POST", UPLOAD, body, **headers)

    grown = most_memory(server.workers()) - before
    record_property("seconds", time.monotonic() - began)
    record_property("grown_mb", grown // 1_000_000)
    assert len(body) > 50_000_000
    assert answer.status == 422  # a text of this size is too large for one statement
    assert b"large" in answer.body
    assert grown < 60_000_000
    wait_for(lambda: held(server) == [])
    assert arriving(server) == []


def test_slow_large_bodies_hold_their_own_places_and_nobody_else_waits(start_server, opened, record_property):
    server = start_server()
    senders = [opened(server, head_of(50_000_000) + b"--edge\r\n") for _number in range(SLOW)]
    wait_for(lambda: len(held(server)) == 2 * 4)  # places of two workers

    waits = []
    for path in ["/healthz", "/sign-in/"] * 10:
        began = time.monotonic()
        assert Client(server, timeout=SLOWEST).get(path).status == 200
        waits.append(time.monotonic() - began)
    record_property("slowest", max(waits))
    beyond = opened(server, head_of(50_000_000)).recv(65_536)

    assert beyond.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in beyond.lower()
    assert arriving(server) == []

    for sender in senders:
        sender.close()
    wait_for(lambda: held(server) == [])
    body = form_of(b"x" * 5_000_000)
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    assert {Client(server).send("POST", UPLOAD, body, **headers).status for _time in range(10)} == {403}


def test_nothing_stays_of_a_body_whose_worker_is_killed(start_server, opened):
    server = start_server()
    for _number in range(4):
        opened(server, head_of(50_000_000) + PIECE * 20)
    wait_for(lambda: len(held(server)) == 4)
    workers = server.workers()

    for worker in workers:
        worker.kill()
    psutil.wait_procs(workers, timeout=10)

    assert (server.data_dir / "arriving").is_dir()
    assert arriving(server) == []
    server.wait_until_healthy(within=20)
    assert held(server) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b", "\u202etxt.exe", "e" * 10_000, ""])
def test_no_name_of_a_large_file_is_our_mistake(server, name):
    headers = {**signed_in(server), "Content-Type": "multipart/form-data; boundary=edge"}
    body = form_of(b"x" * 5_000_000).replace(b"large.txt", name.encode())

    answer = Client(server).send("POST", UPLOAD, body, **headers)

    # Without a name it is no file but a word in the form, and as such too much.
    assert answer.status in ({400, 422} if name else {413})
    assert arriving(server) == []


def test_no_large_body_was_an_error_of_ours(server):
    """Runs last in this file."""
    assert "Internal Server Error" not in server.log
    assert "Application callable raised" not in server.log

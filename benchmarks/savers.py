"""Who saves in a benchmark: people at a server, over connections that cost little."""

from __future__ import annotations

import json
import re
import secrets
import socket
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlencode

Decision = tuple[str, str, str, str]  # reviewer, key, sentence, label
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes


class Connection:
    """One connection that is kept alive, for answers that say how long they are.

    Clients share the cores with the servers, and `http.client` takes several times as much of them.
    """

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> Answer:
        """Raises OSError when the connection breaks."""
        self.socket.sendall(request)
        head, dot, body = b"", b"", b""
        while not dot:
            head, dot, body = (head + self._piece()).partition(b"\r\n\r\n")
        said = LENGTH.search(head)
        if said is None and not head[9:12] == b"204":
            raise OSError(f"an answer without a length: {head!r}")
        while said and len(body) < int(said[1]):
            body += self._piece()
        return Answer(int(head[9:12]), head, body)

    def _piece(self) -> bytes:
        piece = self.socket.recv(65_536)
        if not piece:
            raise OSError("the server has hung up")
        return piece


@dataclass
class Client:
    """Somebody at a server, with the cookies of a browser."""

    port: int
    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: Connection | None = None

    def ask(self, request: bytes) -> Answer:
        self.connection = self.connection or Connection(self.port)
        try:
            answer = self.connection.ask(request)
        except OSError:
            self.hang_up()
            raise
        self.cookies |= {name.decode(): value.decode() for name, value in COOKIE.findall(answer.head)}
        return answer

    def hang_up(self) -> None:
        if self.connection:
            self.connection.socket.close()
        self.connection = None

    def request(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        host = f"127.0.0.1:{self.port}"
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host}",
            "Accept: */*",
            "Accept-Language: en",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
        ]
        if method != "GET":
            lines += [
                f"Origin: http://{host}",
                f"X-CSRFToken: {self.cookies['csrftoken']}",
                f"Content-Type: {kind}",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def sign_in(self, password: str) -> None:
        self.ask(self.request("GET", "/sign-in/"))
        form = urlencode({"username": self.name, "password": password}).encode()
        answer = self.ask(self.request("POST", "/sign-in/", form, "application/x-www-form-urlencoded"))
        if "sessionid" not in self.cookies:
            raise RuntimeError(f"{self.name} could not sign in: {answer.head.decode('latin-1')}")
        self.hang_up()


@dataclass
class Saver(Client, ABC):
    """A client that saves label after label. `acknowledged` is what the server said it has stored."""

    acknowledged: list[Decision] = field(default_factory=list)

    def save(self, count: int) -> tuple[float, int]:
        """Save this many labels with one request; return the seconds it took and how many were refused."""
        request, sent = self._next(count)
        began = perf_counter()
        try:
            answer = self.ask(request)
        except OSError as broken:
            tell(f"{self.name}: {broken}")
            return perf_counter() - began, count
        seconds = perf_counter() - began
        stored = self._stored(answer, sent)
        if len(stored) < count:
            tell(f"{self.name}: {answer.status} {answer.body[:200]!r}")
        self.acknowledged += stored
        return seconds, count - len(stored)

    @abstractmethod
    def _next(self, count: int) -> tuple[bytes, list[Decision]]:
        """Return a request that saves so many labels, and what it says."""

    @abstractmethod
    def _stored(self, answer: Answer, sent: list[Decision]) -> list[Decision]:
        """Return what of it the server said it has stored."""


@dataclass
class Reviewer(Saver):
    """Saves through the endpoint of the desk, one sentence after the other."""

    corpus: str = ""
    labels: Sequence[str] = ()
    sentences: Iterator[str] = field(default_factory=lambda: iter(()))
    standing: dict[str, str] = field(default_factory=dict)

    def _next(self, count: int) -> tuple[bytes, list[Decision]]:
        sent = [self._decision() for _ in range(count)]
        rows = [
            {
                "sentence": sentence,
                "key": key,
                "based_on": self.standing.get(sentence, ""),
                "state": "labelled",
                "labels": [label],
            }
            for _name, key, sentence, label in sent
        ]
        body = json.dumps(rows).encode()
        return self.request("PUT", f"/api/v1/corpora/{self.corpus}/annotations/", body), sent

    def _decision(self) -> Decision:
        at = len(self.acknowledged)
        return self.name, secrets.token_hex(16), next(self.sentences), self.labels[at % len(self.labels)]

    def _stored(self, answer: Answer, sent: list[Decision]) -> list[Decision]:
        if answer.status != 200:
            return []
        results = json.loads(answer.body)["results"]
        stored = [one for one, result in zip(sent, results, strict=True) if result["status"] == 200]
        self.standing |= {sentence: key for _name, key, sentence, _label in stored}
        return stored


@dataclass
class BareReviewer(Saver):
    """Saves to the bare app, which has no batches."""

    item: int = 0

    def _next(self, count: int) -> tuple[bytes, list[Decision]]:
        self.item += 1
        body = json.dumps({"item": self.item, "label": "rebuttal"}).encode()
        return self.request("PUT", "/save/", body), [(self.name, "", str(self.item), "rebuttal")]

    def _stored(self, answer: Answer, sent: list[Decision]) -> list[Decision]:
        return sent if answer.status == 200 else []


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)

"""People and texts on the running server, and a plain HTTP client."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.live import Server

EXPORT = "/api/v1/corpora/busy/export/?format=jsonl"
REVIEWERS = ("wanda", "will", "wilma", "wes")  # others may be added by tests that share the server
# One process instead of sixteen: each command takes most of a second to start.
CAST = """
import json
from django.utils import timezone
from statements.actions.member import set_roles
from statements.actions.statement import Details
from statements.actions.upload import add_text
from statements.actions.user import add_user, issue_token
from statements.models import Statement
from statements.roles import Role, Scope
from tests.make import make_corpus
now, busy, tokens = timezone.now(), make_corpus("busy"), {}
for name, role in CAST:
    user = add_user(name, password=None, at=now)
    set_roles(busy, user, roles={Role(role)}, by=None, at=now)
    tokens[name] = issue_token(user, scopes={Scope.READ, Scope.ANNOTATE}, days=1, at=now)[1]
text = Statement.objects.order_by("pk").first().text.encode()
details = Details(title="Seed", language="fr")
add_text(busy, text, details, name="seed.txt", by=None, at=now)
print(json.dumps(tokens))
"""
# Rows are made heavy by their metadata, so that a few thousand of them do not fit into the network's buffers.
MANY = """
from django.utils import timezone
from statements.actions.statement import Details
from statements.actions.upload import add_text
from statements.models import Corpus, Statement
busy, now = Corpus.objects.get(slug="busy"), timezone.now()
text = Statement.objects.order_by("pk").first().text
for number in range(COUNT):
    details = Details(title=f"Statement {number}", language="fr", metadata={"note": "x" * 3000})
    content = f"{text.rstrip()} Numéro {number}.".encode()
    add_text(busy, content, details, name="many.txt", by=None, at=now)
"""
STORED = """
import json
from statements.models import Annotation
rows = Annotation.objects.order_by("pk")
print(json.dumps([
    [row.reviewer.username, row.key, row.sentence.public_id, row.superseded_at is None]
    for row in rows.select_related("reviewer", "sentence__statement")
]))
"""


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection to the server, opened again when it breaks; `token` signs every request."""

    def __init__(self, server: Server, token: str = "", *, timeout: float = 20) -> None:
        self.server, self.token = server, token
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=timeout)

    def __del__(self) -> None:
        self.connection.close()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; a body that is not bytes goes as JSON. Raises OSError or HTTPException."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read())
        except Exception:
            self.connection.close()
            raise

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def decide(self, sentence: str, key: str, *, based_on: str = "", **decision: Any) -> Answer:
        """Send a decision on a sentence: a rebuttal, unless told otherwise."""
        said = {"state": "labelled", "labels": ["rebuttal"], **decision}
        body = {"key": key, "based_on": based_on, **said}
        return self.send("PUT", f"/api/v1/sentences/{sentence}/annotation/", body)

    def export(self, layer: str = "sentences") -> list[dict[str, Any]]:
        answer = self.get(f"/api/v1/corpora/busy/export/?format=jsonl&layer={layer}")
        assert answer.status == 200, answer.body
        return [json.loads(line) for line in answer.body.splitlines()]


@pytest.fixture(scope="session")
def tokens(server: Server) -> dict[str, str]:
    """Tokens that read and annotate in the corpus "busy": of the reviewers and of Walter, an adjudicator."""
    cast = [*((name, "reviewer") for name in REVIEWERS), ("walter", "adjudicator")]
    return json.loads(run_python(server, CAST.replace("CAST", repr(cast))))


@pytest.fixture(scope="session")
def sentences(server: Server, tokens: dict[str, str]) -> list[str]:
    """The ids of the 29 sentences of a copy of the seed statement, in order."""
    rows = Client(server, tokens["walter"]).export()
    first = rows[0]["statement"]
    return [row["sentence"] for row in rows if row["statement"] == first]


@pytest.fixture(scope="session")
def many_statements(server: Server, sentences: list[str]) -> int:
    """A hundred statements more in that corpus: some nine megabytes of export. Returns their number."""
    run_python(server, MANY.replace("COUNT", "100"))
    return 100


@pytest.fixture
def slow_client(server: Server) -> Iterator[Callable[[bytes], socket.socket]]:
    """Open a connection with a small receive buffer and send only this on it."""
    opened = []

    def open_one(start: bytes) -> socket.socket:
        client = socket.socket()
        opened.append(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(("127.0.0.1", server.port))
        client.sendall(start)
        return client

    yield open_one
    for client in opened:
        client.close()


def export_request(token: str) -> bytes:
    """Return what asks for an export and nothing more, as it goes over the wire."""
    lines = (
        f"GET {EXPORT} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode()


def head(client: socket.socket) -> bytes:
    """Read the head of an answer, and no more of it than comes along."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = client.recv(512)
        assert piece, f"the server hung up after {read!r}"
        read += piece
    return read


def run_python(server: Server, code: str) -> str:
    """Run code against the server's data, in a process of its own, and return what it prints."""
    return server.manage("shell", "--no-imports", "-v0", "-c", code)


def stored(server: Server) -> list[tuple[str, str, str, bool]]:
    """Return reviewer, key, sentence and "is current" of every annotation there is."""
    return [tuple(row) for row in json.loads(run_python(server, STORED))]


def wait_for(
    claim: Callable[[], bool],
    *,
    times: int = 1,
    within: float = 20,
    every: float = 0.02,
    shows: Callable[[], object] = lambda: "",
) -> None:
    """Wait until a claim held so many times in a row; where asking is itself a load, ask seldom.

    If it does not, what `shows` returns stands with the failure.
    """
    until, held = time.monotonic() + within, 0
    while held < times:
        held = held + 1 if claim() else 0
        assert time.monotonic() < until, f"it did not come true in time: {shows()}"
        time.sleep(every)

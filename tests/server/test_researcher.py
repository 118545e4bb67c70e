"""A researcher gets the decisions of a corpus over a bad network, and counts what the pages count."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pandas
import pytest

from tests.live import Server, Tables, running
from tests.server.conftest import Client, run_python, wait_for

pytestmark = pytest.mark.server

STREAMS = 2  # exports at a time, of the one worker of this server
# Heavy by their metadata, so that the rows do not fit into the buffers of the network.
PRESS = """
import json
from django.utils import timezone
from statements.actions.user import issue_token
from statements.roles import Role, Scope
from tests.make import *
now, heavy = timezone.now(), {"note": "x" * 19_000}
press = make_corpus("press", at=now)
ada = make_member("ada", {Role.ADMIN}, corpus=press, at=now)
rosa, ben = make_reviewer("rosa", corpus=press), make_reviewer("ben", corpus=press)
make_member("reza", {Role.RESEARCHER}, corpus=press)
seed = Statement.objects.order_by("pk").first().text.rstrip()
english = make_statement(corpus=press, title="In English", at=now)
tag(sentences_of(english)[0], rosa, "allegation", "commitment", at=now)
for number in range(16):
    text, title = f"{seed} Numéro {number}.", f"Communiqué {number}"
    made = make_statement(text, corpus=press, title=title, language="fr", metadata=heavy, at=now)
    one, two, three, four, five = sentences_of(made)[:5]
    tag(one, rosa, "allegation", "rebuttal", at=now)
    tag(one, ben, "rebuttal", unsure=True, at=now)
    tag(two, rosa, at=now)
    say(two, ben, skipped(), at=now)
    tag(three, rosa, "rebuttal", at=now)
    take_back(three, rosa, at=now)
    tag(four, ben, "commitment", at=now)
tokens = {"ada": {Scope.MANAGE}, "ben": {Scope.READ, Scope.ANNOTATE}}
print(json.dumps({
    name: issue_token(User.objects.get(username=name), scopes=scopes, days=1, at=now)[1]
    for name, scopes in tokens.items()
}))
"""
OVERVIEW = """
from django.test import Client
from statements.models import User
browser = Client(headers={"host": "localhost"})
browser.force_login(User.objects.get(username="reza"))
print(browser.get("/c/press/").content.decode())
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Iterator[Server]:
    """One of few places, with data of its own."""
    folder = tmp_path_factory.mktemp("researcher")
    with running(folder, tables, WEB_WORKERS="1", WEB_THREADS=str(2 * STREAMS)) as started:
        yield started


@pytest.fixture(scope="module")
def team(server: Server) -> dict[str, str]:
    """The tokens of an admin and of a reviewer."""
    return dict(json.loads(run_python(server, PRESS)))


@pytest.fixture(scope="module")
def reza(server: Server, team: dict[str, str]) -> Client:
    """A researcher, with a token that opens this corpus alone."""
    token = server.manage("add_token", "reza", "--scope", "read", "--corpus", "press").strip()
    return Client(server, token)


def address(**asked: str) -> str:
    return f"/api/v1/corpora/press/export/?{urlencode(asked)}"


def cut(reader: Client, path: str, after: int) -> tuple[bytes, str]:
    """Read so many bytes of an export and hang up; return them and the moment of the export."""
    connection = HTTPConnection("127.0.0.1", reader.server.port, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {reader.token}"})
    answer = connection.getresponse()
    came = answer.read(after)
    connection.sock.close()
    connection.close()
    assert (answer.status, len(came)) == (200, after)
    return came, str(answer.headers["Annotator-As-Of"])


def whole_lines(came: bytes) -> bytes:
    return came[: came.rindex(b"\n") + 1]


def last_row(lines: bytes) -> str:
    """The sentence of the last row and how many rows of it came, as `after` takes them."""
    names = [json.loads(line)["sentence"] for line in lines.splitlines()]
    return f"{names[-1]}:{names.count(names[-1])}"


def frame(*exports: bytes) -> pandas.DataFrame:
    return pandas.DataFrame([json.loads(line) for one in exports for line in one.splitlines()])


def test_what_was_cut_and_resumed_is_whole_and_counts_as_the_pages_do(server, team, reza):
    french = {"layer": "annotations", "language": "fr"}
    before = reza.get(address(**french)).body

    came, as_of = cut(reza, address(**french), len(before) // 2)
    counted, page = reza.get("/api/v1/corpora/press/progress/").json, run_python(server, OVERVIEW)
    change_mind(Client(server, team["ben"]), json.loads(before.splitlines()[-1])["sentence"])
    begun = whole_lines(came)
    rest = reza.get(address(**french, as_of=as_of, after=last_row(begun)))

    # It is as if nothing had happened: neither the cut nor the decision made meanwhile.
    assert (rest.status, rest.headers["annotator-as-of"]) == (200, as_of)
    assert 0 < len(begun) < len(came)
    assert begun + rest.body == before == reza.get(address(**french, as_of=as_of)).body
    assert reza.get(address(**french)).body != before

    # And it is what the pages say.
    english = reza.get(address(layer="annotations", language="en", as_of=as_of)).body
    decisions = frame(begun + rest.body, english)
    assert {one["reviewer"]: states(decisions, one) for one in counted["reviewers"]} == {
        one["reviewer"]: {state: one[state] for state in STATES} for one in counted["reviewers"]
    }
    labels = Counter(label for labels in decisions["labels"] for label in labels)
    labels["no claim"] = int((decisions["state"] == "none").sum())
    assert shown_on(page) == labels == {"allegation": 17, "rebuttal": 32, "commitment": 17, "no claim": 16}

    # What is filtered by the server is what is filtered here.
    rebuttals = frame(reza.get(address(**french, label="rebuttal", as_of=as_of)).body)
    is_one = decisions["labels"].map(lambda labels: "rebuttal" in labels) & (decisions["language"] == "fr")
    assert rebuttals.to_dict("records") == decisions[is_one].to_dict("records")


STATES = ("labelled", "none", "skipped", "untouched")


def states(decisions: pandas.DataFrame, counted: dict[str, Any]) -> dict[str, int]:
    """How often a reviewer says what, by the rows; untouched is what has none."""
    mine = decisions[decisions["reviewer"] == counted["reviewer"]]
    said = {state: int((mine["state"] == state).sum()) for state in STATES[:-1]}
    return {**said, "untouched": counted["total"] - len(mine)}


def shown_on(page: str) -> dict[str, int]:
    """The table "What they said" of the overview."""
    rows = re.findall(r'<th scope="row">.*?</b> (.*?)</th>.*?<td class="amount">(\d+)</td>', page, re.DOTALL)
    return {re.sub("<.*?>", "", name).lower(): int(count) for name, count in rows}


def change_mind(ben: Client, sentence: str) -> None:
    """Decide anew on a sentence."""
    before = ben.get(f"/api/v1/sentences/{sentence}/annotation/").json["key"]
    answer = ben.decide(sentence, "saved-meanwhile", based_on=before or "", labels=["allegation"])
    assert answer.status == 200, answer.body


def test_places_of_readers_who_vanish_are_free_again(reza):
    ask = f"GET {address()} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {reza.token}\r\n\r\n"
    readers = [reader_who_reads_little(reza, ask) for _place in range(STREAMS)]

    refused = reza.get(address(layer="statements"))
    for reader in readers:
        reader.close()

    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    wait_for(lambda: reza.get(address(layer="statements")).status == 200, within=5)


def reader_who_reads_little(reza: Client, ask: str) -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(20)
    reader.connect(("127.0.0.1", reza.server.port))
    reader.sendall(ask.encode())
    assert reader.recv(12) == b"HTTP/1.1 200"
    return reader


def test_after_a_correction_an_export_does_not_go_on(server, team, reza):
    came, as_of = cut(reza, address(), 200_000)
    last = last_row(whole_lines(came))
    statement = last.partition(".")[0]

    corrected = Client(server, team["ada"]).send(
        "PATCH", f"/api/v1/statements/{statement}/", {"title": "Autre"}
    )
    rest = reza.get(address(as_of=as_of, after=last))

    assert corrected.status == 200
    assert (rest.status, rest.json["type"]) == (409, "urn:annotator:problem:changed_since_then")
    assert b'"title":"Autre"' in reza.get(address()).body

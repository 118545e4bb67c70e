"""The examples of the page about the data, run as they stand there, on a corpus of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet
import pytest

from tests.live import ROOT, Server
from tests.server.conftest import Client, run_python

pytestmark = pytest.mark.once

PAGE = (ROOT / "docs" / "data.md").read_text("utf-8")
# Each statement is noisy, so that an export is several pieces also when it is packed.
PRESS = """
import json
from random import Random
from django.utils import timezone
from statements.actions.user import issue_token
from statements.roles import Role, Scope
from tests.make import *
now, chance = timezone.now(), Random(7)
press = make_corpus("press", at=now)
rosa, ben = make_reviewer("press-rosa", corpus=press), make_reviewer("press-ben", corpus=press)
reza = make_member("press-reza", {Role.RESEARCHER}, corpus=press)
for number in range(10):
    about = {"page": number, "noise": chance.randbytes(4000).hex()}
    text = f"\U0001f914 So it was, {number} times. It was not.\\n\\nWe will see. And so on. Yes, we will."
    language = "fr" if number % 2 else "en"
    made = make_statement(text, corpus=press, title=f"No {number}", language=language, metadata=about, at=now)
    one, two, three, four, *_rest = sentences_of(made)
    tag(one, rosa, "allegation", "rebuttal", at=now)
    tag(one, ben, "rebuttal", at=now)
    tag(two, rosa, at=now)
    say(three, ben, skipped(), at=now)
    tag(four, ben, "commitment", at=now)
    tag(four, ben, at=now)
print(json.dumps(issue_token(reza, scopes={Scope.READ}, days=1, at=now)[1]))
"""


def blocks(heading: str, language: str) -> list[str]:
    """The pieces of code below a heading."""
    below = re.split(r"\n##+ ", PAGE.partition(f"\n{heading}\n")[2])[0]
    return re.findall(rf"```{language}\n(.*?)```", below, re.DOTALL)


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return str(json.loads(run_python(server, PRESS)))


@pytest.fixture(scope="module")
def reader(server: Server, token: str) -> Client:
    return Client(server, token)


@pytest.fixture(scope="module")
def folder(server: Server, token: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the examples run: here with the files that the one for curl has fetched."""
    folder = tmp_path_factory.mktemp("examples")
    if not shutil.which("curl") or not shutil.which("sh"):
        pytest.skip("curl and sh are not installed here, so the curl example cannot be run")
    run(["sh", "-eu"], folder, server, token, *blocks("### curl", "sh"))
    return folder


def run(
    command: list[str], folder: Path, server: Server, token: str, *code: str, port: int = 0, **more: str
) -> str:
    address = f"http://127.0.0.1:{port or server.port}/api/v1"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command,
        input="\n".join(code),
        cwd=folder,
        env={**environment, "ANNOTATOR": address, "TOKEN": token, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def export(reader: Client, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = reader.get(f"/api/v1/corpora/press/export/?{query}")
    assert answer.status == 200, answer.body
    return [json.loads(line) for line in answer.body.splitlines()]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_all_code_of_the_page_is_run_here():
    told = Counter(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE))

    assert told == {"sh": 3, "python": 6, "r": 2, "js": 1}


def test_curl(reader, folder):
    assert lines(folder / "sentences.jsonl") == export(reader, layer="sentences")
    assert (folder / "rebuttals.csv").read_text("utf-8-sig").count("rebuttal") == 10
    assert (folder / "head.txt").read_text().lower().count("content-encoding: gzip") == 1


def test_the_command(server, token, tmp_path):
    (tmp_path / "manage.py").symlink_to(ROOT / "manage.py")
    python_first = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    code = blocks("## From a terminal", "sh")

    run(["sh", "-eu"], tmp_path, server, token, *code, **{**server.environment, "PATH": python_first})

    assert (tmp_path / "annotations.csv").read_text("utf-8-sig").count("\n") == 1 + 10 * 5
    assert pyarrow.parquet.read_table(tmp_path / "rebuttals.parquet")["language"].to_pylist() == ["fr"] * 5


class Cutting:
    """A proxy that hangs up after so many bytes of the first answers, and lets all others pass."""

    def __init__(self, server: Server, *cuts: int) -> None:
        self.to, self.cuts, self.asked = server.port, list(cuts), []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):  # closed, as the test is over
            while True:
                client = self.socket.accept()[0]
                left = self.cuts.pop(0) if self.cuts else 2**40
                with client, socket.create_connection(("127.0.0.1", self.to)) as behind:
                    asked = client.recv(65_536)
                    self.asked.append(asked.split(b" ")[1].decode())
                    behind.sendall(asked.replace(b"keep-alive", b"close"))
                    while left > 0 and (piece := behind.recv(min(left, 4096))):
                        client.sendall(piece)
                        left -= len(piece)


@pytest.fixture
def cutting(server: Server, reader: Client) -> Iterator[Cutting]:
    whole = reader.get("/api/v1/corpora/press/export/?layer=history", **{"Accept-Encoding": "gzip"})
    proxy = Cutting(server, len(whole.body) // 2, len(whole.body) // 3)
    yield proxy
    proxy.socket.close()


def test_python_goes_on_after_a_broken_connection(server, token, reader, tmp_path, cutting):
    code = blocks("### Python: a download that goes on after a broken connection", "python")
    code += ["print(as_of)"]

    *said, as_of = run([sys.executable, "-"], tmp_path, server, token, *code, port=cutting.port).splitlines()

    assert lines(tmp_path / "history.jsonl") == export(reader, layer="history", as_of=as_of)
    assert ["after=" in asked for asked in cutting.asked] == [False, True, True]
    assert [line.startswith("going on: ") for line in said] == [True, True]


def test_python_asks_what_has_changed(server, token, reader, folder):
    code = blocks("### Python: a download that goes on after a broken connection", "python")
    code += blocks("### Python: what has changed since", "python")
    meanwhile = ['as_of = "2026-01-01T00:00:00Z"']

    said = run([sys.executable, "-"], folder, server, token, code[0], *meanwhile, code[1])

    standing = len(export(reader, layer="annotations"))
    assert said.splitlines() == [f"0 resplits, {standing} decisions since 2026-01-01T00:00:00Z"]


def test_pandas(server, token, reader, folder):
    (code,) = blocks("### pandas", "python")

    said = run(
        [sys.executable, "-"], folder, server, token, code, "print(len(flat), len(csv), csv['labels'][0])"
    )

    states, labels, last = re.split(r"\nlabels\n|\nName:.*\n", said)
    assert [line.split() for line in states.splitlines()[1:]] == [
        ["reviewer"],
        ["r1", "10", "10", "0", "30"],
        ["r2", "10", "10", "10", "20"],
    ]
    assert dict(line.split() for line in labels.splitlines()) == {"rebuttal": "20", "allegation": "10"}
    assert last.split(maxsplit=2) == ["50", "10", "['allegation', 'rebuttal']\n"]


def test_polars(server, token, folder):
    (code,) = blocks("### polars", "python")

    said = run([sys.executable, "-"], folder, server, token, code)

    assert re.findall(r"│ (\w+) +┆ (\S+) +│", said)[2:] == [
        ("allegation", "0.166667"), ("commitment", "0.0"), ("rebuttal", "0.333333"),
    ]  # fmt: skip


def test_datasets(server, token, folder):
    (code,) = blocks("### Hugging Face datasets", "python")

    assert run([sys.executable, "-"], folder, server, token, code) == "30 of 50 sentences with a vote\n"


def places(folder: Path) -> list[dict[str, Any]]:
    texts = {row["statement"]: row["text"] for row in lines(folder / "statements.jsonl")}
    return [{"row": row, "text": texts[row["statement"]]} for row in lines(folder / "sentences.jsonl")]


def test_offsets_in_python(folder):
    (code,) = blocks("## What is to be known", "python")

    for place in places(folder):
        exec(code, place)
    with pytest.raises(AssertionError):
        exec(code, {**place, "text": "x" + place["text"]})


@pytest.mark.elsewhere
@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed here")
def test_offsets_in_javascript(server, token, folder):
    (code,) = blocks("## What is to be known", "js")
    before = "console.assert = (holds) => { if (!holds) process.exit(1) };\n"

    run(
        ["node"],
        folder,
        server,
        token,
        f"{before}for (const {{row, text}} of {json.dumps(places(folder))}) {{ {code} }}",
    )


@pytest.mark.elsewhere
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R with httr2 and jsonlite is not installed here")
def test_r(server, token, folder):
    (offsets,) = blocks("## What is to be known", "r")
    (code,) = blocks("### R", "r")
    place = """
    row <- stream_in(file("sentences.jsonl"), verbose = FALSE)[2, ]
    text <- stream_in(file("statements.jsonl"), verbose = FALSE)$text[1]
    """

    said = run(["Rscript", "-"], folder, server, token, code, place, offsets)

    assert re.findall(r"^ *(r\d) +(\d+) +(\d+) +(\d+)", said, re.MULTILINE) == [
        ("r1", "10", "10", "0"), ("r2", "10", "10", "10"),
    ]  # fmt: skip

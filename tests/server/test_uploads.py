"""Uploads at the real server and its worker: killed in the middle, while others save, as the docs say."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from threading import Event
from uuid import uuid4

import psutil
import pytest

from tests.live import ROOT, Server
from tests.server.conftest import Answer, Client, run_python, wait_for
from tests.server.test_large_bodies import forget_most_memory, form_of, most_memory

WORDS = (
    "the",
    "bank",
    "denies",
    "that",
    "losses",
    "were",
    "hidden",
    "from",
    "whoever",
    "asked",
    "about",
    "books",
)
SELDOM = 0.15  # seconds between two looks
SLOWEST_OF_A_HUNDRED = 0.5  # seconds, of saves
GONE_ON = 40  # seconds in which a job ends after a start: less than the silence after which anybody takes it
ROWS = """
import json
from statements.models import Draft, Piece, Sentence, Statement, Upload
uploads = Upload.objects.filter(corpus__slug="{corpus}")
statements = Statement.objects.filter(upload__in=uploads)
print(json.dumps([
    list(uploads.values_list("state", flat=True)), statements.count(),
    Sentence.objects.filter(statement__in=statements).count(),
    Draft.objects.filter(upload__in=uploads).count(),
]))
"""

JOBS = """
import json
from django_tasks_db.models import DBTaskResult
from statements.models import Job, Worker
print(json.dumps([
    *Job.objects.filter(upload__corpus__slug="{corpus}").order_by("pk").values(),
    *Worker.objects.values(),
    *DBTaskResult.objects.order_by("enqueued_at").values("status", "enqueued_at", "args_kwargs"),
], default=str))
"""


def table(rows: int, sentences: int) -> bytes:
    """A CSV of so many statements of so many sentences, no two alike."""
    chance, lines = random.Random(7), ["title,text"]
    for row in range(rows):
        said = (f"{' '.join(chance.choices(WORDS, k=8))} {row}x{at}.".capitalize() for at in range(sentences))
        lines.append(f"Statement {row},{' '.join(said)}")
    return "\n".join(lines).encode()


class Manager(Client):
    """Somebody who brings statements into a corpus of their own, over the API."""

    def __init__(self, server: Server, token: str) -> None:
        super().__init__(server, token)
        self.corpus = f"in-{uuid4().hex[:8]}"
        self.uploads = f"/api/v1/corpora/{self.corpus}/uploads/"
        made = self.send("POST", "/api/v1/corpora/", {"slug": self.corpus, "name": self.corpus})
        assert made.status == 201, made.body

    def bring(self, name: str, content: bytes) -> str:
        """Send a file to be read and shown; return the address of the upload."""
        sent = self.send_file(name, content)
        assert sent.status in {201, 202}, sent.body
        return f"{self.uploads}{sent.json['id']}/"

    def send_file(self, name: str, content: bytes) -> Answer:
        body = form_of(content, field="files", name=name, dry_run="true")
        kind = "multipart/form-data; boundary=edge"
        return self.send("POST", self.uploads, body, **{"Content-Type": kind})

    def is_at(self, upload: str, state: str, *, done: int = 0) -> bool:
        """Whether the upload is in a state, and so many sentences or bytes of it are done."""
        report = self.get(upload).json
        assert report["problem"] is None
        return report["state"] == state and (done == 0 or (report["progress"] or {}).get("done", 0) >= done)

    def state(self, upload: str) -> list[object]:
        """How far the upload is, who is at it, and what the server has written of late."""
        report = self.get(upload).json
        jobs = json.loads(run_python(self.server, JOBS.format(corpus=self.corpus)))
        return [report["state"], report["progress"], jobs, self.server.log[-3_000:]]

    def visible(self) -> int:
        """How many statements the corpus shows."""
        return len(self.get(f"/api/v1/corpora/{self.corpus}/statements/?limit=200").json["results"])

    def rows(self) -> list[object]:
        """The states of the uploads; how many statements, sentences and drafts lie in the database."""
        return json.loads(run_python(self.server, ROWS.format(corpus=self.corpus)))


@pytest.fixture
def manager_of() -> Callable[[Server], Manager]:
    def manager_of(server: Server) -> Manager:
        return Manager(server, server.add_token("admin", "manage", "read"))

    return manager_of


def worker_of(server: Server) -> psutil.Process:
    """The process that does the jobs."""
    [found] = [one for one in server.processes() if one.ppid() == server.pid and "work" in one.cmdline()]
    return found


# --- Killed in the middle ---


def kill_all(ada: Manager) -> None:
    ada.server.kill()
    ada.connection.close()
    ada.server.start()


def kill_the_worker(ada: Manager) -> None:
    """Kill who does the jobs; it is started again as any process of the service is."""
    worker = worker_of(ada.server)
    worker.kill()
    psutil.wait_procs([worker], 5)


@pytest.mark.parametrize("kill", [kill_all, kill_the_worker])
def test_what_is_killed_in_the_middle_is_there_whole_or_not_at_all(start_server, manager_of, kill):
    server = start_server()
    ada = manager_of(server)
    upload = ada.bring("table.csv", table(30_000, 1))

    wait_for(lambda: ada.is_at(upload, "reading", done=200_000), within=20, every=SELDOM)
    kill(ada)
    assert ada.visible() == 0
    gone_on = {"within": GONE_ON, "every": SELDOM, "shows": lambda: ada.state(upload)}
    wait_for(lambda: ada.is_at(upload, "staged"), **gone_on)
    assert ada.get(upload).json["sentences"] == 30_000
    assert ada.rows() == [["staged"], 0, 0, 30_000]

    ada.send("POST", upload, {})
    wait_for(lambda: ada.is_at(upload, "storing", done=4_000), within=20, every=0.01)
    kill(ada)
    assert ada.visible() in {0, 200}  # all that a page of the list holds, if it had ended just before
    wait_for(lambda: ada.is_at(upload, "stored"), **gone_on)
    wait_for(lambda: ada.rows()[3] == 0, within=20, every=SELDOM)
    assert ada.visible() == 200
    assert ada.rows() == [["stored"], 30_000, 30_000, 0]


# --- Reviewers save meanwhile ---


def save_on(server: Server, token: str, sentences: list[str], enough: Event) -> list[float]:
    """Decide on sentence after sentence until it is enough; return how long each save took, in seconds."""
    client, took = Client(server, token), []
    stands = {
        sentence: client.get(f"/api/v1/sentences/{sentence}/annotation/").json["key"]
        for sentence in sentences
    }
    while not enough.is_set():
        for sentence in sentences:
            key, began = uuid4().hex, time.perf_counter()
            answer = client.decide(sentence, key, based_on=stands[sentence])
            took.append(time.perf_counter() - began)
            assert answer.status == 200, answer.body
            stands[sentence] = key
            time.sleep(0.02)
    return took


def test_saves_do_not_wait_while_100_000_sentences_go_in(
    server, tokens, sentences, manager_of, record_property
):
    ada, enough = manager_of(server), Event()
    with ThreadPoolExecutor(2) as pool:
        saving = [
            pool.submit(save_on, server, tokens[name], sentences, enough) for name in ("wanda", "wilma")
        ]
        try:
            upload = ada.bring("table.csv", table(2_000, 50))
            wait_for(lambda: ada.is_at(upload, "staged"), within=150, every=SELDOM)
            ada.send("POST", upload, {})
            wait_for(lambda: ada.is_at(upload, "stored"), within=150, every=SELDOM)
        finally:
            enough.set()
        took = [seconds for one in saving for seconds in one.result()]

    assert ada.get(upload).json["sentences"] == 100_000
    *_, slow = quantiles(took, n=100)
    record_property("saves", len(took))
    record_property("p99 of saves, seconds", slow)
    assert len(took) > 200
    assert slow < SLOWEST_OF_A_HUNDRED


# --- Beyond the limits ---


def test_a_table_of_a_million_rows_is_refused_within_seconds(server, manager_of, record_property):
    ada = manager_of(server)
    ada.get(ada.uploads)
    processes = [*server.workers(), worker_of(server)]
    forget_most_memory(processes)
    before, began = most_memory(processes), time.monotonic()

    upload = ada.bring("table.csv", b"text\n" + b"".join(b"Row %d.\n" % row for row in range(1_000_000)))
    wait_for(lambda: ada.get(upload).json["state"] != "reading", within=30, every=SELDOM)

    seconds, more = time.monotonic() - began, most_memory(processes) - before
    record_property("seconds", seconds)
    record_property("MB of memory more", more / 1e6)
    report = ada.get(upload).json
    [file] = report["files"]
    assert (report["state"], report["statements"]) == ("staged", 0)
    assert file["problem"]["code"] == "too_many_statements"
    assert more < 60_000_000
    assert ada.rows() == [["staged"], 0, 0, 0]
    assert ada.send("POST", upload, {"without_faults": True}).status == 409


# --- As the documentation says ---


def commands() -> list[str]:
    """The commands of the part on curl, each with the comment above it."""
    text = (ROOT / "docs" / "uploads.md").read_text("utf-8").partition("## With curl")[2]
    [block] = re.findall(r"(?s)```sh\n(.*?)```", text)
    return block.split("\n\n")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed here")
def test_the_commands_with_curl_work(server, manager_of, tmp_path):
    ada = manager_of(server)
    (tmp_path / "answer.txt").write_text("We deny all of it. Nobody was hurt.\n")
    (tmp_path / "table.csv").write_bytes(
        "title;text\nOne;Une société répond – enfin.\nNone;\n".encode("cp1252")
    )
    variables = {"TOKEN": ada.token}

    def run(command: str) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", command.replace("seed", ada.corpus).replace("127.0.0.1:8000", server.url[7:])],
            cwd=tmp_path, env={**variables, "PATH": "/usr/bin:/bin", "ANNOTATOR": f"{server.url}/api/v1"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    sets, dry_run, ask, texts, other, store, back = commands()
    assert [line.partition("=")[0] for line in sets.splitlines()] == ["export ANNOTATOR", "export TOKEN"]
    report = json.loads(run(dry_run))
    assert (report["state"], report["statements"], report["passed_over"]["faults"]) == ("staged", 2, 1)
    assert [file["encoding"] for file in report["files"]] == ["utf-8", "cp1252"]
    assert ask.endswith("export UPLOAD=…")
    variables["UPLOAD"] = report["id"]
    first, second = json.loads(run(texts))["results"]
    assert [one["text"] for one in first["sentences"]] == ["We deny all of it.", "Nobody was hurt."]
    assert second["text"] == "Une société répond – enfin."
    assert json.loads(run(other))["state"] in {"staged", "reading"}
    assert ada.visible() == 0
    wait_for(lambda: ada.is_at(f"{ada.uploads}{report['id']}/", "staged"), within=20, every=SELDOM)
    assert json.loads(run(store))["state"] == "stored"
    assert ada.visible() == 2
    run(back)
    assert ada.visible() == 0
    assert ada.get(f"{ada.uploads}{report['id']}/").json["state"] == "withdrawn"

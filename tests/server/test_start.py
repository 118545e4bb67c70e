"""Starting: what is made, what is kept, and what keeps it from starting."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time

import pytest

from tests.live import ROOT, end, fresh_database, prepared
from tests.server.conftest import Client, run_python, wait_for


def test_a_second_start_keeps_everything(start_server, record_property):
    server = start_server()
    before = run_python(server, COUNTS)
    key = (server.data_dir / "secret_key").read_text()
    server.stop()

    record_property("seconds", server.start())

    assert run_python(server, COUNTS) == before
    assert (server.data_dir / "secret_key").read_text() == key


COUNTS = """
from statements.models import Corpus, Label, Member, Sentence, Statement, User
print([kind.objects.count() for kind in (Corpus, Label, Member, Sentence, Statement, User)])
print(User.objects.get().password)
"""


@pytest.mark.server
def test_two_first_starts_at_once_prepare_one_after_the_other(tmp_path):
    with fresh_database() as database:
        first = prepared(tmp_path / "var", **database)
        second = prepared(tmp_path / "var", **database)
        second.log_path = tmp_path / "second.log"
        try:
            for server in (first, second):
                server.begin()
            for server in (first, second):
                server.wait_until_healthy(within=60)
            assert run_python(first, COUNTS).splitlines()[0] == "[1, 3, 1, 29, 1, 1]"
        finally:
            end(first)
            end(second)


@pytest.mark.server
def test_a_first_start_that_is_killed_on_the_way_is_made_up_for_by_the_next(tmp_path):
    with fresh_database() as database:
        server = prepared(tmp_path / "var", **database)
        try:
            for seconds in (0.1, 0.4, 0.8):  # while tables are made, and what comes into them
                (server.data_dir / "starting.lock").unlink(missing_ok=True)
                server.begin()
                wait_for((server.data_dir / "starting.lock").exists)
                time.sleep(seconds)
                server.kill()
            server.start()
            assert run_python(server, COUNTS).splitlines()[0] == "[1, 3, 1, 29, 1, 1]"
        finally:
            end(server)


@pytest.mark.once
def test_an_admin_who_administers_nothing_is_not_made_one(start_server):
    server = start_server()
    run_python(server, "from statements.models import User; User.objects.update(is_superuser=False)")
    server.stop()

    code, said = serve(server.environment)

    assert (code, len(said.splitlines())) == (1, 1)
    assert "manage.py add_user NAME --site-admin" in said


@pytest.mark.once
def test_files_are_for_the_account_alone(server):
    folder = server.data_dir
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes["secret_key"] == 0o600
    assert not any(mode & 0o077 for mode in modes.values()), modes


@pytest.mark.once
def test_sqlite_writes_ahead_and_through_to_the_disk(start_server):
    server = start_server(DATABASE_URL="")  # also in the run on PostgreSQL
    asked = "from django.db import connection as c; cursor = c.cursor()\n" + "".join(
        f"print(cursor.execute('PRAGMA {name}').fetchone()[0])\n" for name in ("journal_mode", "synchronous")
    )

    assert run_python(server, asked).split() == ["wal", "2"]  # 2 is FULL
    assert (server.data_dir / "annotator.sqlite3").exists()


@pytest.mark.once
def test_the_password_is_not_in_the_log(server):
    assert server.admin_password not in server.log
    assert "ANNOTATOR_ADMIN_PASSWORD" in server.log


@pytest.mark.once
def test_without_a_password_one_is_made_and_shown_once(start_server):
    server = start_server(ANNOTATOR_ADMIN_PASSWORD="")
    server.stop()
    server.start()

    assert server.log.count("shown only now") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "postgres://nobody:wrong@127.0.0.1:1/nothing"),
        ("PUBLIC_URL", "foo"),
        ("PUBLIC_URL", "https://example.org/below"),
        ("DEBUG", "maybe"),
        ("SECRET_KEY", "short"),
        ("EMAIL_URL", "carrier-pigeon://loft"),
        ("WEB_THREADS", "0"),
        ("ANNOTATOR_ADMIN_PASSWORD", "12345"),
        ("DATA_DIR", "/dev/null/folder"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence_that_names_it(tmp_path, name, value):
    server = prepared(tmp_path / "var", **{name: value})

    code, said = serve(server.environment)

    assert code == 1
    assert f"{name} " in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said


@pytest.mark.server
@pytest.mark.postgresql
def test_a_database_that_does_not_tell_when_writes_began_stops_the_start(tmp_path):
    with fresh_database() as database:
        address = database["DATABASE_URL"]
        silent = f"{address}{'&' if '?' in address else '?'}options=-c%20track_activities%3Doff"
        code, said = serve(prepared(tmp_path / "var", DATABASE_URL=silent).environment)

    assert (code, len(said.strip().splitlines())) == (1, 1), said
    assert "DATABASE_URL must lead to a database with track_activities on" in said


def test_a_busy_port_stops_the_start_with_a_sentence_that_names_it(tmp_path):
    server = prepared(tmp_path / "var")
    with socket.create_server(("127.0.0.1", server.port)):
        code, said = serve(server.environment)

    assert code == 1
    assert said == f"CommandError: PORT must be free, and {server.port} is not: Address already in use.\n"


@pytest.mark.once
def test_it_listens_on_loopback_only(server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", server.port))  # would fail if the server had taken every address


@pytest.mark.once
def test_debug_is_off(server):
    answer = Client(server).get("/there-is-no-such-page/")

    assert answer.status == 404
    for told in (b"DEBUG", b"urlpatterns", b"Traceback", b"settings"):
        assert told not in answer.body


def serve(environment: dict[str, str]) -> tuple[int, str]:
    """Start the server, which should refuse; return its exit code and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr

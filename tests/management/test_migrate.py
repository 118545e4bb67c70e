"""`manage.py migrate`, killed at the worst moment."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.live import ROOT, fresh_database, prepared

KILLED = """
import os
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

record = MigrationRecorder.record_applied
def killed(self, *migration):
    if migration == {migration}:
        os._exit(9)
    record(self, *migration)

MigrationRecorder.record_applied = killed
call_command("migrate", verbosity=0)
"""


@pytest.mark.server
@pytest.mark.parametrize("migration", [("auth", "0001_initial"), ("statements", "0010_undo_takes_back")])
def test_who_is_killed_before_a_migration_is_noted_makes_it_again(tmp_path, migration):
    with fresh_database() as database:
        server = prepared(tmp_path / "var", **database)
        shell = [
            sys.executable,
            "manage.py",
            "shell",
            "--no-imports",
            "-c",
            KILLED.format(migration=migration),
        ]
        killed = subprocess.run(shell, cwd=ROOT, env=server.environment, capture_output=True, check=False)
        assert killed.returncode == 9, killed.stderr

        server.manage("migrate", "--verbosity=0")

        said = server.manage("showmigrations", "--plan")
        assert "[ ]" not in said
        assert "[X]" in said

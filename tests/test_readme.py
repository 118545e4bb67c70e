"""What the README says can be typed, and does what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from tests.live import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 120


def test_its_links_lead_somewhere():
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]

    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith("make")])
def test_make_knows_its_targets(block):
    subprocess.run([*shlex.split(block), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_the_first_tour_can_be_walked(start_server):
    server = start_server()  # whose seed nobody has mended
    tour = "\n".join(block for block in BLOCKS if not block.startswith("make"))
    typed = tour.replace(".venv/bin/python", shlex.quote(sys.executable)).replace(
        "http://127.0.0.1:8000", server.url
    )

    done = subprocess.run(
        ["sh", "-eux", "-c", typed],
        cwd=ROOT,
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"corpus":"seed"') == 29
    assert "corpus,statement,sentence,position" in done.stdout

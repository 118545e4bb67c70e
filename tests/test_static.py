"""Static files: those of others are what they published, and all are made once."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from annotator.storage import StaticFiles

STATIC = Path(__file__).resolve().parent.parent / "static"
VENDORED = {
    "htmx-2.0.11.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
}


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_has_its_published_checksum(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == VENDORED[name]


def test_every_minified_file_has_a_checksum_here():
    assert {path.name for path in STATIC.rglob("*.min.*")} == set(VENDORED)


@pytest.fixture
def collect(tmp_path):
    """Make the static files of one style sheet, which is always as old; return how many were made."""
    source, made = FileSystemStorage(tmp_path / "source"), StaticFiles(tmp_path / "static")

    def collect(style: str) -> int:
        for storage in (source, made):
            path = Path(storage.path("a.css"))
            path.parent.mkdir(exist_ok=True)
            path.write_text(style)
            os.utime(path, (1, 1))
        return len(list(made.post_process({"a.css": (source, "a.css")})))

    return collect


def test_files_that_are_as_they_were_are_not_made_again(collect):
    assert [collect("p { color: red }"), collect("p { color: red }")] == [1, 0]


def test_files_that_changed_are_made_again_however_old_they_are(collect):
    assert [collect("p { color: red }"), collect("p { color: tan }")] == [1, 1]

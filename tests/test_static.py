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
def collect(settings, tmp_path):
    """Make the static files of one style sheet; return which files were made."""
    settings.STATIC_ROOT = tmp_path / "static"
    source = FileSystemStorage(tmp_path / "source")

    def collect(style: str, *, at: int) -> list[str]:
        for storage in (source, made):
            storage.delete("a.css")
            Path(storage.path("a.css")).parent.mkdir(exist_ok=True)
            Path(storage.path("a.css")).write_text(style)
        os.utime(source.path("a.css"), (at, at))
        return [name for _old, name, _done in made.post_process({"a.css": (source, "a.css")})]

    made = StaticFiles(tmp_path / "static")
    return collect


def test_files_that_are_as_they_were_are_not_made_again(collect):
    assert len(collect("p { color: red }", at=1)) == 1
    assert collect("p { color: red }", at=1) == []


@pytest.mark.parametrize(("style", "at"), [("p { color: red }", 2), ("p { color: redder }", 1)])
def test_files_that_changed_are_made_again(collect, style, at):
    collect("p { color: red }", at=1)

    assert len(collect(style, at=at)) == 1

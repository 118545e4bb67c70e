"""Files of others that we ship are the files they published."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
VENDORED = {
    "htmx-2.0.11.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
}


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_has_its_published_checksum(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == VENDORED[name]


def test_every_minified_file_has_a_checksum_here():
    assert {path.name for path in STATIC.rglob("*.min.*")} == set(VENDORED)

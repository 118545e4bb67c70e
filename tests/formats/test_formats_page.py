"""The page about formats names each of them, with its ends of names and its limits."""

from __future__ import annotations

import re

import pytest

from statements.formats.kinds import READINGS, Kind
from tests.live import ROOT

pytestmark = pytest.mark.once

PAGE = (ROOT / "docs" / "formats.md").read_text("utf-8")
TABLE = re.findall(r"^\| \[([^\]]+)\]\(#([^)]+)\) \| ((?:`\.\w+` ?)+)\|", PAGE, re.MULTILINE)
PARTS = {
    re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-"): text
    for title, text in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}


def test_each_format_stands_in_the_table_with_the_ends_of_its_names():
    told = {name: tuple(re.findall(r"\.\w+", ends)) for name, _part, ends in TABLE}

    assert told == {reading.name: reading.extensions for reading in READINGS.values()} | {
        "plain text": READINGS[Kind.TXT].extensions
    }


@pytest.mark.parametrize("part", sorted({part for _name, part, _ends in TABLE}))
def test_each_format_says_what_is_read_what_is_not_and_its_limits(part):
    assert [word for word in ("**Read:**", "**Not read:**", "**Limits:**") if word not in PARTS[part]] == []


def test_a_format_that_is_missing_is_noticed():
    names = [name for name, _part, _ends in TABLE]

    assert len(names) == len(set(names)) == len(READINGS)

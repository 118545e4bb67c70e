"""What a format has written it reads back, whatever stands in the texts."""

from __future__ import annotations

import codecs
import csv as rfc4180
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statements.formats import csv, jsonl
from statements.formats.base import Column, Table
from statements.formats.sink import PIECE

COLUMNS = ("text", "labels", "metadata", "unsure", "start", "comment")


def table(*names: str) -> Table:
    return Table("sentences", tuple(Column(name) for name in names), "2026-03-02T12:00:00Z")


SCRAPS = [
    "\u2028", "\u2029", "\u0085", "\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x1e", '"', '""', "'", "''",
    ",", ";", "\\", "\\n", "\t", " ", "\u00a0", "\ufeff", "\u200b", "e\u0301", "🤔", "\U0010fffd",
    "=", "+", "-", "@", "＝", "＋", "－", "＠", "é", "null", "[]", "NaN",
]  # fmt: skip
ODD = st.lists(
    st.one_of(st.sampled_from(SCRAPS), st.text(st.characters(codec="utf-8"), max_size=3)), max_size=8
)
TEXTS = ODD.map("".join)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": TEXTS,
            "labels": st.lists(TEXTS, max_size=3),
            "metadata": st.dictionaries(
                TEXTS, st.one_of(TEXTS, st.none(), st.booleans(), st.integers()), max_size=3
            ),
            "unsure": st.booleans(),
            "start": st.integers(0, 2**31),
            "comment": st.one_of(st.none(), TEXTS),
        }
    ),
    max_size=4,
)


@given(ROWS)
def test_jsonl_is_read_back_as_it_was_written(rows):
    assert jsonl.read(b"".join(jsonl.write(rows, table(*COLUMNS)))) == rows


@given(ROWS)
@example([dict.fromkeys(COLUMNS, "=1+1")])
def test_csv_is_read_back_as_it_was_written(rows):
    back = csv.read(b"".join(csv.write(rows, table(*COLUMNS))))

    assert back == [{name: as_cell(value) for name, value in row.items()} for row in rows]


def as_cell(value: object) -> str:
    """What a value is in CSV, without the guard: texts as they are, no value as nothing, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(ROWS)
def test_other_programs_read_the_same_cells(rows):
    """A plain RFC 4180 reader finds as many records, and each cell as it was or behind one apostrophe."""
    content = b"".join(csv.write(rows, table(*COLUMNS))).decode("utf-8-sig")

    records = list(rfc4180.reader(io.StringIO(content, newline="")))
    assert records[0] == list(COLUMNS)
    for record, row in zip(records[1:], rows, strict=True):
        for cell, column in zip(record, COLUMNS, strict=True):
            assert cell in {as_cell(row[column]), "'" + as_cell(row[column])}


def cell(text: str) -> str:
    """What a spreadsheet finds in the cell of this text."""
    content = b"".join(csv.write([{"text": text}], table("text"))).decode("utf-8-sig")
    return list(rfc4180.reader(io.StringIO(content, newline="")))[1][0]


SIGNS = "=+-@＝＋－＠"
UNSEEN = [
    "",
    " ",
    "   ",
    "\u00a0",
    "\u3000",
    "\t",
    "\r",
    "\n",
    "\x00",
    "\u00ad",
    "\u200b",
    "\u2060",
    "\ufeff",
]


@pytest.mark.parametrize("sign", list(SIGNS))
@pytest.mark.parametrize("before", UNSEEN)
def test_no_cell_begins_as_a_formula_does(sign, before):
    formula = f'{before}{sign}HYPERLINK("https://evil.example")'

    assert cell(formula) == "'" + formula


@given(TEXTS)
def test_no_text_at_all_begins_as_a_formula_does(text):
    shown = cell(text) if text else ""

    assert not shown.startswith(("\t", "\r", "\n"))
    assert not shown.strip("".join(UNSEEN)).startswith(tuple(SIGNS))


@pytest.mark.parametrize("text", ["'tis so", "''", "'=1", " 'x"])
def test_an_apostrophe_of_ones_own_is_kept(text):
    content = b"".join(csv.write([{"text": text}], table("text")))

    assert csv.read(content) == [{"text": text}]


@pytest.mark.parametrize("text", ["Nous le dirons.", "a=b", "2-1", "« Non »", "…", "é@è"])
def test_an_ordinary_text_is_left_alone(text):
    assert cell(text) == text


def test_csv_begins_with_a_mark_that_spreadsheets_know():
    content = b"".join(csv.write([{"text": "été", "start": 0}], table("text", "start")))

    assert content == codecs.BOM_UTF8 + "text,start\r\nété,0\r\n".encode()


def test_csv_of_nothing_still_has_its_header():
    assert b"".join(csv.write([], table(*COLUMNS))) == codecs.BOM_UTF8 + ",".join(COLUMNS).encode() + b"\r\n"
    assert csv.read(b"".join(csv.write([], table(*COLUMNS)))) == []


def test_jsonl_has_one_line_a_row_and_keeps_accents():
    rows = [{"text": "été\u2028\n"}, {"text": ""}]

    assert b"".join(jsonl.write(rows, table("text"))) == '{"text":"été\u2028\\n"}\n{"text":""}\n'.encode()


@pytest.mark.parametrize(("go_on", "all_of_it"), [(csv.go_on, csv.write), (jsonl.write, jsonl.write)])
def test_what_was_broken_off_goes_on_without_a_second_header(go_on, all_of_it):
    rows = [{"text": str(number)} for number in range(3)]

    both = [*all_of_it(rows[:1], table("text")), *go_on(rows[1:], table("text"))]

    assert b"".join(both) == b"".join(all_of_it(rows, table("text")))


@pytest.mark.parametrize("module", [csv, jsonl])
@pytest.mark.parametrize("length", [10, PIECE // 4, 3 * PIECE])
def test_no_more_rows_are_asked_for_than_a_piece_holds(module, length):
    asked = []

    def rows():
        while True:
            asked.append(length)
            yield {"text": "a" * length}

    first = next(module.write(rows(), table("text")))

    assert len(first) < PIECE + length + 100
    assert len(asked) * length <= PIECE + length


def test_a_very_long_sentence_is_read_back():
    long = "é" * 200_000

    assert csv.read(b"".join(csv.write([{"text": long}], table("text")))) == [{"text": long}]

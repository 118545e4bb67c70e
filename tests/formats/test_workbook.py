"""A workbook loses nothing, runs nothing, and refuses what Excel cannot hold before anything is sent."""

from __future__ import annotations

import io
import tempfile
import zipfile

import openpyxl
import pytest

from statements.errors import Refused
from statements.formats import workbook, xlsx
from tests.formats.exports import README, plain_row, table, unescaped, unpacked, written

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Where files are made that nobody sees."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def book_of(*rows, layer="sentences"):
    return openpyxl.load_workbook(io.BytesIO(written("xlsx", list(rows), table(layer))))


def test_the_names_of_the_columns_stay_in_sight():
    assert book_of()["sentences"].freeze_panes == "A2"


def test_the_second_sheet_says_what_is_to_be_known():
    book = book_of(plain_row())

    assert book.sheetnames == ["sentences", "README"]
    as_of, *lines = book["README"].values
    assert as_of == ("as_of", "2026-03-02T12:34:56.789012Z")
    texts = [unescaped(line or "") for line, *_nothing in lines]
    assert "\n".join(texts) == f"{README}\n\n{workbook.ABOUT}"


@pytest.mark.parametrize("text", ["=1+1", "=", '=HYPERLINK("https://evil.example")', "#REF!", "#N/A", "{=1}"])
def test_a_text_is_a_text_whatever_it_begins_with(text):
    (cell,) = (one for one in book_of(plain_row(title=text))["sentences"][2] if one.value == text)

    assert cell.data_type == "s"


def test_numbers_and_yes_or_no_are_what_they_are():
    row = plain_row("annotations", position=7, unsure=True, blind=False)

    sheet = book_of(row, layer="annotations")["annotations"]

    found = dict(zip(*sheet.values, strict=True))
    assert (found["position"], found["unsure"], found["blind"]) == (7, True, False)
    assert (type(found["position"]), type(found["unsure"])) == (int, bool)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\x00b", "a_x0000_b"),
        ("\x1f\ufffe\uffff", "_x001F__xFFFE__xFFFF_"),
        ("a\r\nb", "a_x000D_\nb"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ("_x0041\x01", "_x005F_x0041_x0001_"),  # else the escape of the last one would close another
        ("_x00g1_ x_0041", "_x00g1_ x_0041"),
        ("_X0041_", "_X0041_"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_what_xml_cannot_hold_is_written_as_the_standard_says(text, stored):
    assert workbook.escaped(text) == stored
    assert unescaped(stored) == text


def test_our_own_reader_reads_it():
    texts = [" \tété 🤔\r\n", "=1+1", "_x0041_", "#N/A", "a\x1f"]
    content = written("xlsx", [plain_row(text=text) for text in texts], table("sentences"))

    sheet = xlsx.sheet(io.BytesIO(content), alive=lambda _characters: None)

    assert sheet.names == ["sentences", "README"]
    assert [record.values["text"] for record in sheet.rows] == texts


def test_nothing_in_it_tells_when_it_was_written():
    content = written("xlsx", [plain_row()], table("sentences"))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 2, 12, 34, 56)}
    core = unpacked(content)["docProps/core.xml"]
    assert core.count("2026-03-02T12:34:56Z") == 2
    assert "openpyxl" not in core


# --- Refused ---


def refused(*rows, scratch):
    chunks = workbook.write(iter(rows), table("sentences"))
    with pytest.raises(Refused) as caught:
        next(chunks)  # nothing was sent before
    assert list(scratch.iterdir()) == []
    return caught.value.code, caught.value.values


def test_more_rows_than_a_file_gets_are_refused(monkeypatch, scratch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    rows = [plain_row()] * 3

    assert refused(*rows, scratch=scratch) == ("too_many_rows", {"most": 2})
    assert len(list(book_of(*rows[:2])["sentences"].values)) == 3


@pytest.mark.parametrize("long", ["é" * 32_768, "🤔" * 16_384, "\x01" * 5_000])
def test_a_text_that_no_cell_holds_is_refused_and_never_cut(long, scratch):
    row = plain_row(text=long, sentence="s.7")

    assert refused(plain_row(), row, scratch=scratch) == (
        "too_long_cell",
        {"row": "s.7", "column": "text", "most": 32_767},
    )


def test_a_long_record_is_refused_too(scratch):
    row = plain_row(metadata={"a": "é" * 32_767}, sentence="s.7")

    assert refused(row, scratch=scratch)[1] == {"row": "s.7", "column": "metadata", "most": 32_767}


@pytest.mark.parametrize("long", ["é" * 32_767, "🤔" * 16_383 + "é"])
def test_the_longest_text_that_a_cell_holds_is_kept(long):
    rows = [dict(zip(*book_of(plain_row(text=long))["sentences"].values, strict=True))]

    assert [row["text"] for row in rows] == [long]


def test_no_file_stays_behind(scratch):
    def broken():
        yield plain_row()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        list(workbook.write(broken(), table("sentences")))
    begun = workbook.write([plain_row()], table("sentences"))
    next(begun)
    begun.close()

    assert list(scratch.iterdir()) == []

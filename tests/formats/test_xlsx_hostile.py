"""Nothing in a workbook is passed over without a word, and a hostile one takes little time and memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from itertools import chain, repeat

import pytest

from statements.errors import Unreadable
from statements.formats import xlsx
from statements.formats.base import Record
from statements.formats.kinds import Kind
from tests.formats.apart import document, refusal
from tests.formats.sheets import (
    DOCTYPE,
    FORMATS,
    HEADER,
    cell,
    parts,
    refused,
    sheet,
    zipped,
)

# openpyxl warns of styles that are not there; the child drops that, a test would fail of it.
pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

# --- Nothing is passed over ---


@pytest.mark.parametrize(
    "rows",
    [
        cell("<v>1</v>", line=3) + cell("<v>2</v>"),  # out of order
        cell("<v>1</v>") + cell("<v>2</v>"),  # twice
        cell("<v>1</v>", line=0),
        cell("<v>1</v>", line=1_048_577),
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="2"><c r="2"><v>1</v></c></row>',
        '<row r="2"><d r="A2"><v>1</v></d></row>',
        '<d r="2"><c r="A2"><v>1</v></c></d>',
        cell("<v>1</v><v>2</v>"),
        cell("<is><t>Oui.</t></is>"),
        cell("<v>1</v>", 't="inlineStr"'),
        cell("<is><t>Oui.</t><t>Non.</t></is>", 't="inlineStr"'),
        cell("<is><r><t>Oui.</t><t>Non.</t></r></is>", 't="inlineStr"'),
        cell("<v>-1</v>", 't="s"'),
        cell("<v>1</v>", 't="s"'),
        cell("<v>1</v>", 't="q"'),
        cell("<v>un</v>"),
        cell("<v>1E999</v>"),
        cell("<v>un</v>", 't="b"'),
        cell("<v>hier</v>", 't="d"'),
        cell("<v>0</v>", 's="x"'),
    ],
)
def test_what_openpyxl_would_pass_over_or_misread_is_damaged(rows: str):
    content = parts(HEADER + rows, strings="<si><t>Oui.</t></si>", styles=FORMATS)

    assert refused(content) == ("damaged", {"name": "Excel"})


def test_a_sheet_that_is_not_in_the_file_is_no_empty_one():
    content = parts(HEADER, Autre=HEADER)
    del content["xl/worksheets/sheet2.xml"]

    assert refused(content) == ("damaged", {"name": "Excel"})


def test_what_stands_behind_the_rows_keeps_nobody_from_reading_them():
    content = parts(HEADER + cell("<v>1</v>"))
    whole = str(content["xl/worksheets/sheet1.xml"])
    strange = '</sheetData><pageSetup orientation="oblique"/>'
    content["xl/worksheets/sheet1.xml"] = whole.replace("</sheetData>", strange)

    assert list(sheet(content).rows) == [Record(2, {"texte": 1})]


def test_reading_tells_that_it_is_alive_before_the_time_is_needed():
    text = "Norvane conteste. " * 60
    strings = f"<si><t>{text}</t></si>" * 100
    inside = "".join(cell(f"<v>{text}</v>", 't="str"', line=line) for line in range(2, 102))
    told: list[list[int]] = [[], []]

    for content, one in zip([parts(HEADER, strings=strings), parts(HEADER + inside)], told, strict=True):
        xlsx.sheet(io.BytesIO(zipped(content)), name="", alive=one.append)

    assert [sum(one) > 95_000 for one in told] == [True, True]
    assert max(map(max, told)) < 2_000


# --- Hostile files ---


def rows_in(archive_of: int, rows: Iterable[str], strings: str = "") -> bytes:
    """A workbook with these rows, made piece by piece: a child is measured with the memory of its parent."""
    out = io.BytesIO()
    content = parts(HEADER + "|", strings=strings)
    begin, end = str(content.pop("xl/worksheets/sheet1.xml")).split("|")
    with zipfile.ZipFile(out, "w", archive_of) as archive:
        for name, inside in content.items():
            archive.writestr(name, inside)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in (begin, *rows, end):
                part.write(piece.encode())
    return out.getvalue()


def with_entities() -> bytes:
    content = parts(HEADER)
    content["xl/worksheets/sheet1.xml"] = DOCTYPE + str(content["xl/worksheets/sheet1.xml"])
    return zipped(content)


def with_empty_rows() -> bytes:
    return rows_in(zipfile.ZIP_DEFLATED, repeat("<row/>" * 1_000, 8_000))


def with_empty_cells() -> bytes:
    return rows_in(zipfile.ZIP_STORED, chain(["<row>"], repeat("<c/>" * 1_000, 4_000), ["</row>"]))


def with_one_text_in_many_cells() -> bytes:
    text = "".join(chr(97 + place * place % 23) + str(place) for place in range(5_000))
    rows = (cell("<v>0</v>", 't="s"', line=line) for line in range(2, 4_000))
    return rows_in(zipfile.ZIP_DEFLATED, rows, f"<si><t>{text}</t></si>")


def with_rows_as_wide_as_a_sheet() -> bytes:
    rows = (f'<row r="{line}"><c r="XFD{line}"/></row>' for line in range(2, 100_000))
    return rows_in(zipfile.ZIP_DEFLATED, chain(rows, [cell("<v>1</v>", line=100_000)]))


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (with_entities, {"dtd"}),
        (with_empty_rows, {"swollen"}),
        (with_empty_cells, {"too_much_memory", "too_slow"}),  # whichever is gone first
        (with_one_text_in_many_cells, {"swollen"}),
        (with_rows_as_wide_as_a_sheet, {"too_slow"}),
    ],
)
def test_hostile_files_take_little_time_and_memory(content: Callable[[], bytes], codes: set[str]):
    assert refusal(Kind.XLSX, content())[0] in codes


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", zipped({"word/document.xml": "<a/>"})])
def test_what_is_no_workbook_is_refused(content: bytes):
    assert refused(content)[0] in {"damaged", "not_as_named"}


def test_a_workbook_that_was_cut_or_changed_is_damaged():
    whole = document("tracker.xlsx")
    codes = set()
    for place in range(40, len(whole), 97):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        for content in (whole[:place], bytes(changed)):
            try:
                list(sheet(content).rows)
            except Unreadable as wrong:
                codes.add(wrong.code)

    assert "damaged" in codes
    assert codes <= {"damaged", "encrypted", "not_as_named", "swollen"}

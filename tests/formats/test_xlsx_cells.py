"""What cells hold comes out as Excel shows it, and nothing of it is cut."""

from __future__ import annotations

from typing import Any

import pytest

from statements.formats.base import Record
from tests.formats.sheets import (
    FORMATS,
    HEADER,
    cell,
    parts,
    sheet,
    values,
)

# openpyxl warns of styles that are not there; the child drops that, a test would fail of it.
pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]


def test_texts_stand_in_a_table_of_strings_or_in_their_cells():
    strings = (
        "<si><t>La société nie.</t></si>"
        '<si><r><rPr><b/></rPr><t>La société </t></r><r><t xml:space="preserve">nie</t></r>'
        '<rPh sb="0" eb="1"><t>ラ</t></rPh><phoneticPr fontId="1"/></si>'
        "<si/>"
    )
    rows = (
        cell("<v>0</v>", 't="s"')
        + cell("<v>1</v>", 't="s"', line=3)
        + cell("<is><r><t>Elle </t></r><r><t>répond.</t></r></is>", 't="inlineStr"', line=4)
        + cell("<f>A2</f><v> Elle se tait.</v>", 't="str"', line=5)
        + cell("<v>2</v>", 't="s"', line=6)
    )

    assert values(rows, strings=strings) == [
        "La société nie.",
        "La société nie",
        "Elle répond.",
        " Elle se tait.",
    ]


def test_signs_that_xml_cannot_hold_are_unescaped_as_excel_does():
    strings = "<si><t>Un_x000D_\ndeux_x005F_x000D_ _x0000_ _xD83D_ _x00e9_</t></si>"

    assert values(cell("<v>0</v>", 't="s"'), strings=strings) == ["Un\r\ndeux_x000D_ _x0000_ _xD83D_ é"]


def test_texts_stay_as_they_are():
    text = "\u00ab\u00a0Nos co\u00adnvic\ufb01ons\u202f! \u00bb…\u2028’"

    assert values(cell(f"<is><t>{text}</t></is>", 't="inlineStr"')) == [text]


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("1.0", 1),
        ("2E3", 2000),
        ("0.3", 0.3),
        ("0.30000000000000004", 0.30000000000000004),
        ("1.5", 1.5),
        ("123456789012345", 123456789012345),
        ("1E+20", 1e20),
    ],
)
def test_numbers_are_whole_where_they_can_be(stored: str, value: float):
    found = values(cell(f"<v>{stored}</v>"))

    assert found == [value]
    assert isinstance(found[0], type(value))


@pytest.mark.parametrize(
    ("style", "stored", "value"),
    [
        (1, "45358", "2024-03-07"),
        (2, "45358", "2024-03-07"),
        (2, "45358.6041666667", "2024-03-07 14:30:00"),
        (1, "45358.520833331", "2024-03-07 12:30:00"),
        (1, "45358.9999999", "2024-03-08"),
        (5, "0.520833331", "12:30:00"),
        (3, "1.10416666666667", "26:30:00"),
        (3, "-0.5", "-12:00:00"),
        (4, "1.5", 1.5),
        (0, "45358", 45358),
        (99, "45358", 45358),
        (1, "-1", "1899-12-29"),
        (1, "99999999", ("cell_error", {"value": "#VALUE!"})),
    ],
)
def test_what_is_shown_as_a_date_is_one(style: int, stored: str, value: Any):
    assert values(cell(f"<v>{stored}</v>", f's="{style}"'), styles=FORMATS) == [value]


def test_dates_count_from_1904_where_the_workbook_says_so():
    content = parts(HEADER + cell("<v>43896</v>", 's="1"'), styles=FORMATS)
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace(
        "<workbookPr/>", '<workbookPr date1904="1"/>'
    )

    assert list(sheet(content).rows) == [Record(2, {"texte": "2024-03-07"})]


def test_booleans_and_dates_as_text_are_read():
    rows = (
        cell("<v>1</v>", 't="b"')
        + cell("<v>0</v>", 't="b"', line=3)
        + cell("<v>2024-03-07T14:30:00Z</v>", 't="d"', line=4)
        + cell("<v>2024-03-07</v>", 't="d"', line=5)
    )

    assert values(rows) == [True, False, "2024-03-07 14:30:00", "2024-03-07"]


def test_a_formula_is_its_value_and_wrong_without_one():
    rows = (
        cell("<f>1+1</f><v>2</v>")
        + cell("<f>1+1</f>", line=3)
        + cell("<f>1+1</f><v></v>", line=4)  # as openpyxl writes it
        + cell('<f t="shared" si="0"/>', line=5)
        + cell('<f>""</f><v></v>', 't="str"', line=6)  # an empty text
        + cell("<f>NA()</f><v>#N/A</v>", 't="e"', line=7)
    )

    without = ("formula_without_value", {})
    assert values(rows) == [2, without, without, without, ("cell_error", {"value": "#N/A"})]


def test_a_text_that_no_cell_can_hold_is_refused_and_never_cut():
    longest, longer = "é" * 32_767, "é" * 32_768
    of_pairs, of_more = "😀" * 16_383 + "é", "😀" * 16_384
    texts = [longest, longer, of_pairs, of_more]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rows = "".join(cell(f"<v>{place}</v>", 't="s"', line=place + 2) for place in range(4))

    too_long = ("cell_too_long", {"most": 32_767})
    assert values(rows, strings=strings) == [longest, too_long, of_pairs, too_long]

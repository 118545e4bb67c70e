"""Sheets of Excel are rows as they show them, and hostile ones take little time and memory."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from statements.formats.base import Record, Wrong
from statements.formats.csv import MOST_COLUMNS
from statements.formats.kinds import Kind
from tests.formats.apart import document, lines_of
from tests.formats.sheets import (
    FORMATS,
    HEADER,
    MAIN,
    OFFICE,
    STRICT,
    cell,
    parts,
    refused,
    rows_of,
    sheet,
)

# openpyxl warns of styles that are not there; the child drops that, a test would fail of it.
pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

# --- Documents ---


def test_a_sheet_of_calc_is_read_as_it_shows_itself():
    head, *rows = lines_of(Kind.XLSX, document("declarations.xlsx"))

    assert head == [
        "sheet",
        [
            "texte", "locuteur", "date", "mis en ligne", "heure", "durée de l’audition", "pages",
            "pages cumulées", "résumé", "relu", "K",
        ],
        "Déclarations",
        ["Déclarations", "Statements", "Listes"],
    ]  # fmt: skip
    assert [line for _row, line, _values in rows] == [2, 3, 5, 6]
    assert [found for _row, _line, found in rows] == rows_of("declarations.xlsx")


def test_another_sheet_is_read_by_its_name():
    head, *rows = lines_of(Kind.XLSX, document("declarations.xlsx"), sheet="Statements")

    said = "Brightwater plc rejects the allegation that it misled the regulator."
    promised = "We will publish the full report by March."
    assert head == [
        "sheet",
        ["text", "speaker", "date"],
        "Statements",
        ["Déclarations", "Statements", "Listes"],
    ]
    assert rows == [
        ["row", 2, {"text": said, "speaker": "Brightwater plc", "date": "2022-10-05"}],
        ["row", 3, {"text": promised, "speaker": "Brightwater plc", "date": "2022-10-06"}],
    ]


def test_a_table_that_calc_read_from_csv_has_an_error_where_a_text_looked_like_a_formula():
    _head, *rows = lines_of(Kind.XLSX, document("communiques.xlsx"))

    assert [found for kind, _line, found, *_rest in rows if kind == "row"] == rows_of("communiques.xlsx")
    assert rows[-1] == ["wrong", 4, "texte", "cell_error", {"value": "#N/A"}]


def test_a_workbook_with_a_chart_dates_of_1904_and_errors_is_read():
    head, *rows = lines_of(Kind.XLSX, document("tracker.xlsx"))

    columns = ["statement", "issuer", "published", "share", "fine", "G"]
    assert head == ["sheet", columns, "Tracker", ["Tracker", "Keys"]]
    assert [found for kind, _line, found, *_rest in rows if kind == "row"] == rows_of("tracker.xlsx")
    assert [one for one in rows if one[0] == "wrong"] == [
        ["wrong", 9, "issuer", "cell_error", {"value": "#N/A"}],
        ["wrong", 9, "share", "cell_error", {"value": "#DIV/0!"}],
    ]
    assert [one[1] for one in rows] == [4, 5, 7, 8, 9, 9, 10]


# --- What openpyxl wrote comes back ---

# openpyxl refuses control characters, and XML these; "_x0041_" is an "A" for Excel, but not for openpyxl.
HELD = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f", "\ufffe", "\uffff", "_"]
)
TEXTS = st.text(HELD, min_size=1, max_size=20).map(lambda text: f"« {text} »")
FIRST_DAY = date(1900, 3, 1)  # Excel has a 29 February 1900
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.dates(FIRST_DAY),
    st.builds(datetime.combine, st.dates(FIRST_DAY), st.times().map(lambda one: one.replace(microsecond=0))),
)


def shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return value.isoformat() if isinstance(value, date) else value


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_rows_that_openpyxl_wrote_come_back(table: list[list[Any]]):
    book = Workbook()
    for row in [["a", "b", "c"], *table]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    read = [(one.line, one.values) for one in sheet(out.getvalue()).rows]

    names = [dict(zip("abc", map(shown, row), strict=True)) for row in table]
    expected = [{name: value for name, value in row.items() if value is not None} for row in names]
    assert read == [(line, row) for line, row in enumerate(expected, 2) if row]
    kinds = [[type(value) for value in row.values()] for _line, row in read]
    assert kinds == [[type(value) for value in row.values()] for row in expected if row]


# --- Rows and columns ---


def test_all_that_is_wrong_in_a_row_stands_in_its_place():
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>A2</f></c></row>'
        '<row r="3"><c r="A3"><v>5</v></c></row>'
    )

    assert list(sheet(parts(rows)).rows) == [
        Wrong(2, "1", "cell_error", {"value": "#REF!"}),
        Wrong(2, "2", "formula_without_value"),
        Record(3, {"1": 5}),
    ]


def test_empty_rows_are_passed_over_and_columns_without_a_name_are_called_as_in_excel():
    book = Workbook()
    book.active["B3"], book.active["C3"], book.active["G3"] = " texte ", "   ", 2024
    book.active["B5"], book.active["E7"], book.active["XFD9"] = "La société nie.", "page 3", True
    book.active["A6"] = "\u00a0 "
    out = io.BytesIO()
    book.save(out)

    read = sheet(out.getvalue())

    assert read.columns == ["A", "texte", "E", "2024", "XFD"]
    assert list(read.rows) == [
        Record(5, {"texte": "La société nie."}),
        Record(7, {"E": "page 3"}),
        Record(9, {"XFD": True}),
    ]


def test_rows_and_cells_without_a_place_follow_each_other():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>4</v></c></row>"

    read = sheet(parts(rows))

    assert (read.columns, list(read.rows)) == (["1", "2"], [Record(3, {"2": 4})])


def test_a_dimension_that_lies_is_not_believed():
    content = parts(HEADER + cell("<v>1</v>"))
    whole = str(content["xl/worksheets/sheet1.xml"])
    content["xl/worksheets/sheet1.xml"] = whole.replace("<sheetData>", '<dimension ref="A1"/><sheetData>')

    assert list(sheet(content).rows) == [Record(2, {"texte": 1})]


def test_hidden_and_merged_cells_are_read_where_they_stand():
    rows = HEADER + '<row r="2" hidden="1"><c r="A2"><v>1</v></c><c r="B2" s="1"/></row>'
    content = parts(rows)
    whole = str(content["xl/worksheets/sheet1.xml"])
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>'
    content["xl/worksheets/sheet1.xml"] = whole.replace("</sheetData>", merged)

    assert list(sheet(content).rows) == [Record(2, {"texte": 1})]


def test_two_columns_of_one_name_are_refused():
    named = [["texte", " texte"], [None, "A"]]
    codes = []
    for row in named:
        book = Workbook()
        book.active.append(row)
        book.active.append([1, 2])
        out = io.BytesIO()
        book.save(out)
        codes.append(refused(out.getvalue()))

    assert codes == [("column_twice", {"column": "texte"}), ("column_twice", {"column": "A"})]


def test_more_columns_than_a_table_may_have_are_refused():
    def rows(count: int) -> str:
        return "<row>" + "".join(f"<c><v>{number}</v></c>" for number in range(count)) + "</row>"

    assert len(sheet(parts(rows(1) + rows(MOST_COLUMNS))).columns) == MOST_COLUMNS
    assert refused(parts(rows(1) + rows(MOST_COLUMNS + 1))) == ("too_many_columns", {"most": MOST_COLUMNS})


def test_what_is_wrong_with_a_name_of_a_column_is_wrong_with_the_file():
    rows = '<row r="1"><c r="A1" t="e"><v>#NAME?</v></c></row>'

    assert refused(parts(rows)) == ("cell_error", {"value": "#NAME?"})


# --- Sheets ---


def test_the_first_visible_sheet_that_holds_anything_is_read():
    content = parts("", Cachée=HEADER, Vue=HEADER + cell("<v>1</v>"), Autre=HEADER)
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace(
        '"Cachée"', '"Cachée" state="veryHidden"'
    )

    read = sheet(content)

    assert (read.name, read.names) == ("Vue", ["Vue", "Autre", "Cachée"])
    assert sheet(content, "Cachée").columns == ["texte"]
    assert refused(content, "Feuille") == ("empty", {})
    assert refused(content, "vue") == ("no_sheet", {"name": "vue"})


def test_a_workbook_without_anything_is_empty():
    only_hidden = parts(HEADER)
    hidden = str(only_hidden["xl/workbook.xml"]).replace('"Feuille"', '"Feuille" state="hidden"')

    assert refused(parts("")) == ("empty", {})
    assert refused({**only_hidden, "xl/workbook.xml": hidden}) == ("empty", {})


def test_strict_open_xml_is_refused_and_not_read_as_empty():
    content = parts(HEADER + cell("<v>1</v>"))
    strict = {
        name: str(part).replace(MAIN, STRICT).replace(OFFICE, OFFICE + "/strict")
        for name, part in content.items()
    }
    only_a_sheet = {**content, "xl/worksheets/sheet1.xml": strict["xl/worksheets/sheet1.xml"]}

    assert refused(strict) == ("strict", {})
    assert refused(only_a_sheet) == ("damaged", {"name": "Excel"})


def test_parts_in_other_places_are_read_or_refused():
    content = parts(HEADER + cell("<v>0</v>", 't="s"'), strings="<si><t>Oui.</t></si>", styles=FORMATS)

    def moved(part: str, place: str) -> dict[str, str | bytes]:
        whole = {place if name == part else name: inside for name, inside in content.items()}
        for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            short = part.removeprefix("xl/")
            whole[name] = str(whole[name]).replace(f'"/{part}"', f'"/{place}"')
            whole[name] = str(whole[name]).replace(f'"{short}"', f'"/{place}"')
        return whole

    damaged = ("damaged", {"name": "Excel"})
    read = [Record(2, {"texte": "Oui."})]
    assert list(sheet(moved("xl/worksheets/sheet1.xml", "sheets/one.xml")).rows) == read
    assert list(sheet(moved("xl/sharedStrings.xml", "texts.xml")).rows) == read
    assert refused(moved("xl/styles.xml", "styles.xml")) == damaged
    misspelt = {name.replace("worksheets", "Worksheets"): inside for name, inside in content.items()}
    assert refused(misspelt) == damaged
    without = {name: inside for name, inside in content.items() if "sharedStrings" not in name}
    assert refused(without) == damaged

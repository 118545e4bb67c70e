"""Sheets of Excel are rows as they show them, and hostile ones take little time and memory."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from statements.errors import Unreadable
from statements.formats import xlsx
from statements.formats.base import Record, Sheet, Wrong
from statements.formats.csv import MOST_COLUMNS
from statements.formats.kinds import Kind
from tests.formats.apart import DOCUMENTS, document, lines_of, refusal

# openpyxl warns of styles that are not there; the child drops that, a test would fail of it.
pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OF_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>texte</t></is></c></row>'


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows that people wrote down for a document."""
    lines = (DOCUMENTS / f"{name}.jsonl").read_text(encoding="utf-8").removesuffix("\n")
    return [json.loads(line) for line in lines.split("\n")]


def zipped(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(rows: str = "", *, strings: str = "", styles: str = "", **more: str) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet; `more` are rows of others, by their names."""
    sheets = {"Feuille": rows, **more}
    kinds = {"sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{OF_EXCEL}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{OF_EXCEL}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OF_EXCEL}.sharedStrings+xml"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        + "".join(
            f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{part}"/>'
            for kind, part in kinds.items()
        )
        + "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for number, inside in enumerate(sheets.values(), 1):
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'
        found[f"xl/worksheets/sheet{number}.xml"] = sheet
    return found


def sheet(content: bytes | dict[str, str | bytes], name: str = "") -> Sheet:
    file = content if isinstance(content, bytes) else zipped(content)
    return xlsx.sheet(io.BytesIO(file), name=name, alive=lambda _characters: None)


def values(rows: str, **more: str) -> list[Any]:
    """What the cells below a header hold that stand in the first column."""
    read = sheet(parts(HEADER + rows, **more)).rows
    return [one.values["texte"] if isinstance(one, Record) else (one.code, one.values) for one in read]


def cell(inside: str, attributes: str = "", *, line: int = 2) -> str:
    return f'<row r="{line}"><c r="A{line}" {attributes}>{inside}</c></row>'


def refused(content: bytes | dict[str, str | bytes], name: str = "") -> tuple[str, dict[str, Any]]:
    with pytest.raises(Unreadable) as wrong:
        list(sheet(content, name).rows)
    return wrong.value.code, wrong.value.values


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


# --- Cells ---


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


FORMATS = """<numFmts count="4">
<numFmt numFmtId="164" formatCode="d\\ mmm\\ yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>
<numFmt numFmtId="166" formatCode='#,##0.00\\ "heures d&apos;été"'/>
<numFmt numFmtId="167" formatCode="[$-40C]hh:mm"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>
<xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>"""


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

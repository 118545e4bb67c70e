"""Workbooks as programs would not always write them, and what is read of them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from statements.errors import Unreadable
from statements.formats import xlsx
from statements.formats.base import Record, Sheet
from tests.formats.apart import DOCUMENTS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OF_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>texte</t></is></c></row>'
FORMATS = """<numFmts count="4">
<numFmt numFmtId="164" formatCode="d\\ mmm\\ yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>
<numFmt numFmtId="166" formatCode='#,##0.00\\ "heures d&apos;été"'/>
<numFmt numFmtId="167" formatCode="[$-40C]hh:mm"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>
<xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>"""


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

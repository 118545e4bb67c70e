"""OpenDocument texts give their text and what stands beside it, and harm nobody."""

from __future__ import annotations

import io
import zipfile

import pytest

from statements.errors import Unreadable
from statements.formats.base import Document, Dropped, Passage, What
from statements.formats.kinds import Kind
from statements.formats.odt import read
from tests.formats import apart
from tests.formats.office_files import NAMESPACES, OUTSIDE, broken, laughs, odt, odt_parts, packed, unpacked

pytestmark = pytest.mark.once


def of(content: bytes) -> Document:
    return read(io.BytesIO(content))


@pytest.mark.parametrize("name", ["brightwater-answers.odt", "helios-conteste.odt"])
def test_documents_give_their_text(name):
    assert apart.read(Kind.ODT, apart.document(name)).text == apart.expected(name)


def test_what_stands_beside_the_text_is_said_in_its_place():
    found = apart.read(Kind.ODT, apart.document("helios-conteste.odt"))

    assert found.details == {
        "title": "Hélios Santé conteste les accusations de l’Office des marchés de Corvane",
        "language": "fr",
    }
    assert found.warnings == [("tracked_changes", {"count": 3}), ("hidden_text", {"count": 1})]
    assert found.dropped == [
        ("header", "Hélios Santé – communiqué de presse"),
        ("hidden", "À supprimer avant l’envoi."),
        ("page_number", "Page 1 sur 1"),
        ("footer", "Hélios Santé, société anonyme au capital de 4,2\u00a0M€"),
        ("comment", "Par qui\u202f? À préciser."),
    ]


def test_passages_say_what_they_are_and_where_they_stood():
    found = apart.read(Kind.ODT, apart.document("brightwater-answers.odt"))

    assert found.passages[1] == Passage("1. What the Board alleges", What.HEADING, "Heading 1")
    assert found.passages[9:12] == [
        Passage("Table 1: Fees by year, in £ million", What.CAPTION, "Table"),
        Passage("Year | Fees", What.ROW, "Fees", 1, 1),
        Passage("2024 | entry | 1.2", What.ROW, "Fees", 1, 2),
    ]
    assert found.warnings == [("pictures", {"count": 1})]


def test_both_kinds_of_file_give_the_same_text():
    for name in ("brightwater-answers", "helios-conteste"):
        assert apart.expected(f"{name}.odt") == apart.expected(f"{name}.docx")


def test_headers_and_footers_are_said_once():
    number = "<text:page-number>1</text:page-number>"
    pages = (
        "<style:master-page><style:header><text:p>Norvane</text:p></style:header>"
        "<style:header-left><text:p>Norvane</text:p></style:header-left>"
        '<style:header-first style:display="false"><text:p>never shown</text:p></style:header-first>'
        f"<style:footer><text:p>– {number}/<text:page-count>2</text:page-count> –</text:p>"
        f"<text:p>Page {number} of the answer</text:p></style:footer></style:master-page>"
    )

    assert list(of(odt("<text:p>text</text:p>", master_styles=pages)).passages) == [
        Passage("Norvane", dropped=Dropped.HEADER),
        Passage("text"),
        Passage("– 1/2 –", dropped=Dropped.PAGE_NUMBER),
        Passage("Page 1 of the answer", dropped=Dropped.FOOTER),
    ]


def test_styles_of_headers_are_not_those_of_the_text():
    styles = [
        f'<style:style style:name="P1" style:family="paragraph" style:parent-style-name="{parent}"/>'
        for parent in ("Header", "Quotations")
    ]
    words = '<text:p text:style-name="P1">words</text:p>'
    page = f"<style:master-page><style:header>{words}</style:header></style:master-page>"
    common = "".join(
        f'<style:style style:name="{name}" style:family="paragraph"/>' for name in ("Header", "Quotations")
    )
    content = odt(words, automatic=styles[1], automatic_styles=styles[0], master_styles=page, styles=common)

    assert list(of(content).passages) == [
        Passage("words", place="Header", dropped=Dropped.HEADER),
        Passage("words", place="Quotations"),
    ]


@pytest.mark.parametrize(
    ("around", "own", "language"),
    [("fr", "", "fr"), ("en", "", ""), ("en", "en", "en"), ("en", "fr", "fr"), ("fr", "zxx", "")],
)
def test_the_language_is_said_when_it_is_clear(around, own, language):
    def style(tag: str, said: str) -> str:
        inside = f'<style:text-properties fo:language="{said}"/>' if said else ""
        return f'<style:{tag} style:name="P1" style:family="paragraph">{inside}</style:{tag}>'

    content = odt(
        '<text:p text:style-name="P1">words</text:p>',
        automatic=style("style", own),
        styles=style("default-style", around),
    )

    assert of(content).details.get("language", "") == language


DEEP = f"<o:document-content xmlns:o='x'>{'<o:p>' * 100_000}{'</o:p>' * 100_000}</o:document-content>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (laughs("d"), "dtd"),
        (laughs("d", "utf-16"), "dtd"),
        (OUTSIDE, "dtd"),
        (DEEP, "too_nested"),
        (b"", "damaged"),
        (b"<d", "damaged"),
        (b"<d/>", "empty"),
    ],
    ids=["laughs", "utf-16", "outside", "deep", "nothing", "open", "empty"],
)
def test_hostile_text_is_refused(content, code):
    parts = {**odt_parts(""), "content.xml": content}

    assert apart.refusal(Kind.ODT, packed(parts, method=zipfile.ZIP_STORED))[0] == code


def test_a_part_that_swells_is_refused():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("content.xml", "w") as part,
    ):
        for _megabyte in range(100):  # at once they would count as memory of the process that is begun
            part.write(b" " * 1_000_000)

    assert apart.refusal(Kind.ODT, file.getvalue()) == ("swollen", {})


@pytest.mark.parametrize(
    "repeated",
    [
        '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell><text:p>a</text:p>'
        "</table:table-cell><table:table-cell/></table:table-row>",
        '<table:table-row><table:table-cell table:number-columns-repeated="1000000000"><text:p>a</text:p>'
        "</table:table-cell></table:table-row>",
    ],
    ids=["rows", "columns"],
)
def test_words_that_are_to_be_repeated_without_end_are_refused(repeated):
    assert apart.refusal(Kind.ODT, odt(f"<table:table>{repeated}</table:table>")) == ("swollen", {})


def test_spaces_and_empty_cells_that_are_repeated_without_end_do_not_swell():
    row = (
        '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell/></table:table-row>'
        "<table:table-row><table:table-cell><text:p>b</text:p></table:table-cell><table:covered-table-cell"
        ' table:number-columns-repeated="1000000000"/></table:table-row>'
    )
    content = odt(f'<text:p>a<text:s text:c="1000000000"/>b</text:p><table:table>{row}</table:table>')

    found = apart.read(Kind.ODT, content).passages

    assert [(passage.text[:4], len(passage.text), passage.row) for passage in found] == [
        ("a b", 3, 0),
        ("b | ", 129, 1_000_000_001),
    ]


def test_what_is_no_text_of_its_kind_is_refused():
    word = apart.document("norvane-keeps.docx")
    sheet = {**odt_parts(""), "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    good = apart.document("helios-conteste.odt")
    contents = [word, packed(sheet), good[:-1000], b"PK\x03\x04" + good[9:], odt("<text:p> </text:p>")]

    assert [apart.refusal(Kind.ODT, content) for content in contents] == [
        ("not_as_named", {"name": "OpenDocument"}),
        ("not_as_named", {"name": "OpenDocument"}),
        ("damaged", {"name": "OpenDocument"}),
        ("damaged", {"name": "OpenDocument"}),
        ("empty", {}),
    ]


@pytest.mark.parametrize("name", ["content.xml", "encrypted-package"])
def test_encrypted_texts_are_refused_as_such(name):
    manifest = f"<manifest {NAMESPACES}><file-entry><encryption-data/></file-entry></manifest>"
    parts = {
        "mimetype": odt_parts("")["mimetype"],
        name: b"\x8a\x01\xff" * 100,
        "META-INF/manifest.xml": manifest,
    }

    assert apart.refusal(Kind.ODT, packed(parts)) == ("encrypted", {})


def code_of(content: bytes) -> str:
    try:
        of(content)
    except Unreadable as wrong:
        return wrong.code
    return ""


def test_no_broken_byte_is_unusual():
    parts = unpacked(apart.document("helios-conteste.odt"))

    codes = {code_of(content) for content in broken(parts, 10)}

    assert codes == {"", "damaged", "not_as_named"}

"""Word files give their text and what stands beside it, and harm nobody."""

from __future__ import annotations

import io
import re
import zipfile

import docx as library
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.formats.base import Dropped, Passage, What, plain
from statements.formats.docx import read
from statements.formats.kinds import Kind
from tests.formats import apart
from tests.formats.office_files import OUTSIDE, broken, laughs, packed, unpacked
from tests.formats.word_files import (
    cell,
    field,
    links,
    of,
    p,
    r,
    table,
    texts,
    word,
    word_parts,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "name", ["brightwater-answers.docx", "helios-conteste.docx", "norvane-dement.docx", "norvane-keeps.docx"]
)
def test_documents_give_their_text(name):
    assert apart.read(Kind.DOCX, apart.document(name)).text == apart.expected(name)


def test_what_stands_beside_the_text_is_said_in_its_place():
    found = apart.read(Kind.DOCX, apart.document("helios-conteste.docx"))

    assert found.details == {
        "title": "Hélios Santé conteste les accusations de l’Office des marchés de Corvane",
        "language": "fr",
    }
    assert found.warnings == [("tracked_changes", {"count": 4}), ("hidden_text", {"count": 1})]
    assert found.dropped == [
        ("header", "Hélios Santé – communiqué de presse"),
        ("hidden", "À supprimer avant l’envoi."),
        ("page_number", "Page 1 sur 2"),
        ("footer", "Hélios Santé, société anonyme au capital de 4,2\u00a0M€"),
        ("comment", "Par qui\u202f? À préciser."),
    ]


def test_passages_say_what_they_are_and_where_they_stood():
    found = apart.read(Kind.DOCX, apart.document("brightwater-answers.docx"))

    assert found.passages[1] == Passage("1. What the Board alleges", What.HEADING, "Heading 1")
    assert found.passages[9:12] == [
        Passage("Table 1: Fees by year, in £ million", What.CAPTION, "Table"),
        Passage("Year | Fees", What.ROW, "", 1, 1),
        Passage("2024 | entry | 1.2", What.ROW, "", 1, 2),
    ]
    assert found.warnings == [("pictures", {"count": 1})]


@settings(max_examples=15)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])), min_size=1))
def test_any_paragraphs_come_back_up_to_white_space(paragraphs):
    paragraphs = ["One.", *paragraphs]
    written = library.Document()
    for paragraph in paragraphs:
        written.add_paragraph(paragraph)
    file = io.BytesIO()
    written.save(file)
    lines = [[line.strip() for line in plain(one).replace("\u2028", "\n").split("\n")] for one in paragraphs]
    expected = ["\n".join(re.sub(" +", " ", line) for line in one if line) for one in lines]

    found = read(file).passages

    assert [passage.text for passage in found] == [one for one in expected if one]


def test_headers_and_footers_are_said_once():
    section = "".join(
        f'<w:{kind}Reference w:type="{name}" r:id="rId{number}"/>'
        for number, (kind, name) in enumerate(
            [("header", "default"), ("header", "first"), ("footer", "default")], 1
        )
    )
    body = p("text") + f"<w:sectPr>{section}</w:sectPr>"
    footer = (
        p("Page ", field("PAGE", "1"), " / ", f'<w:fldSimple w:instr=" NUMPAGES ">{r("12")}</w:fldSimple>')
        + p("Norvane, page ", field("PAGE", "1"))
        + table(cell("Norvane") + cell("SA"))
    )
    found = of(word(body, header1=p("Norvane"), header2=p("Norvane") + p("Draft"), footer1=footer))

    assert list(found.passages) == [
        Passage("Norvane", dropped=Dropped.HEADER),
        Passage("Draft", dropped=Dropped.HEADER),
        Passage("text"),
        Passage("Page 1 / 12", dropped=Dropped.PAGE_NUMBER),
        Passage("Norvane, page 1", dropped=Dropped.FOOTER),
        Passage("Norvane | SA", What.ROW, dropped=Dropped.FOOTER),
    ]


@pytest.mark.parametrize(
    ("around", "own", "language"),
    [
        ("fr-FR", "", "fr"),
        ("en-US", "", ""),  # as python-docx writes around every text
        ("en-US", "en-GB", "en"),
        ("en-US", "fr-FR", "fr"),
        ("fr-FR", "x-none", ""),
    ],
)
def test_the_language_is_said_when_it_is_clear(around, own, language):
    default = f'<w:rPrDefault><w:rPr><w:lang w:val="{around}"/></w:rPr></w:rPrDefault>'
    styles = f"<w:docDefaults>{default}</w:docDefaults>"
    body = p(r("some words", f'<w:lang w:val="{own}"/>' if own else ""))

    assert of(word(body, styles=styles)).details.get("language", "") == language


def test_files_of_other_producers_are_read():
    strict = {
        name: part.replace("http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml")
        for name, part in word_parts(p("strict")).items()
    }
    elsewhere = word_parts(p("elsewhere"))
    elsewhere["word/document2.xml"] = elsewhere.pop("word/document.xml")
    elsewhere["_rels/.rels"] = links(("officeDocument", "/word/document2.xml"))
    broken = word(p("a picture is missing"), extra='<Relationship Id="rId9" Type="x/styles" Target="NULL"/>')

    assert [texts(packed(strict)), texts(packed(elsewhere)), texts(broken)] == [
        ["strict"], ["elsewhere"], ["a picture is missing"],
    ]  # fmt: skip


def test_nothing_that_lies_elsewhere_is_fetched():
    extra = (
        '<Relationship Id="rId9" Type="x/header" Target="http://127.0.0.1:9/h.xml" TargetMode="External"/>'
        '<Relationship Id="rId2" Type="x/styles" Target="http://127.0.0.1:9/s.xml"/>'
    )
    outside = '<Relationship Id="rId3" Type="x/header" Target="footer1.xml" TargetMode="External"/>'
    references = "".join(f'<w:headerReference r:id="{name}"/>' for name in ("rId9", "rId3"))
    body = p("here") + f"<w:sectPr>{references}</w:sectPr>"
    content = word(body, extra=extra + outside, footer1=p("not referred to"))

    assert apart.read(Kind.DOCX, content).passages == [Passage("here")]


DEEP = f"<w:document xmlns:w='x'><w:body>{'<w:p>' * 100_000}{'</w:p>' * 100_000}</w:body></w:document>"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (laughs("d"), "dtd"),
        (laughs("d", "utf-16"), "dtd"),
        (OUTSIDE, "dtd"),
        (DEEP, "too_nested"),
        (b"", "damaged"),
        (b"<w:document", "damaged"),
    ],
    ids=["laughs", "utf-16", "outside", "deep", "empty", "open"],
)
def test_hostile_text_is_refused(document, code):
    parts = {**word_parts(""), "word/document.xml": document}

    assert apart.refusal(Kind.DOCX, packed(parts, method=zipfile.ZIP_STORED))[0] == code


def test_a_part_that_swells_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", links(("officeDocument", "word/document.xml")))
        with archive.open("word/document.xml", "w") as part:
            for _megabyte in range(100):  # at once they would count as memory of the process that is begun
                part.write(b" " * 1_000_000)

    assert apart.refusal(Kind.DOCX, file.getvalue()) == ("swollen", {})


def code_of(content: bytes) -> str:
    try:
        of(content)
    except Unreadable as wrong:
        return wrong.code
    return ""


def test_a_declaration_is_refused_whatever_the_part_is_called():
    parts = {**word_parts(""), "word/document.bin": laughs("w:document")}
    parts["_rels/.rels"] = links(("officeDocument", "word/document.bin"))

    assert apart.refusal(Kind.DOCX, packed(parts)) == ("dtd", {})


def test_packed_bytes_that_are_broken_are_damage():
    content = bytearray(apart.document("helios-conteste.docx"))
    place = content.index(b"word/styles.xml") + len("word/styles.xml")
    content[place : place + 40] = b"\xff" * 40

    assert code_of(bytes(content)) == "damaged"


def test_hostile_archives_are_refused():
    good = apart.document("norvane-keeps.docx")
    many = {f"word/media/{number}": "" for number in range(20_000)}
    sheet = {"_rels/.rels": links(("officeDocument", "xl/workbook.xml")), "xl/workbook.xml": "<workbook/>"}
    others = [
        packed({**word_parts("x"), **many}),
        packed({"EncryptionInfo": "x"}),
        good[:-1000],
        b"PK\x03\x04" + good[9:],
    ]

    assert [apart.refusal(Kind.DOCX, content) for content in [*others, packed(sheet), word(p())]] == [
        ("swollen", {}),
        ("encrypted", {"name": "Word"}),
        ("damaged", {"name": "Word"}),
        ("damaged", {"name": "Word"}),
        ("not_as_named", {"name": "Word"}),
        ("empty", {}),
    ]


def test_no_broken_byte_is_unusual():
    parts = unpacked(apart.document("helios-conteste.docx"))

    codes = {code_of(content) for content in broken(parts, 10)}

    assert codes == {"", "damaged"}

"""What stands on the pages of a PDF is read as its author wrote it, and nothing hostile gets far."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from statements.errors import Unreadable
from statements.formats import pdf
from statements.formats.base import Dropped, Passage, What
from statements.formats.kinds import Kind
from tests.formats.apart import document, expected, read, refusal
from tests.formats.pdfs import a_pdf, shown, stream

pytestmark = pytest.mark.once

PARAGRAPH = "Norvane conteste ces affirmations."
PICTURE = {
    100: stream(
        b"\0",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
}
WITH_PICTURE = {"resources": "/XObject << /X 100 0 R >>", "more": PICTURE}


def _read(content: bytes) -> pdf.Document:
    return pdf.read(io.BytesIO(content))


def _texts(content: bytes) -> list[str]:
    return [passage.text for passage in _read(content).passages]


@pytest.mark.parametrize(
    ("name", "details", "warnings"),
    [
        ("communique-norvane.pdf", {"language": "fr"}, []),
        ("statement-brightwater.pdf", {"language": "en"}, []),
        ("response-helios.pdf", {"language": "fr"}, [("columns", {"pages": "1, 2"})]),
        ("review-harlow-mere.pdf", {"language": "en"}, []),
        ("retraction-belcombe.pdf", {"language": "fr"}, []),
    ],
)
def test_the_text_of_a_document_is_what_was_written(name, details, warnings):
    found = read(Kind.PDF, document(name))

    assert found.text == expected(name)
    assert (found.details, found.warnings) == (details, warnings)


def test_what_stands_around_the_text_is_dropped_in_its_place():
    passages = _read(document("review-harlow-mere.pdf")).passages

    odd, even = "Prepared for Brightwater plc", "Calloway Pryce - Review of Harlow Mere"
    assert [(one.dropped, one.text, one.page) for one in passages if one.dropped] == [
        (Dropped.HEADER, odd, 1),
        (Dropped.PAGE_NUMBER, "1/4", 1),
        (Dropped.HEADER, even, 2),
        (Dropped.PAGE_NUMBER, "2/4", 2),
        (Dropped.HEADER, odd, 3),
        (Dropped.PAGE_NUMBER, "3/4", 3),
        (Dropped.HEADER, even, 4),
        (Dropped.PAGE_NUMBER, "4/4", 4),
    ]
    assert passages[0].text == odd


def test_passages_say_what_they_are_and_on_which_pages_they_stand():
    passages = [one for one in _read(document("communique-norvane.pdf")).passages if not one.dropped]

    assert [(one.what, one.number, one.page, one.until) for one in passages] == [
        (What.HEADING, 0, 1, 1),
        (What.PARAGRAPH, 0, 1, 1),
        (What.PARAGRAPH, 0, 1, 1),
        (What.HEADING, 0, 1, 1),
        (What.PARAGRAPH, 0, 1, 1),
        (What.PARAGRAPH, 0, 2, 2),
        (What.HEADING, 0, 2, 2),
        (What.PARAGRAPH, 0, 2, 2),
        (What.PARAGRAPH, 0, 2, 2),
        (What.HEADING, 0, 3, 3),
        (What.PARAGRAPH, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.PARAGRAPH, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.ENTRY, 0, 3, 3),
        (What.PARAGRAPH, 0, 3, 3),
        (What.HEADING, 0, 4, 4),
        (What.PARAGRAPH, 0, 4, 4),
        (What.PARAGRAPH, 0, 4, 4),
        (What.FOOTNOTE, 1, 1, 1),
        (What.FOOTNOTE, 2, 2, 2),
    ]


def test_a_table_is_read_row_by_row():
    passages = _read(document("statement-brightwater.pdf")).passages

    assert [one.text for one in passages if one.what == What.ROW] == [
        "Year | Recorded | Reported in time",
        "2021 | 71 | 68",
        "2022 | 84 | 77",
        "2023 | 59 | 58",
    ]


def test_cells_that_begin_at_different_heights_are_read_one_after_the_other():
    left = shown("La cuve a fui", "un an avant que", "nous le sachions", top=300)
    right = shown("Elle a fui neuf", "semaines", top=294).replace(b" 40 294 Td", b" 200 294 Td")

    assert _texts(a_pdf(left + b" " + right)) == [
        "La cuve a fui un an avant que nous le sachions",
        "Elle a fui neuf semaines",
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("/F1 10 Tf 40 300 Td [(Hé) -20 (lios) -300 (Santé) 40 (s)] TJ", "Hélios Santés"),
        ("/F1 10 Tf 5 Tc 40 300 Td (large) Tj", "large"),
        ("/F1 10 Tf 40 300 Td (un) Tj 14 0 Td (deux) Tj 25 0 Td (trois) Tj", "un deux trois"),
        ("/F1 10 Tf 40 300 Td (gras) Tj 0.3 0 Td (gras) Tj", "gras"),
        ("/F1 10 Tf 3 Tr 40 300 Td (OCR) Tj", "OCR"),
        ("/F1 1 Tf 10 0 0 10 40 300 Tm (a) Tj ( b) Tj", "a b"),
        ("/F1 10 Tf 12 TL 40 300 Td (a) Tj (b) ' 0 0 (c) \"", "a b c"),
        ("/Span << /ActualText <FEFF00AB00A0> >> BDC /F1 10 Tf 40 300 Td (x) Tj EMC", "«"),
        ("/Span << /ActualText (fi) >> BDC /F1 10 Tf 40 300 Td (a) Tj (b) Tj EMC (n) Tj", "fin"),
        ("/F1 10 Tf 0 1 -1 0 300 40 Tm (vertical) Tj", "vertical"),
        ("/F1 9 Tf 40 300 Td (CO) Tj /F1 6 Tf -3 Ts (2) Tj", "CO2"),
        ("/F1 9 Tf 40 300 Td (m) Tj /F1 6 Tf 4 Ts (2) Tj", "m²"),
        ("/F1 10 Tf 40 300 Td (a) Tj ET Q Q EMC 1 Td (x) TJ /X Do /F9 Tf BT", "a"),
    ],
)  # fmt: skip
def test_letters_become_words_by_where_they_stand(content, text):
    assert _texts(a_pdf(f"BT {content} ET".encode("cp1252"))) == [text]


def test_letters_of_fonts_are_told_by_their_maps():
    cmap = b"2 beginbfchar <0001> <FB01> <0002> <00650301> endbfchar"
    font = (
        "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /BaseFont /X /ToUnicode 100 0 R "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 500 >>] >>"
    )

    content = a_pdf(b"BT /F1 10 Tf 40 300 Td <000100020003> Tj ET", more={3: font, 100: stream(cmap)})

    assert _texts(content) == ["fié"]


def test_fonts_without_a_map_show_shapes_that_nobody_can_read():
    font = (
        "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /BaseFont /X "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 500 >>] >>"
    )
    unknown = a_pdf(b"BT /F1 10 Tf 40 300 Td <00240025> Tj ET", more={3: font})

    with pytest.raises(Unreadable) as refused:
        _read(unknown)

    assert refused.value.code == "scanned"


def test_text_that_is_turned_or_stands_outside_of_the_page_is_dropped():
    aside = b" BT /F1 10 Tf 0 1 -1 0 390 40 Tm (Projet) Tj ET BT /F1 10 Tf 40 900 Td (Coupe) Tj ET"

    passages = _read(a_pdf(shown(PARAGRAPH) + aside)).passages

    assert passages == [
        Passage(PARAGRAPH, page=1, until=1),
        Passage("Projet", page=1, until=1, dropped=Dropped.ASIDE),
        Passage("Coupe", page=1, until=1, dropped=Dropped.HIDDEN),
    ]


def test_a_page_that_lies_on_its_side_is_read_as_it_is_shown():
    turned = a_pdf(b"q 0 1 -1 0 400 0 cm " + shown("En haut.", "En bas.", leading=40) + b" Q")
    turned = turned.replace(b"/Type /Page /Parent", b"/Type /Page /Rotate 90 /Parent")

    assert _texts(turned) == ["En haut.", "En bas."]


def test_forms_are_read_once_wherever_they_are_painted():
    form = stream(
        shown("Dans le cadre.") + b" /X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 400 400] /Matrix [1 0 0 1 0 -100] "
        "/Resources << /Font << /F1 3 0 R >> /XObject << /X 100 0 R >> >>",
    )

    content = a_pdf(shown(PARAGRAPH) + b" q /X Do Q", resources="/XObject << /X 100 0 R >>", more={100: form})

    assert _texts(content) == [PARAGRAPH, "Dans le cadre."]


def test_pages_that_only_show_pictures_are_named():
    pages = shown(PARAGRAPH), b"q /X Do Q", b"", b"BI /W 1 /H 1 /BPC 8 /CS /G ID \0 EI"

    found = _read(a_pdf(*pages, **WITH_PICTURE))

    assert found.warnings == [("pages_without_text", {"pages": "2, 4"})]
    assert found.passages == [Passage(PARAGRAPH, page=1, until=1)]


@pytest.mark.parametrize(("content", "code"), [(b"q /X Do Q", "scanned"), (b"0 0 9 9 re f", "empty")])
def test_a_document_without_a_word_is_refused(content, code):
    with pytest.raises(Unreadable) as refused:
        _read(a_pdf(content, **WITH_PICTURE))

    assert (refused.value.code, refused.value.values) == (code, {})


def _encrypted(user: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf(shown(PARAGRAPH)))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_document_that_only_forbids_to_print_is_read(algorithm):
    assert _texts(_encrypted("", algorithm)) == [PARAGRAPH]


def test_a_document_with_a_password_is_refused():
    assert refusal(Kind.PDF, _encrypted("secret", "AES-256")) == ("encrypted", {})


def test_a_page_without_a_size_has_no_text():
    with pytest.raises(Unreadable) as refused:
        _read(a_pdf(shown(PARAGRAPH)).replace(b"[0 0 400 400]", b"[0 0 0 0]    "))

    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("language", "details"),
    [("(fr-FR)", {"language": "fr"}), ("(EN)", {"language": "en"}), ("(x-fr)", {}), ("null", {}), ("()", {})],
)
def test_the_language_is_what_the_document_says(language, details):
    assert _read(a_pdf(shown(PARAGRAPH), catalog=f"/Lang {language}")).details == details


def test_signs_of_life_tell_how_much_was_read():
    told: list[int] = []

    pdf.read(io.BytesIO(a_pdf(shown("Un."), shown("Deux."))), alive=told.append)

    assert told == [3, 5]


ACTIVE = a_pdf(
    shown(PARAGRAPH),
    catalog=(
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AA << /WC << /S /Launch /F (cmd) >> >> "
        "/Names << /EmbeddedFiles << /Names [(x) 100 0 R] >> >> /AcroForm << /XFA 101 0 R /Fields [] >>"
    ),
    more={100: "<< /Type /Filespec /F (x) /EF << /F 101 0 R >> >>", 101: stream(b"<x/>")},
)
PLAIN = a_pdf(shown(PARAGRAPH))


@pytest.mark.parametrize(
    "content",
    [
        ACTIVE,
        PLAIN + b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + bytes(18),
        PLAIN.replace(b"/Count 1", b"/Count 999999999"),
        PLAIN.replace(b"startxref\n", b"startxref\n9"),
        PLAIN.replace(b"%PDF-1.7\n", b"%PDF-1.7\n% moved on\n"),
    ],
    ids=["active", "zip", "count", "startxref", "moved"],
)
def test_what_is_odd_or_could_act_is_read_like_any_other(content):
    assert _texts(content) == [PARAGRAPH]

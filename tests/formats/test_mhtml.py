"""MHTML is read as the page in it, and never as anything else that was saved with it."""

from __future__ import annotations

import base64
import io
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.formats import mhtml
from statements.formats.base import Document, Dropped
from statements.formats.html.source import MOST_BYTES, MOST_LEFT
from statements.formats.kinds import Kind
from tests.formats.apart import document, expected, read, refusal

pytestmark = pytest.mark.once

HEAD = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B"
PAGE = "<p>«\xa0Non\xa0» : l’œuvre.</p>"
AS_NAMED = ("not_as_named", {"name": "MHTML"})


def mail(*parts: tuple[str, bytes], head: str = HEAD, boundary: str = "B") -> bytes:
    """Return a message of parts: their heads, and their bodies as they stand there."""
    content = f"{head}\r\n\r\n".encode()
    for lines, body in parts:
        content += f"--{boundary}\r\n{lines}\r\n\r\n".encode() + body + b"\r\n"
    return content + f"--{boundary}--\r\n".encode()


def opened(content: bytes) -> Document:
    return mhtml.read(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    return [passage.text for passage in opened(content).passages]


def refused(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as wrong:
        opened(content)
    return wrong.value.code, wrong.value.values


@pytest.mark.parametrize("name", ["brightwater-statement.mhtml", "helios-questions.mhtml"])
def test_a_saved_page_gives_the_text_that_people_read_on_it(name):
    assert read(Kind.MHTML, document(name)).text == expected(name)


def test_a_saved_page_says_what_it_is_and_what_stands_around_its_text():
    page = read(Kind.MHTML, document("helios-questions.mhtml"))

    assert page.details == {
        "title": "Questions et réponses sur le rappel de l’Oréane",
        "published_on": "2026-01-20",
        "language": "fr",
        "source_url": "https://www.helios-sante.example/rappel",
    }
    assert page.dropped == [
        (Dropped.HEADER, "Hélios Santé\nFrançais\nEnglish"),
        (Dropped.HIDDEN, "▲▼"),
        (Dropped.CONSENT, "Ce site dépose des traceurs avec votre accord.\nJ’accepte\nParamétrer"),
        (Dropped.FOOTER, "Mentions légales Gestion des cookies"),
        (Dropped.HIDDEN, "Gabarit vide"),
    ]


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ("Content-Type: text/html", PAGE.encode()),
        ("Content-Type: text/html; charset=windows-1252", PAGE.encode("cp1252")),
        (
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            quopri.encodestring(PAGE.encode()),
        ),
        (
            "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: BASE64",
            base64.encodebytes(PAGE.encode("cp1252")),
        ),
        ("Content-Type: application/xhtml+xml", PAGE.encode()),
    ],
)
def test_a_part_is_decoded_as_its_head_says(lines, body):
    assert texts(mail((lines, body))) == ["«\xa0Non\xa0» : l’œuvre."]


def test_the_page_is_the_first_one_or_that_which_the_head_names():
    one = ("Content-Type: text/html\r\nContent-ID: <1>", b"<p>Un</p>")
    two = ("Content-Type: text/html\r\nContent-ID: <2>", b"<p>Deux</p>")
    picture = ("Content-Type: image/png", b"x")

    assert texts(mail(picture, one, two)) == ["Un"]
    assert texts(mail(picture, one, two, head=f'{HEAD}; start="<2>"')) == ["Deux"]


def test_a_page_in_a_part_of_parts_is_found():
    inner = mail(
        ("Content-Type: text/plain", b"x"), ("Content-Type: text/html", b"<p>Un</p>"), head="", boundary="C"
    )

    assert texts(mail(("Content-Type: multipart/alternative; boundary=C", inner))) == ["Un"]


def test_a_message_that_is_the_page_itself_is_read():
    assert texts(b"\r\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>Un</p>") == ["Un"]


@pytest.mark.parametrize(
    ("head", "lines", "address"),
    [
        (f"{HEAD}\r\nSnapshot-Content-Location: https://norvane.example/a", "", "https://norvane.example/a"),
        (HEAD, "\r\nContent-Location: https://norvane.example/b", "https://norvane.example/b"),
        (HEAD, "\r\nContent-Location: file:///C:/a.html", ""),
        (HEAD, "\r\nContent-Location: https://norvane.example/\r\n c", "https://norvane.example/c"),
    ],
)
def test_the_address_is_where_the_page_was_saved(head, lines, address):
    found = opened(mail((f"Content-Type: text/html{lines}", b"<p>Un</p>"), head=head)).details

    assert found.get("source_url", "") == address


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", AS_NAMED),
        (b"<html><p>Un</p>", AS_NAMED),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nx", AS_NAMED),
        (mail(), AS_NAMED),
        (mail(("Content-Type: image/png", b"x")), AS_NAMED),
        (
            mail(("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", b"A")),
            ("damaged", {"name": "MHTML"}),
        ),
        (mail(("Content-Type: text/html", b"")), ("empty", {})),
    ],
)
def test_a_file_without_a_page_is_refused(content, refusal):
    assert refused(content) == refusal


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "MIME-Version: 1.0", "Content-Type: ", "multipart/related; ", "text/html; ", "boundary=",
                '"', "B", "--B", "\r\n", "\n", "charset=", "utf-8''", "*0*=", "%ff", "é", ":", " ", "--",
                "start=<x>", "=?utf-8?q?=FF?=",
                "Content-Transfer-Encoding: base64", "quoted-printable", "<p>x",
            ]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_nothing_that_a_head_can_say_fails_otherwise_than_by_a_refusal(scraps):
    try:
        opened("".join(scraps).encode())
        code = ""
    except Unreadable as wrong:
        code = wrong.code

    assert code in {"", "not_as_named", "damaged", "empty", "no_main_text"}


def nested(depth: int) -> bytes:
    heads = [f"Content-Type: multipart/related; boundary=b{one}\r\n\r\n--b{one}\r\n" for one in range(depth)]
    return f"MIME-Version: 1.0\r\n{''.join(heads)}Content-Type: text/html\r\n\r\n<p>x".encode()


def swollen() -> bytes:
    head = "Content-Type: text/html\r\nContent-Transfer-Encoding: base64"
    return mail((head, base64.b64encode(b"<p>" * 1_400_000)))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: nested(1_000), ("too_nested", {})),
        (lambda: f"{HEAD}\r\n\r\n".encode() + b"--B\r\n\r\nx\r\n" * 900_000, AS_NAMED),
        (lambda: b"x" * (MOST_BYTES + 1), ("too_large", {"most": MOST_BYTES})),
        (swollen, ("too_large", {"most": MOST_LEFT})),
        (lambda: f"{HEAD}X; {'a*0*=x; ' * 5_000}\r\n\r\nx".encode(), AS_NAMED),
    ],
    ids=["nested", "parts", "large", "swollen", "head"],
)
def test_a_hostile_file_is_refused_in_little_time_and_memory(made, code):
    assert refusal(Kind.MHTML, made()) == code

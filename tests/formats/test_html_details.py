"""What a page states about itself is proposed, whatever it is written in."""

from __future__ import annotations

import io

import pytest

from statements.formats import html
from tests.formats.web_pages import (
    LONG,
    details,
    refused,
)

pytestmark = pytest.mark.once

# Details


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>a</title><meta property=og:title content=b>", "b"),
        ("<title>Norvane répond | Norvane</title>", "Norvane répond"),
        (
            "<title>Norvane répond – Norvane</title><meta property=og:site_name content=Norvane>",
            "Norvane répond",
        ),
        ("<title>Norvane – clarification</title>", "Norvane – clarification"),
        (f"<title>{'a' * 301}</title>", ""),
        ("", ""),
    ],
)
def test_without_a_heading_the_title_is_what_the_page_calls_itself(head, title):
    assert details(head, f"<p>{LONG}</p>").get("title", "") == title


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ("<meta property=article:published_time content=2026-03-12T23:30:00Z>", "", "2026-03-12"),
        ("<meta name=DC.date.issued content=2026-03-12>", "", "2026-03-12"),
        ("<meta name=date content='2026-02-30'>", "", ""),
        ("<meta name=date content='hier'>", "", ""),
        (
            '<script type="application/ld+json">{"@graph":[{"datePublished":"2026-03-12"}]}</script>',
            "",
            "2026-03-12",
        ),
        (
            '<script type="application/ld+json">{"item":[{"datePublished":"2026-03-12"}]}</script>',
            "",
            "",
        ),
        ('<script type="application/ld+json">{"datePublished":</script>', "", ""),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', "", ""),
        ("", "<p><time datetime='2026-03-12 08:00'>hier</time></p>", "2026-03-12"),
        ("", "<nav><time datetime=2026-03-12>hier</time></nav>", ""),
        ("", "<p>Paris, le 1<sup>er</sup>&nbsp;mars 2026</p>", "2026-03-01"),
        ("", "<p>March 12, 2026 – Ardley</p>", "2026-03-12"),
        ("", "<p>Le 3/4/2026</p>", ""),
        ("", "<footer>© 2019</footer>", ""),
    ],
)
def test_the_day_is_one_that_the_page_states(head, body, day):
    article = f"<article><h1>Titre</h1>{body}<p>{LONG * 4}</p></article>"

    assert details(head, article).get("published_on", "") == day


@pytest.mark.parametrize(
    ("lang", "head", "language"),
    [
        (" lang=fr-FR", "", "fr-fr"),
        (" lang='x y'", "<meta property=og:locale content=en_GB>", "en-gb"),
        ("", "<meta http-equiv=content-language content=fr>", "fr"),
        ("", "", ""),
    ],
)
def test_the_language_is_what_the_page_says(lang, head, language):
    assert details(head, lang=lang).get("language", "") == language


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("<link rel=canonical href=https://norvane.example/a>", "https://norvane.example/a"),
        ("<link rel=canonical href=/a><meta property=og:url content=https://norvane.example/b>",
         "https://norvane.example/b"),
        ("<!-- saved from url=(0025)https://norvane.example/c -->", "https://norvane.example/c"),
        ("<!--\n Page saved with SingleFile \n url: https://norvane.example/d \n saved date: x\n-->",
         "https://norvane.example/d"),
        ("<link rel=canonical href=javascript:x>", ""),
        ("<link rel=canonical href=file:///home/a.html>", ""),
        (f"<link rel=canonical href=https://norvane.example/{'a' * 500}>", ""),
    ],
)  # fmt: skip
def test_the_address_is_one_of_the_web(head, address):
    assert details(head).get("source_url", "") == address


# Encodings


@pytest.mark.parametrize(
    "content",
    [
        "<p>«\xa0déjà\xa0» l’œuvre</p>".encode(),
        "\ufeff<p>«\xa0déjà\xa0» l’œuvre</p>".encode(),
        "\ufeff<p>«\xa0déjà\xa0» l’œuvre</p>".encode("utf-16-le"),
        "<p>«\xa0déjà\xa0» l’œuvre</p>".encode("cp1252"),
        "<meta charset=iso-8859-1><p>«\xa0déjà\xa0» l’œuvre</p>".encode("cp1252"),
        "<?xml version='1.0' encoding='iso-8859-15'?><p>«\xa0déjà\xa0» l’œuvre</p>".replace("’", "'").encode(
            "latin9"
        ),
        "<meta charset=utf-8><p>«\xa0déjà\xa0» l’œuvre</p>".encode("cp1252"),
        "<meta charset=utf-16><p>«\xa0déjà\xa0» l’œuvre</p>".encode(),
        "<meta charset=utf-7><p>«\xa0déjà\xa0» l’œuvre</p>".encode(),
        "<!-- <meta charset=koi8-r> --><p>«\xa0déjà\xa0» l’œuvre</p>".encode(),
    ],
)
def test_bytes_are_read_as_their_mark_or_their_page_says_else_as_utf_8_or_cp1252(content):
    (passage,) = html.read(io.BytesIO(content)).passages

    assert passage.text.replace("'", "’") == "«\xa0déjà\xa0» l’œuvre"


def test_entities_that_a_page_declares_stay_as_they_are_written():
    page = b"""<!DOCTYPE html [<!ENTITY a "bb">
        <!ENTITY c SYSTEM "file:///etc/hostname">]><html><body><p>x &a; &c; y</p>"""

    assert [one.text for one in html.read(io.BytesIO(page)).passages] == ["x &a; &c; y"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", ("empty", {})),
        (b" \n", ("empty", {})),
        (b"<html><script>x</script></html>", ("empty", {})),
        (b"<frameset><frame src=a></frameset>", ("empty", {})),
        (b"<p hidden>Un</p>", ("empty", {})),
        (b"<nav><a>Un</a></nav><footer>Deux</footer>", ("no_main_text", {})),
        (b"<p>a</p>\n<p>\0</p>", ("character", {"codepoint": "U+0000", "line": 2})),
        ("<p>é</p>".encode("utf-16-le"), ("character", {"codepoint": "U+0000", "line": 1})),
        (b"\xff\xfe<p>", ("encoding", {"encoding": "utf-16"})),
        (b"<p>\x81\x8d\xff", ("encoding", {"encoding": "cp1252"})),
        (b"<div>" * 300 + b"x", ("too_nested", {})),
    ],
)
def test_a_page_without_a_text_is_refused(content, refusal):
    assert refused(content) == refusal

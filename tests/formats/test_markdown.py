"""Markdown becomes the words that stand in it, and nothing that can be typed makes it fail or wait."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.markdown import MOST_LINES, read

SCRAPS = [
    "---\n", "key: value\n", "# ", "- ", "1. ", "> ", "```\n", "    ", "\t", "| a |\n", "|-|\n", "\n", "\r",
    "*", "**", "_", "`", "[", "](", ")", "![", "<!--", "-->", "<b>", "&amp;", "\\", "\x00", "\u2028",
    "a", "é", "🤔",
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Un *titre* #\n\nDu **texte**.", "Un titre\n\nDu texte."),
        ("Titre\n=====\nTexte", "Titre\n\nTexte"),
        ("a `code *b*` c", "a code *b* c"),
        ("[mots](https://example.org 't') <https://example.org>", "mots https://example.org"),
        ("[mots][1]\n\n[1]: https://example.org", "mots"),
        ("![une *image*](a.png) ![![x](y)](z)", "une image x"),
        ("> cité\n> encore\n>> deux\n\naprès", "cité\nencore\n\ndeux\n\naprès"),
        ("doux\ndur  \nfin\\\nfin", "doux\ndur\nfin\nfin"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("- a\n- b\n  1. c\n  1. d\n- e\n\nf", "- a\n- b\n1. c\n2. d\n- e\n\nf"),
        ("- a\n\n  suite\n\n- b\n\n\n3) x\n5) y", "- a\n\nsuite\n- b\n\n3. x\n4. y"),
        ("0. a\n1. b", "0. a\n1. b"),
        ("-\n- - a\n- # t", "-\n- - a\n- t"),
        ("| a | *b* |\n|---|:-:|\n| 1 | |\n| `2` | 3 |\n\nc", "a | b\n\n1 | \n\n2 | 3\n\nc"),
        ("```py\n# *a*\n\n<!-- b -->\n```\nc", "# *a*\n\n<!-- b -->\n\nc"),
        ("a\n\n    *b*\n\n    c", "a\n\n*b*\n\nc"),
        ("<div>*a*</div>\n\nb <br> c", "<div>a</div>\n\nb <br> c"),
        ("a <!-- *b* --> c", "a  c"),
        ("a\n<!-- b\nc -->\nd", "a\nd"),
        ("<!-- a\n\nb -->\n\nc", "c"),
        ("<!-- a\n\nb --> c *d*\n\ne", "c d\n\ne"),
        ("<!-- a --> b\nc", "b\nc"),
        ("- <!-- a\n\nb -->\n- c", "-\n- c"),
        ("a <!-- b\n\nc", "a <!-- b\n\nc"),
        ("`<!-- a -->`", "<!-- a -->"),
        ("R&amp;D 3 \\* 4", "R&D 3 * 4"),
        ("\ufeffa\r\nb\rc", "a\nb\nc"),
        ("", ""),
    ],
)
def test_the_words_stay_and_the_marks_go(source, text):
    assert read(source) == ({}, text)


def test_front_matter_is_parted_from_the_text():
    source = '---\nTitle: "A: b"\nspeaker:  Société \nEmpty:\npublished on: 2023-06-05\n---\n\n# Texte\n'

    assert read(source) == (
        {"title": "A: b", "speaker": "Société", "empty": "", "published on": "2023-06-05"},
        "Texte",
    )
    assert read("---\r\na: b\r\n---\r\nc") == ({"a": "b"}, "c")
    assert read("---\n---\nc") == ({}, "c")
    assert read("---\na: b\n---") == ({"a": "b"}, "")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("---\nJust words.\n---\nc", "Just words.\n\nc"),
        ("---\na: b\n- c\n---\nd", "a: b\n\n- c\n\nd"),
        ("---\na: b", "a: b"),
        ("a: b\n---\nc", "a: b\n\nc"),
        ("---\nhttps://example.org\n---\nc", "https://example.org\n\nc"),
    ],
)
def test_what_only_looks_like_front_matter_is_text(source, text):
    assert read(source) == ({}, text)


def test_front_matter_has_so_many_lines_and_no_more():
    lines = [f"k{number}: v" for number in range(MOST_LINES + 1)]

    assert len(read("\n".join(["---", *lines[:-1], "---"]))[0]) == MOST_LINES
    assert read("\n".join(["---", *lines, "---"])) == ({}, "\n".join(lines))


@pytest.mark.parametrize(
    "source",
    [">" * 40 + " a", "- " * 40 + "a", "![" * 900 + "a" + "](u)" * 900],
    ids=["quotes", "lists", "images"],
)
def test_what_is_nested_too_deeply_loses_no_word(source):
    assert read(source)[1].count("a") == 1


@given(st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)))
def test_any_text_is_read(source):
    details, text = read(source)

    assert isinstance(text, str)
    assert all(key == key.lower() for key in details)


@given(st.lists(st.text("abcéß🤔", min_size=1), max_size=6))
def test_plain_paragraphs_stay_as_they_are(paragraphs):
    source = "\n\n".join(paragraphs)

    assert read(source) == ({}, source)


@pytest.mark.parametrize(
    "scrap",
    [
        "<!--", "<!--\n", "> <!--\n", "- <!--\n", "  <!-- a -->\n", "> ", "- ", "- a\n", "[", "[a](",
        "[a]: b\n", "*a ", "`a", "&", "a: b\n", "---\n", "|a", "\\\n",
    ],
)  # fmt: skip
def test_the_time_grows_as_the_text_does(scrap):
    """Ten times the text takes no hundred times the time; the best of several, as machines are busy."""

    def seconds(times: int) -> float:
        began = time.process_time()
        read(scrap * times + "\n\n-->")
        return time.process_time() - began

    few, many = (min(seconds(times) for _ in range(3)) for times in (800, 8000))

    assert many < 30 * max(few, 0.01)

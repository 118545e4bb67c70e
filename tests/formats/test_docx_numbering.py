"""Styles and lists of Word make headings, captions and numbers."""

from __future__ import annotations

import pytest

from statements.formats.base import Dropped, Passage, What
from tests.formats.word_files import (
    VANISH,
    levels,
    listed,
    of,
    p,
    r,
    style,
    texts,
    word,
)

pytestmark = pytest.mark.once


def test_headings_are_known_by_their_outline_or_name():
    styles = (
        style("Titre1", called="heading 1")
        + style("Mine", inside='<w:pPr><w:outlineLvl w:val="2"/></w:pPr>')
        + style("Child", parent="Mine")
        + style("No", parent="Titre1", inside='<w:pPr><w:outlineLvl w:val="9"/></w:pPr>')
        + style("Titre", called="Title")
    )
    names = ["Titre1", "Child", "No", "Titre", ""]
    found = of(word("".join(p(f"in {name}", style=name) for name in names), styles=styles))

    assert [(passage.what, passage.place) for passage in found.passages] == [
        (What.HEADING, "Heading 1"),
        (What.HEADING, "Child"),
        (What.PARAGRAPH, "No"),
        (What.HEADING, "Title"),
        (What.PARAGRAPH, ""),
    ]
    assert found.details == {"title": "in Titre"}


def test_captions_are_known_by_their_style_or_that_on_which_it_is_based():
    styles = style("Lgende", called="caption") + style("Figure", parent="Lgende")
    found = of(word(p("a", style="Lgende") + p("b", style="Figure"), styles=styles))

    assert list(found.passages) == [
        Passage("a", What.CAPTION, "Caption"),
        Passage("b", What.CAPTION, "Figure"),
    ]


def test_a_table_of_contents_is_navigation():
    found = of(word(p("Facts\t3", style="TM1") + p("Facts"), styles=style("TM1", called="toc 1")))

    assert found.passages[0] == Passage("Facts 3", place="Toc 1", dropped=Dropped.NAVIGATION)


def test_entries_are_numbered_as_word_shows_them():
    numbering = levels(
        ("decimal", "%1."), ("lowerLetter", "%2)"), ("decimal", "%1.%2.%3"), ("upperRoman", "(%4)")
    )
    deep = [0, 1, 1, 2, 3, 3, 0, 1, 3]

    found = of(word("".join(p("x", numbered=(1, level)) for level in deep), numbering=numbering))

    assert [passage.text for passage in found.passages] == [
        "1. x", "a) x", "b) x", "1.b.1 x", "(I) x", "(II) x", "2. x", "a) x", "(I) x",
    ]  # fmt: skip
    assert {passage.what for passage in found.passages} == {What.ENTRY}


def test_lists_of_one_kind_are_counted_on_unless_they_begin_anew():
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    again = listed(2, 7) + listed(3, 7, anew)
    body = "".join(p("x", numbered=(number, 0)) for number in (1, 2, 3, 3, 0, 99))

    assert texts(word(body, numbering=levels(("decimal", "%1."), extra=again))) == [
        "1. x", "2. x", "5. x", "6. x", "x", "x",
    ]  # fmt: skip


def test_empty_entries_are_counted_and_hidden_ones_are_not():
    body = (
        p("x", numbered=(1, 0))
        + p(numbered=(1, 0))
        + p(r("x", VANISH), numbered=(1, 0))
        + p("x", numbered=(1, 0))
    )

    assert texts(word(body, numbering=levels(("decimal", "%1.")))) == ["1. x", "3. x"]


def test_a_style_can_number_its_paragraphs():
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = style("H1", called="heading 1", inside=numbered) + style(
        "H2", called="heading 2", inside=numbered
    )
    second = '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:pStyle w:val="H2"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    numbering = levels(("upperLetter", "%1 –")).replace("</w:abstractNum>", f"{second}</w:abstractNum>")
    body = p("Facts", style="H1") + p("Figures", style="H2")

    assert list(of(word(body, styles=styles, numbering=numbering)).passages) == [
        Passage("A – Facts", What.HEADING, "Heading 1"),
        Passage("A.1 Figures", What.HEADING, "Heading 2"),
    ]


def test_a_style_inherits_the_list_of_another_and_not_its_level():
    styles = style("A", inside='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') + style(
        "B", parent="A", inside='<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>'
    )
    numbering = levels(("decimal", "%1."), ("decimal", "%1.%2"))

    assert texts(word(p("a", style="A") + p("b", style="B"), styles=styles, numbering=numbering)) == [
        "1. a",
        "1.1 b",
    ]


def test_bullets_are_a_hyphen_before_entries_and_nothing_before_headings():
    body = p("x", numbered=(1, 0)) + p("Facts", style="H1", numbered=(1, 0))

    assert texts(word(body, numbering=levels(("bullet", "•")), styles=style("H1", called="heading 1"))) == [
        "- x",
        "Facts",
    ]


def test_loops_of_styles_and_lists_end():
    styles = style("A", parent="B") + style(
        "B", parent="A", inside='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    )
    links = '<w:styleLink w:val="{}"/><w:numStyleLink w:val="{}"/>'
    linked = f'<w:abstractNum w:abstractNumId="{{}}">{links}</w:abstractNum>'
    numbering = linked.format(7, "A", "B") + linked.format(8, "B", "A") + listed(1, 7)

    assert texts(word(p("x", style="A"), styles=styles, numbering=numbering)) == ["x"]

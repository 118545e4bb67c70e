"""The words of a Word file are those that people see when all changes are accepted."""

from __future__ import annotations

import pytest

from statements.formats.base import Dropped, Passage, What
from tests.formats.word_files import (
    VANISH,
    cell,
    field,
    of,
    p,
    r,
    style,
    table,
    texts,
    word,
)

pytestmark = pytest.mark.once


def test_signs_that_are_elements_are_read():
    body = p(
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/>"
        '<w:t>e</w:t><w:cr/><w:t>ﬁn</w:t><w:sym w:font="Symbol" w:char="F0B7"/><w:sym w:char="F0FF"/>'
        '<w:sym w:char="D800"/><w:sym w:char="x"/><w:sym w:char="2022"/></w:r>'
    )

    assert texts(word(body)) == ["a b\nc\u2011de\nfin••"]


def test_words_are_read_wherever_they_stand_in_a_paragraph():
    body = (
        p(
            f"<w:smartTag>{r('a ')}</w:smartTag>",
            f"<w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>{r('b ')}</w:sdtContent></w:sdt>",
            f'<w:hyperlink r:id="rId9">{r("c ")}</w:hyperlink>',
            f"<w:r><w:ruby><w:rt>{r('no')}</w:rt><w:rubyBase>{r('d ')}</w:rubyBase></w:ruby></w:r>",
            f'<w:fldSimple w:instr="DATE">{r("e")}</w:fldSimple>',
        )
        + f"<w:sdt><w:sdtContent>{p('f')}<w:customXml>{p('g')}</w:customXml></w:sdtContent></w:sdt>"
    )

    assert texts(word(body)) == ["a b c d e", "f", "g"]


def test_codes_of_fields_are_no_text_and_their_results_are():
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD x", "no")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("yes")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )

    assert texts(word(p("On ", field(r"DATE \@", "2 March"), ". ", nested))) == ["On 2 March. yes"]


def test_a_code_that_does_not_end_takes_no_more_than_its_paragraph():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'

    assert texts(word(p("kept", begin, "code") + p("kept too"))) == ["kept", "kept too"]


def test_changes_are_read_as_accepted():
    body = (
        p(
            "We ",
            f"<w:ins>{r('firmly ')}<w:del>{r('not ')}</w:del></w:ins>",
            f"<w:del>{r('do not ')}</w:del>",
            "deny.",
        )
        + p(f"<w:moveFrom>{r('gone')}</w:moveFrom>")
        + p(f"<w:moveTo>{r('come')}</w:moveTo>")
    )
    found = of(word(body))

    assert [passage.text for passage in found.passages] == ["We firmly deny.", "come"]
    assert found.warnings == [("tracked_changes", {"count": 5})]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next_one():
    body = p("One ", mark="<w:del/>") + p("sentence.", style="Second") + p("Last.", mark="<w:del/>")
    found = of(word(body, styles=style("Second")))

    assert list(found.passages) == [Passage("One sentence.", place="Second"), Passage("Last.")]
    assert found.warnings == [("tracked_changes", {"count": 2})]


def test_deleted_rows_are_gone():
    deleted = f"<w:trPr><w:del/></w:trPr>{cell('gone')}{cell('gone')}"
    added = f"<w:trPr><w:ins/></w:trPr>{cell('c')}{cell('d')}"
    found = of(word(table(cell("a") + cell("b"), deleted, added)))

    assert [passage.text for passage in found.passages] == ["a | b", "c | d"]
    assert found.warnings == [("tracked_changes", {"count": 2})]


def test_hidden_words_are_left_out_and_counted():
    hidden = style("Hid", inside="<w:rPr><w:vanish/></w:rPr>", kind="character")
    body = (
        p("seen ", r("not ", VANISH), r("seen ", VANISH), "again", r(" hidden", '<w:rStyle w:val="Hid"/>'))
        + p(r("all of it", VANISH))
        + p(r("shown", '<w:vanish w:val="0"/>'))
    )
    found = of(word(body, styles=hidden))

    assert list(found.passages) == [
        Passage("seen again"),
        Passage("all of it", dropped=Dropped.HIDDEN),
        Passage("shown"),
    ]
    assert found.warnings == [("hidden_text", {"count": 2})]


def test_a_hidden_end_joins_a_heading_to_its_paragraph():
    assert texts(word(p("Costs.", mark="<w:vanish/><w:specVanish/>") + p(" They fell."))) == [
        "Costs. They fell."
    ]


def test_rows_are_joined_and_numbered():
    merged, above = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    nested = table(cell("in") + cell("ner"), cell("x"))
    body = (
        table(
            cell("2025", look=merged) + cell("a", "b"),
            cell("no", look=above) + cell(nested),
            cell("") + cell(""),
        )
        + p("between")
        + f"<w:sdt><w:sdtContent>{table(cell('c') + cell('d'))}</w:sdtContent></w:sdt>"
    )

    assert list(of(word(body)).passages) == [
        Passage("2025 | a b", What.ROW, "", 1, 1),
        Passage("| in | ner x", What.ROW, "", 1, 2),
        Passage("between"),
        Passage("c | d", What.ROW, "", 2, 1),
    ]


def test_a_table_of_one_cell_is_a_frame_around_its_paragraphs():
    body = table(cell("One.", "Two.", table(cell("a") + cell("b"))))

    assert list(of(word(body)).passages) == [
        Passage("One."),
        Passage("Two."),
        Passage("a | b", What.ROW, "", 1, 1),
    ]


def test_a_text_box_is_read_once_after_its_paragraph():
    box = f"<w:txbxContent>{p('in the box')}</w:txbxContent>"
    both = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('old')}</w:txbxContent></v:textbox></w:pict></w:r>"

    assert texts(word(p("be", both, "fore") + p("then", old))) == ["before", "in the box", "then", "old"]


def test_what_is_not_read_is_counted():
    body = (
        p(
            "a",
            "<w:r><w:drawing><pic:pic/></w:drawing></w:r>",
            "<w:r><w:object><v:imagedata/></w:object></w:r>",
        )
        + '<w:altChunk r:id="rId9"/>'
    )

    assert of(word(body)).warnings == [("pictures", {"count": 2}), ("embedded_parts", {"count": 1})]


def test_notes_follow_in_the_order_in_which_they_are_referred_to():
    def note(tag: str, name: int, *blocks: str) -> str:
        return f'<w:{tag} w:id="{name}">{"".join(blocks)}</w:{tag}>'

    def to(tag: str, name: int, look: str = "") -> str:
        return f'<w:r><w:rPr>{look}</w:rPr><w:{tag}Reference w:id="{name}"/></w:r>'

    notes = "".join(note("footnote", name, p(f"note {name}")) for name in (-1, 1, 2, 3))
    ends = note("endnote", 1, p("end"), p("of it"))
    body = (
        p("a", to("endnote", 1), to("footnote", 2))
        + p("b", to("footnote", 1), to("footnote", 2))
        + p(f"<w:del>{to('footnote', 3)}</w:del>", "c")
    )

    assert list(of(word(body, footnotes=notes, endnotes=ends)).passages) == [
        Passage("a"),
        Passage("b"),
        Passage("c"),
        Passage("note 2", What.FOOTNOTE, number=1),
        Passage("note 1", What.FOOTNOTE, number=2),
        Passage("end", What.ENDNOTE, number=1),
        Passage("of it", What.ENDNOTE, number=1),
    ]

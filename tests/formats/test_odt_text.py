"""The words of an OpenDocument text are those that people see in it, with their numbers."""

from __future__ import annotations

import io

import pytest

from statements.formats.base import Document, Dropped, Passage, What
from statements.formats.odt import read
from tests.formats.office_files import odt

pytestmark = pytest.mark.once


def of(text: str, *, automatic: str = "", styles: str = "") -> Document:
    return read(io.BytesIO(odt(text, automatic=automatic, styles=styles)))


def texts(text: str, *, automatic: str = "", styles: str = "") -> list[str]:
    found = of(text, automatic=automatic, styles=styles).passages
    return [passage.text for passage in found if not passage.dropped]


def p(words: str, *, style: str = "", tag: str = "p", more: str = "") -> str:
    return f'<text:{tag} text:style-name="{style}" {more}>{words}</text:{tag}>'


def style(name: str, *, parent: str = "", family: str = "paragraph", inside: str = "", more: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{parent}" {more}>'
        f"{inside}</style:style>"
    )


def listed(*entries: str, style: str | None = "L1", more: str = "") -> str:
    """A list of entries, which are paragraphs or lists and stand in an item each."""
    look = "" if style is None else f'text:style-name="{style}"'
    items = (entry if entry[:1] == "<" else p(entry) for entry in entries)
    inside = "".join(f"<text:list-item>{one}</text:list-item>" for one in items)
    return f"<text:list {look} {more}>{inside}</text:list>"


def numbers(*levels: str, name: str = "L1") -> str:
    """A style of lists, by what its levels say of their numbers."""
    inside = "".join(
        f'<text:list-level-style-number text:level="{level}" {said}/>' for level, said in enumerate(levels, 1)
    )
    return f'<text:list-style style:name="{name}">{inside}</text:list-style>'


def row(*cells: str) -> str:
    inside = "".join(c if c[:1] == "<" else f"<table:table-cell>{p(c)}</table:table-cell>" for c in cells)
    return f"<table:table-row>{inside}</table:table-row>"


DIGITS = 'style:num-format="1" style:num-suffix="."'


def test_white_space_is_as_the_format_has_it():
    words = 'a\n  b<text:tab/>c<text:s text:c="3"/>d<text:line-break/>e\u00a0f<text:soft-page-break/>g ﬁn'

    assert texts(p(words)) == ["a b c d\ne\u00a0fg fin"]


def test_words_are_read_wherever_they_stand_in_a_paragraph():
    words = (
        "<text:span>a </text:span><text:a>b </text:a><text:bookmark-start/><text:sequence>1</text:sequence>"
        "<text:ruby><text:ruby-base> c</text:ruby-base><text:ruby-text>no</text:ruby-text></text:ruby>"
        "<text:script>no</text:script><text:change/> d"
    )

    assert texts(f"<text:section>{p(words)}</text:section>") == ["a b 1 c d"]


def test_what_was_deleted_is_no_text():
    regions = "".join(
        f"<text:changed-region><text:{kind}>{p('gone')}</text:{kind}></text:changed-region>"
        for kind in ("deletion", "insertion", "format-change")
    )
    found = of(f"<text:tracked-changes>{regions}</text:tracked-changes>{p('kept')}")

    assert list(found.passages) == [Passage("kept")]
    assert found.warnings == [("tracked_changes", {"count": 2})]


def test_hidden_words_are_left_out_and_counted():
    none = '<style:text-properties text:display="none"/>'
    automatic = style("T1", family="text", inside=none) + style("P1", inside=none)
    found = of(
        p('seen <text:span text:style-name="T1">not</text:span>')
        + p("all of it", style="P1")
        + p('a field <text:hidden-paragraph text:is-hidden="true"/>')
        + f'<text:section text:display="none">{p("a section")}</text:section>'
        + f'<text:section text:display="condition">{p("shown")}</text:section>',
        automatic=automatic,
    )

    assert [(passage.text, passage.dropped) for passage in found.passages] == [
        ("seen", ""),
        ("all of it", Dropped.HIDDEN),
        ("a field", Dropped.HIDDEN),
        ("a section", Dropped.HIDDEN),
        ("shown", ""),
    ]
    assert found.warnings == [("hidden_text", {"count": 1})]


def test_styles_say_what_paragraphs_are():
    styles = (
        style("Title")
        + style("Standard")
        + style("Caption")
        + style("Illustration", parent="Caption")
        + style("Text_20_body", more='style:display-name="Corps de texte"')
        + style("Contents_20_1")
    )
    automatic = style("P1", parent="Text_20_body") + style("P2", parent="Illustration")
    found = of(
        p("a", style="Title")
        + p("b", tag="h", style="Heading_20_2")
        + p("c", style="P1")
        + p("d", style="P2")
        + p("e", style="Standard")
        + p("f", style="Contents_20_1")
        + f"<text:table-of-content><text:index-body>{p('g')}</text:index-body></text:table-of-content>",
        automatic=automatic,
        styles=styles,
    )

    assert list(found.passages) == [
        Passage("a", What.HEADING, "Title"),
        Passage("b", What.HEADING, "Heading 2"),
        Passage("c", place="Corps de texte"),
        Passage("d", What.CAPTION, "Illustration"),
        Passage("e"),
        Passage("f", place="Contents 1", dropped=Dropped.NAVIGATION),
        Passage("g", dropped=Dropped.NAVIGATION),
    ]
    assert found.details == {"title": "a"}


def test_styles_that_are_based_on_each_other_end():
    assert texts(p("x", style="A"), styles=style("A", parent="B") + style("B", parent="A")) == ["x"]


def test_entries_are_numbered_as_libreoffice_shows_them():
    third = 'style:num-format="1" text:display-levels="3"'
    automatic = numbers(DIGITS, 'style:num-format="a" style:num-suffix=")"', third)
    inner = listed("b", p("c") + listed("d", style=None), style=None)
    header = f"<text:list-header>{p('f')}</text:list-header>"
    content = listed(p("a") + p("more") + inner, "e").removesuffix("</text:list>") + f"{header}</text:list>"

    assert texts(content, automatic=automatic) == ["1. a", "more", "a) b", "b) c", "1.b.1 d", "2. e", "f"]


def test_a_level_without_an_entry_counts_as_if_it_had_one():
    automatic = numbers(DIGITS, 'style:num-format="1" text:display-levels="2"')

    assert texts(listed(listed("a", style=None), "b"), automatic=automatic) == ["1.1 a", "2. b"]


def test_a_pattern_says_all_of_a_number():
    automatic = numbers(DIGITS, 'style:num-format="A" style:num-list-format="§%1%–%2%:"')

    assert texts(listed(p("a") + listed("b", style=None)), automatic=automatic) == ["1. a", "§1–A: b"]


def test_lists_begin_anew_unless_they_continue_another():
    automatic = numbers(DIGITS) + numbers('style:num-format="I" text:start-value="4"', name="L2")
    content = (
        listed("a", "b", more='xml:id="first"')
        + listed("c", more='text:continue-numbering="true"')
        + listed("d", style="L2")
        + listed("e", more='text:continue-numbering="true"')
        + listed("f", more='text:continue-list="first"')
        + listed("g").replace("list-item>", 'list-item text:start-value="9">', 1)
    )
    expected = ["1. a", "2. b", "3. c", "IV d", "1. e", "4. f", "9. g"]

    assert texts(content, automatic=automatic) == expected


def test_paragraphs_with_numbers_count_on_in_their_list():
    one = '<text:numbered-paragraph text:list-id="x" text:style-name="L1">{}</text:numbered-paragraph>'
    content = one.format(p("a")) + p("b") + one.format(p("c"))

    assert texts(content, automatic=numbers(DIGITS)) == ["1. a", "b", "2. c"]


def test_lists_without_numbers_have_hyphens_or_nothing():
    bullet = '<text:list-level-style-bullet text:level="1"/>'
    bullets = f'<text:list-style style:name="L2">{bullet}</text:list-style>'
    content = listed("a", p("b", tag="h"), style="L2") + listed("c", style=None) + listed("d")
    found = of(content, automatic=bullets + numbers('style:num-format=""'))

    assert [(passage.text, passage.what) for passage in found.passages] == [
        ("- a", What.ENTRY),
        ("b", What.HEADING),
        ("- c", What.ENTRY),
        ("d", What.PARAGRAPH),
    ]


def test_headings_are_numbered_as_their_outline_says():
    outline = "".join(
        f'<text:outline-level-style text:level="{level}" style:num-format="1" text:display-levels="{level}"/>'
        for level in (1, 2)
    )
    levels = [1, 2, 2, 1, 3]
    content = "".join(p("x", tag="h", more=f'text:outline-level="{level}"') for level in levels)
    content += p("x", tag="h", more='text:outline-level="1" text:is-list-header="true"')

    assert texts(content, styles=f"<text:outline-style>{outline}</text:outline-style>") == [
        "1 x", "1.1 x", "1.2 x", "2 x", "x", "x",
    ]  # fmt: skip


def test_rows_are_joined_and_numbered():
    wide, tall = 'table:number-columns-spanned="2"', 'table:number-rows-spanned="2"'
    covered = "<table:covered-table-cell/>"
    inner = f"<table:table>{row('x', 'y')}</table:table>"
    content = (
        '<table:table table:name="Fees"><table:table-header-rows>'
        + row(f"<table:table-cell {wide}>{p('a')}{p('b')}</table:table-cell>", covered, "c")
        + "</table:table-header-rows>"
        + row(
            f"<table:table-cell {tall}>{p('d')}</table:table-cell>",
            f"<table:table-cell>{inner}</table:table-cell>",
        )
        + row(covered, "")
        + row(covered, "e").replace("table-row>", 'table-row table:number-rows-repeated="2">', 1)
        + f"</table:table>{p('between')}<table:table>{row('f', 'g')}</table:table>"
    )

    assert list(of(content).passages) == [
        Passage("a b | c", What.ROW, "Fees", 1, 1),
        Passage("d | x | y", What.ROW, "Fees", 1, 2),
        Passage("| e", What.ROW, "Fees", 1, 4),
        Passage("| e", What.ROW, "Fees", 1, 5),
        Passage("between"),
        Passage("f | g", What.ROW, "", 2, 1),
    ]


def test_a_table_of_one_cell_is_a_frame_around_its_paragraphs():
    inside = f"<table:table-cell>{p('One.')}{p('Two.')}</table:table-cell>"

    assert list(of(f"<table:table>{row(inside)}</table:table>").passages) == [
        Passage("One."),
        Passage("Two."),
    ]


def test_frames_follow_their_paragraph_and_pictures_are_counted():
    picture = "<draw:frame><draw:image/><draw:image/><svg:title>no</svg:title></draw:frame>"
    box = f"<draw:frame><draw:text-box>{p('in the box ' + picture)}</draw:text-box></draw:frame>"
    shape = f"<draw:g><draw:custom-shape>{p('in a shape')}</draw:custom-shape></draw:g>"
    found = of(p(f"be{box}fore{shape}") + picture)

    assert [passage.text for passage in found.passages] == ["before", "in the box", "in a shape"]
    assert found.warnings == [("pictures", {"count": 2})]


def test_notes_and_comments_stand_apart():
    def note(kind: str, *words: str) -> str:
        body = "".join(map(p, words))
        citation = "<text:note-citation>9</text:note-citation>"
        body = f"{citation}<text:note-body>{body}</text:note-body>"
        return f'<text:note text:note-class="{kind}">{body}</text:note>'

    remark = f"<office:annotation><dc:creator xmlns:dc='d'>R.</dc:creator>{p('Really?')}</office:annotation>"
    content = p(f"a{note('endnote', 'end')}{note('footnote', 'one', 'more')}{remark}") + p(
        f"b{note('footnote', 'two')}"
    )

    assert list(of(content).passages) == [
        Passage("a"),
        Passage("b"),
        Passage("one", What.FOOTNOTE, number=1),
        Passage("more", What.FOOTNOTE, number=1),
        Passage("two", What.FOOTNOTE, number=2),
        Passage("end", What.ENDNOTE, number=1),
        Passage("Really?", What.COMMENT, dropped=Dropped.COMMENT),
    ]

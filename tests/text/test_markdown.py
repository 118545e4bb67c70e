"""Guidelines become HTML; nothing in them can run, load or break out of its place."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text.markdown import render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Règles", "<h2>Règles</h2>\n"),
        ("##### Five\n\n###### Six", "<h2>Five</h2>\n<h3>Six</h3>\n"),
        ("## Low\n\n# High\n\n#### Deep", "<h3>Low</h3>\n<h2>High</h2>\n<h4>Deep</h4>\n"),
        ("Title\n===", "<h2>Title</h2>\n"),
        ("*un* **mot**", "<p><em>un</em> <strong>mot</strong></p>\n"),
        (
            "[page](https://example.org/?a=1&b=2)",
            '<p><a href="https://example.org/?a=1&amp;b=2">page</a></p>\n',
        ),
        ("| a |\n| - |\n| b |", None),
    ],
)
def test_markdown_is_shown(source, html):
    shown = render(source)

    assert shown == html if html is not None else "<td>b</td>" in shown


def test_headings_begin_where_asked_and_end_at_the_sixth_level():
    assert render("# One\n## Two", top=3) == "<h3>One</h3>\n<h4>Two</h4>\n"
    assert render("# One\n## Two", top=6) == "<h6>One</h6>\n<h6>Two</h6>\n"


class Found(HTMLParser):
    """The tags and links of a page, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<b>bold</b>",
    "<!-- hidden -->",
    "<iframe src='https://evil.example'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/pixel.png)",
    '[x](https://a.example "t\\" onclick=alert(1) \\"")',
    '[x](https://a.example/" onmouseover="alert(1))',
    '```" onload=alert(1)\n</code><script>alert(1)</script>\n```',
    "`</code><script>`",
    "| a |\n|---|\n| <script>alert(1)</script> |",
]
HARMLESS = {
    "p", "h2", "h3", "h4", "h5", "h6", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "hr", "br",
    "blockquote", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "class", "start", "style"}


def dangers(html: str) -> list[object]:
    found = Found(html)
    links = [value for name, value in found.attributes if name == "href"]
    return [
        *(found.tags - HARMLESS),
        *({name for name, _ in found.attributes} - ATTRIBUTES),
        *(
            link
            for link in links
            if link.strip().lower().startswith(("javascript", "vbscript", "data", "file"))
        ),
    ]


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_in_a_guideline_can_run(source):
    assert dangers(render(source)) == []


def test_html_is_shown_as_it_was_written():
    assert render("<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"


def test_the_check_sees_what_could_run():
    assert dangers("<script>") == ["script"]
    assert dangers('<p onclick="x">') == ["onclick"]
    assert dangers('<a href="javascript:x">') == ["javascript:x"]


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n", "\n\n", "*", "`", "> ", "- ", "[", "]", "(", ")", "<", '"'])
    ).map("".join)
)
def test_no_mix_of_attacks_runs(source):
    assert dangers(render(source)) == []

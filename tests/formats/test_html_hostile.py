"""Odd and hostile pages are read or refused, in little time and memory."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.formats import html
from statements.formats.html.source import MOST_BYTES, MOST_LEFT, MOST_TAGS
from statements.formats.kinds import Kind
from tests.formats.apart import read, refusal
from tests.formats.web_pages import (
    LONG,
    passages,
)

pytestmark = pytest.mark.once

WORDS = st.integers(1, 10**6)
TAGS = st.sampled_from(
    [
        "div", "p", "span", "b", "a", "ul", "ol", "li", "table", "tr", "td", "th", "h1", "h2", "section",
        "article", "nav", "aside", "footer", "header", "main", "form", "button", "blockquote", "pre", "sup",
        "q", "br", "figure", "figcaption", "caption", "dl", "dt", "dd", "select", "option", "label",
        "noscript", "template", "details", "summary", "center", "font",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    ["", " hidden", " class=share", " class=cookie", " class=related", " role=navigation", " lang=fr"]
)
TREES = st.recursive(WORDS, lambda inner: st.tuples(TAGS, NAMES, st.lists(inner, max_size=5)), max_leaves=40)


def written(tree: int | tuple[str, str, list], words: list[str]) -> str:
    if isinstance(tree, int):
        words.append(f"mot{len(words)}x{tree}")
        return f" {words[-1]} "
    tag, name, inner = tree
    return f"<{tag}{name}>{''.join(written(one, words) for one in inner)}</{tag}>"


@settings(max_examples=100, deadline=None)
@given(st.lists(TREES, max_size=6))
def test_every_word_of_a_page_is_in_one_passage_and_once(trees):
    words: list[str] = []
    body = "".join(written(tree, words) for tree in trees)

    found = passages(f"<article><p>{LONG * 3}</p></article>{body}")

    seen = Counter(word.strip("“”«»") for one in found for word in one.text.split() if "mot" in word)
    assert seen == Counter(words)
    for one in found:
        assert one.text == one.text.strip()
        assert "\n\n" not in one.text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/!-=\"'& apdivtrlsc\x01\n\u00e9\U000e0101;#x0", max_size=200))
def test_nothing_that_can_be_typed_fails_otherwise_than_by_a_refusal(text):
    try:
        found, code = html.read(io.BytesIO(text.encode())).passages, ""
    except Unreadable as wrong:
        found, code = [], wrong.code

    assert code in {"", "empty", "no_main_text", "too_nested"}
    assert all(one.text.strip() for one in found)


@pytest.mark.parametrize(
    ("piece", "times", "code"),
    [
        (b"<p>x</p>", 2_600_000, ("too_large", {"most": MOST_BYTES})),
        (b"<p a='xxxxxxxxxx", 600_000, ("too_large", {"most": MOST_LEFT})),
        (b"<p>x", 990_000, ("too_many_elements", {"most": MOST_TAGS})),
        (b"<font>", 90_000, ("too_nested", {})),
        (b"<a href=x>x", 50_000, ("no_main_text", {})),
        (b"<b hidden>x</b>", 30_000, ("empty", {})),
        (b"<button>Accepter</button>", 30_000, ("no_main_text", {})),
    ],
)
def test_a_hostile_page_is_refused_in_little_time_and_memory(piece, times, code):
    assert refusal(Kind.HTML, piece * times) == code


def test_the_pictures_of_a_page_that_holds_them_do_not_count():
    picture = b"<img src='data:image/png;base64," + b"A" * 15_000_000 + b"'>"

    assert read(Kind.HTML, b"<p>Non.</p>" + picture).text == "Non."


@pytest.mark.parametrize(
    "inner",
    ["<ul><li>mot " * 100 + "</ul>" * 100, "<tr><td rowspan=100 colspan=100>mot<td>x" * 10],
    ids=["lists", "spans"],
)
def test_what_is_slow_to_tell_is_read_all_the_same(inner):
    page = f"<article><p>{LONG * 3}</p>" + f"<table>{inner}</table>" * 40 + "</article>"

    assert read(Kind.HTML, page.encode()).text.count("mot") == inner.count("mot") * 40

"""What a search finds: the same as a slow look through texts that are written plainly."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text.search import finder, pattern_of, plain, words_of

ODD_SIGNS = [
    *"aaeeoouscfEOAœŒæÆǽéêÉÑñçй’'‘‐-_ .*+?[](){}^$|\\\"/#&~<>%:=!\u00a0\u202f\n\t0127²ßσςΣ가が",
    *"\u0301\u0302\u0308\u0327",
    "oe",
    "ae",
    "e\u0301",
    "***:",
    "(?i)",
    "[[:alpha:]]",
]
ODD_TEXT = st.lists(st.sampled_from(ODD_SIGNS), max_size=25).map("".join)
QUERY = st.lists(st.sampled_from(ODD_SIGNS), min_size=1, max_size=4).map("".join)


def slowly(text: str) -> str:
    """The obvious way: without accents and capitals, letter by letter."""
    bare = "".join(
        sign for sign in normalize("NFKD", normalize("NFC", text)) if not "\u0300" <= sign <= "\u036f"
    )
    for written, alike in {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "‘": "'", "‐": "-"}.items():
        bare = bare.replace(written, alike)
    return "".join(sign.lower().replace("ς", "σ") for sign in bare)


@given(text=ODD_TEXT, query=QUERY, form=st.sampled_from(["NFC", "NFD"]))
def test_each_word_is_found_where_a_slow_search_finds_it(text, query, form):
    stored = normalize(form, text)

    found = [bool(finder(word).search(stored)) for word in words_of(query)]

    wanted = dict.fromkeys(slowly(query).split())
    assert found == [word in slowly(stored) for word in wanted]


@given(text=ODD_TEXT, at=st.integers(0, 20), length=st.integers(1, 8), form=st.sampled_from(["NFC", "NFD"]))
def test_every_part_of_a_text_finds_the_text(text, at, length, form):
    words = words_of(normalize("NFC", text)[at : at + length])

    assert [bool(finder(word).search(normalize(form, text))) for word in words] == [True] * len(words)


@given(st.text(max_size=40))
def test_every_word_can_be_looked_for(query):
    for word in words_of(query):
        assert (plain(word), finder(word).search(word) is not None) == (word, True)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ()),
        (" \u00a0\n", ()),
        ("\u0301", ()),
        ("Régulateur\u00a0: l’ŒUVRE", ("regulateur", ":", "l'oeuvre")),
        ("one One ONE two", ("one", "two")),
        ("100% _sure_", ("100%", "_sure_")),
    ],
)
def test_a_query_is_cut_into_plain_words(query, words):
    assert words_of(query) == words


@pytest.mark.parametrize("sign", sorted({*"\\^$.|?*+()[]{}"}))
def test_what_means_something_in_an_expression_stands_for_itself(sign):
    assert pattern_of(sign) == f"\\{sign}[\u0300-\u036f]*"


def test_expressions_hold_nothing_that_databases_read_in_their_own_way():
    pattern = pattern_of(plain("".join(chr(code) for code in range(0x20, 0x2200))))

    without_escapes = re.sub(r"\\\W", "", pattern)
    assert re.findall(r"\\|\(\?[^:]|[*+?{]{2}|\[[^\]]*[\[^]", without_escapes) == []

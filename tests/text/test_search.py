"""What a search finds: the same as a slow look at every word of a text, sign by sign."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text.search import (
    BLOCK,
    LONGEST_WORD,
    has_words,
    joined,
    parts_of,
    place_of,
    plain,
    tokens,
    words_in,
    words_of,
)

ODD_SIGNS = [
    *"aaeeoouscfEOAœŒæÆǽéêÉÑñçй’'‘ʼ‐-_ .*+?[](){}^$|\\\"/#&~<>%:=!\u00a0\u202f\n\t0127²½ﬁßσςΣ가が中文",
    *"\u0301\u0302\u0308\u0327\u00ad\u200b\u200d\U0001d400\U00010400\U0001f600ก",
    "oe",
    "ae",
    "e\u0301",
    "***:",
    "(?i)",
    "[[:alpha:]]",
]
ODD_TEXT = st.lists(st.sampled_from(ODD_SIGNS), max_size=25).map("".join)
ANY_TEXT = st.text(max_size=30)
FORM = st.sampled_from(["NFC", "NFD"])

pytestmark = pytest.mark.once


def slowly(text: str) -> list[str]:
    """The words of a text, the obvious way: sign by sign, each taken apart and put together again."""
    words, word = [], ""
    for sign in [*normalize("NFC", text), " "]:
        is_joiner = sign in "\u00ad\u200d"
        if sign.isalnum() or category(sign)[0] == "M" or is_joiner:
            if "\u0e00" < sign < "\u0f00" or "\u3040" < sign < "\ua000":  # Thai, Japanese, Chinese
                words, word = [*words, word], ""
            word += sign
        else:
            words, word = [*words, word], ""
        if "\u0e00" < sign < "\u0f00" or "\u3040" < sign < "\ua000":
            words, word = [*words, word], ""
    return [bare for word in words for bare in bared(word).split()]


def bared(word: str) -> str:
    apart = "".join(one for one in normalize("NFKD", word) if one not in "\u00ad\u200d")
    bare = "".join(one for one in apart.casefold() if not "\u0300" <= one <= "\u036f")
    for written, alike in {"œ": "oe", "æ": "ae", "ʼ": " ", "\u2044": " "}.items():
        bare = bare.replace(written, alike)
    return normalize("NFC", bare)


@given(text=ODD_TEXT, form=FORM)
def test_words_are_those_of_a_slow_look(text, form):
    assert [token.word for token in tokens(normalize(form, text))] == slowly(text)


@given(text=ODD_TEXT | ANY_TEXT, form=FORM)
def test_every_word_and_every_beginning_of_one_finds_its_text(text, form):
    words = words_in(normalize("NFC", text))
    beginnings = {word[:length] for word in words for length in range(1, len(word) + 1)}

    stored = normalize(form, text)
    assert [one for one in beginnings if not has_words(stored, [one])] == []


@given(text=ODD_TEXT, form=FORM)
def test_capitals_and_how_accents_are_composed_do_not_matter(text, form):
    assert words_in(normalize(form, text.upper())) == words_in(normalize("NFC", text))


@given(text=ODD_TEXT | ANY_TEXT, query=ODD_TEXT)
def test_all_words_have_to_be_there(text, query):
    words = words_of(query)
    there = [any(one.startswith(word) for one in words_in(text)) for word in words]

    assert has_words(text, words) == all(there)
    assert (place_of(text, words) is not None) == any(there)


@given(text=ODD_TEXT | ANY_TEXT)
def test_places_cut_the_same_words_out_of_the_text(text):
    found = list(tokens(text))

    assert {token.word for token in found} == words_in(text) == set(joined(text).split())
    for token in found:
        assert token.word in words_in(text[token.start : token.end])
    assert all(one.end <= other.start or one[1:] == other[1:] for one, other in pairwise(found))


@given(text=ODD_TEXT | ANY_TEXT)
def test_words_are_written_plainly_already(text):
    words = tuple(dict.fromkeys(token.word for token in tokens(text)))

    assert words_of(" ".join(words)) == words or not words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ()),
        (" \u00a0\n", ()),
        ("\u0301", ()),
        ("Régulateur\u00a0: l’ŒUVRE", ("regulateur", "l", "oeuvre")),
        ("one One ONE two", ("one", "two")),
        ("100% _sure_ aujourd'hui", ("100", "sure", "aujourd", "hui")),
        ("vice-président\u2011adjoint régu\u00adlateur", ("vice", "president", "adjoint", "regulateur")),
        ("ﬁnance Straße ΣΊΣΥΦΟΣ", ("finance", "strasse", "σισυφοσ")),
        ("中文 がか", ("中", "文", "が", "か")),
        ("ｶﾞ 小ｶ", ("ガ", "小", "カ")),
        ("한국어 हिन्दी", ("한국어", "हिन्दी")),
        ("x" * 100, ("x" * LONGEST_WORD,)),
        ("*** ?!", ("***?!",)),
        ("*** word", ("word",)),
    ],
)
def test_a_query_is_cut_into_plain_words(query, words):
    assert words_of(query) == words


def test_signs_alone_are_a_word_that_no_text_has():
    [signs] = words_of("(*)")

    assert (has_words("A text (*) with it.", [signs]), place_of("(*)", [signs])) == (False, None)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["cach"], "caché"),
        (["cache", "avons"], "avons"),
        (["ache"], None),
        (["rien", "nowhere"], "rien"),
        (["n"], "Nous"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_first_word_that_begins_so_has_a_place(words, place, form):
    text = normalize(form, "Nous n’avons rien caché !")

    found = place_of(text, words)

    assert (found and text[slice(*found)]) == (place and normalize(form, place))


def test_words_that_are_too_long_are_found_by_their_beginning():
    text = f"see {'z' * 500}y."

    assert [has_words(text, words_of("z" * count)) for count in (1, 60, 61, 200)] == [True] * 4
    assert max(map(len, words_in(text) | words_in("é" * 500))) == LONGEST_WORD


@pytest.mark.parametrize("sign", ["ab ", "é’", "中", "中ab"])
def test_long_texts_are_cut_between_words(sign):
    text = "".join(f"{sign}{number}" for number in range(2 * BLOCK // len(sign)))

    parts = list(parts_of(text))

    assert "".join(parts) == text
    assert set().union(*map(words_in, parts)) == words_in(text)
    assert len(parts) > 2


@given(ANY_TEXT)
def test_short_texts_are_not_cut(text):
    assert list(parts_of(text)) == [text]


def test_names_are_put_in_order_without_capitals_and_accents():
    assert plain("L’Œuvre d'Émile ＡＢ") == "l'oeuvre d'emile ab"

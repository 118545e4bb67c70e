"""What is odd about a text is told, and ordinary texts are left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.messages import ODDITIES, warning_for
from statements.text.oddities import _SIGNS, Oddity, oddities, signs_in
from statements.text.spans import split

FINE = [
    "We deny it all. Our books are open to everybody who asks for them.",
    "Nous nions tout, à l’exception d’une chose : le 3 mai. Voilà.",
    "They said “no” — twice (see page 3 of the report).",
]


def odd(text: str) -> list[tuple[Oddity, dict[str, object]]]:
    return oddities(text, split(text))


@given(
    st.lists(
        st.sampled_from([*FINE, "All rights reserved.", "Share this.", "About us. Call +33 1 23 45 67 89."])
    )
)
def test_texts_that_are_looked_at_together_are_told_the_same(texts):
    signs = signs_in(*texts)

    assert [oddities(text, split(text), signs) for text in texts] == [odd(text) for text in texts]


@pytest.mark.parametrize("text", FINE)
def test_ordinary_texts_are_left_in_peace(text):
    assert odd(text) == []


@pytest.mark.parametrize(
    ("text", "oddity", "values"),
    [
        ("Short. " + "Word " * 121 + "end.", Oddity.LONG_SENTENCE, {"number": 2, "words": 122}),
        (
            "We deny it all.\n\nAll rights reserved, Norvane Bank.\n\nPress contact: press@norvane.example",
            Oddity.BOILERPLATE,
            {"share": 82},
        ),
        (
            "We deny it.\n\nAbout Norvane Bank, which has been there for a very long time indeed.",
            Oddity.BOILERPLATE,
            {"share": 86},
        ),
        ("Nous avons dÃ©cidÃ© de rÃ©pondre.", Oddity.REPLACEMENT, {"found": "Ã©", "line": 1}),
        ("One line.\nA caf\ufffd there, and more.", Oddity.REPLACEMENT, {"found": "\ufffd", "line": 2}),
        ("We never\u202e said this to anybody.", Oddity.BIDI, {"codepoint": "U+202E", "line": 1}),
        ("We never\x07 said this to anybody.", Oddity.CONTROL, {"codepoint": "U+0007", "line": 1}),
        ("Not us.", Oddity.FEW_WORDS, {}),
    ],
)
def test_each_oddity_is_told_with_its_place(text, oddity, values):
    assert odd(text) == [(oddity, values)]


def test_a_sentence_of_120_words_is_not_very_long():
    assert odd("word " * 119 + "end.") == []


def test_every_oddity_has_its_sentence():
    assert set(ODDITIES) == {str(one) for one in Oddity}
    assert warning_for("long_sentence", {"number": 2, "words": 1234}).startswith("Sentence 2 has 1,234 words")


@given(st.lists(st.sampled_from([*"abé @+|›©0123456789'-.\n ", "cookie", "Contact presse :", "read more"])))
def test_what_is_passed_over_early_has_nothing_in_it(parts):
    text = "".join(parts)

    assert [hint for hint, pattern in _SIGNS if pattern.search(text) and hint not in text.lower()] == []

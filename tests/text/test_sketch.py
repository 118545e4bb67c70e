"""Texts that nearly say the same are found, and unlike ones are not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text import sketch as sketch_module
from statements.text.sketch import KEPT, SIZE, Nearby, packed, share, shingles, sketch, unpacked

WORDS = [f"word{number}" for number in range(3000)]


def text_of(chance: random.Random, length: int = 200) -> list[str]:
    return [chance.choice(WORDS) for _ in range(length)]


def varied(words: list[str], chance: random.Random, changes: int) -> list[str]:
    """The same words with so many of them changed, close together, as in an edited paragraph."""
    start = chance.randrange(len(words) - changes)
    return [*words[:start], *(f"new{n}" for n in range(changes)), *words[start + changes :]]


@given(st.text())
def test_a_sketch_is_small_rises_and_can_be_kept_as_text(text):
    drawn = sketch(text)

    assert len(drawn) <= SIZE
    assert list(drawn) == sorted(set(drawn))
    assert unpacked(packed(drawn)) == drawn


@pytest.mark.parametrize(
    "other", ["WE DENY it, all of it!", "  we deny   it — all of it", "Wé dény it all of it"]
)
def test_case_accents_marks_and_spaces_do_not_matter(other):
    assert sketch(other) == sketch("We deny it, all of it.")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "a b c e", 1 / 3),
        ("a b c", "x y z", 0.0),
        ("a", "a", 1.0),
        ("", "", 0.0),
        ("a b c d e f", "x a b c d e f", 4 / 5),
    ],
)
def test_the_share_is_that_of_common_runs_of_three_words(one, other, shared):
    assert share(one, other) == pytest.approx(shared)


def test_near_texts_are_found_among_many_and_unlike_ones_are_not():
    chance, nearby = random.Random(7), Nearby()
    texts = [text_of(chance) for _ in range(1000)]
    for key, words in enumerate(texts):
        nearby.add(key, sketch(" ".join(words)))

    near = [" ".join(varied(words, chance, 10)) for words in texts[:300]]
    found = [nearby.find(sketch(text)) for text in near]
    unlike = [nearby.find(sketch(" ".join(text_of(chance)))) for _ in range(300)]

    assert all(share(text, " ".join(texts[key])) > 0.8 for key, text in enumerate(near))
    assert sum(key in keys for key, keys in enumerate(found)) >= 295
    assert sum(map(len, unlike)) == 0


def test_what_thousands_share_is_not_looked_through():
    nearby = Nearby()
    drawn = sketch("The same boilerplate stands in all of these texts.")
    for key in range(1000):
        nearby.add(key, drawn)

    assert len(nearby.find(drawn)) <= KEPT


def test_a_long_text_is_drawn_in_blocks_as_it_would_be_at_once(monkeypatch):
    text = " ".join(f"Élan number {at % 97} and {at * 7919 % 1009}." for at in range(300))
    at_once = tuple(sorted(shingles(text))[:SIZE])

    for long in (100, 10, 3):
        monkeypatch.setattr(sketch_module, "LONG", long)
        assert sketch(text) == at_once

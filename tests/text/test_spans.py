"""Nothing of a text is lost when it is cut: the gaps and the sentences, in order, are the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statements.text.lines import paragraph_spans
from statements.text.spans import Span, by_paragraph, pieces, split

SCRAPS = [
    "A", "é", "e\u0301", "🤔", "👩‍👩‍👧", "🇫🇷", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f",
    " ", "  ", "\t", "\u00a0", "\u202f", "\n", "\n\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085",
    "\x0b", "\x0c", ".", "…", "!", "?", "?!", "...", "»", "« ", "”", "(", ")", ";", ":", "-", "–", "1.",
    "3,5", "M. ", "U.S. ", "cf. ", "Une phrase. ", "Another one! ", "• point\n", "1) item\n",
    "https://a.b/c?d.e ", "。", "؟", "\U000e0041",
]  # fmt: skip
ODD = st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=4)), max_size=40).map("".join)
LANGUAGES = st.sampled_from(["", "en", "fr", "de", "zh"])


@given(ODD, LANGUAGES)
@example("\r\n\r\n.", "fr")
@example("\u0301Un. \u0301Deux.", "fr")
@example("🤔. 🤔.", "en")
def test_gaps_and_sentences_are_the_text_again(text, language):
    spans = split(text, language)

    cut = list(pieces(text, [(span.start, span.end) for span in spans]))
    assert "".join(gap + sentence for gap, sentence in cut) == text
    assert [sentence for _, sentence in cut[:-1]] == [text[span.start : span.end] for span in spans]


@given(ODD, LANGUAGES)
def test_sentences_are_ordered_not_empty_and_have_no_space_around(text, language):
    spans = split(text, language)

    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    sentences = [text[span.start : span.end] for span in spans]
    assert [sentence.strip() for sentence in sentences] == sentences


@given(ODD, LANGUAGES)
def test_what_is_left_out_says_nothing(text, language):
    """Between sentences there is white space, and nothing that anybody could read."""
    gaps = [gap for gap, _ in pieces(text, [(span.start, span.end) for span in split(text, language)])]

    assert [sign for gap in gaps for sign in gap if sign.isalnum()] == []


@given(ODD, LANGUAGES)
def test_each_sentence_lies_in_its_paragraph(text, language):
    paragraphs = paragraph_spans(text)

    spans = split(text, language)
    for span in spans:
        start, end = paragraphs[span.paragraph - 1]
        assert start <= span.start < span.end <= end
    assert [span.paragraph for span in spans] == sorted(span.paragraph for span in spans)


def test_a_text_is_cut_into_sentences_and_paragraphs():
    text = "Rien n’est prouvé. Nous le dirons.\n\nFin.\n"

    assert split(text, "fr") == [Span(0, 18, 1), Span(19, 34, 1), Span(36, 40, 2)]


def test_paragraphs_are_groups_in_order():
    one, two, three = Span(0, 1, 1), Span(2, 3, 1), Span(4, 5, 3)

    assert by_paragraph([one, two, three]) == [[one, two], [three]]
    assert by_paragraph([]) == []


def test_a_text_without_spans_is_one_rest():
    assert list(pieces("all of it", [])) == [("all of it", "")]


@pytest.mark.parametrize(
    "spans",
    [[(0, 0)], [(2, 1)], [(-1, 1)], [(0, 5)], [(0, 2), (1, 3)], [(2, 3), (0, 1)], [(4, 5)]],
)
def test_spans_that_do_not_fit_are_refused(spans):
    with pytest.raises(ValueError, match="does not fit"):
        list(pieces("text", spans))

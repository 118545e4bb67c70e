"""Any text at all, also a hostile one, is cut into sentences without loss."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text.lines import IGNORABLE, extends, paragraph_spans
from statements.text.segment import sentence_spans
from tests.text.test_segment import sentences

HOSTILE = [
    *(
        "a",
        ".",
        ". ",
        "«",
        '"',
        "(",
        "()",
        "« “",
        "A.",
        "A. ",
        '"A. ',
        "M. ",
        " ",
        "\xa0",
        "\n",
        " \n",
        "!?",
        "1.",
    ),
    *(
        "1. Point\n",
        "1. Point 2) ",
        "… ",
        "Non. ",
        "- ",
        "https://a.b/c?d ",
        ".\u200b",
        ".\u0301",
        "(Voici. ",
    ),
    *("« Voici. ", ". 👩\u200d⚖️", "a line without a stop\n", "mot ", "\u200d", "。「", "[1]. "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_are_cut_without_loss(unit: str):
    text = (unit * 20_000)[:20_000]

    _check_spans(text)


# What always holds.

ODD_PIECES = [
    *(
        "Nous",
        "le",
        "Inc",
        "M",
        "SEC",
        "etc",
        "art",
        "3",
        "orbit.US",
        "eToro",
        "É",
        "E\u0301",
        "क्ष",
        "我们",
        "هذا",
    ),
    *" .!?…:;,-–«»“”\"'’()[]*_%@/。」と।؟\n\r\t\v\f\x1c\x85\xa0\u2003\u2028\u2029\u200b\u200c",
    *"\u200d\u2060\ufeff\xad\u200e\u0301\ufe0f\u20e3👩\ud800\udc00\x00¹",
    *(". ", ".\xa0", "\u202f»", "\n\n", "\r\n", "👩\u200d⚖️", "🇫🇷", "👍🏽", "[1]"),
]


ODD_TEXT = st.lists(st.sampled_from(ODD_PIECES), max_size=40).map("".join)


def _is_left_out(text: str) -> bool:
    return all(sign.isspace() or sign in IGNORABLE for sign in text)


def _cuts_a_grapheme(text: str, position: int) -> bool:
    """Return whether what a reader sees as one sign spans the position; a control sign carries no mark."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before == "\r" and after == "\n":
        return True
    stands_alone = (
        unicodedata.category(before) in ("Cc", "Zl", "Zp", "Cs") or before in "\u200b\u2060\ufeff\xad\u200e"
    )
    return extends(after) and not stands_alone


def _check_spans(text: str) -> None:
    paragraphs = paragraph_spans(text)
    position = index = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert _is_left_out(text[position:start])
        while paragraphs[index][1] < end:
            index += 1
        assert paragraphs[index][0] <= start
        assert not _cuts_a_grapheme(text, start)
        assert not _cuts_a_grapheme(text, end)
        position = end
    assert _is_left_out(text[position:])


@given(ODD_TEXT)
def test_sentences_are_ordered_whole_and_hold_all_that_can_be_read(text: str):
    _check_spans(text)


@given(st.text(max_size=60))
def test_any_text_at_all_is_cut_without_loss(text: str):
    _check_spans(text)


@given(ODD_TEXT)
def test_gaps_and_sentences_rebuild_the_text(text: str):
    rebuilt, position = "", 0
    for start, end in sentence_spans(text):
        rebuilt += text[position:start] + text[start:end]
        position = end

    assert rebuilt + text[position:] == text


WORDS = st.sampled_from(
    ["Nous", "le", "Inc", "M", "SEC", "etc", "art", "non", "U.S", "Orbit", "The", "voted", "3", "12"]
)


MARKS = st.sampled_from([" ", ". ", ".", "? ", "… ", " ! ", ", ", " – ", "\xa0: ", ".\xa0 "])


@given(st.lists(st.tuples(WORDS, MARKS), max_size=12))
def test_a_sentence_cut_again_stays_whole(pairs: list[tuple[str, str]]):
    """It holds for plain prose on one line; quotation marks, brackets and lines need their neighbours."""
    text = "".join(word + mark for word, mark in pairs)

    for sentence in sentences(text):
        assert sentences(sentence) == [sentence]

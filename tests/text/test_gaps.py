"""Where a sentence can be cut by hand: between words, never inside a character as readers see it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statements.text.gaps import cuts, parts, words
from statements.text.spans import Span, pieces

FAMILY, FLAG, KEYCAP = "👩‍👩‍👧", "🇫🇷", "1\ufe0f\u20e3"


def pieces_of(text: str) -> list[str]:
    return [piece for _at, piece in words(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We did not.", ["We ", "did ", "not."]),
        ("One", ["One"]),
        (
            "Nous\u202fn’avons «\u00a0rien\u00a0» dit.",
            ["Nous\u202f", "n’avons ", "«\u00a0", "rien\u00a0", "» ", "dit."],
        ),
        ("It ended.It began.", ["It ", "ended.", "It ", "began."]),
        ("Wait…“No.”", ["Wait…", "“No.”"]),
        ("word—word", ["word—", "word"]),
        ("3.5 % of U.S. sales", ["3.5 ", "% ", "of ", "U.", "S. ", "sales"]),
        ("l’affaire SEC", ["l’affaire ", "SEC"]),
        ("我们否认。我们合作。", ["我", "们", "否", "认。", "我", "们", "合", "作。"]),
        ("「はい」と言う", ["「は", "い」", "と", "言", "う"]),
        ("เราปฏิเสธ", ["เ", "ร", "า", "ป", "ฏิ", "เ", "ส", "ธ"]),
        (f"a {FAMILY} b", ["a ", f"{FAMILY} ", "b"]),
        ("a\n\nb", ["a\n\n", "b"]),
        ("a \u200b b", ["a \u200b ", "b"]),
        ("ab \u200ccd", ["ab \u200c", "cd"]),
        ("กำลังทำ", ["กำ", "ลั", "ง", "ทำ"]),  # U+0E33 is drawn with the letter before it
        ("ກຳລັງ", ["ກຳ", "ລັ", "ງ"]),
        ("ｶﾞｷﾟ", ["ｶﾞ", "ｷﾟ"]),  # and so are the sound marks of half-width kana
        ("ក្រុម", ["ក្រុ", "ម"]),  # U+17D2 stacks what follows it
        ("သတ္တဝါ", ["သ", "တ္တ", "ဝါ"]),
        ("葛\U000e0100城", ["葛\U000e0100", "城"]),
        ("1\u0600.2 3", ["1\u0600.2 ", "3"]),
        ("می\u200cخواهم بروم", ["می\u200cخواهم ", "بروم"]),  # a word with a joiner in it is one word
        ("co\u00adope\u00adrate", ["co\u00adope\u00adrate"]),
        ("10\u2060%\ufeff off", ["10\u2060%\ufeff ", "off"]),
        ("ended.\u200eIt began", ["ended.\u200e", "It ", "began"]),
        ("ភាសា\u200bខ្មែរ", ["ភា", "សា\u200b", "ខ្មែ", "រ"]),  # a space without width parts words
    ],
)
def test_a_sentence_falls_into_these_words(text, expected):
    assert pieces_of(text) == expected


@pytest.mark.parametrize(
    "character",
    ["กำ", "กั", "ກຳ", "ｶﾞ", "か\u3099", "ក្ខ", "က္က", "字\u0301", "字\U000e0100", FAMILY, FLAG, KEYCAP, "क्ष"],
)
def test_nothing_is_cut_inside_a_character_as_readers_see_it(character):
    text = f"字{character}字"

    assert cuts(text, 0, len(text)) == [1, 1 + len(character)]


@pytest.mark.parametrize("cut", [-1, 0, 1, 2, 5, 11, 99])
def test_a_cut_that_is_no_gap_is_refused(cut):
    with pytest.raises(ValueError, match="no gap"):
        parts("We did not.", 0, 11, cut)


def test_white_space_between_the_parts_is_a_gap():
    assert parts("We  did\u00a0not.", 0, 12, 4) == ((0, 2), (4, 12))
    assert parts("We  did\u00a0not.", 0, 12, 8) == ((0, 7), (8, 12))


ODD = ["\u0301", "\u200d", "\u00a0", "\u200b", FAMILY, FLAG, "👍🏽", "我", "。", "ก", "ำ", "한"]
CHARACTERS = st.sampled_from([*"ab é.!?’“«»—-(1 \n", *ODD])


@given(text=st.lists(CHARACTERS, max_size=30).map("".join))
@example(text=f"{FLAG}{FLAG} {FAMILY}{FAMILY}")
def test_every_cut_leaves_two_sentences_and_the_text_as_it_was(text):
    stripped = text.strip()
    start = text.index(stripped) if stripped else 0
    end = start + len(stripped)
    for cut in cuts(text, start, end):
        first, second = parts(text, start, end, cut)
        spans = [Span(*first, 1), Span(*second, 1)]
        rebuilt = pieces(text, [(span.start, span.end) for span in spans])
        assert "".join(gap + sentence for gap, sentence in rebuilt) == text
        assert not text[cut].isspace()
        assert not unicodedata.combining(text[cut])
        assert text[cut - 1] != "\u200d"
    assert "".join(piece for _at, piece in words(text, start, end)) == stripped


def test_the_time_it_takes_grows_with_the_text():
    flags = FLAG * 2_000
    assert len(cuts(flags, 0, len(flags))) == 0
    assert len(cuts("ab " * 20_000, 0, 59_999)) == 19_999

"""Where a text falls into paragraphs."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from statements.text.lines import IGNORABLE, extends, paragraph_spans, trim

SEED = Path(__file__).resolve().parents[2] / "seeds" / "binance-sec-2023-06-05.txt"

ODD_SIGNS = [
    *"ab É.!?:;-1«»()\"'\n\r\t\v\f\x1c\x85\xa0\u202f\u2028\u2029\u200b\u200d\ufeff\xad\u0301\ufe0f👩⚖\ud800",
    "\n\n",
    "\r\n",
]
ODD_TEXT = st.lists(st.sampled_from(ODD_SIGNS), max_size=60).map("".join)


def paragraphs(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraph_spans(text)]


def test_a_blank_line_parts_paragraphs():
    assert paragraphs("Nous démentons.\n\nLe juge tranchera.") == ["Nous démentons.", "Le juge tranchera."]


def test_a_line_of_spaces_or_zero_width_marks_is_blank():
    assert paragraphs("one two three\n \u200b\nfour") == ["one two three", "four"]


def test_a_line_wrapped_to_a_width_stays_in_its_paragraph():
    text = (
        "Le port de Verdier a rouvert lundi matin, après deux années\n"
        "de travaux que la Région, le Département et la Chambre de\n"
        "Commerce ont payés à parts égales."
    )

    assert paragraphs(text) == [text]


def test_a_wrapped_line_that_ends_in_an_abbreviation_goes_on():
    text = "The board of the company has asked its chair, namely Mr.\nHolloway, to answer the press."

    assert paragraphs(text) == [text]


def test_closing_punctuation_ends_a_paragraph_at_the_end_of_its_line():
    text = "Les comptes du groupe ont été certifiés sans la moindre réserve.\nLe rapport est au siège."

    assert len(paragraphs(text)) == 2


def test_a_heading_in_capitals_stands_alone():
    text = "THE POSITION OF THE COMPANY ON THE PROCEEDINGS BROUGHT\nWe deny every allegation that was made."

    assert paragraphs(text) == text.split("\n")


def test_a_short_line_stands_alone():
    text = "Our answer\nThe claims are baseless and we shall say so in court at the first occasion."

    assert paragraphs(text) == text.split("\n")


def test_list_marks_open_paragraphs():
    text = "We undertake\n- to publish them\n• to name an auditor\n2. to reply\n(iii) to hear\nb) to act\n§ 4"

    assert paragraphs(text) == text.split("\n")


def test_a_numbered_heading_stands_alone():
    text = (
        "such as the measures that a court may take against them\nArticle 12-3\nThe court may order a stay."
    )

    assert paragraphs(text)[1:] == ["Article 12-3", "The court may order a stay."]


def test_a_line_whose_last_word_calls_for_another_goes_on():
    text = "Nous répondons de la\nCommission."

    assert paragraphs(text) == [text]


def test_the_v_between_two_parties_does_not_part_them():
    assert paragraphs("DOE HOLDINGS\nv.\nROE BANK") == ["DOE HOLDINGS\nv.\nROE BANK"]


def test_a_web_address_or_an_email_on_its_own_line_stands_alone():
    text = "Contact presse du groupe Verdier\npresse@verdier.example\nhttps://verdier.example/presse"

    assert paragraphs(text) == text.split("\n")


def test_a_page_break_and_a_paragraph_separator_part_paragraphs():
    assert paragraphs("one\ftwo\u2029three") == ["one", "two", "three"]


def test_every_line_ending_is_understood():
    text = "First point.\r\nSecond point.\rThird point.\x85Fourth point.\u2028Fifth point."

    assert len(paragraphs(text)) == 5


def test_outer_white_space_and_zero_width_marks_are_left_out():
    assert paragraphs("\ufeff \t\u200bNon.\u200b \xa0\n") == ["Non."]


def test_a_joiner_stays_with_the_letter_it_follows():
    assert paragraphs(" क्\u200d ") == ["क्\u200d"]


def test_a_space_that_carries_an_accent_is_text():
    assert paragraphs("  \u0301a") == [" \u0301a"]


def test_nothing_has_no_paragraph():
    assert [paragraph_spans(text) for text in ("", " \n\t\u200b\r\n")] == [[], []]


def test_the_seed_statement_has_eight_paragraphs():
    found = paragraphs(SEED.read_text(encoding="utf-8"))

    assert [(text.split()[0], text.split()[-1]) for text in found] == [
        ("Nous", "décision."),
        ("Nous", "numériques."),
        ("L'action", "problème."),
        ("Les", "voie."),
        ("Toute", "américain."),
        ("Compte", "journaux."),
        ("Nous", "loi."),
        ("Nous", "financière."),
    ]


@given(ODD_TEXT)
def test_paragraphs_are_ordered_and_hold_all_that_can_be_read(text: str):
    position = 0
    for start, end in paragraph_spans(text):
        assert position <= start < end <= len(text)
        assert all(sign.isspace() or sign in IGNORABLE for sign in text[position:start])
        position = end
    assert all(sign.isspace() or sign in IGNORABLE for sign in text[position:])


@given(ODD_TEXT)
def test_a_trimmed_span_ends_in_something_that_can_be_read(text: str):
    start, end = trim(text, 0, len(text))

    assert start == end or not text[end - 1].isspace()
    assert start == end or text[end - 1] not in IGNORABLE or extends(text[end - 1])

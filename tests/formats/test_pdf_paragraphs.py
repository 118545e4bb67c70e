"""Lines of a page become the paragraphs they were, whatever was broken to set them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.formats.base import What
from statements.formats.pdf.edges import Page, edges, notes, without_marks
from statements.formats.pdf.joins import joined, words_of
from statements.formats.pdf.layout import layout_of
from statements.formats.pdf.lines import RAISED, Line
from statements.formats.pdf.paragraphs import Flow, text_of, what_of

pytestmark = pytest.mark.once

SIZE, LEADING, LEFT = 10.0, 13.0, 50.0
ONE, TWO = (f"{digit}".translate(RAISED) for digit in "12")


def _line(text, y=0.0, **values):
    size = values.pop("size", SIZE)
    x = values.pop("x", LEFT)
    return Line(text, x, values.pop("right", x + len(text) * size / 2), y, size, **values)


def _lines(*texts, leading=LEADING, top=100.0, **values):
    """Lines below each other; after an empty one the next stands further down."""
    return [_line(text, top + place * leading, **values) for place, text in enumerate(texts) if text]


def _read(lines):
    """What the lines are, and their words."""
    flow = Flow(layout_of(lines, SIZE))
    words = words_of(line.text for line in lines)
    paragraphs = flow.add(lines)
    return [(str(what_of(flow, place)), text_of(one, words)) for place, one in enumerate(paragraphs)]


def _texts(lines):
    return [text for _what, text in _read(lines)]


FULL = "Une ligne qui va exactement jusqu’à la marge de droite"


def _full(text):
    """The text, widened to the margin as printers do."""
    return _line(text, right=LEFT + len(FULL) * SIZE / 2)


def _set(*lines, leading=LEADING, **values):
    return [line._replace(y=100 + place * leading, **values) for place, line in enumerate(lines) if line.text]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["un", "deux"], "un deux"),
        (["les accu-", "sations"], "les accusations"),
        (["les accu\u00ad", "sations"], "les accusations"),
        (["vis-à-", "vis de"], "vis-à-vis de"),
        (["c’est-à-", "dire"], "c’est-à-dire"),
        (["une contre-exper-", "tise"], "une contre-expertise"),
        (["celles-", "ci"], "celles-ci"),
        (["mer-", "ci"], "merci"),
        (["faut-", "il"], "faut-il"),
        (["a-t-", "elle"], "a-t-elle"),
        (["a-", "t-elle"], "a-t-elle"),
        (["nous-", "mêmes"], "nous-mêmes"),
        (["peut-", "être"], "peut-être"),
        (["au-", "delà"], "au-delà"),
        (["l’au-", "torité"], "l’autorité"),
        (["porte-", "parole"], "porte-parole"),
        (["le bien-fondé du bien-", "fondé"], "le bien-fondé du bien-fondé"),
        (["une exper-", "tise, l’expertise"], "une expertise, l’expertise"),
        (["une ex-", "pertise"], "une expertise"),
        (["l’ex-", "directeur, directeur"], "l’ex-directeur, directeur"),
        (["Saint-", "Vulbas"], "Saint-Vulbas"),
        (["2019-", "2022"], "2019-2022"),
        (["PME-", "type"], "PME-type"),
        (["Covid-", "19"], "Covid-19"),
        (["la baisse -", "réelle -"], "la baisse - réelle -"),
        (["la baisse –", "réelle"], "la baisse – réelle"),
        (["www.norvane.example/", "faits/2024-", "03.html et"], "www.norvane.example/faits/2024-03.html et"),
        (["l’", "usine"], "l’usine"),
        (["et/", "ou"], "et/ou"),
        (["un mot\u00a0", "seul"], "un mot\u00a0 seul"),
        (["", "seul", ""], "seul"),
    ],
)  # fmt: skip
def test_words_that_a_line_breaks_are_whole_again(lines, text):
    assert joined(lines, words_of(lines)) == text


WORDS = st.from_regex(
    r"[a-zà-öø-ÿ]{1,12}(-[a-z]{3,8})?|[A-ZÉ][a-z]{0,12}[.,;:?!»]?|[0-9]{3,5}|«\u00a0[a-z]+", fullmatch=True
)


def _wrapped(words, width):
    """The lines in which words are set where so many letters fit."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=80), st.integers(20, 90))
def test_a_paragraph_comes_back_from_lines_of_any_width(words, width):
    assert _texts(_lines(*_wrapped(words, width))) == [" ".join(words)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.from_regex(r"[a-zà-öø-ÿ]{6,14}(-[a-z]{3,8})?", fullmatch=True), min_size=2, max_size=40),
    st.integers(20, 60),
    st.data(),
)
def test_broken_words_come_back_where_the_document_has_them_whole(words, width, data):
    whole = frozenset(words) | {word.replace("-", "") for word in words if "-" not in word}
    lines, rest = [""], list(words)
    while rest:
        word = rest.pop(0)
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            place = data.draw(st.integers(2, len(word) - 2))
            first, second = word[:place], word[place:]
            if first.endswith("-"):
                lines[-1], second = f"{lines[-1]} {first}", second
            elif second.startswith("-"):
                lines[-1], second = f"{lines[-1]} {first}-", second[1:]
            else:
                lines[-1] = f"{lines[-1]} {first}-"
            lines.append(second)

    assert joined([line.strip() for line in lines], whole) == " ".join(words)


def test_paragraphs_are_parted_where_the_page_shows_them_apart():
    assert _texts(_lines("Un paragraphe.", "Il continue.", "", "Un autre.")) == [
        "Un paragraphe. Il continue.",
        "Un autre.",
    ]
    assert _texts(
        _set(_full("Une ligne pleine."), _line("Fin."), _full("Une autre phrase commence"), _line("ici."))
    ) == [
        "Une ligne pleine. Fin.",
        "Une autre phrase commence ici.",
    ]
    assert _texts(
        _set(_full("Une ligne pleine."), _full("Une autre."), _full("Et la suite"), _line("ici."))
    ) == ["Une ligne pleine. Une autre. Et la suite ici."]
    indented = _full("Un alinéa commence")._replace(x=LEFT + 14)
    assert _texts(_set(indented, _full("et finit ici."), indented, _line("puis finit."))) == [
        "Un alinéa commence et finit ici.",
        "Un alinéa commence puis finit.",
    ]
    assert _texts(_set(_full("Du texte,"), _line("petit", size=8.0))) == ["Du texte,", "petit"]


def test_lines_of_a_narrow_quotation_are_not_parted():
    quotation = [
        "Nous savions que la",
        "cuve fuyait. Puis en",
        "Juin, tout alla bien.",
        "Nous le regrettons.",
    ]
    lines = [*_lines(FULL, f"{FULL}."), *_lines(*quotation, top=140.0, x=LEFT + 20)]

    assert _texts(lines) == [f"{FULL} {FULL}.", " ".join(quotation)]


def test_wide_spacing_parts_no_sentence():
    lines = _lines(
        "Une ligne du texte", "et sa suite.", "", "", "Le reste", "", "de la phrase", "", "finit ici."
    )

    assert _texts(lines)[0] == "Une ligne du texte et sa suite."
    assert _texts(
        _set(_full("Le reste"), _full(""), _full("de la phrase"), _full(""), _line("finit ici."))
    ) == ["Le reste de la phrase finit ici."]


def test_entries_of_lists_begin_with_marks():
    lines = _lines(
        "Nous demandons :", "• un audit qui dure jusqu’à", "la fin ;", "\uf0b7 un registre ;", "– une date.",
        "1. publier", "2) payer", "ce qui est dû à tous, soit", "12. Ce n’est pas une entrée.", "a) l’un",
        "b) l’autre.", "— Oui, dit-il.",
    )  # fmt: skip

    assert _read(lines) == [
        ("paragraph", "Nous demandons :"),
        ("entry", "- un audit qui dure jusqu’à la fin ;"),
        ("entry", "- un registre ;"),
        ("entry", "- une date."),
        ("entry", "1. publier"),
        ("entry", "2) payer ce qui est dû à tous, soit 12. Ce n’est pas une entrée."),
        ("entry", "a) l’un"),
        ("entry", "b) l’autre."),
        ("paragraph", "— Oui, dit-il."),
    ]


def test_a_dash_or_a_year_that_begins_a_line_is_no_mark():
    lines = _set(_full("L’usine"), _full("– que nous avons vendue en décembre"), _line("2024. Puis rien."))

    assert _read(lines) == [("paragraph", "L’usine – que nous avons vendue en décembre 2024. Puis rien.")]


def test_headings_and_captions_are_told_by_how_they_look():
    lines = [
        _line("Un titre sur", 60.0, size=18.0),
        _line("deux lignes", 82.0, size=18.0),
        *_lines("Le texte commence et va loin,", "jusqu’ici."),
        _line("En gras", 140.0, is_bold=True),
        *_lines("Du texte qui", "continue.", top=153.0),
        _line("Figure 2 : Le site", 200.0),
        _line("Les faits", 230.0),
        *_lines("Une première ligne bien plus longue que le titre", "et une autre.", top=250.0),
    ]

    assert [what for what, _text in _read(lines)] == [
        What.HEADING, What.PARAGRAPH, What.HEADING, What.PARAGRAPH, What.CAPTION, What.HEADING, What.PARAGRAPH
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [
        ("la mesure a été", "Norvane saisie", ["Une ligne la mesure a été Norvane saisie et la fin"]),
        ("la mesure, etc.", "puis rien", ["Une ligne la mesure, etc. puis rien et la fin"]),
        ("la mesure.", "Norvane conteste", ["Une ligne la mesure.", "Norvane conteste et la fin"]),
        ("la mesure", "• une entrée", ["Une ligne la mesure", "- une entrée et la fin"]),
        ("vis-à-", "vis de", ["Une ligne vis-à-vis de et la fin"]),
    ],
)
def test_a_paragraph_goes_on_behind_the_end_of_a_page(first, second, texts):
    lines = [*_lines("Une ligne", first), *_lines(second, "et la fin", page=2, column=1)]

    assert _texts(lines) == texts


def test_a_line_stretched_to_the_margin_is_not_the_last_one():
    lines = [_full("Une ligne"), _full("pleine"), _full("de texte"), _full("et une phrase.")]
    after = [_full("Une autre suit"), _line("ici.")]

    assert _texts([*_set(*lines), *_set(*after, page=2, column=1)]) == [
        "Une ligne pleine de texte et une phrase. Une autre suit ici."
    ]


def _pages(*pages, height=800.0):
    """Pages of lines, each told by its words and its height."""
    return [
        Page(number, height, [_line(text, y, page=number) for text, y in lines])
        for number, lines in enumerate(pages, 1)
    ]


BODY = ("Du texte de la page.", 400.0)


@pytest.mark.parametrize(
    ("pages", "dropped"),
    [
        ([[("Norvane", 40), BODY], [("Norvane", 41), BODY]], [["header", ""], ["header", ""]]),
        ([[("Norvane", 40), BODY], [("Norvane", 90), BODY]], [["", ""], ["", ""]]),
        ([[("Norvane", 300), BODY], [("Norvane", 300), BODY]], [["", ""], ["", ""]]),
        ([[BODY, ("N. | Page 1", 770)], [BODY, ("N. | Page 2", 770)]], [["", "footer"], ["", "footer"]]),
        ([[("Annexe 4", 60), BODY], [("Annexe 9", 60), BODY]], [["", ""], ["", ""]]),
        ([[BODY], [("N", 40), BODY], [("N", 40), BODY]], [[""], ["header", ""], ["header", ""]]),
        ([[BODY, ("Page 3 sur 7", 770)]], [["", "page_number"]]),
        ([[BODY, ("- 1 -", 770)]], [["", "page_number"]]),
        ([[BODY, ("3/7", 770)]], [["", "page_number"]]),
        ([[BODY, ("iv", 770)], [BODY, ("v", 770)]], [["", "page_number"], ["", "page_number"]]),
        ([[BODY, ("17", 770)], [BODY, ("18", 770)]], [["", "page_number"], ["", "page_number"]]),
        ([[BODY, ("2024", 770)]], [["", ""]]),
        ([[("1", 400)]], [[""]]),
    ],
)
def test_what_recurs_at_the_edges_of_pages_is_dropped(pages, dropped):
    assert edges(_pages(*pages)) == dropped


def test_footnotes_are_parted_from_the_body():
    body = _lines(f"Le rapport{ONE} cite un grief [2].", "Il en cite un autre.")
    below = [
        _line(f"{ONE} Rapport, p. 17, et", 700.0, size=8.0),
        _line("12 annexes.", 710.0, size=8.0),
        _line("[2] Ibid.", 720.0, size=8.0),
    ]

    kept, found = notes([*body, *below], SIZE)

    assert kept == body
    assert [(note.number, [line.text for line in note.lines]) for note in found] == [
        (1, ["Rapport, p. 17, et", "12 annexes."]),
        (2, ["Ibid."]),
    ]


def test_small_print_is_no_footnote():
    lines = [
        *_lines("Le texte."),
        _line("12 rue des Tanneurs", 700.0, size=8.0),
        _line("69002 Lyon", 710.0, size=8.0),
    ]

    assert notes(lines, SIZE) == (lines, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"en 2021{ONE}. Puis", "en 2021. Puis"),
        (f"en 2021\u202f{ONE}.", "en 2021."),
        (f"en 2021.{ONE} Puis", "en 2021. Puis"),
        (f"deux notes{ONE}, {TWO} ici", "deux notes ici"),
        (f"dix m{TWO}{TWO}", "dix m²²"),
    ],
)
def test_marks_of_notes_go_and_other_raised_digits_stay(text, told):
    assert without_marks(_line(text), frozenset({1, 2})).text == told

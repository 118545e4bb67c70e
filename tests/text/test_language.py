"""The language of a text is told, without a network, whatever stands in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.text.language import detect

TEXTS = {
    "en": "We have always cooperated with the authorities and will publish our accounts.",
    "fr": "Nous avons toujours coopéré avec les autorités et nous publierons nos comptes.",
    "de": "Wir haben stets mit den Behörden zusammengearbeitet und legen unsere Bücher offen.",
    "es": "Siempre hemos colaborado con las autoridades y publicaremos nuestras cuentas.",
    "ru": "Мы всегда сотрудничали с властями и опубликуем нашу отчётность.",
    "zh": "我们一直与当局合作,并将公布我们的账目。",
}


def in_lines(text: str) -> str:
    return text.replace(" ", "\n")


def at_length(text: str) -> str:
    return text * 300


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
@pytest.mark.parametrize(
    "form", [str, str.upper, lambda text: text.replace(" ", "\n"), lambda text: text * 300]
)
def test_the_language_is_told_with_confidence(code, text, form):
    found, confidence = detect(form(text))

    assert found == code
    assert 0.5 < confidence <= 1


@pytest.mark.parametrize("text", ["", " \n", "12 345", "…!?", "\u200b", "🤔"])
def test_without_a_letter_there_is_nothing_to_go_by(text):
    assert detect(text) == ("", 0.0)


@given(st.text(st.characters(), max_size=60))
def test_no_text_is_too_odd(text):
    code, confidence = detect(text)

    assert (code == "") == (confidence == 0.0)
    assert 0 <= confidence <= 1


def test_many_threads_may_ask_at_once():
    asked = list(TEXTS.items()) * 20

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(detect, [text for _code, text in asked])

    assert [code for code, _confidence in answers] == [code for code, _text in asked]

"""Bytes become text once: what cannot be read is refused with its reason, nothing else is touched."""

from __future__ import annotations

import codecs
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.text import decode as decode_module
from statements.text.decode import decode, fold, guess_encoding

FRENCH = "« L’enquête coûte 3 000 € », dit-elle. Œuvre, naïveté… à l’été."
CP1252 = FRENCH.replace("\u202f", " ")
NON_CHARACTERS = [chr(plane * 0x10000 + n) for plane in range(17) for n in (0xFFFE, 0xFFFF)]
NON_CHARACTERS += [chr(n) for n in range(0xFDD0, 0xFDF0)]


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (FRENCH.encode(), "utf-8", FRENCH),
        (codecs.BOM_UTF8 + FRENCH.encode(), "utf-8", FRENCH),
        (codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"), "utf-16", FRENCH),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16", FRENCH),
        (codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"), "utf-32", FRENCH),
        (codecs.BOM_UTF32_BE + FRENCH.encode("utf-32-be"), "utf-32", FRENCH),
        (CP1252.encode("cp1252"), "cp1252", CP1252),
        ("été".encode("cp1252"), "cp1252", "été"),
        (b"plain", "utf-8", "plain"),
        ("🤔 oui".encode(), "utf-8", "🤔 oui"),
    ],
)
def test_the_encoding_is_found_out(content, encoding, text):
    assert (guess_encoding(content), decode(content)) == (encoding, text)


def test_an_encoding_that_was_named_is_used():
    assert decode("été".encode(), "cp1252") == "Ã©tÃ©"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        (b"\r\r\n\n\ra\r", "\n\n\n\na\n"),
        (b"  kept \t\n\n ", "  kept \t\n\n "),
        ("a\u2028b\u0085c\x0bd".encode(), "a\u2028b\u0085c\x0bd"),
        ("e\u0301\u200b\u00ad".encode(), "e\u0301\u200b\u00ad"),
    ],
)
def test_only_line_ends_are_made_one(content, text):
    assert decode(content) == text


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, "\u00a0\u2003".encode()]
)
def test_an_empty_text_is_refused(content):
    with pytest.raises(Unreadable, match="empty"):
        decode(content)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"\xff\xff", "utf-8"),
        (b"caf\xe9", "utf-8"),
        (b"\xed\xa0\x80", "utf-8"),  # a lone surrogate, as UTF-8 forbids it
        (b"\x81", ""),
        (b"abc", "utf-16"),
        (b"abc", "klingon"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", ""),
    ],
)
def test_what_cannot_be_decoded_names_its_encoding(content, encoding):
    with pytest.raises(Unreadable) as wrong:
        decode(content, encoding)

    expected = encoding or guess_encoding(content)
    assert (wrong.value.code, wrong.value.values) == ("encoding", {"encoding": expected})


@pytest.mark.parametrize("character", ["\x00", *NON_CHARACTERS])
def test_nul_and_non_characters_are_refused_with_their_place(character):
    with pytest.raises(Unreadable) as wrong:
        decode(f"one\r\ntwo\rth{character}ree".encode())

    place = {"codepoint": f"U+{ord(character):04X}", "line": 3}
    assert (wrong.value.code, wrong.value.values) == ("character", place)


def test_there_are_66_non_characters():
    assert len(set(NON_CHARACTERS)) == 66


def test_the_refused_are_few():
    """Control signs, private use and what Unicode has not given out yet can stand in a text."""
    text = "a\x01\x1f\x7f\ufeff\ufffd\ue000\U0010fffd\U000e0001\ufdcf\ufdf0"

    assert decode(text.encode()) == text


TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\n\u200b\u0301\u2028🤔")), min_size=1
)


@given(TEXTS)
def test_a_decoded_text_decodes_to_itself(text):
    try:
        once = decode(text.encode())
    except Unreadable:
        return

    assert "\r" not in once
    assert decode(once.encode("utf-8")) == once.removeprefix("\ufeff")
    assert once == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


# --- The same text again ---


@pytest.mark.parametrize(
    "same",
    [
        "Un  été\nà Paris.",
        "\n\nUn été à Paris. \t",
        unicodedata.normalize("NFD", "Un été à Paris."),
        "Un\u00a0été\u202fà\u2003Paris.",
    ],
)
def test_spacing_and_composition_do_not_make_another_text(same):
    assert fold(same) == fold("Un été à Paris.")


@pytest.mark.parametrize(
    "other", ["Un Été à Paris.", "Un été à Paris", "Unété à Paris.", "Un ete a Paris.", "ﬁn"]
)
def test_another_letter_makes_another_text(other):
    assert fold(other) not in {fold("Un été à Paris."), fold("fin")}


@pytest.mark.parametrize("block", [1, 2, 7, 1000])
def test_a_fold_is_the_same_however_many_characters_are_looked_at_at_once(monkeypatch, block):
    text = " Un  été\n\nà\u00a0Paris.  \tVoilà "
    folded = "Un été à Paris. Voilà"
    monkeypatch.setattr(decode_module, "BLOCK", block)

    assert fold(text) == sha256(folded.encode()).hexdigest()

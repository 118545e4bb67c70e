"""Files that are read piece by piece give what they would give at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.text.decode import guess_encoding, guess_encoding_of, lines_of

ENDS = re.compile(r"\r\n|\r|\n")
TEXTS = st.lists(st.sampled_from(["a", "é", "🤔", "\u2028", "\x85", "\r", "\n", "\r\n", " ", "b c"])).map(
    "".join
)


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@given(
    st.binary(max_size=40) | TEXTS.map(str.encode) | TEXTS.map(lambda t: t.encode("utf-16")),
    st.integers(1, 5),
)
def test_the_encoding_is_guessed_as_of_the_whole(content, size):
    assert guess_encoding_of(cut(content, size)) == guess_encoding(content)


@given(TEXTS, st.integers(1, 5), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_lines_joined_are_the_text_and_only_line_ends_part_them(text, size, encoding):
    lines = list(lines_of(cut(text.encode(encoding), size), "utf-8" if encoding == "utf-8-sig" else encoding))

    assert "".join(lines) == text
    assert len(lines) == len(ENDS.findall(text)) + (not re.search(r"(\r|\n)\Z", text) and bool(text))
    assert all(len(ENDS.findall(line)) <= 1 for line in lines)


@pytest.mark.parametrize(
    ("content", "code", "values"),
    [
        (b"fine\ncaf\xe9\n", "encoding", {"encoding": "utf-8"}),
        (b"fine\r\nno\x00\n", "character", {"codepoint": "U+0000", "line": 2}),
        ("fine\rfine\nno\ufffe".encode(), "character", {"codepoint": "U+FFFE", "line": 3}),
        (b"a" * 101, "too_long_line", {"most": 100}),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_cannot_be_read_is_told_with_its_line(content, code, values, size):
    with pytest.raises(Unreadable) as refused:
        list(lines_of(cut(content, size), "utf-8", longest=100))

    assert (refused.value.code, refused.value.values) == (code, values)

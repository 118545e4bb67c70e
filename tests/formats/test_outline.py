"""What office documents have in common: numbers, rows, words on lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.figures import figure
from statements.formats.office.outline import row, tidy, whole

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (7, "1", "7"),
        (7, "01", "07"),
        (12, "01", "12"),
        (1, "a", "a"),
        (28, "a", "bb"),
        (3, "A", "C"),
        (4, "i", "iv"),
        (1998, "I", "MCMXCVIII"),
        (7, "", ""),
        (7, "一", "7"),
        (0, "a", "0"),
        (-1, "i", "-1"),
        (1_000_000_000, "a", "1000000000"),
        (1_000_000_000, "I", "1000000000"),
    ],
)
def test_numbers_are_written_as_lists_write_them(value, form, written):
    assert figure(value, form) == written


def test_letters_are_doubled_or_counted():
    assert [figure(28, "a", is_doubled=is_doubled) for is_doubled in (True, False)] == ["bb", "ab"]


@given(st.integers(1, 3_999))
def test_roman_numbers_say_what_they_are_worth(value):
    worth = {"m": 1000, "d": 500, "c": 100, "l": 50, "x": 10, "v": 5, "i": 1}
    signs = [worth[sign] for sign in figure(value, "i")]

    pairs = zip(signs, [*signs[1:], 0], strict=True)

    assert sum(-one if one < after else one for one, after in pairs) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-1", -1), ("", 5), (None, 5), ("x", 5), ("1.5", 5), ("٣", 5), ("9" * 5_000, 5)],
)
def test_only_plain_numbers_are_numbers(text, number):
    assert whole(text, 5) == number


def test_rows_stand_on_one_line():
    assert [row(["a\nb", "", " c "]), row(["", " "]), row(["", "x"])] == ["a b | | c", "", "| x"]


def test_spaces_that_break_no_line_stay():
    words = " «\u202foui\u202f»  a\u00a0b \u2028\u00a0\n\n c\u00ad ﬁn "

    assert tidy(words) == "«\u202foui\u202f» a\u00a0b\nc fin"

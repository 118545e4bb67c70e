"""What lists show before their entries: a bullet, or a number as their language or author writes it."""

from __future__ import annotations

BULLET = "- "
_MOST_LETTERS = 26 * 20
_MOST_ROMAN = 3_999
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def figure(value: int, form: str, *, is_doubled: bool = True) -> str:
    """Return a number as lists write it.

    form: 1, 01, a, A, i, I, or nothing for no number; anything else counts as 1. After z come aa, bb, cc, or
    aa, ab, ac when letters are not doubled. What is too large for a form is written in digits.
    """
    match form:
        case "":
            return ""
        case "01":
            return f"{value:02}"
        case "a" | "A" if 0 < value <= _MOST_LETTERS:
            letters = _doubled(value) if is_doubled else _counted(value)
            return letters.upper() if form == "A" else letters
        case "i" | "I" if 0 < value <= _MOST_ROMAN:
            return _roman(value).upper() if form == "I" else _roman(value)
    return str(value)


def _doubled(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _counted(value: int) -> str:
    letters = ""
    while value:
        value, rest = divmod(value - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(value: int) -> str:
    letters = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        letters += sign * count
    return letters

"""Tables of others are read cell by cell as they were written, each row with the line it begins on."""

from __future__ import annotations

import csv as rfc4180
import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.formats.base import Record, Wrong
from statements.formats.csv import MOST_COLUMNS, delimiter_of, records
from statements.text.decode import REFUSED, lines_of

SCRAPS = [
    "\u2028", "\u0085", "\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", '"', '""', "'", ",", ";", "\t", "|",
    " ", "\u00a0", "\ufeff", "\u200b", "e\u0301", "🤔", "\U0010fffd", "=1", "\\",
]  # fmt: skip
CELLS = st.lists(
    st.one_of(st.sampled_from(SCRAPS), st.text(st.characters(codec="utf-8"), max_size=3)), max_size=6
).map(lambda parts: REFUSED.sub("", "".join(parts)))
NAMES = st.lists(st.text('abcdé🤔 ,;"\n\t', max_size=5).map(lambda name: f"n{name}n"), unique=True)
LINE_END = re.compile(r"\r\n|\r|\n")


def read(text: str, delimiter: str = ",", longest: int = 1000) -> tuple[list[str], list[Record | Wrong]]:
    columns, rows = records(lines_of([text.encode()], "utf-8"), delimiter, longest)
    return columns, list(rows)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    names = draw(NAMES.filter(bool))
    return names, draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=5))


# With other line ends Python's writer puts a cell that holds \r or \n down without quotes.
MANNERS = [("\r\n", rfc4180.QUOTE_MINIMAL), *((end, rfc4180.QUOTE_ALL) for end in ("\r\n", "\n", "\r"))]


@given(tables(), st.sampled_from(",;\t|"), st.sampled_from(MANNERS))
def test_what_another_program_wrote_is_read_as_it_was(table, delimiter, manner):
    names, rows = table
    out = io.StringIO(newline="")
    writer = rfc4180.writer(out, delimiter=delimiter, lineterminator=manner[0], quoting=manner[1])
    writer.writerow(names)
    expected = []
    for row in rows:
        before = out.getvalue()
        writer.writerow(row)
        if len(row) > 1 or row[0].strip():  # else it is a blank line
            line = len(LINE_END.findall(before)) + 1
            expected.append(Record(line, dict(zip(names, row, strict=True))))

    assert read(out.getvalue(), delimiter) == (names, expected)


def test_names_lose_their_mark_and_the_white_space_around():
    assert read('\ufeff"text" , Titre\u00a0 ,,\r\n') == (["text", "Titre", "column 3", "column 4"], [])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1\n", [Record(2, {"a": "1"})]),
        ("\n \r\na,b\n\n  \n\r1,2", [Record(7, {"a": "1", "b": "2"})]),
        ('a\n""\n" "\nx', [Record(4, {"a": "x"})]),
        ("a,b\n,\n", [Record(2, {"a": "", "b": ""})]),
        ('a\nsay "no" twice\n', [Record(2, {"a": 'say "no" twice'})]),
        ('a\n"x"y"z"\n', [Record(2, {"a": 'xy"z"'})]),
        ('a\n """x"\n', [Record(2, {"a": ' """x"'})]),
        ("a\n'=1\n", [Record(2, {"a": "'=1"})]),
        ('a\r"x\r\ny\rz\n"\r2\r', [Record(2, {"a": "x\r\ny\rz\n"}), Record(6, {"a": "2"})]),
        ("a\nx\u2028y\x85z\x0b\n2", [Record(2, {"a": "x\u2028y\x85z\x0b"}), Record(3, {"a": "2"})]),
    ],
)
def test_rows_are_read_as_spreadsheets_read_them(text, rows):
    assert read(text)[1] == rows


def test_a_row_with_too_many_cells_is_wrong_and_the_next_is_read():
    assert read('a,b\n1,2,"3\n4",\nx\n')[1] == [
        Wrong(2, "", "too_many_cells", {"count": 4, "most": 2}),
        Record(4, {"a": "x"}),
    ]


def test_a_quote_that_is_never_closed_is_wrong_where_its_row_began():
    assert read('a,b\n1,2\n"x\ny","z\n3,4\n')[1] == [
        Record(2, {"a": "1", "b": "2"}),
        Wrong(3, "", "unclosed_quote"),
    ]


def test_a_row_that_is_too_long_is_wrong_and_the_last_that_is_read():
    assert read('a,b\n1,123\n"12\n456",2\n1,2\n', longest=6)[1] == [
        Record(2, {"a": "1", "b": "123"}),
        Wrong(3, "", "too_long_row", {"most": 6}),
    ]


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", "empty", {}),
        ("\ufeff\n \r\n", "empty", {}),
        ("a,b, a ", "column_twice", {"column": "a"}),
        ("column 2,", "column_twice", {"column": "column 2"}),
        ('a,"b\n1,2\n', "unclosed_quote", {}),
        ("a," + "b" * 1001, "too_long_row", {"most": 1000}),
        ("," * MOST_COLUMNS, "too_many_columns", {"most": MOST_COLUMNS}),
    ],
)
def test_a_table_without_good_names_is_refused(text, code, values):
    with pytest.raises(Unreadable) as refused:
        read(text)

    assert (refused.value.code, refused.value.values) == (code, values)


def test_a_row_is_given_before_the_next_is_asked_for():
    asked = []

    def lines():
        for number in range(5):
            asked.append(number)
            yield f"{number}\n"

    columns, rows = records(lines(), ",")

    assert (columns, next(rows), asked) == (["0"], Record(2, {"0": "1"}), [0, 1])


@pytest.mark.parametrize("piece", ["words and words\n" * 6000, "\n" * 100_000, "," * 100_000])
def test_an_unclosed_quote_does_not_fill_the_memory(piece):
    lines = ["text\n", '"\n', *[piece] * 10]

    tracemalloc.start()
    columns, rows = records(lines, ",", 20_000)
    found = (columns, list(rows))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == (["text"], [Wrong(2, "", "too_long_row", {"most": 20_000})])
    assert most < 1_000_000


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("", ","),
        ("text", ","),
        ("a,b", ","),
        ("a;b", ";"),
        ("\ufeffa\tb\r\n1,2,3,4", "\t"),
        ("a|b|c,d", "|"),
        ('"a,b,c";d\n', ";"),
        ('"a\n,,,";"b""c,,"\r1', ";"),
        ("\n\r\na;b\n,,,", ";"),
        ("\t\tc\n,,,", "\t"),
        ('a;"b,,,', ";"),
    ],
)
def test_the_delimiter_is_what_parts_the_names(head, delimiter):
    assert delimiter_of(head) == delimiter

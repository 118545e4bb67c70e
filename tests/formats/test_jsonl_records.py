"""Each line of JSON Lines is an object or wrong by itself, and the others are read all the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.base import Record, Wrong
from statements.formats.jsonl import records

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.one_of(TEXTS, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))
OBJECTS = st.lists(
    st.dictionaries(TEXTS, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=4), max_size=5
)


@given(OBJECTS, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\r\n"]), st.integers(1, 9))
def test_objects_are_read_as_they_were_written(objects, is_ascii, line_end, length):
    text = line_end.join(json.dumps(one, ensure_ascii=is_ascii) for one in objects)

    pieces = [text[start : start + length] for start in range(0, len(text), length)]
    step = line_end.count("\n")
    assert list(records(pieces)) == [Record(1 + step * n, one) for n, one in enumerate(objects)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": }', Wrong(1, "7", "not_json", {"why": "Expecting value"})),
        ('{"a": 1} {}', Wrong(1, "10", "not_json", {"why": "Extra data"})),
        ("[1]", Wrong(1, "", "not_an_object")),
        ("null", Wrong(1, "", "not_an_object")),
        ('{"a": NaN}', Wrong(1, "", "not_a_number", {"value": "NaN"})),
        ('{"a": -Infinity}', Wrong(1, "", "not_a_number", {"value": "-Infinity"})),
        ('{"a": 1e999}', Wrong(1, "", "not_a_number", {"value": "1e999"})),
        ('{"a": ' + "1" * 5000 + "}", Wrong(1, "", "not_a_number", {"value": "1" * 40 + "…"})),
        ('{"a": 1, "a": 1}', Wrong(1, "", "column_twice", {"column": "a"})),
        ('{"b": [{"a": 1, "a": 1}]}', Wrong(1, "", "column_twice", {"column": "a"})),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", Wrong(1, "", "too_deep", {"most": 30})),
        ('{"a": ' + "[" * 100_000, Wrong(1, "", "too_deep", {"most": 30})),
        ('{"a": "\\ud83e"}', Wrong(1, "", "half_character")),
        ('{"\\udd14": 1}', Wrong(1, "", "half_character")),
        ('{"a": "' + "x" * 200_001 + '"}', Wrong(1, "", "too_long_line", {"most": 200_000})),
    ],
)
def test_a_line_that_cannot_be_kept_is_wrong_and_the_next_is_read(text, found):
    assert list(records([text, "\n", '{"b": 2}'], 200_000)) == [found, Record(2, {"b": 2})]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('\ufeff{"a": "x"}', {"a": "x"}),
        ('{"a": null, "b": ""}', {"b": ""}),
        ('{"a": "x\u2028\u2029\x85y"}', {"a": "x\u2028\u2029\x85y"}),
        ('{"a": "\\ud83e\\udd14"}', {"a": "🤔"}),
        ('{"a":\r1}\r', {"a": 1}),
        ('{"a": ' + "[" * 29 + "]" * 29 + "}", {"a": json.loads("[" * 29 + "]" * 29)}),
    ],
)
def test_what_is_json_is_read(text, values):
    assert list(records([text])) == [Record(1, values)]


@given(st.lists(st.text(max_size=20)))
def test_whatever_stands_there_each_line_is_a_record_or_wrong(pieces):
    assert all(isinstance(one, Record | Wrong) for one in records(pieces))

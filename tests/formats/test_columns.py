"""Columns of others find their fields, and a row gives its details or says what is wrong with them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.base import Record, Wrong
from statements.formats.columns import FIELDS, MOST, NAMES, details, guess

COLUMNS = {field: field for field in FIELDS}


def row(**values: object) -> tuple[dict[str, object], list[Wrong]]:
    return details(Record(7, {"text": "Words.", **values}), COLUMNS)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Texte", "text"),
        ("DÉCLARATION", "text"),
        ("De\u0301claration", "text"),
        ("contenu", "text"),
        ("statement", "text"),
        ("Content", "text"),
        ("body", "text"),
        ("titre", "title"),
        ("Headline", "title"),
        ("langue", "language"),
        ("LANG", "language"),
        ("locuteur", "speaker"),
        ("auteur", "speaker"),
        ("Author", "speaker"),
        ("organisation", "speaker"),
        ("company", "speaker"),
        ("Entreprise", "speaker"),
        ("date", "published_on"),
        ("published", "published_on"),
        ("Publié le", "published_on"),
        ("date_de-publication", "published_on"),
        ("Published On", "published_on"),
        ("URL", "source_url"),
        ("lien", "source_url"),
        ("link", "source_url"),
        ("Source", "source_url"),
        ("licence", "licence"),
        ("License", "licence"),
        ("Répond à", "responds_to"),
        ("en réponse à", "responds_to"),
        ("reply-to", "responds_to"),
        ("in_response_to", "responds_to"),
        ("about", "responds_to"),
        ("sector", "metadata"),
        ("texts of others", "metadata"),
        ("", "metadata"),
        ("--", "metadata"),
    ],
)
def test_a_column_is_known_by_its_name(column, field):
    assert guess([column]) == {column: field}


@pytest.mark.parametrize("field", FIELDS)
def test_the_names_of_the_fields_are_the_best_names(field):
    others = [name for name in NAMES[field] if name.replace(" ", "_") != field]

    assert guess([*others, field]) == {**dict.fromkeys(others, "metadata"), field: field}


def test_each_field_is_taken_once_and_among_equals_by_the_first():
    assert guess(["Source", "Date", "URL", "url ", "Texte", "published_on", "Statement"]) == {
        "Source": "metadata",
        "Date": "metadata",
        "URL": "source_url",
        "url ": "metadata",
        "Texte": "text",
        "published_on": "published_on",
        "Statement": "metadata",
    }


@given(st.lists(st.one_of(st.text(max_size=5), st.sampled_from(sum(NAMES.values(), ()))), unique=True))
def test_every_column_means_something_and_no_field_is_meant_twice(columns):
    meant = guess(columns)

    fields = [field for field in meant.values() if field != "metadata"]
    assert list(meant) == columns
    assert len(fields) == len(set(fields))
    assert set(fields) <= set(FIELDS)


def test_a_row_gives_its_fields_and_its_metadata():
    mapping = {
        "Texte": "text",
        "Titre": "title",
        "Lang": "language",
        "Qui": "speaker",
        "Quand": "published_on",
        "Où": "source_url",
        "Droits": "licence",
        "À": "responds_to",
        "Secteur": "metadata",
        "Rang": "metadata",
        "Notes": "ignored",
        "Vide": "metadata",
    }
    values = {
        "Texte": " \nOui. \n",
        "Titre": " Réponse ",
        "Lang": " FR_ca ",
        "Qui": "Société\u00a0",
        "Quand": "05/06/2023",
        "Où": " https://example.org/a?b#c ",
        "Droits": "CC BY 4.0",
        "À": "Rapport",
        "Secteur": " mines ",
        "Rang": 0,
        "Notes": "for us alone",
        "Vide": " ",
        "Later": True,
    }

    assert details(Record(2, values), mapping) == (
        {
            "text": " \nOui. \n",
            "title": "Réponse",
            "language": "fr-ca",
            "speaker": "Société",
            "published_on": date(2023, 6, 5),
            "source_url": "https://example.org/a?b#c",
            "licence": "CC BY 4.0",
            "responds_to": "Rapport",
            "metadata": {"Secteur": " mines ", "Rang": 0, "Later": True},
        },
        [],
    )


@pytest.mark.parametrize(
    "value",
    [
        "2023-06-05", "2023-6-5", "2023-06-05T10:00:00Z", "2023-06-05T10:00:00.123+02:00", "2023-06-05 10:00",
        "05/06/2023", "5/6/2023", "5.6.2023", "05-06-2023", " 20230605 ", 20230605,
    ],
)  # fmt: skip
def test_a_date_is_read_with_the_day_before_the_month(value):
    assert row(published_on=value) == (
        {"text": "Words.", "published_on": date(2023, 6, 5), "metadata": {}},
        [],
    )


@pytest.mark.parametrize(
    "value",
    [
        "30/02/2023", "2023-13-01", "06/13/2023", "5/6/23", "5/6.2023", "June 2023", "2023", "0000-01-01",
        "2023-06-05T", "2023-06-05 or so", "٢٠٢٣-٠٦-٠٥", "true",
    ],
)  # fmt: skip
def test_what_is_no_date_is_wrong(value):
    found = {"text": "Words.", "metadata": {}}

    assert row(published_on=value) == (found, [Wrong(7, "published_on", "date", {"value": value})])


@pytest.mark.parametrize(
    "value",
    [
        "http://example.org", "HTTPS://EXAMPLE.ORG/", "https://example.org:8080/a", "https://exemple.été/é",
        "https://[::1]:80/", "https://example.org?q=1", "http://localhost",
    ],
)  # fmt: skip
def test_an_address_has_a_host(value):
    assert row(source_url=value) == ({"text": "Words.", "source_url": value, "metadata": {}}, [])


@pytest.mark.parametrize(
    "value",
    [
        "example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https:///a",
        "https://?q", "https://a b", "https://bank.example@evil.example", "https://a:b", "https://a\\b",
        "https://a/<b>", 'https://a/"b', "https://a/\x00", "https://[x]/", "1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_wrong(value):
    found = {"text": "Words.", "metadata": {}}

    assert row(source_url=value) == (found, [Wrong(7, "source_url", "address", {"value": value})])


def test_a_long_value_is_shown_in_part():
    assert row(published_on="x" * 81)[1] == [Wrong(7, "published_on", "date", {"value": "x" * 80 + "…"})]


@pytest.mark.parametrize(("field", "most"), MOST.items())
def test_a_field_can_be_as_long_as_its_column(field, most):
    fitting = "https://example.org/".ljust(most, "x")

    assert row(**{field: f" {fitting} "}) == ({"text": "Words.", field: fitting, "metadata": {}}, [])
    assert row(**{field: fitting + "x"}) == (
        {"text": "Words.", "metadata": {}},
        [Wrong(7, field, "too_long", {"most": most})],
    )


@pytest.mark.parametrize("values", [{}, {"Texte": ""}, {"Texte": " \n\u00a0"}, {"Texte": None}])
def test_a_row_without_text_is_wrong(values):
    mapping = {"Texte": "text"}

    assert details(Record(3, values), mapping) == ({"metadata": {}}, [Wrong(3, "Texte", "no_text")])
    assert details(Record(3, {}), {}) == ({"metadata": {}}, [Wrong(3, "", "no_text")])


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (1.5, "1.5"), (True, "true")])
def test_numbers_where_texts_stand_become_texts(value, text):
    assert row(text=value, title=value) == ({"text": text, "title": text, "metadata": {}}, [])


@pytest.mark.parametrize("value", [[], {}, ["a"], {"a": "b"}])
def test_lists_and_objects_where_texts_stand_are_wrong(value):
    assert row(text=value, title=value) == (
        {"metadata": {}},
        [Wrong(7, "text", "not_plain"), Wrong(7, "title", "not_plain")],
    )


def test_metadata_are_texts_numbers_and_lists_of_them():
    plain = {"a": "x", "b": 1, "c": 1.5, "d": False, "e": ["x", 1, None, True]}

    assert row(**plain, f=[], g={}, h="", i=None) == ({"text": "Words.", "metadata": plain}, [])
    assert row(j={"x": 1}, k=[[]]) == (
        {"text": "Words.", "metadata": {}},
        [Wrong(7, "j", "not_plain"), Wrong(7, "k", "not_plain")],
    )


def test_an_object_called_metadata_is_spread():
    assert row(a=1, metadata={"b": 2, "c": "", "a": 3, "d": {"e": 4}}) == (
        {"text": "Words.", "metadata": {"a": 1, "b": 2}},
        [Wrong(7, "metadata", "column_twice", {"column": "a"}), Wrong(7, "metadata", "not_plain")],
    )
    assert row(metadata="words") == ({"text": "Words.", "metadata": {"metadata": "words"}}, [])

"""The export page: its form says what the API is asked, and it shows whoever asks what they will get."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from datetime import date
from html import unescape
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.formats import FORMATS, jsonl
from statements.formats.base import Column
from statements.formats.workbook import MOST_ROWS
from statements.meanings import FORMATS as ABOUT_FORMATS
from statements.models import Sentence
from statements.reports.columns import COLUMNS, Layer
from statements.views import export
from tests.make import (
    EVENING,
    LATER,
    NOON,
    THREE,
    make_gold,
    make_statement,
    say,
    sentences_of,
    skipped,
    tag,
)
from tests.order import COMMITTED
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db

PAGE = "/c/press/export/"
API = "/api/v1/corpora/press/export/"
HTMX = {"HX-Request": "true", "HX-Target": "result"}
NAME = r'<th scope="row" class="first"><code>([^<]+)</code>'
ODD = "O’Neil & 'Sons' \"$HOME\" `id` 100% +é"


@pytest.fixture
def told(rosa, ben, judith) -> list[Sentence]:
    """Three sentences: Rosa and Ben differ on the first, which is settled; Rosa skipped the second."""
    made = make_statement(THREE, title="An answer", speaker=ODD, published_on=date(2025, 3, 1))
    sentences = sentences_of(made)
    tag(sentences[0], rosa, "allegation", at=NOON)
    tag(sentences[0], ben, "rebuttal", unsure=True, at=LATER)
    say(sentences[1], rosa, skipped(), at=EVENING)
    make_gold(sentences[0], "allegation", by=judith)
    return sentences


def by(client: Client, user) -> Client:
    client.force_login(user)
    return client


def rows_of(client: Client, address: str) -> list[dict[str, object]]:
    """What the API sends at the address that the page links to."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    body = b"".join(response)
    response.close()
    return jsonl.read(body)


def table_of(text: str) -> list[list[str]]:
    """The words in the cells of the preview, row by row."""
    found = re.search(r'<table class="stacked sample">.*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", found[1] if found else "", re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    plain = [[re.sub(r"<[^>]+>", " ", cell) for cell in row] for row in cells]
    return [[" ".join(unescape(cell).split()) for cell in row] for row in plain]


# --- What is shown ---


def test_without_a_query_it_is_sentences_as_json_lines(client, told, reza):
    response = by(client, reza).get(PAGE)

    assert table_of(response.text) == [
        [told[0].public_id, "They hid the losses.", "allegation", "r1: allegation r2: rebuttal"],
        [told[1].public_id, "We hid nothing.", "–", "r1: skipped (context)"],
        [told[2].public_id, "We will open our books.", "–", "–"],
    ]
    assert response.context["download"] == f"{API}?layer=sentences&format=jsonl"
    assert response.context["found"].count == 3
    assert "3 rows" in response.text
    assert rows_of(client, response.context["download"]) == response.context["found"].rows


def test_each_layer_is_shown_and_all_of_its_columns_are_explained(client, told, reza):
    pages = {layer: by(client, reza).get(PAGE, {"layer": layer.value}) for layer in Layer}

    first = ["They hid the losses.", "r1", "allegation", "2026-03-02T12:00"]
    whole = "They hid the losses. We hid nothing. We will open our books."
    tables = {layer: table_of(page.text) for layer, page in pages.items()}
    assert next(row[1:] for row in tables[Layer.ANNOTATIONS]) == first
    assert next(row[1:] for row in tables[Layer.HISTORY]) == [*first, "–"]
    assert [row[1:] for row in tables[Layer.STATEMENTS]] == [["An answer", ODD, "2025-03-01", "3", whole]]
    assert [len(table) for table in tables.values()] == [3, 3, 3, 1]
    assert [page.context["found"].count for page in pages.values()] == [3, 3, 3, 1]
    explained = {layer: re.findall(NAME, page.text) for layer, page in pages.items()}
    assert explained == {
        layer: [name for column in COLUMNS[layer] for name in names_of(column)] for layer in Layer
    }


def names_of(column: Column) -> list[str]:
    return [column.name, *(f"{column.name}.{one.name}" for one in column.columns)]


@COMMITTED
@pytest.mark.once  # what fixes a state and its moment takes one query more in PostgreSQL
@pytest.mark.parametrize("count", [3, 12])
def test_a_few_rows_are_shown_and_all_are_counted_in_as_many_queries(client, reza, rosa, count):
    for number in range(count):
        for sentence in sentences_of(make_statement(f"This is text {number}. It is short.")):
            tag(sentence, rosa, "rebuttal")
    by(client, reza).get(PAGE)

    with (
        CaptureQueriesContext(connections["default"]) as asked,
        CaptureQueriesContext(connections["snapshot"]) as read,
    ):
        response = client.get(PAGE)

    assert (response.context["found"].count, len(table_of(response.text))) == (2 * count, min(2 * count, 5))
    mine = [
        query for query in asked if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    theirs = [query for query in read if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    assert (len(mine), len(theirs)) == (10, 11)


def test_an_empty_corpus_says_so(client, reza):
    text = by(client, reza).get(PAGE).text

    assert ("0 rows" in text, "There is nothing to export yet." in text) == (True, True)


# --- What the form says ---


QUERIES = [
    ({"q": "zeppelin"}, 0),
    ({"language": "en", "published_from": "2025-03-01", "published_to": "2025-03-01"}, 3),
    ({"speaker": ODD}, 3),
    ({"label": "rebuttal"}, 1),
    ({"state": "skipped"}, 1),
    ({"state": "untouched"}, 1),
    ({"state": "labelled", "unsure": "true"}, 1),
    ({"unsure": "false", "bad_split": "false", "check": "false"}, 2),
    ({"changed_since": "2026-03-02T13:00", "scheme": "1"}, 1),
    ({"layer": "annotations", "reviewer": "r1"}, 2),
    ({"layer": "history", "label": "allegation"}, 1),
    ({"layer": "statements", "q": "books"}, 1),
]


def test_the_page_shows_the_rows_that_the_api_sends_for_the_same_query(client, told, reza):
    for query, count in QUERIES:
        response = by(client, reza).get(PAGE, query)

        found, download = response.context["found"], response.context["download"]
        assert (query, found.count, len(found.rows)) == (query, count, count)
        assert rows_of(client, download) == found.rows
        asked = {"layer": "sentences", "format": "jsonl", **query}
        if "changed_since" in query:
            asked["changed_since"] = "2026-03-02T13:00:00Z"
        assert dict(parse_qsl(urlsplit(download).query)) == asked


def test_what_a_form_leaves_empty_is_gone_from_the_address(client, told, reza):
    response = by(client, reza).get(
        PAGE, {"layer": "annotations", "format": "csv", "q": "", "unsure": "true"}
    )

    assert (response.status_code, response["Location"]) == (
        302,
        f"{PAGE}?layer=annotations&format=csv&unsure=true",
    )


def test_filters_are_open_when_there_are_any_and_can_all_be_removed(client, told, reza):
    folded, unfolded = (
        by(client, reza).get(PAGE, query) for query in ({}, {"unsure": "true", "format": "csv"})
    )

    opened = '<details class="spare" open>'
    assert [opened in page.text for page in (folded, unfolded)] == [False, True]
    assert '<a href="?layer=sentences&amp;format=csv">Show all rows</a>' in unfolded.text


def test_a_link_of_one_statement_is_heeded_and_can_be_removed(client, told, reza):
    other = make_statement("Another text. It has two.", title="Other <b>title</b>")

    response = by(client, reza).get(PAGE, {"statement": other.public_id, "format": "csv"})

    assert response.context["found"].count == 2
    assert f"statement={other.public_id}" in response.context["download"]
    assert (
        f'type="checkbox" id="id_statement" name="statement" value="{other.public_id}" checked'
        in response.text
    )
    assert "Only of the statement “Other &lt;b&gt;title&lt;/b&gt;”" in response.text


def test_a_statement_that_is_not_here_finds_nothing_and_tells_nothing(client, told, reza, elsewhere):
    there = make_statement("Told elsewhere.", title="A secret title", corpus=elsewhere)

    response = by(client, reza).get(PAGE, {"statement": there.public_id})

    assert response.context["found"].count == 0
    assert f"Only of the statement “{there.public_id}”" in response.text
    assert "A secret title" not in response.text


WRONG = [
    ({"layer": "people"}, "layer"),
    ({"format": "xml"}, "format"),
    ({"format": "lewidi", "layer": "annotations"}, "format"),
    ({"q": " ".join(f"word{number}" for number in range(20))}, "q"),
    ({"q": "a\0"}, "q"),
    ({"language": "xx"}, "language"),
    ({"speaker": "Nobody"}, "speaker"),
    ({"published_from": "yesterday"}, "published_from"),
    ({"label": "' OR 1=1"}, "label"),
    ({"state": "seen"}, "state"),
    ({"reviewer": "rosa"}, "reviewer"),
    ({"scheme": "0"}, "scheme"),
    ({"scheme": "9" * 30}, "scheme"),
    ({"changed_since": "2026-13-45T00:00"}, "changed_since"),
    ({"unsure": "perhaps"}, "unsure"),
    ({"statement": "../x"}, "statement"),
    ({"created_since": "once"}, "created_since"),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_read(client, told, reza):
    for query, field in WRONG:
        response = by(client, reza).get(PAGE, query)

        assert (query, response.status_code, list(response.context["form"].errors)) == (query, 422, [field])
        assert f'id="id_{field}_error"' in response.text or f'href="#id_{field}"' in response.text
        read = ("found" in response.context, "They hid" in response.text, 'id="download"' in response.text)
        assert read == (False, False, False)


def test_labels_are_called_as_the_reader_calls_them(client, told, reza):
    reza.language = "fr"
    reza.save()

    assert '<option value="rebuttal">Réfutation</option>' in by(client, reza).get(PAGE).text


# --- Who sees what ---


def test_whoever_reviews_sees_own_decisions_and_no_field_for_others(client, told, rosa):
    response = by(client, rosa).get(PAGE)
    asked = client.get(PAGE, {"reviewer": "r2"})

    assert [row[2:] for row in table_of(response.text)] == [
        ["–", "r1: allegation"],
        ["–", "r1: skipped (context)"],
        ["–", "–"],
    ]
    assert asked.context["download"] == response.context["download"]
    assert table_of(asked.text) == table_of(response.text)
    assert re.findall(r'name="reviewer"|\br2\b', response.text) == []


def test_counts_tell_a_reviewer_nothing_of_others(client, told, rosa):
    found = [
        by(client, rosa).get(PAGE, query).context["found"].count
        for query in ({"label": "rebuttal"}, {"layer": "annotations"}, {"layer": "history", "unsure": "true"})
    ]

    assert found == [0, 2, 0]


# --- How it is got ---


def test_every_format_has_a_name_and_a_purpose(client, told, reza):
    text = by(client, reza).get(PAGE).text

    assert set(ABOUT_FORMATS) == set(FORMATS)
    assert f"at most {MOST_ROWS:,} rows" in str(ABOUT_FORMATS["xlsx"][1])
    assert re.findall(r'name="format" value="([^"]+)"', text) == list(FORMATS)


@pytest.mark.once
def test_the_curl_line_asks_for_exactly_this(client, told, reza, settings):
    query = {"layer": "annotations", "format": "csv", "speaker": ODD}
    line = by(client, reza).get(PAGE, query).context["curl"]

    run = subprocess.run(
        ["/bin/bash", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"],
        capture_output=True, text=True, check=True, env={"TOKEN": "annot_1"},
    )  # fmt: skip
    assert run.stderr == ""
    *options, address = run.stdout.rstrip("\0").split("\0")
    assert options == ["--fail", "--compressed", "-H", "Authorization: Bearer annot_1",
                       "--output", "press-annotations.csv"]  # fmt: skip
    assert address.startswith(f"{settings.PUBLIC_URL}{API}?")
    assert dict(parse_qsl(urlsplit(address).query)) == query
    assert shlex.split(line)[-1] == address


@pytest.mark.once
def test_the_python_lines_read_what_the_page_shows(client, told, reza, monkeypatch):
    monkeypatch.setenv("TOKEN", "annot_1")
    by(client, reza)
    texts = [one.text for one in told]

    read = {name: read_by_page(client, name) for name in FORMATS}

    lewidi = read.pop("lewidi")["items"]
    assert [item["text"]["sentence"] for item in lewidi.values()] == texts
    assert {name: list(one["rows"]["text"]) for name, one in read.items()} == dict.fromkeys(read, texts)


def read_by_page(client: Client, name: str) -> dict[str, Any]:
    """Run the Python that the page shows for a format; return what it has then."""
    program = client.get(PAGE, {"format": name, "speaker": ODD}).context["python"]
    asked = []

    def get(
        address: str, *, params: dict[str, str], headers: dict[str, str], timeout: int
    ) -> SimpleNamespace:
        asked.append((address, params, headers))
        answer = client.get(urlsplit(address).path, params)
        content = b"".join(answer)
        answer.close()
        return SimpleNamespace(content=content, raise_for_status=lambda: None)

    there = {"__builtins__": __builtins__, "requests": SimpleNamespace(get=get)}
    body = ast.parse(program).body
    mine = [line for line in body if not (isinstance(line, ast.Import) and line.names[0].name == "requests")]
    exec(compile(ast.Module(mine, []), "page", "exec"), there)

    assert asked == [
        (
            f"http://127.0.0.1:8000{API}",
            {"layer": "sentences", "format": name, "speaker": ODD},
            {"Authorization": "Bearer annot_1"},
        )
    ]
    return there


def test_a_workbook_that_would_have_too_many_rows_is_told_before(client, told, reza, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 2)

    text = by(client, reza).get(PAGE, {"format": "xlsx"}).text

    assert "These are more than the 2 rows that an Excel file gets." in text
    assert 'id="download"' not in text


def test_very_many_rows_are_left_to_the_browser(client, told, reza, monkeypatch):
    few = by(client, reza).get(PAGE, {"format": "csv"}).text
    monkeypatch.setattr(export, "WATCHED", 2)
    many = by(client, reza).get(PAGE, {"format": "csv"}).text

    assert ['data-rows="3" data-layer="sentences"' in text for text in (few, many)] == [True, False]
    assert ["downloaded by the browser itself" in text for text in (few, many)] == [False, True]


# --- Places ---


def test_while_all_places_are_taken_the_page_says_so_and_the_link_is_there(client, told, reza, monkeypatch):
    taken = BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(export, "places", taken)

    response = by(client, reza).get(PAGE)

    assert (response.status_code, response.context["found"]) == (200, None)
    assert "Too many exports are being read just now" in response.text
    assert 'id="download" class="button primary" href="/api/v1/' in response.text


def test_the_place_is_given_back_whatever_happens(client, told, reza, monkeypatch):
    one = BoundedSemaphore(1)
    monkeypatch.setattr(export, "places", one)

    def broken(*given: object, **more: object) -> None:
        raise ValueError("broken")

    assert by(client, reza).get(PAGE).context["found"].count == 3
    monkeypatch.setattr(export, "preview", broken)
    with pytest.raises(ValueError, match="broken"):
        client.get(PAGE)

    assert one.acquire(blocking=False) is True


# --- htmx ---


def test_htmx_gets_the_result_alone_and_the_address_of_it(client, told, reza):
    response = by(client, reza).get(PAGE, {"layer": "annotations", "q": ""}, headers=HTMX)

    assert response["HX-Replace-Url"] == f"{PAGE}?layer=annotations&format=jsonl"
    assert ("<form" in response.text, "<html" in response.text) == (False, False)
    assert response.text.strip().startswith('<div id="result"')
    assert re.search(r'<p id="told" hx-swap-oob="innerHTML">\s*3 rows\s*</p>', response.text)


def test_htmx_gets_the_form_too_when_it_is_wrong_and_once_more_when_it_was(client, told, reza):
    wrong = by(client, reza).get(PAGE, {"scheme": "0"}, headers=HTMX)
    right = client.get(PAGE, {"scheme": "1"}, headers={**HTMX, "HX-Target": "whole"})

    assert (wrong.status_code, wrong["HX-Retarget"], right.status_code) == (422, "#whole", 200)
    assert [page.text.strip().startswith('<div id="whole"') for page in (wrong, right)] == [True, True]
    assert ['hx-target="#whole"' in wrong.text, 'hx-target="#result"' in right.text] == [True, True]


# --- Hostile texts ---


def test_nothing_that_people_wrote_runs(client, rosa, reza, corpus):
    corpus.name = EVIL
    corpus.save()
    sentences = sentences_of(make_statement(EVIL, title=EVIL[:200], speaker=EVIL, metadata={EVIL: EVIL}))
    tag(sentences[0], rosa, "rebuttal", comment=EVIL)
    queries = [{"layer": layer.value, "speaker": EVIL} for layer in Layer]
    queries += [{"q": EVIL}, {"speaker": f"{EVIL}?"}, {"responds_to": EVIL}, {"format": EVIL}]
    queries += [{"statement": EVIL}, {"created_since": EVIL}, {"changed_since": EVIL}, {EVIL: EVIL}]

    pages = [by(client, reza).get(PAGE, query).text for query in queries]

    assert [run_by(page) for page in pages] == [[]] * len(pages)
    assert ["&lt;script&gt;alert(1)" in page for page in pages] == [True] * len(pages)

"""Lists by the page: every row once, in order, there and back; and cursors that tell nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from statements.models import Annotation, Member, Sentence, Statement
from tests.api.test_access import problem
from tests.make import (
    LATER,
    make_corpus,
    make_member,
    make_sentence,
    make_statement,
    member,
    mender,
    merge,
    sentences_of,
    split_at,
    tag,
    take_back,
    unmend,
)

pytestmark = pytest.mark.django_db

LISTS = ["statements", "sentences", "annotations", "members", "history", "labels", "resplits"]


@pytest.fixture(scope="module")
def full(kept):
    """A corpus with some of everything: statements, decisions that were changed, people, events."""
    kept.make(fill)


def fill() -> None:
    rosa, ben = (make_member(name, {"reviewer"}) for name in ("rosa", "ben"))
    make_member("ada", {"admin"})
    for number in range(3):
        for sentence in sentences_of(make_statement(f"One {number}. Two {number}. Three {number}.")):
            tag(sentence, rosa, "rebuttal")
            tag(sentence, ben, "allegation")
    take_back(sentence, rosa)
    for one in sentences_of(sentence.statement)[:2]:
        unmend(split_at(one, one.text.split()[1], by=member(ben)), by=member(ben))


def walk(client, address: str, way: str = "next") -> list[dict]:
    """The pages from an address on, as they are met."""
    pages = []
    while address:
        response = client.get(address.removeprefix(settings.PUBLIC_URL))
        assert response.status_code == 200, response.content
        pages.append(response.json())
        address = pages[-1][way]
    return pages


def rows(pages: list[dict]) -> list[dict]:
    return [row for page in pages for row in page["results"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
@pytest.mark.parametrize("name", LISTS)
def test_walking_meets_every_row_once_and_walking_back_too(connect, full, ada, name, limit):
    client = connect(ada)
    path = f"/api/v1/corpora/press/{name}/"
    everything = client.get(path, {"limit": 200}).json()["results"]

    onward = walk(client, f"{path}?limit={limit}")
    back = walk(client, onward[-1]["previous"] or "", "previous")

    assert len(everything) > 2
    assert rows(onward) == everything
    assert [len(page["results"]) for page in onward[:-1]] == [limit] * (len(onward) - 1)
    assert [row for page in reversed(back) for row in page["results"]] + onward[-1]["results"] == everything
    assert (onward[0]["previous"], onward[-1]["next"]) == (None, None)


@pytest.mark.parametrize("name", [*LISTS, "../../corpora"])
def test_a_page_takes_as_many_queries_with_one_row_as_with_three(connect, full, ada, name):
    client = connect(ada)
    make_member("ada", {"admin"}, corpus=make_corpus("b"))
    make_member("ada", {"admin"}, corpus=make_corpus("c"))
    path = "/api/v1/corpora/" if "corpora" in name else f"/api/v1/corpora/press/{name}/"
    client.get(path)
    counts = []
    for limit in (1, 3):
        cursor = parse_qs(urlsplit(client.get(path, {"limit": 1}).json()["next"]).query)["cursor"][0]
        with CaptureQueriesContext(connection) as queries:
            client.get(
                path, {"limit": limit, "cursor": cursor} if name != "../../corpora" else {"limit": limit}
            )
        counts.append(len(queries))

    assert counts[0] == counts[1] or (name == "history" and abs(counts[0] - counts[1]) <= 1)
    assert counts[1] <= 14


def test_an_address_is_whole_and_keeps_what_was_asked(connect, full, rosa):
    first = connect(rosa).get("/api/v1/corpora/press/sentences/", {"label": "rebuttal", "limit": 2}).json()

    address = urlsplit(first["next"])
    asked = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == settings.PUBLIC_URL
    assert address.path == "/api/v1/corpora/press/sentences/"
    assert {name: value for name, value in asked.items() if name != "cursor"} == {
        "label": ["rebuttal"],
        "limit": ["2"],
    }


def test_what_is_merged_while_somebody_walks_leaves_no_text_out(connect, full, ada, rosa):
    client, address = connect(rosa), "/api/v1/corpora/press/sentences/"
    first = client.get(address, {"limit": 1}).json()

    merge(Sentence.objects.find(first["results"][0]["id"]), by=member(ada), across_paragraphs=True)

    read = rows([first, *walk(client, first["next"])])
    texts = {row["statement"]: Statement.objects.get(public_id=row["statement"]).text for row in read}
    unread = {name: set(range(len(text))) for name, text in texts.items()}
    for row in read:
        unread[row["statement"]] -= set(range(row["start"], row["end"]))
    assert [
        texts[name][at] for name, left in unread.items() for at in left if not texts[name][at].isspace()
    ] == []


def test_what_is_merged_while_somebody_walks_back_leaves_no_text_out_either(connect, rosa):
    statement = make_statement("One was. Two was. Three was. Four was. Five was. Six was.")
    client, address = connect(rosa), f"/api/v1/statements/{statement.public_id}/sentences/?limit=3"
    second = walk(client, address)[1]

    # The third with the fourth, which is the edge.
    merge(statement.sentences.get(number=3), by=mender("anna"))

    assert [row["text"] for row in rows(walk(client, second["previous"], "previous"))] == [
        "One was.",
        "Two was.",
        "Three was. Four was.",
    ]


def test_a_row_that_leaves_the_list_does_not_break_the_walk(connect, full, rosa):
    client = connect(rosa)
    address = "/api/v1/corpora/press/sentences/"
    before = client.get(address, {"label": "rebuttal", "limit": 200}).json()["results"]
    first = client.get(address, {"label": "rebuttal", "limit": 1}).json()

    tag(Sentence.objects.find(first["results"][0]["id"]), rosa, "allegation", at=LATER)

    assert rows(walk(client, first["next"])) == before[1:]


def cursor_of(name: str) -> str:
    return urlsafe_b64encode(name.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!",
        "bg",
        "é",
        "../..",
        "n" * 399,
        cursor_of("n"),
        cursor_of("nnothing"),
        cursor_of("xr1"),
        cursor_of("n1"),
        cursor_of("n" + "2" * 12),
        cursor_of("n" + "2" * 12 + ".1"),
        cursor_of("nr99"),
        cursor_of("nr9999999999999999999999"),
        cursor_of("nr1:nokey"),
        cursor_of("p" + "2" * 12 + ".99999999999999"),
        cursor_of("n2026-01-01T00:00:00:1"),
        cursor_of("n2026-01-01T00:00:00+00:00:0"),
        cursor_of("n0001-01-01T00:00:00+14:00:1"),
        cursor_of("n2026-01-01T00:00:00+00:00:99999999999999999"),
        cursor_of("nseed\x00"),
        cursor_of("nr1\n"),
        cursor_of("n-1"),
        cursor_of("n%27"),
    ],
)
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_is_none_is_a_400(connect, full, ada, name, cursor):
    response = connect(ada).get(f"/api/v1/corpora/press/{name}/", {"cursor": cursor})

    assert problem(response) == (400, "Bad Request", "urn:annotator:problem:cursor", [])


@pytest.mark.parametrize("name", ["statements", "sentences", "annotations"])
def test_a_cursor_of_another_corpus_is_a_400(connect, full, rosa, elsewhere, name):
    make_member("rosa", {"reviewer"}, corpus=elsewhere)
    for number in range(2):
        tag(make_sentence(f"Elsewhere {number}.", corpus=elsewhere), rosa, "rebuttal")
    client = connect(rosa)
    there = client.get(f"/api/v1/corpora/elsewhere/{name}/", {"limit": 1}).json()["next"]
    query = urlsplit(there).query

    assert client.get(f"/api/v1/corpora/elsewhere/{name}/?{query}").status_code == 200
    assert problem(client.get(f"/api/v1/corpora/press/{name}/?{query}"))[2] == "urn:annotator:problem:cursor"


def test_a_cursor_onto_what_another_reviewer_decided_is_as_one_onto_nothing(connect, full, rosa, ben):
    theirs = Annotation.objects.by(ben).first()
    pseudonym = Member.objects.get(user=ben).pseudonym
    client = connect(rosa)

    there, nowhere = (
        client.get("/api/v1/corpora/press/annotations/", {"cursor": cursor_of(name)})
        for name in (f"n{pseudonym}:{theirs.key}", f"n{pseudonym}:{theirs.key[::-1]}")
    )

    assert there.status_code == 400
    assert there.content == nowhere.content


def test_no_cursor_holds_a_primary_key(connect, full, ada):
    for name in LISTS:
        for page in walk(connect(ada), f"/api/v1/corpora/press/{name}/?limit=1"):
            for address in (page["next"], page["previous"]):
                if address:
                    cursor = parse_qs(urlsplit(address).query)["cursor"][0]
                    named = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()[1:]
                    assert not named.isdigit()


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "9" * 30, "1e3"])
def test_a_limit_that_cannot_be_is_a_400(connect, corpus, rosa, limit):
    response = connect(rosa).get("/api/v1/corpora/press/statements/", {"limit": limit})

    assert problem(response)[2:] == ("urn:annotator:problem:invalid", ["errors"])
    assert set(response.json()["errors"]) == {"limit"}


class WhileRowsAreAdded(TestCase):
    """Whenever statements come in while somebody walks, each is met once and in its order."""

    @how(max_examples=15)
    @given(st.lists(st.integers(min_value=0, max_value=2), min_size=1, max_size=6), st.integers(1, 3))
    def test_every_row_is_met_once(self, arrivals: list[int], limit: int):
        from django.test import Client

        corpus = make_corpus("walked")
        client = Client()
        client.force_login(make_member("rosa", {"reviewer"}, corpus=corpus))
        for number in range(3):
            make_statement(f"There from the start, {number}.", corpus=corpus)

        met, address, coming = [], f"/api/v1/corpora/walked/statements/?limit={limit}", iter(arrivals)
        while address:
            page = client.get(address.removeprefix(settings.PUBLIC_URL)).json()
            met += [row["id"] for row in page["results"]]
            address = page["next"]
            for number in range(next(coming, 0)):
                make_statement(f"Came in after {len(met)}, {number}, {len(arrivals)}.", corpus=corpus)

        stored = list(Statement.objects.of(corpus).in_order().values_list("public_id", flat=True))
        assert met == stored[: len(met)]
        assert len(met) >= 3

"""Very long statements are read, tagged and split anew in pages; a sentence leads to the page it is on."""

from __future__ import annotations

import re

import pytest

from statements.reports import sentence as sentence_report
from statements.reports import statement as report
from statements.roles import Role
from statements.views import splits
from tests.make import make_member, make_reviewer, make_statement, member, sentences_of, split_at, tag

EIGHT = "One is. Two is.\n\nThree is. Four is. Five is.\n\nSix is. Seven is. Eight is.\n"


@pytest.fixture(autouse=True)
def three_a_page(monkeypatch):
    monkeypatch.setattr(report, "SENTENCES_A_PAGE", 3)


@pytest.fixture
def statement(db):
    return make_statement(EIGHT)


@pytest.fixture
def rosa(statement):
    return make_reviewer("rosa")


@pytest.fixture
def watcher(statement):
    return make_member("ada", {Role.RESEARCHER, Role.ADJUDICATOR})


def address(statement, end=""):
    return f"/c/press/statements/{statement.public_id}/{end}"


def shown(response) -> list[list[str]]:
    """The words of each paragraph of the text, sentence by sentence."""
    assert response.status_code == 200
    found = re.search(r'(?s)<(article|div) class="text".*?</\1>', response.text)
    paragraphs = re.findall(r'(?s)<p dir="auto">(.*?)</p>', found[0])
    return [re.findall(r'<span class="words[^>]*>([^<]*)</span>', one) for one in paragraphs]


def pages(response) -> list[str]:
    """Where the links between pages lead, in order, each once."""
    return list(dict.fromkeys(re.findall(r'rel="(?:prev|next)" href="([^"]+)"', response.text)))


def test_a_page_shows_its_sentences_in_their_paragraphs_and_leads_on(client, statement, rosa):
    client.force_login(rosa)

    first, second, third = (client.get(address(statement, f"?page={at}")) for at in (1, 2, 3))

    assert shown(first) == [["One is.", "Two is."], ["Three is."]]
    assert shown(second) == [["Four is.", "Five is."], ["Six is."]]
    assert shown(third) == [["Seven is.", "Eight is."]]
    assert [pages(one) for one in (first, second, third)] == [
        ["?page=2"],
        ["?page=1", "?page=3"],
        ["?page=2"],
    ]
    assert "Sentences 4 to 6 of 8" in second.text
    assert re.findall(r"<dt>(?:Sentences|Paragraphs)</dt><dd>(\d+)", second.text) == ["8", "3"]
    assert [one.gap for one in second.context["reading"].passages] == ["", " ", "\n\n"]


def test_a_statement_that_fits_on_a_page_leads_nowhere(client, rosa):
    client.force_login(rosa)

    response = client.get(address(make_statement("One stands. Two stands. Three stands.")))

    assert shown(response) == [["One stands.", "Two stands.", "Three stands."]]
    assert pages(response) == []


@pytest.mark.parametrize(
    ("asked", "first"), [("5", "Four is."), ("8", "Seven is."), ("99", "One is."), ("x", "One is.")]
)
def test_what_leads_to_a_sentence_leads_to_its_page(client, statement, rosa, asked, first):
    client.force_login(rosa)

    assert shown(client.get(address(statement, f"?sentence={asked}")))[0][0] == first


def test_the_page_of_a_sentence_that_was_cut_since_is_that_of_what_is_in_its_place(client, statement, rosa):
    split_at(sentences_of(statement)[6], "is.")  # the seventh is the eighth and ninth now, or behind
    client.force_login(rosa)

    assert ["Seven", "is.", "Eight is."] in shown(client.get(address(statement, "?sentence=7")))


def test_those_who_watch_see_the_tags_on_each_page(client, statement, rosa, watcher):
    rows = sentences_of(statement)
    for at in (0, 4):
        tag(rows[at], rosa, "allegation")
    client.force_login(watcher)
    name = member(rosa).pseudonym

    for page, tagged in ((1, "One is."), (2, "Five is.")):
        for whose in ("", f"&reviewer={name}"):
            response = client.get(address(statement, f"?page={page}{whose}"))
            of = {
                one.text: [getattr(label, "slug", label) for label in one.labels]
                for one in response.context["reading"].passages
            }
            assert [text for text, labels in of.items() if labels] == [tagged]
            assert f">{name}</option>" in response.text
    assert f"?page=3&amp;reviewer={name}" in response.text


def test_the_desk_opens_at_the_first_sentence_that_waits_and_leads_to_its_neighbours(client, statement, rosa):
    for row in sentences_of(statement)[:4]:
        tag(row, rosa)
    client.force_login(rosa)

    response = client.get(address(statement, "tag/"))

    assert shown(response) == [["Four is.", "Five is."], ["Six is."]]
    assert response.context["current"].text == "Five is."
    assert pages(response) == [f"{address(statement, 'tag/')}?sentence={at}#s-{at}" for at in (3, 7)]
    assert 'data-first="4" data-total="8" data-first-paragraph="2"' in response.text
    assert 'data-decided-elsewhere="3" data-to-check-elsewhere="0"' in response.text


def test_a_save_goes_on_over_the_end_of_a_page(client, statement, rosa):
    client.force_login(rosa)
    third = sentences_of(statement)[2]

    response = client.post(
        f"/sentences/{third.public_id}/annotation/", {"choose": "none", "key": "k" * 32}, follow=True
    )

    assert response.context["current"].text == "Four is."
    assert shown(response)[0] == ["Four is.", "Five is."]


def test_a_sentence_stands_in_what_is_near_it(client, statement, rosa, monkeypatch):
    monkeypatch.setattr(sentence_report, "NEAR", 1)
    row = sentences_of(make_statement("A is. B is. C is. D is. E is."))[2]

    assert sentence_report.surroundings(row) == ("B is. ", " D is.")


def test_what_would_be_split_anew_is_shown_in_pages(client, statement, watcher, monkeypatch):
    monkeypatch.setattr(splits, "PIECES_A_PAGE", 3)
    client.force_login(watcher)

    response = client.get(address(statement, "split-anew/?page=2"))

    assert [[piece.text.strip() for piece in one] for one in response.context["paragraphs"]] == [
        ["Four is.", "Five is."],
        ["Six is."],
    ]
    assert pages(response) == ["?page=1", "?page=3"]

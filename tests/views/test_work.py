"""My work: one's own decisions, filtered, a page at a time, each leading to its place."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.scheme import publish
from statements.models import Sentence, SkipReason
from statements.roles import Role
from statements.views import work
from tests.make import (
    LABELS,
    LATER,
    make_member,
    make_sentence,
    make_statement,
    say,
    sentences_of,
    skipped,
    tag,
)
from tests.views.hostile import EVIL, run_by
from tests.views.reading import by, lines, plain, tags

pytestmark = pytest.mark.django_db
PAGE = "/c/press/work/"


@pytest.fixture
def three(corpus) -> list[Sentence]:
    return sentences_of(make_statement(title="Zénith répond", language="fr"))


def texts(response) -> list[str]:
    """The words of the sentences that are shown."""
    assert response.status_code == 200, response.text
    return [passage.text for passage in response.context["passages"]]


def rows(response) -> list[str]:
    """The decisions as people read them, without the times."""
    found = re.search(r'(?s)<ol class="decisions own".*?</ol>', response.text)
    each = re.findall(r"(?s)<li>(.*?)</li>", found[0] if found else "")
    left_out = r'(?s)<span class="tags".*?</span></span>|<time.*?</time>'
    return [plain(re.sub(left_out, "", row)) for row in each]


def offered(response, name: str) -> dict[str, str]:
    return {str(value): str(label) for value, label in response.context["form"].fields[name].choices}


def field_errors(response) -> dict[str, int]:
    return {name: len(wrong) for name, wrong in response.context["form"].errors.items()}


# --- What it shows ---


def test_a_decision_is_shown_with_all_that_was_said_of_its_sentence(corpus, three, rosa):
    tag(three[0], rosa, "allegation", "rebuttal", unsure=True, comment="It denies,\nand accuses.")
    publish(corpus, LABELS, guidelines={"en": "# New rules"}, based_on=1, by=None, at=LATER)
    say(three[1], rosa, skipped(SkipReason.FRAGMENT))
    tag(three[2], rosa, "rebuttal")
    tag(three[2], rosa, bad_split=True, at=LATER)

    response = by(rosa).get(PAGE)

    assert tags(response.text) == [["–", "✂"], ["…"], ["A", "R", "?", "✎"]]
    assert lines(response.text) == ["words none", "words skipped", "words labelled palette-1 several"]
    assert rows(response) == [
        "We will open our books. Zénith répond Changed History of the sentence",
        "We hid nothing. Zénith répond Skipped: Not a sentence History of the sentence",
        "They hid the losses. It denies, and accuses. Zénith répond Older guideline: version 1"
        " History of the sentence",
    ]
    assert '<blockquote dir="auto">It denies,\nand accuses.</blockquote>' in response.text
    assert re.findall(r"<time datetime=\"([^\"]*)\"", response.text) == [
        "2026-03-02T12:05:00+00:00",
        "2026-03-02T12:00:00+00:00",
        "2026-03-02T12:00:00+00:00",
    ]
    assert response.text.count('href="/c/press/scheme/1/"') == 1


def test_each_opens_in_its_place_and_leads_to_its_history(three, rosa):
    tag(three[1], rosa, "rebuttal")
    client = by(rosa)

    response = client.get(PAGE)

    public_id = three[1].statement.public_id
    desk = f"/c/press/statements/{public_id}/tag/?sentence=2"
    assert f'lang="fr" dir="auto"><a class="sentence" href="{desk}#s-2">' in response.text
    assert f'<a href="/sentences/{public_id}.2/">History of the sentence</a>' in response.text
    assert f'<span lang="fr" dir="auto">{three[1].statement.title}</span>' in response.text
    assert re.search(r'id="s-2"[^>]*aria-current', client.get(desk).text)


def test_the_row_of_rooms_leads_there_whoever_reviews_and_nobody_else(corpus, rosa, ada):
    link = f'<a href="{PAGE}">My work</a>'

    assert [link in by(user).get("/c/press/").text for user in (rosa, ada)] == [True, False]
    assert f'<a href="{PAGE}" aria-current="page">My work</a>' in by(rosa).get(PAGE).text


def test_a_french_page_is_french(three, rosa):
    tag(three[0], rosa, "rebuttal", unsure=True)

    response = by(rosa).get(PAGE, headers={"Accept-Language": "fr"})

    assert (response.status_code, 'lang="fr"' in response.text) == (200, True)
    assert offered(response, "said")["label:rebuttal"] == "Réfutation (1)"
    assert 'title="Réfutation"' in response.text


def test_hostile_words_are_shown_and_never_run(corpus, rosa):
    sentence = make_sentence(f"{EVIL} It is evil.", title=EVIL)
    tag(sentence, rosa, "rebuttal", comment=EVIL)

    response = by(rosa).get(PAGE, {"said": "label:rebuttal", "only": "commented"})

    assert len(texts(response)) == 1
    assert run_by(response.text) == []


# --- Filters ---


@pytest.fixture
def varied(three, rosa) -> list[Sentence]:
    tag(three[0], rosa, "rebuttal", unsure=True)
    tag(three[1], rosa, "rebuttal", comment="A note.")
    tag(three[2], rosa)
    return three


FIRST, SECOND, THIRD = "They hid the losses.", "We hid nothing.", "We will open our books."


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [THIRD, SECOND, FIRST]),
        ({"said": ""}, [THIRD, SECOND, FIRST]),
        ({"said": "label:rebuttal"}, [SECOND, FIRST]),
        ({"said": "label:commitment"}, []),
        ({"said": "none"}, [THIRD]),
        ({"said": "skipped"}, []),
        ({"only": "unsure"}, [FIRST]),
        ({"only": ["unsure", "commented"]}, []),
        ({"said": "label:rebuttal", "only": "commented"}, [SECOND]),
    ],
)
def test_filters_hold_together(varied, rosa, asked, found):
    assert texts(by(rosa).get(PAGE, asked)) == found


def test_every_filter_says_how_many_of_all_own_decisions_it_finds(varied, rosa):
    expected = {
        "said": {
            "": "All (3)",
            "label:allegation": "Allegation (0)",
            "label:rebuttal": "Rebuttal (2)",
            "label:commitment": "Commitment (0)",
            "none": "No claim (1)",
            "skipped": "Skipped (0)",
        },
        "only": {
            "unsure": "Unsure (1)",
            "commented": "With a comment (1)",
            "bad-split": "Bad split (0)",
            "to-check": "To check (0)",
            "changed": "Changed (0)",
            "older": "Under an older guideline (0)",
        },
    }

    for asked in ({}, {"said": "none", "only": "unsure"}):
        response = by(rosa).get(PAGE, asked)
        assert {name: offered(response, name) for name in expected} == expected


def test_what_was_asked_stands_in_the_form(varied, rosa):
    text = by(rosa).get(PAGE, {"said": "label:rebuttal", "only": ["unsure", "changed"]}).text

    assert '<option value="label:rebuttal" selected>' in text
    assert re.findall(r'name="only" value="([\w-]*)"[^>]* checked', text) == ["unsure", "changed"]


def test_a_line_says_how_many_there_are(varied, rosa):
    client = by(rosa)

    assert "3 decisions</span>" in client.get(PAGE).text
    assert "Decisions found: 2 of 3</span>" in client.get(PAGE, {"said": "label:rebuttal"}).text


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"said": "label:unknown"}, "said"),
        ({"said": "label:"}, "said"),
        ({"said": "rebuttal"}, "said"),
        ({"said": "withdrawn"}, "said"),
        ({"said": "untouched"}, "said"),
        ({"said": EVIL}, "said"),
        ({"said": "a\0b"}, "said"),
        ({"only": "skipped"}, "only"),
        ({"only": ["unsure", "xx"]}, "only"),
        ({"only": EVIL}, "only"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_counts_as_empty(varied, rosa, asked, wrong):
    response = by(rosa).get(PAGE, asked)

    assert (response.status_code, field_errors(response)) == (422, {wrong: 1})
    assert f'id="id_{wrong}_error"' in response.text
    assert len(response.context["passages"]) == 3
    assert run_by(response.text) == []


def test_what_else_was_asked_still_holds(varied, rosa):
    response = by(rosa).get(PAGE, {"said": "label:xx", "only": "commented"})

    assert [passage.text for passage in response.context["passages"]] == [SECOND]


# --- Nothing to show ---


def test_a_filter_that_finds_nothing_leads_back_to_all_and_on(varied, rosa):
    text = by(rosa).get(PAGE, {"said": "skipped"}).text

    assert f'None of your decisions is like this. <a href="{PAGE}">Show all your decisions</a>' in text
    assert '<a class="button" href="/c/press/tag/">Continue tagging</a>' in text


def test_whoever_has_decided_nothing_is_sent_to_the_desk_and_has_nothing_to_filter(three, rosa, ben):
    tag(three[0], ben, "rebuttal")

    text = by(rosa).get(PAGE, {"said": "none"}).text

    assert "You have not decided on any sentence of this corpus yet." in text
    assert '<a class="button primary" href="/c/press/tag/">Start tagging</a>' in text
    assert 'name="said"' not in text


# --- Pages ---


@pytest.fixture
def short_pages(monkeypatch) -> None:
    monkeypatch.setattr(work, "PAGE_LENGTH", 2)


def pages(text: str) -> dict[str, str]:
    """Where the links below the list lead, by their words."""
    found = re.search(r'(?s)<nav class="pages".*?</nav>', text)
    links = re.findall(r'href="([^"]*)">([^<]*)<', found[0] if found else "")
    return {words: address.replace("&amp;", "&") for address, words in links}


def test_pages_go_back_in_time_and_keep_what_was_asked(short_pages, corpus, rosa):
    sentences = sentences_of(make_statement("One. Two. Three. Four. Five. Six."))
    keys = [tag(sentence, rosa, "rebuttal", unsure=True).key for sentence in sentences[:5]]
    tag(sentences[5], rosa)
    client, kept = by(rosa), "?said=label%3Arebuttal&only=unsure"

    first = client.get(PAGE + kept)
    second = client.get(PAGE + pages(first.text)["Older decisions"])
    third = client.get(PAGE + pages(second.text)["Older decisions"])

    assert [texts(one) for one in (first, second, third)] == [
        ["Five.", "Four."],
        ["Three.", "Two."],
        ["One."],
    ]
    assert [pages(one.text) for one in (first, second, third)] == [
        {"Older decisions": f"{kept}&before={keys[3]}"},
        {"Newest decisions": kept, "Older decisions": f"{kept}&before={keys[1]}"},
        {"Newest decisions": kept},
    ]


def test_a_page_of_all_there_is_leads_nowhere_else(short_pages, three, rosa):
    for sentence in three[:2]:
        tag(sentence, rosa)

    assert pages(by(rosa).get(PAGE).text) == {}


def test_what_is_decided_meanwhile_moves_no_page(short_pages, three, rosa):
    for sentence in three:
        tag(sentence, rosa)
    client = by(rosa)
    older = pages(client.get(PAGE).text)["Older decisions"]

    tag(three[1], rosa, "rebuttal", at=LATER)

    assert texts(client.get(PAGE + older)) == [FIRST]


def test_behind_the_oldest_a_link_leads_back(three, rosa):
    key = tag(three[0], rosa).key

    text = by(rosa).get(PAGE, {"before": key}).text

    assert 'Nothing older is here. <a href="?">Newest decisions</a>' in text


def test_a_row_that_is_not_ones_own_is_not_there(three, rosa, ben):
    tag(three[0], rosa)
    other = tag(three[1], ben).key

    answers = {key: by(rosa).get(PAGE, {"before": key}).status_code for key in (other, "nosuchkey", "a\0b")}

    assert answers == {other: 404, "nosuchkey": 404, "a\0b": 404}


# --- Whose it is ---


@pytest.mark.parametrize("roles", [{Role.REVIEWER}, set(Role)])
def test_what_others_decide_changes_nothing_on_the_page(three, ben, roles):
    mia = make_member("mia", roles)
    tag(three[0], mia, "rebuttal")
    client = by(mia)
    asked = [{}, {"said": "label:allegation"}, {"only": "commented"}, {"said": "skipped"}]
    before = [without_token(client.get(PAGE, each).text) for each in asked]

    for sentence in three:
        tag(sentence, ben, "allegation", unsure=True, comment="a note of Ben", at=LATER)
    say(three[2], ben, skipped(), at=LATER)

    assert [without_token(client.get(PAGE, each).text) for each in asked] == before


def without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def test_strangers_get_404_and_whoever_does_not_review_403(three, rosa, stranger, ada, judith, reza):
    tag(three[0], rosa, "rebuttal", comment="a note of Rosa")
    people = {"stranger": stranger, "admin": ada, "adjudicator": judith, "researcher": reza}

    answers = {who: by(user).get(PAGE) for who, user in people.items()}

    assert {who: response.status_code for who, response in answers.items()} == {
        "stranger": 404,
        "admin": 403,
        "adjudicator": 403,
        "researcher": 403,
    }
    assert not any("a note of Rosa" in response.text for response in answers.values())


# --- What it costs ---


def test_queries_do_not_grow_with_rows(corpus, rosa):
    costs = []
    for text in ("One.", "Two. Three."):
        for sentence in sentences_of(make_statement(text)):
            tag(sentence, rosa, "rebuttal", unsure=True)
        client = by(rosa)
        costs.append([])
        for asked in ({}, {"said": "label:rebuttal", "only": "unsure"}):
            with CaptureQueriesContext(connection) as queries:
                assert len(texts(client.get(PAGE, asked))) in {1, 3}
            costs[-1].append(len(queries))

    assert costs == [[11, 12], [11, 12]]

"""The desk and the saves it sends."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from statements.actions.decision import content
from statements.actions.upload import withdraw
from statements.models import Annotation, SkipReason
from statements.reports.statement import read
from statements.views import annotation
from tests.make import (
    NOON,
    THREE,
    current_row,
    decision,
    make_statement,
    merge,
    new_key,
    sentences_of,
    skipped,
    split_at,
    tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement(corpus):
    return make_statement()


@pytest.fixture
def desk(client, rosa):
    """A client in which rosa, a reviewer, is signed in."""
    client.force_login(rosa)
    return client


def address(sentence):
    return f"/sentences/{sentence.public_id}/annotation/"


def press(client, sentence, choose, **more):
    given = {"key": new_key(), "based_on": "", "choose": choose} | more
    return client.post(address(sentence), given)


def test_continue_leads_to_the_first_untouched_sentence(desk, rosa, statement):
    first, *_ = sentences_of(statement)
    tag(first, rosa, "allegation")

    response = desk.get("/c/press/tag/")

    assert response["Location"] == f"/c/press/statements/{statement.public_id}/tag/?sentence=2#s-2"


def test_a_link_to_a_sentence_that_was_cut_differently_opens_what_is_in_its_place(desk, statement):
    first, _second, third = sentences_of(statement)
    split_at(third, third.text.split()[1])
    merge(first, across_paragraphs=True)

    def opened(number: int) -> str:
        page = desk.get(f"/c/press/statements/{statement.public_id}/tag/?sentence={number}").text
        return re.search(r'id="(s-\d+)"[^>]* aria-current="true"', page)[1]

    assert [opened(number) for number in (1, 2, 3, 4, 6, 99)] == ["s-6", "s-6", "s-4", "s-4", "s-6", "s-6"]


def test_continue_says_so_when_nothing_is_left(desk, rosa, statement):
    for sentence in sentences_of(statement):
        tag(sentence, rosa)

    assert "Nothing left to tag" in desk.get("/c/press/tag/").text


def test_the_desk_shows_the_whole_statement_in_its_paragraphs(desk, statement):
    response = desk.get(f"/c/press/statements/{statement.public_id}/tag/")

    reading = response.context["reading"]
    assert [[passage.text for passage in paragraph] for paragraph in reading.paragraphs] == [
        ["They hid the losses."],
        ["We hid nothing."],
        ["We will open our books."],
    ]
    assert response.text.count('<a class="sentence"') == 3
    assert response.context["current"].number == 1


@pytest.mark.parametrize("asked", ["0", "99", "x", "-1", "٢", "9" * 5000, ""])
def test_an_odd_sentence_number_opens_the_desk_all_the_same(desk, statement, asked):
    response = desk.get(f"/c/press/statements/{statement.public_id}/tag/", {"sentence": asked})

    assert (response.status_code, response.context["current"].number) == (200, 1)


@pytest.mark.parametrize(
    ("choose", "more", "said"),
    [
        ("label:rebuttal", {}, decision("rebuttal")),
        ("labels", {"labels": ["rebuttal", "allegation"]}, decision("allegation", "rebuttal")),
        ("none", {"unsure": "1"}, decision(unsure=True)),
        ("skip:fragment", {}, skipped(SkipReason.FRAGMENT)),
        (
            "label:commitment",
            {"bad_split": "1", "comment": "two of them"},
            decision("commitment", bad_split=True, comment="two of them"),
        ),
    ],
)
def test_a_button_saves_and_moves_on(desk, rosa, statement, choose, more, said):
    first, *_ = sentences_of(statement)

    response = press(desk, first, choose, **more)

    assert response["Location"].endswith("?sentence=2#s-2")
    assert content(current_row(first, rosa)) == said


def test_the_last_sentence_leads_back_to_what_was_left_out(desk, rosa, statement):
    first, second, third = sentences_of(statement)
    tag(first, rosa)

    assert press(desk, third, "none")["Location"].endswith("?sentence=2#s-2")
    assert press(desk, second, "none")["Location"].endswith("?sentence=3#s-3")


def test_the_same_key_again_answers_as_before(desk, statement):
    first, *_ = sentences_of(statement)
    once = press(desk, first, "none", key="pressed-twice")

    again = press(desk, first, "none", key="pressed-twice")

    assert (again.status_code, again["Location"]) == (once.status_code, once["Location"])
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize(
    "choose", ["", "label:", "label:nonsense", "labels", "skip:", "skip:boredom", "withdrawn"]
)
def test_a_choice_that_does_not_exist_is_explained_and_stores_nothing(desk, statement, choose):
    first, *_ = sentences_of(statement)

    response = press(desk, first, choose)

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert Annotation.objects.count() == 0


def test_a_stale_save_shows_what_stands(desk, rosa, statement):
    first, *_ = sentences_of(statement)
    standing = tag(first, rosa, "rebuttal")

    response = press(desk, first, "label:allegation")

    assert response.status_code == 409
    assert "elsewhere" in response.text
    assert response.context["current"].key == standing.key
    assert current_row(first, rosa) == standing


def test_undo_of_the_corpus_takes_back_the_last_decision_and_goes_there(desk, rosa, statement):
    first, second, _ = sentences_of(statement)
    tag(first, rosa, "allegation")
    tag(second, rosa, "rebuttal")

    response = desk.post("/c/press/undo/", {"key": "undo-once"})
    again = desk.post("/c/press/undo/", {"key": "undo-once"})

    assert response["Location"] == again["Location"]
    assert response["Location"].endswith("?sentence=2#s-2")
    assert [current_row(one, rosa).state for one in (first, second)] == ["labelled", "withdrawn"]


def test_redo_does_again_what_was_undone_last_and_goes_there(desk, rosa, statement):
    first, second, _ = sentences_of(statement)
    tag(first, rosa, "allegation")
    tag(second, rosa, "rebuttal")
    for _time in range(2):
        desk.post("/c/press/undo/", {"key": new_key()})

    response = desk.post("/c/press/redo/", {"key": new_key()})

    assert response["Location"].endswith("?sentence=1#s-1")
    assert [current_row(one, rosa).state for one in (first, second)] == ["labelled", "withdrawn"]


def test_what_was_decided_before_a_mend_is_taken_back_and_the_desk_opens_where_it_is_now(
    desk, rosa, statement
):
    second = sentences_of(statement)[1]
    tag(second, rosa, "rebuttal")
    split_at(second, second.text.split()[1])

    response = desk.post("/c/press/undo/", {"key": new_key()}, follow=True)

    part = sentences_of(statement)[1]
    assert response.context["current"].number == part.number
    assert "The change was carried along." in html.unescape(response.content.decode())
    assert current_row(part, rosa).state == "withdrawn"


@pytest.mark.parametrize(
    ("what", "said"), [("undo", "There is nothing to undo."), ("redo", "There is nothing to do again.")]
)
def test_with_nothing_to_undo_or_to_do_again_the_page_says_so(desk, statement, what, said):
    response = desk.post(f"/c/press/{what}/", {"key": new_key()})

    assert [str(message) for message in get_messages(response.wsgi_request)] == [said]
    assert response["Location"] == "/c/press/tag/"


def test_who_is_told_that_there_is_nothing_to_undo_stays_at_their_sentence(desk, statement):
    make_statement("Before it. All of this.")
    last = sentences_of(statement)[-1]

    for what in ("undo", "redo"):
        response = desk.post(f"/c/press/{what}/", {"key": new_key(), "sentence": last.public_id})
        assert response["Location"] == f"/c/press/statements/{statement.public_id}/tag/?sentence=3#s-3"
    odd = desk.post("/c/press/undo/", {"key": new_key(), "sentence": "nonsense"})
    assert odd["Location"] == "/c/press/tag/"


def test_lines_of_a_comment_end_as_everywhere(desk, rosa, statement):
    first, *_ = sentences_of(statement)

    press(desk, first, "none", comment="one\r\ntwo")

    assert current_row(first, rosa).comment == "one\ntwo"


def test_who_is_done_with_a_statement_gets_the_next_then_what_was_left_out(desk, rosa, statement):
    others = [make_statement(f"Number {number} is short.") for number in (2, 3)]
    done = lambda one: desk.get("/c/press/tag/", {"done": one.public_id})["Location"]  # noqa: E731
    tag(sentences_of(others[0])[0], rosa)

    assert done(statement).startswith(f"/c/press/statements/{others[1].public_id}/tag/")
    tag(sentences_of(others[1])[0], rosa)
    assert done(others[0]) == f"/c/press/statements/{statement.public_id}/tag/?sentence=1#s-1"
    assert desk.get("/c/press/tag/", {"done": "nonsense"})["Location"] == done(others[0])


def test_a_reviewer_never_meets_the_decisions_of_another(desk, ben, statement):
    for sentence in sentences_of(statement):
        tag(sentence, ben, "commitment", comment="seen by ben alone")

    pages = [
        "/", "/c/press/", "/c/press/statements/", f"/c/press/statements/{statement.public_id}/",
        f"/c/press/statements/{statement.public_id}/tag/",
    ]  # fmt: skip
    for page in pages:
        text = desk.get(page).text
        assert "seen by ben alone" not in text
        assert 'data-state="labelled"' not in text
        assert 'value="3"' not in text


def test_a_save_that_arrives_while_the_desk_is_made_is_not_counted_twice(desk, rosa, statement, monkeypatch):
    """The browser sends what waited while it opens the page, and counts on from what the page says."""
    first, *_ = sentences_of(statement)

    def read_then_save(*args):
        reading = read(*args)
        tag(first, rosa, "allegation")
        return reading

    monkeypatch.setattr(annotation, "read", read_then_save)

    page = desk.get(f"/c/press/statements/{statement.public_id}/tag/").text

    assert 'data-state="labelled"' not in page
    assert 'data-decided-elsewhere="0"' in page
    assert "0 of 3 sentences" in " ".join(page.split())


@pytest.mark.parametrize("copies", [1, 3])
def test_desk_and_save_take_the_same_queries_however_much_there_is(
    desk, rosa, statement, copies, django_assert_num_queries
):
    long = "\n\n".join(f"Sentence {at} of a longer text." for at in range(10 * copies))
    for at in range(copies):
        make_statement(f"{long} And this is {at}.", title=f"Text {at}")
    first, *_ = sentences_of(statement)
    tag(first, rosa, "allegation")
    latest = tag(first, rosa, "rebuttal")

    with django_assert_num_queries(12):
        desk.get(f"/c/press/statements/{statement.public_id}/tag/")
    asks_for_the_time = connection.vendor == "postgresql"  # of its clock, see `writing.moment`
    with django_assert_num_queries(16 + asks_for_the_time):
        press(desk, first, "none", based_on=latest.key)


def test_get_saves_nothing_and_leads_back_to_the_desk(desk, rosa, statement):
    first, *_ = sentences_of(statement)
    standing = tag(first, rosa, "allegation")

    there = desk.get(address(first))["Location"]
    latest = {desk.get(f"/c/press/{what}/")["Location"] for what in ("undo", "redo")}

    at_the_sentence = f"/c/press/statements/{statement.public_id}/tag/?sentence=1#s-1"
    assert (there, latest) == (at_the_sentence, {"/c/press/tag/"})
    assert current_row(first, rosa) == standing


def test_what_was_typed_stands_again_after_a_refusal(desk, statement):
    first, *_ = sentences_of(statement)

    response = press(desk, first, "labels", comment="typed with care", unsure="1")

    assert response.status_code == 422
    assert ">typed with care</textarea>" in response.text
    assert 'name="unsure" value="1" checked' in response.text


def test_what_was_typed_for_a_sentence_that_ended_is_shown_and_put_into_no_other_form(desk, rosa, statement):
    first, *_ = sentences_of(statement)
    standing = tag(first, rosa, "allegation", comment="as it stands")
    split_at(first, "the losses")

    for response in (
        press(desk, first, "none", comment="typed with care", unsure="1"),  # based on nothing: stale
        press(desk, first, "labels", based_on=standing.key, comment="typed with care", unsure="1"),
    ):
        assert response.status_code in {409, 422}
        assert "<blockquote>typed with care</blockquote>" in response.text
        assert ">as it stands</textarea>" in response.text
        assert 'name="unsure" value="1" checked' not in response.text


def test_who_chose_on_a_sentence_that_ended_and_is_refused_is_told_why_another_one_stands_there(
    desk, rosa, statement
):
    first, *_ = sentences_of(statement)
    tag(first, rosa, "allegation", comment="as it stands")
    split_at(first, "the losses")

    response = press(desk, first, "none")  # based on nothing: stale

    assert response.status_code == 409
    assert "Nothing that you chose for it was saved; decide on what is in its place." in response.text
    assert "<blockquote>" not in response.text


@pytest.mark.parametrize("done", ["%00", "x", "%ff", "2a3b4c5d6e7f"])
def test_a_statement_that_is_none_is_passed_over_when_one_is_done_with_it(desk, statement, done):
    assert desk.get(f"/c/press/tag/?done={done}").status_code == 302


def test_a_page_left_open_saves_nothing_under_another_name(desk, ben, statement):
    first, *_ = sentences_of(statement)

    response = press(desk, first, "none", reviewer="ben")
    undone = desk.post("/c/press/undo/", {"key": new_key(), "reviewer": "ben"})

    assert (response.status_code, "somebody else’s" in response.text) == (409, True)
    assert [str(message) for message in get_messages(undone.wsgi_request)] == [
        "You are signed in as rosa now, and this page was somebody else’s. Nothing was saved."
    ]
    assert Annotation.objects.count() == 0


def test_taking_the_last_label_away_withdraws_this_decision_alone(desk, rosa, statement):
    first, second, _ = sentences_of(statement)
    standing = tag(first, rosa, "allegation")
    tag(second, rosa, "rebuttal")

    press(desk, first, "withdraw", based_on=standing.key)

    assert [current_row(one, rosa).state for one in (first, second)] == ["withdrawn", "labelled"]


def test_any_refusal_shows_what_stands(desk, rosa, statement):
    first, second, _ = sentences_of(statement)
    used = tag(first, rosa, "allegation")
    standing = tag(second, rosa, "rebuttal")

    response = press(desk, second, "none", key=used.key)

    assert response.status_code == 409
    assert f'data-key="{standing.key}" data-state="labelled"' in response.text


def test_a_sentence_of_a_withdrawn_upload_is_gone(desk, rosa, statement):
    first, *_ = sentences_of(statement)
    withdraw(statement.upload, by=rosa, at=NOON)

    assert press(desk, first, "none").status_code == 404
    assert THREE.strip() not in desk.get("/c/press/statements/").text


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2999-01-01T00:00:00Z"]
)
def test_a_time_off_the_calendar_is_refused(desk, statement, at):
    first, *_ = sentences_of(statement)

    assert press(desk, first, "none", decided_at=at).status_code == 422
    assert Annotation.objects.count() == 0


def test_a_refused_save_shows_what_stands(desk, rosa, statement):
    sentence = sentences_of(statement)[0]
    standing = tag(sentence, rosa, "allegation")

    answer = press(desk, sentence, "none")

    assert answer.status_code == 409
    assert standing.key in answer.content.decode()

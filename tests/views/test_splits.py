"""The split of the statements: flags are mended with one press, statements split anew, all of it undone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.models import Resplit, Sentence, Statement
from statements.roles import Role
from statements.text.segment import SEGMENTER
from statements.views import splits
from tests.make import (
    make_member,
    make_reviewer,
    make_statement,
    member,
    mender,
    merge,
    new_key,
    sentences_of,
    split_at,
    tag,
)
from tests.reports.test_splits import TWO, aged
from tests.views.hostile import EVIL, run_by
from tests.views.reading import by, plain

pytestmark = pytest.mark.django_db

PAGE, LIST, MEND = "/c/press/splits/", "/c/press/splits/statements/", "/c/press/splits/mend/"
ANSWER = "/c/press/splits/answer/"


@pytest.fixture
def three(corpus) -> list[Sentence]:
    return sentences_of(make_statement(TWO, title="Zénith répond", language="fr"))


@pytest.fixture
def flagged(three, rosa) -> Sentence:
    """The second of three: its neighbour before stands in its paragraph, the one behind in the next."""
    tag(three[1], rosa, bad_split=True, comment="It is\nhalf of one.")
    return three[1]


def texts(statement: Statement) -> list[str]:
    return [sentence.text for sentence in sentences_of(statement)]


def rows(response) -> list[str]:
    """The flags as people read them, without the buttons."""
    each = re.findall(r'(?s)<li class="flag".*?(?=<div class="mends">)', response.text)
    return [plain(row) for row in each]


def buttons(response) -> dict[str, str]:
    """What can be pressed in the flags, by what it sends."""
    found = re.findall(
        r'(?s)<button class="(?:button|gap)" name="\w+" value="([\w-]+)"[^>]*>(.*?)</button>', response.text
    )
    return {value: plain(re.sub("<kbd.*?</kbd>", "", words)) for value, words in found}


def fields(response, action: str = MEND, *, at: int = 0) -> dict[str, str]:
    """The hidden fields of a form that posts there."""
    form = re.findall(rf'(?s)<form[^>]*action="{action}".*?</form>', response.text)[at]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


def press(client: Client, sentence: Sentence, **given: object):
    return client.post(MEND, {"key": new_key(), "sentence": sentence.public_id, **given})


# --- What it shows ---


def test_a_flag_is_shown_in_its_place_with_who_flagged_it_and_why(flagged, ada):
    response = by(ada).get(PAGE)

    assert rows(response) == [
        "They hid it. We did not. We never will. Flagged by r1 It is half of one. History of the sentence"
    ]
    assert '<mark class="words">We did not.</mark>' in response.text
    assert '<span class="dimmed">They hid it.</span>' in response.text
    assert '<blockquote dir="auto">It is\nhalf of one.</blockquote>' in response.text
    public_id = flagged.statement.public_id
    assert (
        f'<a href="/c/press/statements/{public_id}/" lang="fr" dir="auto">Zénith répond</a>' in response.text
    )
    assert "1 sentence is flagged as badly split." in response.text


def test_only_what_can_be_done_is_offered(flagged, three, rosa, ada):
    tag(three[0], rosa, bad_split=True)
    client = by(ada)

    both = client.get(PAGE)
    assert both.text.count('name="what" value="before"') == 1  # the first has nobody before it
    tag(three[0], rosa)
    assert buttons(client.get(PAGE)) == {
        "before": "Merge with the one before",
        "across": "Merge with the next one, across the paragraph",
        "16": "did",
        "20": "not.",
        "leave": "Leave it as it is",
    }


def test_the_rooms_and_the_overview_lead_there_whoever_mends_and_nobody_else(
    flagged, rosa, ada, judith, reza
):
    link, door = f'<a href="{PAGE}">Split</a>', f'<a href="{PAGE}"><strong>Mend the split</strong>'

    pages = [by(user).get("/c/press/").text for user in (ada, judith, rosa, reza)]

    assert [link in page for page in pages] == [True, True, False, False]
    assert [door in page for page in pages] == [True, True, False, False]


def test_a_page_without_flags_says_what_to_do_next(three, ada):
    response = by(ada).get(PAGE)

    assert "No sentence is flagged" in response.text
    assert f'<a class="button" href="{LIST}">See how each statement was split</a>' in response.text


def test_hostile_words_are_shown_and_never_run(corpus, rosa, ada):
    sentence = sentences_of(make_statement(f"{EVIL} It is evil.", title=EVIL))[0]
    tag(sentence, rosa, bad_split=True, comment=EVIL)
    pages = [PAGE, LIST, f"/c/press/statements/{sentence.statement.public_id}/split-anew/"]

    assert [run_by(by(ada).get(page).text) for page in pages] == [[], [], []]


def test_keys_are_neither_named_nor_shown_to_whom_they_are_switched_off(flagged, ada):
    client = by(ada)
    assert {"p", "s", "l", "Shift+M"} == set(
        re.findall(r'aria-keyshortcuts="([^"]*)"', client.get(PAGE).text)
    )

    ada.shortcuts = False
    ada.save()

    text = client.get(PAGE).text
    assert ("aria-keyshortcuts" in text, "<kbd" in text, 'data-shortcuts="off"' in text) == (
        False,
        False,
        True,
    )


# --- Mending ---


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ({"what": "before"}, ["They hid it. We did not.", "We never will."]),
        ({"what": "across"}, ["They hid it.", "We did not.\n\nWe never will."]),
        ({"cut": "20"}, ["They hid it.", "We did", "not.", "We never will."]),
    ],
)
def test_a_press_mends_and_comes_back_with_a_button_that_undoes_it(flagged, ada, asked, becomes):
    client = by(ada)
    sent = fields(client.get(PAGE), at=1 if "cut" in asked else 0)

    answer = client.post(MEND, {**sent, **asked}, follow=True)

    assert (texts(flagged.statement), answer.redirect_chain) == (becomes, [(PAGE, 302)])
    assert "No sentence is flagged" in answer.text
    undo = fields(answer)
    assert undo == {
        "key": undo["key"], "what": "undo", "resplit": Resplit.objects.get().public_id, "page": "1",
    }  # fmt: skip

    undone = client.post(MEND, undo)

    [again] = [one for one in sentences_of(flagged.statement) if one.text == "We did not."]
    assert texts(flagged.statement) == ["They hid it.", "We did not.", "We never will."]
    assert undone.headers["Location"] == f"{PAGE}#f-{again.public_id}"  # the flag stands again
    page = client.get(PAGE)
    assert rows(page) != []
    client.post(MEND, fields(page))
    assert texts(flagged.statement) == becomes


def test_the_same_press_twice_mends_once(flagged, ada):
    client = by(ada)
    sent = {**fields(client.get(PAGE)), "what": "before"}

    answers = [client.post(MEND, sent).status_code for _twice in range(2)]

    assert (answers, Resplit.objects.count()) == ([302, 302], 1)


def test_one_goes_on_at_the_next_flag_of_the_same_page(monkeypatch, corpus, rosa, ada):
    monkeypatch.setattr(splits, "FLAGS_A_PAGE", 2)
    sentences = sentences_of(make_statement("One. Two. Three. Four. Five."))
    for sentence in sentences[:4]:
        tag(sentence, rosa, bad_split=True)
    client = by(ada)
    second = client.get(PAGE, {"page": 2})
    assert re.findall(r'id="f-([^"]*)"', second.text) == [one.public_id for one in sentences[2:4]]
    assert 'rel="prev" href="?page=1"' in second.text

    answer = client.post(MEND, {**fields(second), "what": "before"})

    assert answer.headers["Location"] == f"{PAGE}?page=2#f-{sentences[3].public_id}"


def test_a_press_leaves_a_sentence_as_it_is_and_can_be_undone_and_done_again(flagged, three, rosa, ada):
    tag(three[2], rosa, bad_split=True)
    client = by(ada)
    sent = fields(client.get(PAGE), ANSWER)

    left = client.post(ANSWER, {**sent, "what": "leave"})
    answer = client.get(PAGE)

    assert left.headers["Location"] == f"{PAGE}#f-{three[2].public_id}"
    assert "The sentence stays as it is." in answer.text
    assert (len(rows(answer)), texts(flagged.statement)) == (1, [one.text for one in three])
    undo = fields(answer, ANSWER)
    assert undo == {"what": "list", "sentence": flagged.public_id, "page": "1"}

    listed = client.post(ANSWER, undo)
    answer = client.get(PAGE)

    assert listed.headers["Location"] == f"{PAGE}#f-{flagged.public_id}"
    assert ("The flag waits again." in answer.text, len(rows(answer))) == (True, 2)
    redo = fields(answer, ANSWER)
    assert redo == {**undo, "what": "leave"}
    client.post(ANSWER, redo)
    assert len(rows(client.get(PAGE))) == 1


def test_an_answer_that_cannot_be_given_is_said_on_the_page(flagged, ada, elsewhere):
    client, there = by(ada), sentences_of(make_statement(TWO, corpus=elsewhere))[0]
    named = {"sentence": flagged.public_id}
    assert client.post(ANSWER, {**named, "what": "leave", "sentence": there.public_id}).status_code == 404

    wrong = client.post(ANSWER, {**named, "what": "hide"})
    merge(flagged, by=mender("judith"), across_paragraphs=True)
    late = client.post(ANSWER, {**named, "what": "leave"})

    assert (wrong.status_code, late.status_code) == (422, 409)
    assert "Reload the page and try again." in wrong.text
    assert "This sentence was cut differently meanwhile." in late.text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"what": "merge"}, 409, "The next sentence begins another paragraph."),
        ({"cut": "17"}, 422, "A sentence can only be split between two words."),
        ({"what": "tear"}, 422, "Reload the page and try again."),
        ({}, 422, "Choose the word with which the second sentence begins."),
        ({"what": "before", "key": "short"}, 422, "Enter a valid value."),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page_and_nothing_changes(flagged, ada, asked, status, said):
    response = press(by(ada), flagged, **asked)

    assert (response.status_code, said in response.text, len(rows(response))) == (status, True, 1)
    assert 'role="alert" tabindex="-1" autofocus' in response.text
    assert Resplit.objects.count() == 0


def test_who_comes_late_is_told_and_nothing_else_is_merged(flagged, ada):
    split_at(flagged, "did", by=mender("judith"))

    response = press(by(ada), flagged, what="before")

    assert (response.status_code, "This sentence was cut differently meanwhile." in response.text) == (
        409,
        True,
    )
    assert texts(flagged.statement) == ["They hid it.", "We", "did not.", "We never will."]


def test_what_lies_in_another_corpus_is_not_there(flagged, elsewhere):
    mia = make_member("mia", {Role.ADMIN})
    make_member("mia", {Role.ADMIN}, corpus=elsewhere)
    there = sentences_of(make_statement(TWO, corpus=elsewhere))[0]
    made = merge(there, by=mender_of(elsewhere))
    client = by(mia)

    answers = [
        press(client, there, what="merge"),
        press(client, flagged, what="undo", resplit=made.public_id),
        press(client, flagged, what="undo"),
        client.post(MEND, {"key": new_key(), "what": "merge", "sentence": "nothing"}),
        client.get(f"/c/press/statements/{there.statement.public_id}/split-anew/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert Resplit.objects.count() == 1


def mender_of(corpus):
    return member(make_member("mona", {Role.ADMIN}, corpus=corpus), corpus)


def test_who_reloads_an_answer_comes_back_to_the_page(three, ada):
    assert by(ada).get(MEND).headers["Location"] == PAGE


# --- Whose it is ---


def test_reviewers_and_researchers_have_no_such_room(flagged, rosa, reza, stranger):
    answers = {}
    for user in (rosa, reza, stranger):
        asked = [by(user).get(PAGE), by(user).get(LIST), press(by(user), flagged, what="before")]
        answers[user.username] = [answer.status_code for answer in asked]

    assert answers == {"rosa": [403] * 3, "reza": [403] * 3, "stranger": [404] * 3}
    assert Resplit.objects.count() == 0


def test_what_others_flag_changes_nothing_for_whoever_reviews_too(three, ben):
    mia = make_member("mia", {Role.ADMIN, Role.REVIEWER})
    tag(three[0], mia, bad_split=True, comment="a note of Mia")
    client = by(mia)
    before = as_shown(client.get(PAGE))

    for sentence in three:
        tag(sentence, ben, bad_split=True, comment="a note of Ben")

    assert as_shown(client.get(PAGE)) == before
    assert "a note of Mia" in before
    assert "only your own flags are shown here" in before


def as_shown(response) -> str:
    return re.sub(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"', "", response.text)


# --- Statement by statement ---


def test_the_list_tells_of_each_statement_how_it_was_cut(corpus, ada):
    old, mended = aged(), make_statement("One more. Two more.", title="Mended", language="fr")
    merge(sentences_of(mended)[0], by=mender("judith"))

    response = by(ada).get(LIST)

    cells = [plain(row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", response.text)]
    assert cells == [
        "Title Language Rules Length By hand",
        "An answer English rules-0 See what would change: An answer 2 sentences –",
        f"Mended français {SEGMENTER} 1 sentence 1 mend",
    ]
    assert f'href="/c/press/statements/{old.public_id}/split-anew/"' in response.text


def test_the_list_of_an_empty_corpus_says_so(corpus, ada, judith):
    assert "Add the first one." in by(ada).get(LIST).text
    assert "An admin adds them." in by(judith).get(LIST).text


# --- Split anew ---


def anew(statement: Statement) -> str:
    return f"/c/press/statements/{statement.public_id}/split-anew/"


def counts(response) -> list[str]:
    [shown] = re.findall(r'(?s)<ul class="cuts">.*?</ul>', response.text)
    return [plain(row) for row in re.findall(r"(?s)<li>(.*?)</li>", shown)]


def test_the_difference_is_shown_then_made_then_undone(corpus, ada):
    statement, client = aged(), by(ada)

    before = client.get(anew(statement))
    assert (counts(before), "(a cut would come here)" in before.text) == (
        ["− 0 cuts would go", "+ 1 cut would come"],
        True,
    )
    sent = fields(before, anew(statement))
    after = client.post(anew(statement), sent, follow=True)

    assert texts(statement) == ["They hid it.", "We did not.", "We never will."]
    assert "The statement was split anew." in after.text
    assert "nothing would change" in after.text
    client.post(anew(statement), sent)
    assert Resplit.objects.count() == 1  # the same press twice

    undone = client.post(MEND, fields(after), follow=True)

    assert undone.redirect_chain == [(anew(statement), 302)]
    assert texts(statement) == ["They hid it. We did not.", "We never will."]


def test_cuts_that_would_go_say_so_to_everybody(corpus, ada):
    statement = make_statement(TWO)
    split_at(sentences_of(statement)[0], "it", by=mender("judith"))

    text = by(ada).get(anew(statement)).text

    assert re.search(
        r'<span class="cut goes"><span aria-hidden="true">−</span>.*?\(this cut would go\)', text
    )


def test_what_somebody_touched_is_not_split_anew(corpus, rosa, ada):
    statement = aged()
    tag(sentences_of(statement)[0], rosa)
    client = by(ada)

    page = client.get(anew(statement))
    answer = client.post(anew(statement), {"key": new_key()})

    assert ("so it is not split anew" in page.text, '<button class="button primary"' in page.text) == (
        True,
        False,
    )
    assert (answer.status_code, "Somebody has worked on this statement" in answer.text) == (409, True)
    assert Resplit.objects.count() == 0


def test_whoever_reviews_too_does_not_learn_there_whether_others_have_begun(corpus, ben):
    mia, statement = make_member("mia", {Role.ADMIN, Role.REVIEWER}), aged()
    client, seen = by(mia), []

    for _ in range(2):
        answers = [client.get(anew(statement)), client.post(anew(statement), {"key": new_key()})]
        seen.append([(answer.status_code, as_shown(answer)) for answer in answers])
        tag(sentences_of(statement)[0], ben)

    assert seen[0] == seen[1]
    assert [status for status, _text in seen[0]] == [200, 409]
    assert "it would tell you whether others have begun" in seen[0][0][1]
    assert '<button class="button primary"' not in seen[0][0][1]


def test_sentences_that_only_change_their_paragraph_are_told_of(corpus, ada):
    statement = make_statement(TWO)
    Sentence.objects.filter(statement=statement).update(paragraph=1)

    response = by(ada).get(anew(statement))

    assert counts(response)[2] == "1 sentence would be counted to another paragraph"
    assert "nothing would change" not in response.text


def test_what_would_not_change_is_not_split_anew(corpus, ada):
    statement, client = make_statement(TWO), by(ada)

    page = client.get(anew(statement))
    answers = [client.post(anew(statement), {"key": key}) for key in (new_key(), "short")]

    assert "nothing would change" in page.text
    assert [answer.status_code for answer in answers] == [409, 422]
    assert "Nothing was changed." in answers[0].text


# --- What it costs ---


def test_queries_do_not_grow_with_rows(corpus, ada):
    client, costs = by(ada), []
    for text in ("One. More.", "Two. Three. Four."):
        for sentence in sentences_of(make_statement(text)):
            for name in ("rosa", "ben"):
                tag(sentence, make_reviewer(name), bad_split=True)
        merge(sentences_of(make_statement(f"Now. {text}"))[0], by=mender("judith"))
        costs.append([])
        for page in (PAGE, LIST):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            costs[-1].append(len(queries))

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 14

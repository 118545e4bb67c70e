"""The history of a corpus in sentences: whole, newest first, and silent about what reviewers chose."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path

import pytest
from django.test import Client

from statements.actions.corpus import change_corpus
from statements.actions.event import record
from statements.actions.flag import leave_as_it_is, list_again
from statements.actions.member import add_person, remove
from statements.actions.scheme import publish
from statements.actions.statement import Details
from statements.actions.upload import add_text, discard, withdraw
from statements.actions.user import issue_token, revoke_token
from statements.models import Mending
from statements.roles import Role, Scope
from statements.views.history import SENTENCES
from tests.make import (
    EVENING,
    LABELS,
    LATER,
    NOON,
    make_member,
    make_reviewer,
    make_sentence,
    make_statement,
    make_upload,
    member,
    merge,
    sentences_of,
    tag,
)
from tests.views.hostile import EVIL, run_by

ACTIONS = Path(__file__).resolve().parents[2] / "statements"
PATH = "/c/press/history/"


@pytest.fixture
def by_ada(client, ada) -> Client:
    client.force_login(ada)
    return client


def told(client: Client, **query: str) -> list[str]:
    """The sentences on the page, as people read them."""
    items = re.findall(r"(?s)</time> <p>(.*?)</p>", client.get(PATH, query).text)
    return [html.unescape(re.sub(r"<[^>]*>", "", item)) for item in items]


@pytest.mark.django_db
def test_what_people_did_is_told_in_whole_sentences_the_newest_first(by_ada, corpus, ada):
    begun = len(told(by_ada))
    joined = add_person(
        corpus, "rosa", name="Rosa Lima", email="", roles={Role.REVIEWER, Role.RESEARCHER}, by=ada, at=NOON
    )
    publish(corpus, LABELS[:2], guidelines={}, by=ada, at=NOON)
    statement = make_statement("One thing. Another.", title="Our answer")
    flagged = sentences_of(statement)[1]
    tag(flagged, make_reviewer("ben"), bad_split=True)
    leave_as_it_is(flagged, by=ada, at=NOON)
    list_again(flagged, by=ada, at=NOON)
    merge(sentences_of(statement)[0], by=member(ada, corpus))
    about = {"name": "Presse", "languages": ["fr", "en"], "mending": Mending.ADJUDICATORS}
    change_corpus(corpus, **about, by=ada, at=NOON)
    withdraw(statement.upload, by=ada, at=LATER)
    discard(make_upload("Another text."), by=ada, at=LATER)
    token, _secret = issue_token(ada, scopes=[Scope.READ, Scope.MANAGE], days=1, corpus=corpus, at=NOON)
    revoke_token(token, by=ada, at=LATER)
    remove(joined.member, by=ada, at=EVENING)

    assert told(by_ada)[:-begun] == [
        "ada removed Rosa Lima (r2).",
        "ada revoked a token for this corpus.",
        "ada made a token for this corpus: manage, read.",
        "ada discarded an upload before anything was stored.",
        "The program brought in files to look at: answer.txt.",
        "ada took back an upload.",
        "ada changed the corpus: it is called “Presse”, in français, English. "
        "The split is mended by: adjudicators and admins; reviewers flag what is wrong.",
        "ada cut “Our answer” differently: of 1, 2 became 3.",
        "ada wants the split of sentence 2 of “Our answer” to be looked at again.",
        "ada looked at the split of sentence 2 of “Our answer” and left it as it is.",
        "The program gave ben (r3) these roles: reviewer.",
        "The program added “Our answer”.",
        "ada published version 2 of labels and guideline.",
        "ada made a password link for Rosa Lima (r2).",
        "ada gave Rosa Lima (r2) these roles: reviewer, researcher.",
    ]
    assert told(by_ada)[-begun:] == [
        "The program gave ada (r1) these roles: admin.",
        "The program published version 1 of labels and guideline.",
        "The program made this corpus.",
    ]


def recorded() -> set[tuple[str, str]]:
    """The verbs and nouns with which the program writes events that lie in a corpus."""
    found = set()
    for path in ACTIONS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                named = {word.arg: word.value for word in node.keywords}
                if not (isinstance(named["corpus"], ast.Constant) and named["corpus"].value is None):
                    verb, noun = (ast.literal_eval(one) for one in node.args[:2])
                    found.add((verb, noun))
    return found


def test_every_kind_of_event_has_its_sentence():
    assert recorded() == set(SENTENCES)


@pytest.mark.django_db
def test_an_event_without_a_sentence_is_told_in_plain_words(by_ada, corpus, ada):
    record("painted", "door", "d1", corpus=corpus, by=ada, at=LATER)

    assert told(by_ada)[0] == "ada painted door d1."


@pytest.mark.django_db
def test_what_reviewers_decide_is_not_told(by_ada, rosa):
    before = told(by_ada)
    sentence = make_sentence()
    tag(sentence, rosa, "allegation", comment="a hidden remark")
    tag(sentence, rosa, "rebuttal")

    text = by_ada.get(PATH).text

    assert told(by_ada)[1:] == before  # that the text came in
    assert [word in text for word in ("hidden remark", "allegation", sentence.public_id)] == [False] * 3


@pytest.mark.django_db
def test_only_what_happened_in_this_corpus_is_told(by_ada, elsewhere):
    before = told(by_ada)
    make_member("zoe", {Role.ADMIN}, corpus=elsewhere)

    assert told(by_ada) == before
    assert by_ada.get("/c/elsewhere/history/").status_code == 404


@pytest.mark.django_db
def test_the_history_is_open_to_admins_only(client, rosa, judith, reza):
    answers = {}
    for person in (rosa, judith, reza):
        client.force_login(person)
        answers[person.username] = client.get(PATH).status_code

    assert answers == {"rosa": 403, "judith": 403, "reza": 403}


@pytest.mark.django_db
def test_the_history_is_cut_into_pages_of_fifty(by_ada, corpus, ada):
    begun = len(told(by_ada))
    for at in range(101 - begun):
        record("painted", "door", f"d{at}", corpus=corpus, by=ada, at=LATER)

    pages = [told(by_ada, page=str(page)) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 50, 1]
    assert (pages[0][0], pages[2]) == (f"ada painted door d{100 - begun}.", ["The program made this corpus."])
    assert [len(told(by_ada, page=odd)) for odd in ("0", "-1", "x", "9" * 5000)] == [1, 1, 50, 50]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_the_same_queries_for_one_row_and_three(by_ada, count, django_assert_num_queries):
    for at in range(count):
        make_statement(f"This is text {at}.", title=f"Text {at}")
        make_member(f"person-{at}", {Role.REVIEWER})

    with django_assert_num_queries(8):
        by_ada.get(PATH)


@pytest.mark.django_db
def test_nothing_that_people_wrote_runs(by_ada, corpus, ada):
    ada.name = EVIL
    ada.save()
    about = Details(title=EVIL, language="en")
    add_text(corpus, b"A text.", about, name=EVIL, by=ada, at=NOON)
    change_corpus(corpus, name=EVIL, languages=["en"], by=ada, at=NOON)
    record(EVIL[:40], EVIL[:40], EVIL[:80], corpus=corpus, by=ada, at=NOON)

    text = by_ada.get(PATH).text

    assert (run_by(text), "<script>alert" in text, text.count("{{7*7}}") > 4) == ([], False, True)


@pytest.mark.django_db
def test_braces_in_a_name_are_only_braces(by_ada, corpus, ada):
    ada.name = "{what} {0} {x.y} %(who)s"
    ada.save()
    record("removed", "member", "r9", corpus=corpus, by=ada, at=LATER)

    assert told(by_ada)[0] == "{what} {0} {x.y} %(who)s removed r9."


@pytest.mark.django_db
def test_a_member_is_named_by_their_number_too(by_ada, corpus, rosa):
    assert told(by_ada)[0] == f"The program gave rosa ({member(rosa).pseudonym}) these roles: reviewer."

"""The overview of a corpus: what there is, how far it is, what is next, for each role; and who is blind."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from statements.actions.annotation import annotate
from statements.actions.decision import Save
from statements.reports.corpus import Pace, contents
from statements.reports.progress import Coverage, Progress
from statements.roles import Role
from tests.make import (
    LATER,
    NOON,
    current_row,
    decision,
    make_corpus,
    make_member,
    make_statement,
    make_upload,
    member,
    new_key,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
)

pytestmark = pytest.mark.django_db
PAGE = "/c/press/"


def page_of(who, address: str = PAGE):
    client = Client()
    client.force_login(who)
    return client.get(address)


def doors(response) -> list[str]:
    """What to do next, link by link."""
    return re.findall(r"<li><a href=\"[^\"]*\"><strong>([^<]+)</strong>", response.text)


@pytest.fixture
def two_statements(corpus):
    return [
        make_statement(speaker="Norvane", published_on=date(2026, 2, 3)),
        make_statement("Un texte. Deux phrases.", title="Un texte", language="fr"),
    ]


def test_it_says_what_there_is(two_statements, corpus):
    there_is = contents(corpus)

    assert (there_is.statements, there_is.sentences, there_is.speakers) == (2, 5, 1)
    assert there_is.languages == [("en", 1), ("fr", 1)]
    assert (there_is.first, there_is.last) == (date(2026, 2, 3), date(2026, 2, 3))


def test_a_reviewer_sees_how_far_they_are_and_where_to_go_on(two_statements, rosa):
    sentences = sentences_of(two_statements[1])
    tag(sentences[0], rosa, "allegation")
    for sentence in sentences_of(two_statements[0]):
        tag(sentence, rosa)

    response = page_of(rosa)

    work = response.context["work"]
    assert (work.complete, work.untouched, work.onward) == (1, 0, two_statements[1])
    assert work.begun == [(two_statements[1], Progress(total=2, labelled=1))]
    assert "4 of 5" in response.text
    assert doors(response) == ["Read labels and guideline", "Choose a statement", "Download the rows"]


def test_a_reviewer_who_has_tagged_everything_is_told_so(two_statements, rosa):
    for statement in two_statements:
        for sentence in sentences_of(statement):
            tag(sentence, rosa)

    text = page_of(rosa).text

    assert "You have tagged every sentence." in text
    assert "Continue tagging" not in text


def test_what_a_mend_left_to_check_is_still_to_do(two_statements, rosa, reza):
    first, second = two_statements
    for sentence in [*sentences_of(first), *sentences_of(second)]:
        tag(sentence, rosa, "allegation")
    split_at(sentences_of(second)[1], "phrases")

    response = page_of(rosa)

    work = response.context["work"]
    assert (work.complete, work.onward) == (1, second)
    assert work.begun == [(second, Progress(total=3, labelled=3, to_check=2))]
    assert "You have tagged every sentence." not in response.text
    assert "Continue tagging" in response.text
    assert "2 sentences were split differently and are to be checked." in response.text
    lists = [page_of(rosa, f"/c/press/statements/?state={state}") for state in ("complete", "begun")]
    assert [[row.statement.title for row in page.context["rows"]] for page in lists] == [
        ["An answer"],
        ["Un texte"],
    ]
    assert "2 to check" in lists[1].text


def test_what_nobody_has_looked_at_since_a_mend_is_nobodys_vote(two_statements, rosa, reza):
    first = sentences_of(two_statements[0])[0]
    tag(first, rosa, "allegation", unsure=True)
    split_at(first, "the losses")
    part = sentences_of(two_statements[0])[0]

    for is_checked, counted in ((False, 0), (True, 1)):
        if is_checked:
            tag(part, rosa, "allegation")
        said = page_of(reza).context["said"]
        reading = page_of(reza, f"/c/press/statements/{two_statements[0].public_id}/").context["reading"]
        assert (said.total, said.shares[0].count) == (counted, counted)
        assert [count for _label, count in reading.passages[0].labels] == [1] * counted


def test_those_who_watch_see_how_far_all_are_and_what_they_said(two_statements, rosa, ben, reza):
    first, second, third = sentences_of(two_statements[0])
    tag(first, rosa, "allegation", "rebuttal", unsure=True)
    tag(first, ben, "allegation", bad_split=True)
    tag(second, ben)
    say(third, ben, skipped())
    tag(third, rosa, "commitment")
    take_back(third, rosa)

    context = page_of(reza).context

    assert context["coverage"] == Coverage(nobody=2, one=2, several=1)
    said = context["said"]
    assert [(one.label.slug if one.label else "", one.count) for one in said.shares] == [
        ("allegation", 2), ("rebuttal", 1), ("commitment", 0), ("", 1),
    ]  # fmt: skip
    assert (said.total, said.skipped, said.unsure, said.bad_split) == (4, 1, 1, 1)
    assert context["reviewers"] == [
        (member(rosa).pseudonym, "", Progress(total=5, labelled=1)),
        (member(ben).pseudonym, "", Progress(total=5, labelled=1, none=1, skipped=1)),
    ]


def test_admins_see_how_long_it_takes_and_how_much_is_left(corpus, rosa, ben, ada, reza, two_statements):
    long = sentences_of(make_statement("\n".join(f"Line {number} was here." for number in range(30))))
    for reviewer, ms in ((rosa, 6_000), (ben, 12_000)):
        for sentence in long[:10]:
            save = Save(new_key(), shown_ms=ms)
            annotate(sentence, decision(), reviewer=reviewer, save=save, at=NOON)
    assert page_of(ada).context["pace"] == Pace(sentences=20, seconds=9, minutes=4)  # 25 sentences are left

    second_thought = Save(new_key(), based_on=current_row(long[0], rosa).key, shown_ms=20_000)
    annotate(long[0], decision("rebuttal"), reviewer=rosa, save=second_thought, at=LATER)

    page = page_of(ada)
    assert page.context["pace"] == Pace(sentences=20, seconds=10, minutes=4)
    assert "takes 10 seconds on average" in page.text
    assert "pace" not in page_of(reza).context
    mia = make_member("mia", set(Role))
    assert "pace" not in page_of(mia).context


def test_with_little_timed_nothing_is_said_about_the_pace(ada, rosa, two_statements):
    first, *_ = sentences_of(two_statements[0])
    annotate(first, decision(), reviewer=rosa, save=Save(new_key(), shown_ms=6_000), at=NOON)

    assert page_of(ada).context["pace"] is None


@pytest.mark.parametrize("roles", [{Role.REVIEWER}, {Role.REVIEWER, Role.ADMIN}, set(Role)], ids=len)
def test_whoever_reviews_learns_nothing_of_others(two_statements, rosa, roles):
    mia = make_member("mia", roles)
    before = re.sub(r"csrf\S+ value=\"\S+\"", "", page_of(mia).text)

    for sentence in sentences_of(two_statements[0]):
        tag(sentence, rosa, "allegation", comment="It accuses.")

    assert re.sub(r"csrf\S+ value=\"\S+\"", "", page_of(mia).text) == before
    assert [name in page_of(mia).context for name in ("coverage", "said", "reviewers")] == [False] * 3


def test_names_of_reviewers_are_for_admins(two_statements, rosa, ada, judith):
    rosa.name = "Rosa Lima"
    rosa.save()

    assert ["Rosa Lima" in page_of(who).text for who in (ada, judith)] == [True, False]


def test_an_admin_is_told_what_waits(two_statements, ada, rosa):
    staged = make_upload("A text that waits here.", title="It waits")

    response = page_of(ada)

    assert doors(response) == [
        "Look at what waits to be stored",
        "See who has not come yet",
        "Add statements",
        "Read statements with their tags",
        "Download the rows",
    ]
    assert f"/c/press/upload/{staged.public_id}/" in response.text
    assert "2 people were invited and have not set a password." in response.text


def test_a_corpus_that_nobody_reviews_asks_for_reviewers(two_statements, ada):
    assert "Invite reviewers" in doors(page_of(ada))


def test_a_researcher_is_led_to_the_rows(two_statements, reza):
    assert doors(page_of(reza)) == [
        "Read statements with their tags",
        "Download the rows",
        "Use the REST API",
    ]


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (Role.ADMIN, "Three steps, and reviewers can begin."),
        (Role.REVIEWER, "An admin adds statements; then you find them here."),
        (Role.RESEARCHER, "An admin adds statements; then you find them here."),
    ],
)
def test_an_empty_corpus_says_so_to_each_role(corpus, role, says):
    assert says in page_of(make_member("mia", {role})).text


def test_an_empty_corpus_shows_the_split_that_waits_first(corpus, ada):
    staged = make_upload(title="It waits")

    text = page_of(ada).text

    assert text.index(f"/c/press/upload/{staged.public_id}/") < text.index("Add the first statements")


def test_a_corpus_without_labels_says_so_and_sends_nobody_to_the_desk():
    bare = make_corpus("bare", labels=())
    make_statement(corpus=bare)
    mia = make_member("mia", {Role.REVIEWER}, corpus=bare)
    ada = make_member("ada", {Role.ADMIN}, corpus=bare)

    response = page_of(mia, "/c/bare/")

    assert "This corpus has no labels yet." in response.text
    assert "Start tagging" not in response.text
    assert doors(response) == ["Choose a statement", "Download the rows"]
    assert doors(page_of(ada, "/c/bare/"))[0].startswith("Make labels and guideline your own")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [(Role.ADMIN, 20), (Role.RESEARCHER, 15), (Role.REVIEWER, 12)])
def test_it_takes_the_same_queries_for_one_row_and_three(
    corpus, role, queries, count, django_assert_num_queries
):
    mia = make_member("mia", {role})
    client = Client()
    client.force_login(mia)
    for at in range(count):
        statement = make_statement(f"This is text {at}. It has two sentences.", title=f"Text {at}")
        rosa = make_member(f"rosa-{at}", {Role.REVIEWER})
        tag(sentences_of(statement)[0], rosa, "allegation")
        if role == Role.REVIEWER:
            tag(sentences_of(statement)[0], mia, "allegation")
        make_upload(f"A text {at} that waits.")

    with django_assert_num_queries(queries):
        client.get(PAGE)


def test_the_row_of_rooms_has_what_is_open_and_marks_where_one_is(two_statements, ada, rosa):
    def rooms(response) -> list[tuple[str, str]]:
        found = re.search(r'<nav class="rooms".*?</nav>', response.text, re.DOTALL)
        return re.findall(r'<a href="([^"]*)"(?: aria-current="(\w+)")?>', found[0] if found else "")

    assert rooms(page_of(rosa)) == [
        ("/c/press/", "page"), ("/c/press/statements/", ""), ("/c/press/work/", ""), ("/c/press/scheme/", ""),
        ("/c/press/export/", ""),
    ]  # fmt: skip
    reading = page_of(ada, f"/c/press/statements/{two_statements[0].public_id}/")
    assert rooms(reading) == [
        ("/c/press/", ""), ("/c/press/statements/", "true"), ("/c/press/splits/", ""),
        ("/c/press/scheme/", ""), ("/c/press/people/", ""), ("/c/press/export/", ""),
        ("/c/press/history/", ""), ("/c/press/edit/", ""),
    ]  # fmt: skip
    assert rooms(page_of(ada, "/")) == []

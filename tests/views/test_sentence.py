"""The history of a sentence: what it tells, and to whom."""

from __future__ import annotations

import re

import pytest

from statements.actions.upload import withdraw
from statements.models import Sentence, SkipReason
from statements.roles import Role
from tests.make import (
    EVENING,
    LATER,
    WITHDRAWN,
    make_member,
    make_statement,
    member,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
)
from tests.views.reading import WATCHERS, by, leave_out, page, reading, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(corpus) -> list[Sentence]:
    return sentences_of(make_statement())


def test_the_history_tells_all_that_happened_the_latest_first(three, rosa, ada):
    tag(three[0], rosa, "allegation", comment="at first")
    tag(three[0], rosa, "rebuttal", unsure=True, at=LATER)
    say(three[0], rosa, skipped(SkipReason.FRAGMENT), at=LATER)
    take_back(three[0], rosa, at=EVENING)
    tag(three[0], rosa, bad_split=True, at=EVENING)

    who = member(rosa).pseudonym
    expected = [
        "{} No claim Bad split · Labels, version 1 · Stands",
        "{} Rebuttal Unsure · Labels, version 1 · Restores an earlier decision · Replaced later",
        "{} Skipped: Not a sentence · Labels, version 1 · Taken back later",
        "{} Rebuttal Unsure · Labels, version 1 · Replaced later",
        "{} Allegation at first · Labels, version 1 · Replaced later",
    ]
    assert told(by(rosa).get(page(three[0])).text) == [line.format("you") for line in expected]
    assert told(by(ada).get(page(three[0])).text) == [line.format(who) for line in expected]


def test_a_decision_that_was_taken_back_leaves_the_sentence_untouched(three, rosa):
    tag(three[0], rosa, "allegation")
    say(three[0], rosa, WITHDRAWN, at=LATER)

    assert told(by(rosa).get(page(three[0])).text) == [
        "you Untouched again · Labels, version 1",
        "you Allegation · Labels, version 1 · Taken back later",
    ]


def test_decisions_of_several_stand_in_the_order_in_which_they_came(three, rosa, ben, ada):
    for reviewer, label in ((rosa, "allegation"), (ben, "rebuttal"), (rosa, "commitment")):
        tag(three[0], reviewer, label)
    tag(three[1], ben, "rebuttal")

    rows = told(by(ada).get(page(three[0])).text)

    r, b = (member(one).pseudonym for one in (rosa, ben))
    assert [row.split(" · ")[0] for row in rows] == [f"{r} Commitment", f"{b} Rebuttal", f"{r} Allegation"]
    assert [row.split(" · ")[-1] for row in rows] == ["Stands", "Stands", "Replaced later"]


def test_comments_are_read_by_admins_adjudicators_and_their_authors(three, rosa):
    tag(three[0], rosa, "allegation", comment="a note of Rosa")
    readers = {role: make_member(f"one-{role}", {role}) for role in WATCHERS}

    reads = {role: "a note of Rosa" in by(user).get(page(three[0])).text for role, user in readers.items()}

    assert reads == {Role.ADMIN: True, Role.ADJUDICATOR: True, Role.RESEARCHER: False}
    assert "a note of Rosa" in by(rosa).get(page(three[0])).text


def test_a_label_that_is_gone_is_told_by_its_slug_under_its_own_version(three, rosa):
    tag(three[0], rosa, "commitment")
    leave_out("commitment")
    tag(three[0], rosa, "rebuttal")

    assert told(by(rosa).get(page(three[0])).text) == [
        "you Rebuttal · Labels, version 2 · Stands",
        "you commitment · Labels, version 1 · Replaced later",
    ]


def test_a_sentence_without_decisions_says_so(three, rosa, reza, ben):
    tag(three[1], ben, "rebuttal")

    assert "You have not decided on this sentence yet." in by(rosa).get(page(three[1])).text
    assert "Nobody has decided on this sentence yet." in by(reza).get(page(three[0])).text


def test_a_sentence_that_ended_keeps_its_page_and_says_so(three, rosa):
    tag(three[0], rosa, "rebuttal")
    resplit = three[0].statement.resplits.create(by=rosa, at=LATER)
    Sentence.objects.filter(pk=three[0].pk).update(ended_by=resplit)

    text = by(rosa).get(page(three[0])).text

    assert "This sentence was cut differently later." in text
    assert [row.split(" · ")[0] for row in told(text)] == ["you Rebuttal"]
    assert '<mark class="words">They hid the losses.</mark>' in text


def test_a_sentence_stands_in_its_paragraph_and_leads_back_to_its_place(corpus, reza):
    statement = make_statement("One is here. Two is there. Three follows.\n\nFour stands alone.")
    two = sentences_of(statement)[1]

    text = by(reza).get(page(two)).text

    paragraph = re.search(r'(?s)<p dir="auto">(.*?)</p>', text).group(1)
    assert paragraph == (
        '<span class="dimmed">One is here. </span><mark class="words">Two is there.</mark>'
        '<span class="dimmed"> Three follows.</span>'
    )
    assert f'href="{reading(two)}?sentence=2#s-2"' in text
    assert "<h1>Sentence 2</h1>" in text


def test_htmx_gets_the_panel_alone(three, rosa):
    tag(three[0], rosa, "allegation")

    panel = by(rosa).get(page(three[0]), headers={"HX-Request": "true"}).text

    assert "<html" not in panel
    assert '<h2 tabindex="-1">Sentence 1</h2>' in panel
    assert f'data-close href="{reading(three[0])}?sentence=1#s-1"' in panel
    assert told(panel) == ["you Allegation · Labels, version 1 · Stands"]


def test_a_withdrawn_statement_takes_its_sentences_along(three, rosa, ada):
    tag(three[0], rosa, "allegation")
    withdraw(three[0].statement.upload, by=None, at=LATER)

    assert [by(one).get(page(three[0])).status_code for one in (rosa, ada)] == [404, 404]

"""The reading view of a statement and the history of a sentence: what they show, and to whom."""

from __future__ import annotations

import html
import re

import pytest

from statements.models import Annotation, Sentence
from statements.roles import Role
from tests.make import (
    LATER,
    NOON,
    make_member,
    make_reviewer,
    make_statement,
    member,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
)
from tests.views.hostile import EVIL, run_by
from tests.views.reading import WATCHERS, by, leave_out, lines, page, plain, reading, tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(corpus) -> list[Sentence]:
    return sentences_of(make_statement())


# --- Whose tags ---


def test_reviewers_read_their_own_tags_and_choose_nobodys(three, rosa, ben):
    tag(three[0], rosa, "allegation", unsure=True)
    tag(three[0], ben, "rebuttal")
    tag(three[1], ben, "rebuttal")

    text = by(rosa).get(reading(three[0])).text

    assert tags(text) == [["A", "?"], [], []]
    assert lines(text) == ["words labelled palette-1", "words untouched", "words untouched"]
    assert 'name="reviewer"' not in text


@pytest.mark.parametrize("role", WATCHERS)
def test_those_who_watch_read_the_tags_of_all_summed_up(three, rosa, ben, role):
    tag(three[0], rosa, "allegation")
    tag(three[0], ben, "allegation", "rebuttal", unsure=True)
    tag(three[1], rosa)
    say(three[1], ben, skipped())
    tag(three[2], rosa, bad_split=True)

    text = by(make_member("walt", {role})).get(reading(three[0])).text

    assert tags(text) == [["A2", "R1", "?1"], ["–1", "…1"], ["–1", "✂1"]]
    assert lines(text) == ["words labelled palette-1", "words ", "words none"]
    said = re.findall(r'<span class="unseen">(.+?: \d.*?)</span>', text)
    assert said == [
        "Allegation: 2 reviewers",
        "Rebuttal: 1 reviewer",
        "Unsure: 1 reviewer",
        "No claim: 1 reviewer",
        "Skipped: 1 reviewer",
        "No claim: 1 reviewer",
        "Bad split: 1 reviewer",
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ([["allegation"], ["allegation"], ["rebuttal"]], "words labelled palette-1"),
        ([["allegation"], ["rebuttal"]], "words "),
        ([["rebuttal"], []], "words "),
        ([["rebuttal"], ["allegation"], []], "words "),
        ([[], [], ["rebuttal"]], "words none"),
        ([["allegation", "rebuttal"], ["allegation", "rebuttal"]], "words labelled palette-1 several"),
        ([["allegation", "rebuttal"], ["rebuttal"]], "words labelled palette-2"),
        ([["allegation", "rebuttal"], ["rebuttal"], ["allegation"]], "words "),
        ([["rebuttal", "allegation"]] * 2 + [["rebuttal"]], "words labelled palette-2 several"),
    ],
)
def test_the_line_shows_what_most_of_them_chose(three, ada, said, line):
    for at, labels in enumerate(said):
        tag(three[0], make_reviewer(f"reviewer-{at}"), *labels)

    assert lines(by(ada).get(reading(three[0])).text)[0] == line


def test_only_what_stands_on_current_sentences_counts(three, ada, rosa, ben):
    tag(three[0], rosa, "allegation")
    tag(three[0], rosa, "rebuttal", at=LATER)
    tag(three[1], rosa, "rebuttal")
    take_back(three[1], rosa)
    tag(three[2], ben, "rebuttal")
    Sentence.objects.filter(pk=three[2].pk).update(
        ended_by=three[2].statement.resplits.create(by=rosa, at=LATER)
    )

    text = by(ada).get(reading(three[0])).text

    assert tags(text) == [["R1"], []]
    assert re.findall(r"<option.*?>(\w+)</option>", text) == ["Everybody", member(rosa).pseudonym]


def test_a_label_that_is_not_in_force_any_more_is_counted_by_its_slug(three, ada, rosa):
    tag(three[0], rosa, "commitment")
    leave_out("commitment")

    text = by(ada).get(reading(three[0])).text

    assert tags(text)[0] == ["C1"]
    assert "commitment: 1 reviewer" in text


def test_those_who_watch_choose_one_reviewer(three, ada, rosa, ben):
    tag(three[0], rosa, "allegation", comment="a note of Rosa")
    tag(three[1], ben, "rebuttal")
    client, reza = by(ada), by(make_member("reza", {Role.RESEARCHER}))
    asked = {"reviewer": member(rosa).pseudonym}

    text, for_reza = client.get(reading(three[0]), asked).text, reza.get(reading(three[0]), asked).text

    assert tags(text) == [["A", "✎"], [], []]
    assert tags(for_reza) == [["A"], [], []]
    assert ("a note of Rosa" in text, "a note of Rosa" in for_reza) == (True, False)
    assert re.findall(r"<option selected>(\w+)</option>", text) == [member(rosa).pseudonym]


def test_a_reviewer_who_is_not_there_to_choose_is_404(three, ada, rosa, ben):
    tag(three[0], rosa, "allegation")
    client = by(ada)

    asked = [client.get(reading(three[0]), {"reviewer": name}) for name in ("r99", "rosa", "x", "R1")]
    without_decisions = client.get(reading(three[0]), {"reviewer": member(ben).pseudonym})

    assert [answer.status_code for answer in (*asked, without_decisions)] == [404] * 5


@pytest.mark.parametrize("roles", [{Role.REVIEWER}, {Role.REVIEWER, Role.ADMIN, Role.ADJUDICATOR}])
def test_reviewers_are_told_nothing_of_others_whatever_else_they_are(three, ben, roles):
    rosa = make_member("rosa", roles)
    names = [member(one).pseudonym for one in (rosa, ben)]
    client = by(rosa)
    pages = [reading(three[0]), f"{reading(three[0])}?reviewer={names[0]}", page(three[0])]
    before = [client.get(one).text for one in pages]
    panel_before = client.get(page(three[0]), headers={"HX-Request": "true"}).text

    tag(three[0], ben, "rebuttal", unsure=True, comment="what Ben thinks")
    take_back(three[0], ben)
    tag(three[0], ben, "allegation", comment="what Ben thinks")

    after = [client.get(one).text for one in pages]
    assert [without_tokens(text) for text in after] == [without_tokens(text) for text in before]
    assert client.get(page(three[0]), headers={"HX-Request": "true"}).text == panel_before
    assert client.get(reading(three[0]), {"reviewer": names[1]}).status_code == 404


def without_tokens(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_strangers_and_pages_of_other_corpora_are_404(three, stranger, elsewhere):
    other = sentences_of(make_statement("It lies elsewhere.", corpus=elsewhere))[0]
    rosa = make_reviewer()

    found = [
        by(user).get(path).status_code
        for user, path in (
            (stranger, reading(three[0])),
            (stranger, page(three[0])),
            (rosa, page(other)),
            (rosa, f"/sentences/{three[0].statement.public_id}.99/"),
        )
    ]

    assert found == [404] * 4


def test_summed_up_tags_stand_apart_from_a_text_from_right_to_left(corpus, ada, rosa):
    statement = make_statement("هذا رد. هذا خطأ.", title="رد", language="ar")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation")

    for path in (reading(first), page(first)):
        text = by(ada).get(path).text
        assert '<article class="text" lang="ar" dir="auto">' in text
        assert '<p dir="auto">' in text
    assert '<span class="tags" lang="en" dir="auto">' in by(ada).get(reading(first)).text


def test_the_legend_names_each_letter(three, rosa, ada):
    legends = [
        re.search(r'(?s)<dl class="legend">.*?</dl>', by(user).get(reading(three[0])).text).group()
        for user in (rosa, ada)
    ]

    named = [
        [
            (plain(letter), plain(name))
            for letter, name in re.findall(r"(?s)<dt>(.*?)</dt><dd>(.*?)</dd>", one)
        ]
        for one in legends
    ]
    everybody = [
        ("A", "Allegation"),
        ("R", "Rebuttal"),
        ("C", "Commitment"),
        ("–", "No claim"),
        ("…", "Skipped"),
        ("?", "Unsure"),
        ("✂", "Bad split"),
    ]
    assert named == [[*everybody, ("✎", "Comment")], everybody]


# --- What is known about a statement ---


def about(text: str) -> dict[str, str]:
    facts = re.search(r'(?s)<dl class="about">(.*?)</dl>', text).group(1)
    return {
        plain(name): plain(value)
        for name, value in re.findall(r"(?s)<dt[^>]*>(.*?)</dt><dd[^>]*>(.*?)</dd>", facts)
    }


def test_a_statement_tells_its_length_when_it_came_and_its_free_metadata(corpus, reza, rosa):
    metadata = {
        "place": "Genève",
        "topics": ["bank", ["risk", 3]],
        "checked": True,
        "items": {"page": 2, "of": None},
    }
    statement = make_statement(
        "One is here. Two is there.\n\nThree stands alone.", metadata=metadata, at=NOON
    )
    path = f"/c/press/statements/{statement.public_id}/"
    told_of_it = {
        "Source": "unknown",
        "Licence": "unknown",
        "Sentences": "3",
        "Paragraphs": "2",
        "Added": "2 March 2026",
        "Language": "English",
        "place": "Genève",
        "topics": "bank, risk, 3",
        "checked": "true",
        "items": "of: null, page: 2",
    }

    assert about(by(reza).get(path).text) == told_of_it
    assert about(by(rosa).get(f"{path}tag/").text) == told_of_it


# --- What it leads to, and what it costs ---


def test_each_sentence_of_a_statement_is_a_link_to_its_history(three, rosa):
    text = by(rosa).get(reading(three[0])).text

    assert re.findall(r'<a class="sentence" id="(.*?)" href="(.*?)" hx-get="(.*?)"', text) == [
        (f"s-{one.number}", page(one), page(one)) for one in three
    ]
    assert re.search(r'<aside id="sentence-panel" aria-label="History of the sentence"></aside>', text)


def test_nothing_that_people_typed_is_run(corpus, rosa, ada):
    statement = make_statement(
        f"{EVIL} is evil. More of it.", title=EVIL, metadata={EVIL: [EVIL], "items": EVIL}
    )
    for sentence in sentences_of(statement):
        tag(sentence, rosa, "allegation", comment=EVIL)
    first = sentences_of(statement)[0]
    shown = html.escape(EVIL)

    for user in (rosa, ada):
        for path in (reading(first), f"{reading(first)}?reviewer={member(rosa).pseudonym}", page(first)):
            for headers in ({}, {"HX-Request": "true"}):
                text = by(user).get(path, headers=headers).text
                assert run_by(text) == []
                assert shown in text


def test_a_long_statement_and_a_long_history_take_the_queries_of_short_ones(
    corpus, ada, rosa, django_assert_num_queries
):
    reviewers = [make_reviewer(f"reviewer-{at}") for at in range(3)]
    short = sentences_of(make_statement("One."))
    long = sentences_of(make_statement(" ".join(f"This is number {at}." for at in range(40))))
    tag(short[0], reviewers[0], "allegation")
    for sentence in long:
        for reviewer in reviewers:
            tag(sentence, reviewer, "allegation", "rebuttal")
    tag(long[0], reviewers[0], "rebuttal")
    watcher, asked = by(ada), {"reviewer": member(reviewers[0]).pseudonym}

    for sentence in (short[0], long[0]):
        with django_assert_num_queries(14):
            watcher.get(reading(sentence))
        with django_assert_num_queries(14):
            watcher.get(reading(sentence), asked)
        with django_assert_num_queries(11):
            watcher.get(page(sentence))
    assert Annotation.objects.count() == 122

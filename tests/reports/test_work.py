"""One's own decisions: which of them there are, how many, and in which order they come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.scheme import publish
from statements.actions.upload import withdraw
from statements.models import Annotation, Round, Sentence
from statements.reports.scheme import SchemeWords, scheme_words
from statements.reports.work import (
    Asked,
    Counts,
    Mark,
    counts_of,
    decisions_where,
    latest,
    own_decisions,
    row_named,
)
from tests.make import (
    LABELS,
    LATER,
    WITHDRAWN,
    make_reviewer,
    make_sentence,
    make_statement,
    merge,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
    the_corpus,
)
from tests.views.reading import leave_out

pytestmark = pytest.mark.django_db
SEVEN = "One. Two. Three. Four. Five. Six. Seven."
ALL = Asked()


@pytest.fixture
def seven(corpus) -> list[Sentence]:
    return sentences_of(make_statement(SEVEN))


def words() -> SchemeWords:
    return scheme_words(the_corpus(), "en")


def publish_again(corpus) -> None:
    publish(corpus, LABELS, guidelines={"en": "# New rules"}, based_on=1, by=None, at=LATER)


def found(reviewer, asked: Asked = ALL, *, before: Annotation | None = None, most: int = 50) -> list[str]:
    """The words of the sentences, as a page would show them."""
    rows = decisions_where(own_decisions(the_corpus(), reviewer), asked, words())
    return [passage.text for passage in latest(rows, words(), before=before, most=most)]


def counts(reviewer) -> Counts:
    return counts_of(own_decisions(the_corpus(), reviewer), words())


@pytest.fixture
def varied(corpus, seven, rosa) -> list[Sentence]:
    """Rosa decided on all but the last, in the order of the text but for the first, which she changed."""
    tag(seven[0], rosa, "rebuttal")
    tag(seven[1], rosa, "allegation", "rebuttal", unsure=True)
    publish_again(corpus)
    tag(seven[2], rosa, unsure=True, comment="No idea.")
    tag(seven[3], rosa, "rebuttal", bad_split=True)
    say(seven[4], rosa, skipped(comment="Who is “he”?"))
    tag(seven[5], rosa)
    tag(seven[0], rosa, "allegation", at=LATER)
    return seven


# --- Which ---


def test_the_decision_that_was_saved_last_comes_first(varied, rosa):
    assert found(rosa) == ["One.", "Six.", "Five.", "Four.", "Three.", "Two."]


def test_only_own_standing_decisions_of_the_first_round_on_what_is_there_count(
    corpus, elsewhere, seven, rosa, ben
):
    tag(seven[0], rosa, "rebuttal")
    tag(seven[1], ben, "rebuttal")
    say(seven[2], rosa, WITHDRAWN)
    tag(seven[3], rosa, "rebuttal")
    take_back(seven[3], rosa)
    again = tag(seven[4], rosa, "rebuttal")
    Annotation.objects.filter(pk=again.pk).update(round=Round.REPEAT)
    tag(seven[5], rosa, "rebuttal")
    resplit = seven[5].statement.resplits.create(by=rosa, at=LATER)
    Sentence.objects.filter(pk=seven[5].pk).update(ended_by=resplit)
    gone = make_sentence("It is gone.")
    tag(gone, rosa, "rebuttal")
    withdraw(gone.statement.upload, by=None, at=LATER)
    make_reviewer("rosa", corpus=elsewhere)
    tag(make_sentence("It lies elsewhere.", corpus=elsewhere), rosa)

    assert found(rosa) == ["One."]
    assert counts(rosa) == Counts(1, 0, 0, dict.fromkeys(Mark, 0), {"rebuttal": 1})


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        (Asked(label="rebuttal"), ["Four.", "Two."]),
        (Asked(label="allegation"), ["One.", "Two."]),
        (Asked(label="commitment"), []),
        (Asked(state="none"), ["Six.", "Three."]),
        (Asked(state="skipped"), ["Five."]),
        (Asked(marks=frozenset({Mark.UNSURE})), ["Three.", "Two."]),
        (Asked(marks=frozenset({Mark.COMMENTED})), ["Five.", "Three."]),
        (Asked(marks=frozenset({Mark.BAD_SPLIT})), ["Four."]),
        (Asked(marks=frozenset({Mark.CHANGED})), ["One."]),
        (Asked(marks=frozenset({Mark.OLDER})), ["Two."]),
        (Asked(marks=frozenset({Mark.UNSURE, Mark.COMMENTED})), ["Three."]),
        (Asked(state="none", marks=frozenset({Mark.UNSURE})), ["Three."]),
        (Asked(label="rebuttal", marks=frozenset({Mark.UNSURE, Mark.OLDER})), ["Two."]),
        (Asked(label="rebuttal", marks=frozenset({Mark.COMMENTED})), []),
    ],
)
def test_all_that_is_asked_holds_of_each(varied, rosa, asked, texts):
    assert found(rosa, asked) == texts


def test_a_decision_that_came_back_by_undoing_counts_as_changed(seven, rosa):
    tag(seven[0], rosa, "rebuttal")
    tag(seven[0], rosa, "allegation")
    take_back(seven[0], rosa)

    assert found(rosa, Asked(label="rebuttal", marks=frozenset({Mark.CHANGED}))) == ["One."]


def test_each_is_on_its_sentence_with_all_that_was_said(varied, rosa):
    first = latest(own_decisions(the_corpus(), rosa), words(), before=None, most=6)[-1]

    assert (first.sentence, first.number, first.state, first.slugs) == (
        varied[1],
        2,
        "labelled",
        ["allegation", "rebuttal"],
    )
    assert (first.row.unsure, first.row.scheme.number, first.comment) == (True, 1, "")


def test_a_label_that_is_not_in_force_any_more_is_still_shown_and_counted(corpus, seven, rosa):
    tag(seven[0], rosa, "commitment")
    leave_out("commitment")

    [shown] = latest(own_decisions(corpus, rosa), words(), before=None, most=1)

    assert (shown.slugs, counts(rosa).labels) == (["commitment"], {"commitment": 1})


# --- How many ---


def test_every_filter_is_counted_by_itself(varied, rosa):
    assert counts(rosa) == Counts(
        total=6,
        none=2,
        skipped=1,
        marks={
            Mark.UNSURE: 2,
            Mark.COMMENTED: 2,
            Mark.BAD_SPLIT: 1,
            Mark.TO_CHECK: 0,
            Mark.CHANGED: 1,
            Mark.OLDER: 1,
        },
        labels={"allegation": 2, "rebuttal": 2},
    )


def test_numbers_are_those_of_what_the_filters_find(varied, rosa):
    numbers = counts(rosa)

    assert numbers.labels == {slug: len(found(rosa, Asked(label=slug))) for slug in numbers.labels}
    assert numbers.marks == {mark: len(found(rosa, Asked(marks=frozenset({mark})))) for mark in Mark}
    assert (numbers.none, numbers.skipped) == tuple(
        len(found(rosa, Asked(state=state))) for state in ("none", "skipped")
    )


def test_what_a_mend_left_to_check_is_found(seven, rosa):
    tag(seven[0], rosa, "allegation")
    merge(seven[0])
    assert found(rosa, Asked(marks=frozenset({Mark.TO_CHECK}))) == []
    tag(seven[2], rosa, "allegation")
    tag(seven[3], rosa, "allegation")
    merge(seven[2])

    assert len(found(rosa, Asked(marks=frozenset({Mark.TO_CHECK})))) == 1
    assert counts(rosa).marks[Mark.TO_CHECK] == 1


def test_what_somebody_else_decides_changes_nothing(varied, rosa, ben):
    before = found(rosa), counts(rosa)
    for sentence in varied:
        tag(sentence, ben, "commitment", unsure=True, bad_split=True, comment="a note of Ben")
        tag(sentence, ben, "rebuttal")

    assert (found(rosa), counts(rosa)) == before
    assert found(ben) == ["Seven.", "Six.", "Five.", "Four.", "Three.", "Two.", "One."]
    assert counts(ben) == replace(
        before[1], total=7, none=0, skipped=0,
        marks={**dict.fromkeys(Mark, 0), Mark.CHANGED: 7}, labels={"rebuttal": 7},
    )  # fmt: skip


def test_nothing_decided_is_nothing_counted(seven, rosa):
    assert (found(rosa), counts(rosa)) == ([], Counts(0, 0, 0, dict.fromkeys(Mark, 0), {}))


# --- From where on ---


def test_older_decisions_go_on_behind_a_row_even_when_it_was_replaced(varied, rosa):
    edge = latest(own_decisions(the_corpus(), rosa), words(), before=None, most=3)[-1].row
    assert found(rosa, most=3) == ["One.", "Six.", "Five."]

    tag(varied[4], rosa, "rebuttal", at=LATER)

    assert found(rosa, before=row_named(edge.key, the_corpus(), rosa)) == ["Four.", "Three.", "Two."]
    assert found(rosa)[:2] == ["Five.", "One."]


def test_only_own_rows_of_the_corpus_are_found_by_their_key(elsewhere, seven, rosa, ben):
    mine, other = tag(seven[0], rosa), tag(seven[0], ben)
    make_reviewer("rosa", corpus=elsewhere)
    away = tag(make_sentence("Elsewhere.", corpus=elsewhere), rosa)

    assert row_named(mine.key, the_corpus(), rosa) == mine
    for key in (other.key, away.key, "no-such-key", "", "a\0b", "é", f"{mine.key}\n", "x" * 65):
        with pytest.raises(Annotation.DoesNotExist):
            row_named(key, the_corpus(), rosa)


# --- What it costs ---


def test_queries_do_not_grow_with_decisions_and_each_text_is_read_once(corpus, rosa):
    costs = []
    for texts in (["One."], ["Two. Three. Four.", "Five."]):
        for text in texts:
            for sentence in sentences_of(make_statement(text)):
                tag(sentence, rosa, "rebuttal")
        scheme, mine = words(), own_decisions(corpus, rosa)
        with CaptureQueriesContext(connection) as shown:
            texts_shown = [one.text for one in latest(mine, scheme, before=None, most=50)]
        with CaptureQueriesContext(connection) as counted:
            counts_of(mine, scheme)
        costs.append((len(shown), len(counted)))
        assert sum('"statement"."text"' in query["sql"] for query in shown) == 1

    assert texts_shown == ["Five.", "Four.", "Three.", "Two.", "One."]
    assert costs == [(3, 2), (3, 2)]

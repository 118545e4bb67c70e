"""What a reviewer has before them: what comes next, how far they are, and the whole statement."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.upload import withdraw
from statements.models import Annotation, Round, Sentence, State
from statements.reports.progress import Progress, progress_by_corpus, progress_by_statement, progress_in
from statements.reports.queue import first_open_in, following, next_sentence
from statements.reports.scheme import SchemeWords, said, scheme_words
from statements.reports.statement import page_of, read
from tests.make import (
    LABELS,
    LATER,
    THREE,
    WITHDRAWN,
    make_corpus,
    make_reviewer,
    make_sentence,
    make_statement,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
    the_corpus,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(corpus) -> list[Sentence]:
    return sentences_of(make_statement(THREE))


def repeat(sentence: Sentence, reviewer, key: str = "again") -> None:
    """A decision of a later round: it has no say in the first."""
    scheme = sentence.corpus.schemes.get()
    Annotation.objects.create(
        sentence=sentence, reviewer=reviewer, round=Round.REPEAT, key=key, state=State.NONE, scheme=scheme,
        blind=True, decided_at=LATER, saved_at=LATER,
    )  # fmt: skip


# --- What comes next ---


def test_the_next_sentence_is_the_first_untouched_one_in_the_order_of_the_texts(three, rosa):
    later = make_sentence("A second statement.")
    order = []

    while (waiting := next_sentence(the_corpus(), rosa)) is not None:
        order.append(waiting)
        tag(waiting, rosa, "rebuttal")

    assert order == [*three, later]


def test_every_honest_state_counts_as_touched_but_withdrawn_does_not(three, rosa):
    tag(three[0], rosa)
    say(three[1], rosa, skipped())
    say(three[2], rosa, WITHDRAWN)
    assert next_sentence(the_corpus(), rosa) == three[2]

    take_back(three[0], rosa)
    assert next_sentence(the_corpus(), rosa) == three[0]


def test_what_others_did_does_not_change_what_comes_next(three, rosa, ben):
    tag(three[0], ben, "rebuttal")
    repeat(three[0], rosa)

    assert next_sentence(the_corpus(), rosa) == three[0]


def test_what_cannot_be_seen_does_not_come_next(three, rosa, elsewhere):
    make_sentence(corpus=elsewhere)
    withdraw(three[0].statement.upload, by=None, at=LATER)

    assert next_sentence(the_corpus(), rosa) is None


def test_after_a_sentence_comes_the_one_behind_it_then_what_was_left_out(three, rosa):
    one, two, last = three
    assert following(one, rosa) == two
    assert following(two, rosa) == last
    assert following(last, rosa) == one

    tag(one, rosa)
    assert following(last, rosa) == two
    tag(two, rosa)
    tag(last, rosa)
    assert following(one, rosa) == two
    assert following(last, rosa) is None


# --- How far ---


def test_the_states_add_up_to_the_total(three, rosa, ben, elsewhere):
    tag(three[0], rosa, "allegation", "rebuttal")
    tag(three[1], rosa)
    say(three[2], rosa, skipped())
    other = sentences_of(make_statement("One. Two. Three. Four."))
    say(other[0], rosa, WITHDRAWN)
    tag(other[1], rosa, "rebuttal")
    tag(other[2], ben, "rebuttal")
    repeat(other[3], rosa)
    make_sentence(corpus=elsewhere)

    first, second = progress_in(three[0].statement, rosa), progress_in(other[0].statement, rosa)

    assert first == Progress(total=3, labelled=1, none=1, skipped=1)
    assert second == Progress(total=4, labelled=1)
    assert (first.decided, first.untouched, first.is_complete) == (3, 0, True)
    assert (second.decided, second.untouched, second.is_complete) == (1, 3, False)
    by_statement = progress_by_statement(the_corpus(), rosa)
    assert by_statement == {three[0].statement_id: first, other[0].statement_id: second}
    assert progress_by_corpus(rosa) == {the_corpus().pk: first + second}
    assert first + second == Progress(total=7, labelled=2, none=1, skipped=1)


def test_nothing_to_do_is_not_complete(corpus, rosa):
    assert Progress().is_complete is False
    assert (progress_by_statement(corpus, rosa), progress_by_corpus(rosa)) == ({}, {})


def test_withdrawn_statements_and_ended_sentences_do_not_count(three, rosa):
    tag(three[0], rosa, "rebuttal")
    gone = make_sentence("It is gone.")
    tag(gone, rosa, "rebuttal")
    withdraw(gone.statement.upload, by=None, at=LATER)
    resplit = three[0].statement.resplits.create(by=rosa, at=LATER)
    Sentence.objects.filter(pk=three[0].pk).update(ended_by=resplit)

    assert progress_by_statement(the_corpus(), rosa) == {three[0].statement_id: Progress(total=2)}


# --- A whole statement ---


def words() -> SchemeWords:
    return scheme_words(the_corpus(), "fr")


def test_a_statement_is_read_with_own_decisions_and_every_gap(corpus, rosa, ben):
    statement = make_statement("\nOne is here. Two is there.\n\nThree stands alone.\n")
    one, two, three = sentences_of(statement)
    row = tag(one, rosa, "rebuttal", "allegation")
    tag(two, ben, "rebuttal")
    withdrawn = say(three, rosa, WITHDRAWN)
    repeat(one, rosa)

    reading = read(statement, page_of(statement), rosa, words())

    assert [[passage.number for passage in group] for group in reading.paragraphs] == [[1, 2], [3]]
    assert [(p.gap, p.text) for p in reading.passages] == [
        ("\n", "One is here."),
        (" ", "Two is there."),
        ("\n\n", "Three stands alone."),
    ]
    assert [(p.state, p.slugs, p.key) for p in reading.passages] == [
        ("labelled", ["allegation", "rebuttal"], row.key),
        ("untouched", [], ""),
        ("untouched", [], withdrawn.key),
    ]
    assert [p.decision for p in reading.passages] == [row, None, None]
    assert (reading.find(3).text, reading.find(4)) == ("Three stands alone.", None)
    assert first_open_in(statement, rosa) == two


def test_a_statement_that_is_done_has_no_untouched_sentence(three, rosa):
    for sentence in three:
        tag(sentence, rosa)

    assert first_open_in(three[0].statement, rosa) is None


# --- Words of a scheme ---


def test_words_are_in_the_language_of_the_reader_else_in_english(corpus):
    shown = scheme_words(corpus, "fr-CA")

    assert [(one.slug, one.key, one.palette, one.name, one.definition) for one in shown.labels] == [
        ("allegation", "a", 1, "Allégation", "Names a wrong."),
        ("rebuttal", "r", 2, "Réfutation", ""),
        ("commitment", "c", 3, "Engagement", ""),
    ]
    assert (shown.number, shown.guideline, shown.labels[0].letter, shown.find("no")) == (
        1,
        "# Rules",
        "A",
        None,
    )


@pytest.mark.parametrize(
    ("texts", "language", "shown"),
    [
        ({"en": "E", "fr": "F"}, "fr", "F"),
        ({"en": "E", "fr": "F"}, "de", "E"),
        ({"es": "S"}, "de", "S"),
        ({"fr": "", "en": "E"}, "fr", "E"),
        ({}, "fr", None),
    ],
)
def test_a_text_is_shown_in_the_nearest_language_there_is(texts, language, shown):
    assert said(texts, language) == shown


def test_a_corpus_without_a_scheme_has_no_words():
    assert scheme_words(make_corpus("bare", labels=()), "en") == SchemeWords(0, "", [])


# --- What it costs ---


def cost(work) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_queries_do_not_grow_with_statements_nor_sentences(corpus, rosa):
    costs = []
    for texts in (["One."], ["Two. Three. Four.", "Five."]):
        for text in texts:
            for sentence in sentences_of(make_statement(text)):
                tag(sentence, rosa, "rebuttal")
        statement, sentence = corpus.statements.last(), Sentence.objects.select_related("statement").last()
        scheme = words()
        costs.append(
            {
                "progress_by_statement": cost(lambda: progress_by_statement(corpus, rosa)),
                "progress_by_corpus": cost(lambda: progress_by_corpus(rosa)),
                "progress_in": cost(lambda s=statement: progress_in(s, rosa)),
                "read": cost(lambda s=statement, w=scheme: read(s, page_of(s), rosa, w)),
                "next_sentence": cost(lambda: next_sentence(corpus, rosa)),
                "following": cost(lambda s=sentence: following(s, rosa)),
                "scheme_words": cost(words),
            }
        )

    assert (
        costs[0]
        == costs[1]
        == {
            "progress_by_statement": 2,
            "progress_by_corpus": 2,
            "progress_in": 2,
            "read": 4,
            "next_sentence": 5,
            "following": 2,
            "scheme_words": 3,
        }
    )
    assert len(LABELS) == 3
    assert make_reviewer() == rosa

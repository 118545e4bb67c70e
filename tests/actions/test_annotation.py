"""Saving decisions: nothing is overwritten, nothing is stored twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from threading import Barrier, BrokenBarrierError, local
from typing import TypeVar

import pytest

from statements.actions.annotation import annotate, annotate_all
from statements.actions.decision import LONGEST_COMMENT, Attempt, Decision, Save, TakeBack, content
from statements.actions.scheme import LabelText, publish
from statements.errors import Refused, Stale
from statements.models import Annotation, Event, Resplit, Sentence, SkipReason, State, User, prepared
from statements.roles import Role
from tests.actions.crowd import CROWD, at_once
from tests.make import (
    EVENING,
    LATER,
    NOON,
    SLUGS,
    THREE,
    WITHDRAWN,
    current_row,
    decision,
    make_corpus,
    make_member,
    make_reviewer,
    make_sentence,
    make_statement,
    new_key,
    next_save,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
    the_corpus,
)

T = TypeVar("T")


@pytest.mark.django_db
def test_a_second_decision_supersedes_the_first():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation", at=NOON)

    second = tag(sentence, rosa, "rebuttal", at=LATER)

    first.refresh_from_db()
    assert [content(row) for row in sentence.annotations.current()] == [decision("rebuttal")]
    assert sentence.annotations.count() == 2
    assert (second.supersedes, first.superseded_at) == (first, LATER)
    assert content(first) == decision("allegation")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        decision("allegation"),
        decision("allegation", "rebuttal", unsure=True, bad_split=True, comment="« Vraiment ? » 🤔"),
        decision(),
        skipped(SkipReason.OTHER, comment="illisible"),
        WITHDRAWN,
    ],
)
def test_what_was_said_is_what_is_stored(said):
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    say(sentence, rosa, said)

    assert content(Annotation.objects.get()) == said


@pytest.mark.django_db
def test_a_row_knows_when_it_was_decided_saved_and_shown():
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    annotate(
        sentence,
        decision(),
        reviewer=rosa,
        save=Save("one-key-", decided_at=NOON, shown_ms=1234),
        at=LATER,
    )

    row = Annotation.objects.get()
    assert (row.decided_at, row.saved_at, row.shown_ms, row.superseded_at) == (NOON, LATER, 1234, None)
    assert (row.round, row.blind, row.scheme.number) == ("first", True, 1)


@pytest.mark.django_db
def test_the_same_key_with_the_same_content_answers_the_stored_row():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")
    first = annotate(sentence, decision("allegation"), reviewer=rosa, save=save, at=NOON)

    again = annotate(sentence, decision("allegation"), reviewer=rosa, save=save, at=LATER)

    assert (again, again.saved_at) == (first, NOON)
    assert Annotation.objects.count() == 1


@pytest.mark.django_db
def test_a_repeated_save_is_answered_even_after_a_newer_decision():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")
    first = annotate(sentence, decision("allegation"), reviewer=rosa, save=save, at=NOON)
    newer = tag(sentence, rosa, "rebuttal", at=LATER)

    again = annotate(sentence, decision("allegation"), reviewer=rosa, save=save, at=EVENING)

    assert again == first
    assert current_row(sentence, rosa) == newer


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_refused():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")
    annotate(sentence, decision("allegation"), reviewer=rosa, save=save, at=NOON)

    with pytest.raises(Refused) as refusal:
        annotate(sentence, decision("rebuttal"), reviewer=rosa, save=save, at=LATER)

    assert (refusal.value.code, refusal.value.values) == ("key_reused", {"key": "the-same-key"})
    assert [content(row) for row in Annotation.objects.all()] == [decision("allegation")]


@pytest.mark.django_db
def test_the_same_key_on_another_sentence_is_refused():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa, save = make_reviewer("rosa"), Save("the-same-key")
    annotate(one, decision("allegation"), reviewer=rosa, save=save, at=NOON)

    with pytest.raises(Refused, match="key_reused"):
        annotate(two, decision("allegation"), reviewer=rosa, save=save, at=LATER)

    assert Annotation.objects.count() == 1


@pytest.mark.django_db
def test_two_reviewers_may_use_the_same_key():
    sentence, save = make_sentence(), Save("the-same-key")

    for name in ("rosa", "ben"):
        annotate(sentence, decision(), reviewer=make_reviewer(name), save=save, at=NOON)

    assert Annotation.objects.current().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("based_on", ["", "never-heard-of"])
def test_a_stale_base_is_told_what_stands_now(based_on):
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    standing = tag(sentence, rosa, "allegation")

    with pytest.raises(Stale) as stale:
        annotate(sentence, decision(), reviewer=rosa, save=Save(new_key(), based_on), at=LATER)

    assert stale.value.current == standing
    assert list(Annotation.objects.current()) == [standing]


@pytest.mark.django_db
def test_a_base_where_nothing_stands_is_stale():
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    with pytest.raises(Stale) as stale:
        annotate(sentence, decision(), reviewer=rosa, save=Save(new_key(), "gone-key"), at=NOON)

    assert stale.value.current is None
    assert Annotation.objects.count() == 0


@pytest.mark.django_db
def test_a_label_of_another_corpus_is_unknown_here():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    publish(
        make_corpus("elsewhere", labels=()),
        [LabelText("praise", "p", 4, {"en": "Praise"})],
        guidelines={},
        by=None,
        at=NOON,
    )

    with pytest.raises(Refused) as refusal:
        tag(sentence, rosa, "allegation", "praise")

    assert (refusal.value.code, refusal.value.values) == ("unknown_label", {"label": "praise"})
    assert Annotation.objects.count() == 0


@pytest.mark.django_db
def test_a_corpus_without_a_scheme_takes_no_decisions():
    corpus = make_corpus("bare", labels=())
    sentence, rosa = make_sentence(corpus=corpus), make_reviewer("rosa", corpus=corpus)

    with pytest.raises(Refused, match="no_scheme"):
        tag(sentence, rosa)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Decision(State.LABELLED), "labels_and_state"),
        (Decision(State.NONE, frozenset({"rebuttal"})), "labels_and_state"),
        (Decision(State.SKIPPED, frozenset({"rebuttal"}), SkipReason.OTHER), "labels_and_state"),
        (Decision(State.WITHDRAWN, frozenset({"rebuttal"})), "labels_and_state"),
        (Decision(State.SKIPPED), "reason_and_state"),
        (Decision(State.NONE, reason=SkipReason.OTHER), "reason_and_state"),
        (Decision(State.NONE, comment="x" * (LONGEST_COMMENT + 1)), "comment_too_long"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(said, code):
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    with pytest.raises(Refused, match=code):
        say(sentence, rosa, said)

    assert Annotation.objects.count() == 0


def end_sentence(sentence: Sentence, by: User) -> None:
    sentence.ended_by = Resplit.objects.create(statement=sentence.statement, by=by, at=LATER)
    sentence.save()


@pytest.mark.django_db
def test_a_sentence_that_was_cut_differently_takes_decisions_that_come_late():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "rebuttal")
    end_sentence(sentence, rosa)

    late = tag(sentence, rosa)
    undone = take_back(sentence, rosa)

    assert [row.sentence for row in (late, undone)] == [sentence, sentence]
    assert content(undone) == decision("rebuttal")


@pytest.mark.django_db
def test_a_save_that_arrived_before_the_cut_is_still_answered():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")
    first = annotate(sentence, decision(), reviewer=rosa, save=save, at=NOON)
    end_sentence(sentence, rosa)

    assert annotate(sentence, decision(), reviewer=rosa, save=save, at=EVENING) == first


@pytest.mark.django_db
def test_decisions_are_their_own_history_and_write_no_event():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    before = Event.objects.count()

    tag(sentence, rosa, "rebuttal")
    take_back(sentence, rosa)

    assert Event.objects.count() == before


# --- Many at once ---


@pytest.mark.django_db(transaction=True)
def test_one_save_sent_eight_times_at_once_is_one_row():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")

    rows = at_once(lambda n: annotate(sentence, decision("rebuttal"), reviewer=rosa, save=save, at=NOON))

    assert rows == [Annotation.objects.get()] * CROWD


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_eight_saves_on_the_same_base_one_wins_and_the_others_learn_what_stands(begun):
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    base = tag(sentence, rosa, "allegation").key if begun else ""

    answers = at_once(
        lambda n: annotate(
            sentence, decision("rebuttal"), reviewer=rosa, save=Save(f"key-{n}", base), at=LATER
        )
    )

    won = [answer for answer in answers if isinstance(answer, Annotation)]
    stale = [answer.current for answer in answers if isinstance(answer, Stale)]
    assert won == [current_row(sentence, rosa)]
    assert stale == won * (CROWD - 1)
    assert Annotation.objects.count() == 1 + begun


@pytest.mark.django_db(transaction=True)
def test_eight_undos_of_one_decision_at_once_take_back_one():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first, second = tag(sentence, rosa, "allegation"), tag(sentence, rosa, "rebuttal")

    answers = at_once(
        lambda n: annotate(
            sentence, TakeBack(second.key), reviewer=rosa, save=Save(f"key-{n}", second.key), at=LATER
        )
    )

    won = [answer for answer in answers if isinstance(answer, Annotation)]
    assert [row.restores for row in won] == [first]
    assert [answer.current for answer in answers if isinstance(answer, Stale)] == won * (CROWD - 1)


@pytest.mark.django_db(transaction=True)
def test_eight_reviewers_at_once_do_not_meet():
    sentence = make_sentence()
    crowd = [make_reviewer(f"r{n}") for n in range(CROWD)]

    rows = at_once(
        lambda n: annotate(sentence, decision(), reviewer=crowd[n], save=Save("the-same-key"), at=NOON)
    )

    assert set(rows) == set(Annotation.objects.current())
    assert len(set(rows)) == CROWD


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_for_two_sentences_at_once_is_stored_for_one():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa, save = make_reviewer("rosa"), Save("the-same-key")

    answers = at_once(
        lambda n: annotate((one, two)[n], decision(), reviewer=rosa, save=save, at=NOON), times=2
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Annotation", "Refused"]
    assert Annotation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_reviewer_in_eight_places_at_once_is_told_what_stands_and_never_that_it_failed():
    statement, rosa = make_statement(THREE), make_reviewer("rosa")
    gone = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "the losses")

    def work(n: int) -> set[str]:
        said = set()
        for turn in range(12):
            sentence = gone if (n + turn) % 3 == 0 else sentences_of(statement)[turn % 2]
            try:
                if turn % 4 == 3:
                    take_back(sentence, rosa)
                else:
                    tag(sentence, rosa, *SLUGS[: turn % 3])
                said.add("stored")
            except Refused as refusal:
                said.add(refusal.code)
        return said

    answers = at_once(work)

    assert [answer for answer in answers if not isinstance(answer, set)] == []
    assert set().union(*answers) <= {"stored", "stale", "not_last"}


@pytest.mark.django_db(transaction=True)
def test_two_batches_that_meet_in_opposite_order_are_both_answered(monkeypatch):
    text = "\n".join(f"Line {number} was here." for number in range(60))
    statement, rosa, corpus = make_statement(text), make_reviewer("rosa"), the_corpus()
    gate, mine, in_runs = Barrier(2), local(), prepared._batched

    def meeting(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
        for number, run in enumerate(in_runs(values, most)):
            if number == 1 and not hasattr(mine, "has_met"):
                mine.has_met = True
                with suppress(BrokenBarrierError):  # on SQLite the other one waits for the whole transaction
                    gate.wait(2)
            yield run

    def work(n: int) -> list[str]:
        some = sentences_of(statement)[:: -1 if n else 1]
        attempts = [Attempt(one, decision(), Save(f"key-{n}-{one.number}")) for one in some]
        return [type(one).__name__ for one in annotate_all(corpus, attempts, reviewer=rosa, at=NOON)]

    monkeypatch.setattr(prepared, "_batched", meeting)
    answers = at_once(work, times=2)

    assert [answer for answer in answers if not isinstance(answer, list)] == []
    assert sorted(chain.from_iterable(answers)) == ["Annotation"] * 60 + ["Stale"] * 60
    assert Annotation.objects.count() == 60


def test_next_save_is_based_on_what_stands(db):
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    row = tag(sentence, rosa)

    assert next_save(sentence, rosa, "mine") == Save("mine", row.key)


@pytest.mark.django_db
def test_who_has_watched_others_is_not_blind_any_more():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    before = tag(sentence, rosa, "allegation")
    make_member("rosa", {Role.RESEARCHER})
    make_member("rosa", {Role.REVIEWER})

    after = tag(sentence, rosa, "rebuttal")

    assert (before.blind, after.blind) == (True, False)

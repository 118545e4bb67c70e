"""Saving decisions: nothing is overwritten, nothing is stored twice, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions.annotation import (
    LONGEST_COMMENT,
    Decision,
    Save,
    annotate,
    content,
    undo,
    undo_latest,
)
from statements.actions.scheme import LabelText, publish
from statements.actions.upload import withdraw
from statements.errors import Refused, Stale
from statements.models import Annotation, Corpus, Event, Resplit, Sentence, SkipReason, State, User
from statements.roles import Role
from tests.actions.crowd import CROWD, at_once
from tests.make import (
    EVENING,
    LABELS,
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
    tag,
    take_back,
    the_corpus,
)


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


def _end(sentence: Sentence, by: User) -> None:
    sentence.ended_by = Resplit.objects.create(statement=sentence.statement, by=by, at=LATER)
    sentence.save()


@pytest.mark.django_db
def test_a_sentence_that_was_cut_differently_takes_no_decision():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "rebuttal")
    _end(sentence, rosa)

    with pytest.raises(Refused, match="sentence_ended"):
        tag(sentence, rosa)
    with pytest.raises(Refused, match="sentence_ended"):
        take_back(sentence, rosa)

    assert Annotation.objects.count() == 1


@pytest.mark.django_db
def test_a_save_that_arrived_before_the_cut_is_still_answered():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    save = Save("the-same-key")
    first = annotate(sentence, decision(), reviewer=rosa, save=save, at=NOON)
    _end(sentence, rosa)

    assert annotate(sentence, decision(), reviewer=rosa, save=save, at=EVENING) == first


@pytest.mark.django_db
def test_decisions_are_their_own_history_and_write_no_event():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    before = Event.objects.count()

    tag(sentence, rosa, "rebuttal")
    take_back(sentence, rosa)

    assert Event.objects.count() == before


# --- Undo ---


@pytest.mark.django_db
def test_undo_brings_back_the_decision_before_with_all_its_marks():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation", "rebuttal", unsure=True, comment="sure?")
    second = say(sentence, rosa, skipped())

    row = take_back(sentence, rosa)

    assert content(Annotation.objects.get(pk=row.pk)) == content(first)
    assert (row.supersedes, row.restores) == (second, first)
    assert sentence.annotations.count() == 3


@pytest.mark.django_db
def test_two_decisions_undone_twice_leave_the_sentence_untouched():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    tag(sentence, rosa, "rebuttal")

    take_back(sentence, rosa)
    row = take_back(sentence, rosa)

    assert content(row) == WITHDRAWN
    assert list(Annotation.objects.standing()) == []
    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back(sentence, rosa)


@pytest.mark.django_db
def test_a_restored_decision_keeps_the_scheme_it_was_made_under():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    publish(sentence.corpus, LABELS, guidelines={"en": "# Other rules"}, by=None, at=NOON)
    tag(sentence, rosa, "rebuttal")

    row = take_back(sentence, rosa)

    assert (content(row), row.scheme.number) == (decision("allegation"), 1)


@pytest.mark.django_db
def test_nothing_decided_is_nothing_to_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")

    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back(sentence, rosa)


@pytest.mark.django_db
def test_a_repeated_undo_undoes_once():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")
    save = Save("undo-key", based_on=second.key)

    once = undo(sentence, reviewer=rosa, save=save, at=LATER)
    again = undo(sentence, reviewer=rosa, save=save, at=EVENING)

    assert (again, once.restores) == (once, first)
    assert Annotation.objects.count() == 3


@pytest.mark.django_db
def test_the_key_of_a_decision_cannot_be_used_again_to_undo():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Refused, match="key_reused"):
        undo(sentence, reviewer=rosa, save=Save(second.key, second.key), at=LATER)

    assert current_row(sentence, rosa) == second


@pytest.mark.django_db
def test_undo_based_on_an_older_decision_is_stale():
    sentence, rosa = make_sentence(), make_reviewer("rosa")
    first = tag(sentence, rosa, "allegation")
    second = tag(sentence, rosa, "rebuttal")

    with pytest.raises(Stale) as stale:
        undo(sentence, reviewer=rosa, save=Save(new_key(), first.key), at=LATER)

    assert stale.value.current == second


def take_back_latest(reviewer: User, corpus: Corpus | None = None, key: str = "") -> Annotation:
    save = Save(key or new_key())
    return undo_latest(corpus or the_corpus(), reviewer=reviewer, save=save, at=LATER)


@pytest.mark.django_db
def test_the_latest_decision_of_the_corpus_goes_first_then_the_one_before():
    one, two, three = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    for sentence, label in ((one, "allegation"), (two, "rebuttal"), (one, "commitment"), (three, "rebuttal")):
        tag(sentence, rosa, label)
    tag(three, make_reviewer("ben"), "allegation")

    undone = [take_back_latest(rosa).sentence for _ in range(4)]

    assert undone == [three, one, two, one]
    assert list(Annotation.objects.by(rosa).standing()) == []
    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back_latest(rosa)


@pytest.mark.django_db
def test_the_latest_decision_repeated_with_its_key_is_undone_once():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    tag(one, rosa, "allegation")
    tag(two, rosa, "rebuttal")

    once, again = take_back_latest(rosa, key="undo-key"), take_back_latest(rosa, key="undo-key")

    assert (again, once.sentence) == (once, two)
    assert [row.sentence for row in Annotation.objects.by(rosa).standing()] == [one]


@pytest.mark.django_db
def test_the_latest_decision_of_another_corpus_is_left_alone():
    rosa, elsewhere = make_reviewer("rosa"), make_corpus("elsewhere")
    there = tag(make_sentence(corpus=elsewhere), rosa, "allegation")

    with pytest.raises(Refused, match="nothing_to_undo"):
        take_back_latest(rosa)

    assert list(Annotation.objects.standing()) == [there]


@pytest.mark.django_db
def test_decisions_that_cannot_be_seen_any_more_do_not_stand_in_the_way_of_undo():
    one, two, _ = sentences_of(make_statement(THREE))
    rosa = make_reviewer("rosa")
    gone = make_sentence("It is gone.")
    for sentence in (one, two, gone):
        tag(sentence, rosa, "allegation")
    withdraw(gone.statement.upload, by=None, at=LATER)
    _end(two, rosa)

    assert take_back_latest(rosa).sentence == one


DECISIONS = st.one_of(
    st.frozensets(st.sampled_from(SLUGS), min_size=1).map(lambda slugs: decision(*slugs)),
    st.sampled_from([decision(), decision(unsure=True), skipped(), WITHDRAWN]),
)


@pytest.mark.django_db
@settings(max_examples=40)
@given(steps=st.lists(st.one_of(st.just("undo"), DECISIONS), max_size=12))
def test_any_mix_of_decisions_and_undos_is_a_pile(steps):
    """Undo takes the top away; withdrawing clears the pile: nothing stands on what was taken back."""
    Annotation.objects.update(supersedes=None, restores=None)
    Annotation.labels.through.objects.all().delete()
    Annotation.objects.all().delete()
    sentence, rosa = Sentence.objects.first() or make_sentence(), make_reviewer("rosa")
    pile: list[Decision] = []
    rows = 0

    for step in steps:
        if step != "undo":
            say(sentence, rosa, step)
            pile = [] if step == WITHDRAWN else [*pile, step]
        elif pile:
            take_back(sentence, rosa)
            pile.pop()
        else:
            with pytest.raises(Refused, match="nothing_to_undo"):
                take_back(sentence, rosa)
            continue
        rows += 1
        row = current_row(sentence, rosa)
        assert content(row) == (pile[-1] if pile else WITHDRAWN)

    assert Annotation.objects.count() == rows


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

    answers = at_once(lambda n: undo(sentence, reviewer=rosa, save=Save(f"key-{n}", second.key), at=LATER))

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

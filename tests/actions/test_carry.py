"""What becomes of decisions when sentences are cut differently: rule by rule, and whatever happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.actions import saving
from statements.actions.annotation import annotate, annotate_all
from statements.actions.carry import Estate, Legacy
from statements.actions.decision import Attempt, Save, TakeBack, content
from statements.actions.resplit import (
    split_sentence,
    undo_resplit,
)
from statements.errors import Refused
from statements.models import (
    Act,
    Annotation,
    Member,
    Resplit,
    Round,
    Sentence,
    SkipReason,
    State,
    Statement,
    User,
)
from statements.reports.queue import next_sentence
from statements.text.gaps import cuts
from tests.actions.test_resplit import TWO, is_lossless, stands
from tests.make import (
    EVENING,
    LATER,
    WITHDRAWN,
    Decision,
    current_row,
    decision,
    do_again,
    make_reviewer,
    make_statement,
    mender,
    merge,
    new_key,
    next_save,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
    the_corpus,
    unmend,
)

pytestmark = pytest.mark.django_db


# --- Decisions are carried ---


def test_both_parts_inherit_and_are_to_be_checked():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    first = sentences_of(statement)[0]
    before = tag(first, rosa, "allegation", unsure=True, bad_split=True, comment="Two things.")
    say(first, paul, skipped(SkipReason.FRAGMENT))

    split_at(first, "it.", at=EVENING)

    for part in sentences_of(statement)[:2]:
        row = current_row(part, rosa)
        assert content(row) == decision("allegation", unsure=True, comment="Two things.")
        assert (row.act, row.to_check, row.blind, row.saved_at) == (Act.CARRY, True, False, EVENING)
        assert (row.decided_at, row.scheme) == (before.decided_at, before.scheme)
        assert stands(part, paul) == skipped(SkipReason.FRAGMENT)
    before.refresh_from_db()
    assert content(before) == decision("allegation", unsure=True, bad_split=True, comment="Two things.")
    assert before.superseded_at is None


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (decision("allegation"), decision("rebuttal"), decision("allegation", "rebuttal")),
        (decision("rebuttal"), decision("rebuttal"), decision("rebuttal")),
        (decision("rebuttal", comment="One."), decision("rebuttal", comment="Two.", unsure=True),
         decision("rebuttal", comment="One.\nTwo.", unsure=True)),
        (decision(), decision(), decision()),
        (skipped(SkipReason.FRAGMENT), skipped(SkipReason.CONTEXT), skipped(SkipReason.FRAGMENT)),
        (decision("allegation"), decision(), None),
        (decision(), skipped(), None),
        (decision("allegation"), None, None),
        (None, None, None),
        (WITHDRAWN, decision(), None),
    ],
)  # fmt: skip
def test_what_merged_sentences_inherit(first, second, together):
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    one, other = sentences_of(statement)[:2]
    for sentence, said in ((one, first), (other, second)):
        if said is not None:
            say(sentence, rosa, said)

    merge(one)

    assert stands(sentences_of(statement)[0], rosa) == together


def test_every_round_is_carried_by_itself():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation")
    repeated = tag(sentences_of(statement)[1], rosa, "rebuttal")
    Annotation.objects.filter(pk=repeated.pk).update(sentence=first, round=Round.REPEAT)

    split_at(first, "it.")

    part = sentences_of(statement)[0]
    rows = Annotation.objects.current().filter(sentence=part).order_by("round")
    assert [(row.round, content(row)) for row in rows] == [
        (Round.FIRST, decision("allegation")), (Round.REPEAT, decision("rebuttal")),
    ]  # fmt: skip


def test_confirming_makes_it_a_blind_decision_and_undoing_that_makes_it_to_check_again():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    first = sentences_of(statement)[0]
    tag(first, rosa, "allegation")
    split_at(first, "it.")
    part = sentences_of(statement)[0]

    confirmed = tag(part, rosa, "allegation")
    assert (confirmed.act, confirmed.to_check, confirmed.blind) == (Act.DECIDE, False, True)

    again = take_back(part, rosa)
    assert (content(again), again.to_check, again.blind) == (decision("allegation"), True, False)


def test_an_undo_brings_back_what_stood_on_each_sentence():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    one, other = sentences_of(statement)[:2]
    tag(one, rosa, "allegation", bad_split=True)
    tag(other, rosa)
    tag(one, paul, "allegation")
    tag(other, paul, "rebuttal")
    merged = merge(one)
    joined = sentences_of(statement)[0]
    tag(joined, paul, "commitment")

    unmend(merged)

    one, other = sentences_of(statement)[:2]
    assert [stands(each, rosa) for each in (one, other)] == [
        decision("allegation", bad_split=True), decision(),
    ]  # fmt: skip
    assert [current_row(each, rosa).to_check for each in (one, other)] == [False, False]
    assert [current_row(each, rosa).blind for each in (one, other)] == [True, True]
    assert [stands(each, paul) for each in (one, other)] == [decision("commitment")] * 2
    assert [current_row(each, paul).to_check for each in (one, other)] == [True, True]


def test_what_is_to_check_comes_first_then_what_waits():
    rosa = make_reviewer("rosa")
    early, late = make_statement("Nobody saw it. Nobody did."), make_statement(TWO)
    tag(sentences_of(late)[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) == sentences_of(early)[0]

    split_at(sentences_of(late)[0], "it.")

    parts = sentences_of(late)[:2]
    assert next_sentence(the_corpus(), rosa) == parts[0]
    tag(parts[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) == parts[1]
    tag(parts[1], rosa)
    assert next_sentence(the_corpus(), rosa) == sentences_of(early)[0]


def test_a_merge_that_leaves_a_sentence_untouched_is_found_by_whoever_was_done():
    rosa = make_reviewer("rosa")
    first, second = make_statement(TWO), make_statement("One more. Two more.")
    for sentence in [*sentences_of(first), *sentences_of(second)]:
        tag(sentence, rosa)
    tag(sentences_of(first)[0], rosa, "allegation")
    assert next_sentence(the_corpus(), rosa) is None

    merge(sentences_of(first)[0])

    assert next_sentence(the_corpus(), rosa) == sentences_of(first)[0]


# --- Saves that come late ---


def test_a_save_for_a_sentence_that_ended_is_stored_on_it_and_carried():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    based_on = tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")

    # `seen` still says that it is current: so it was read before the mend.
    row = annotate(
        seen, decision("commitment"), reviewer=rosa, save=Save(new_key(), based_on=based_on.key), at=EVENING
    )

    assert (row.sentence, row.supersedes, row.blind) == (seen, based_on, True)
    assert [stands(part, rosa) for part in sentences_of(statement)[:2]] == [decision("commitment")] * 2
    assert [current_row(part, rosa).to_check for part in sentences_of(statement)[:2]] == [True, True]


def test_what_was_decided_on_the_new_sentence_stands_against_what_comes_late():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    left, right = sentences_of(statement)[:2]
    tag(left, rosa, "rebuttal")

    tag(seen, rosa, "commitment")

    assert [stands(part, rosa) for part in (left, right)] == [decision("rebuttal"), decision("commitment")]


def test_a_late_save_is_carried_through_every_mend_since():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen, second = sentences_of(statement)[:2]
    tag(second, rosa, "rebuttal")
    split_at(sentences_of(statement)[0], "it.")
    merge(sentences_of(statement)[1])
    assert stands(sentences_of(statement)[1], rosa) is None

    tag(seen, rosa, "allegation")

    assert [stands(one, rosa) for one in sentences_of(statement)[:2]] == [
        decision("allegation"), decision("allegation", "rebuttal"),
    ]  # fmt: skip
    tag(seen, rosa)
    assert [stands(one, rosa) for one in sentences_of(statement)[:2]] == [decision(), None]
    assert next_sentence(the_corpus(), rosa) == sentences_of(statement)[0]


def test_a_late_save_costs_others_nothing():
    statement, rosa, paul = make_statement(TWO), make_reviewer("rosa"), make_reviewer("paul")
    seen = sentences_of(statement)[0]
    tag(seen, paul, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    before = Annotation.objects.by(paul).count()

    tag(seen, rosa, "commitment")

    assert Annotation.objects.by(paul).count() == before


def test_what_came_late_is_brought_to_a_part_once_what_was_decided_there_is_undone():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    tag(part, rosa, "rebuttal")
    tag(seen, rosa, "commitment", comment="offline")
    assert stands(part, rosa) == decision("rebuttal")

    undone = take_back(part, rosa)

    assert stands(part, rosa) == decision("commitment", comment="offline")
    assert current_row(part, rosa) == undone  # so what is based on the answer is not stale
    assert (undone.act, undone.to_check, undone.blind) == (Act.UNDO, True, False)
    do_again(part, rosa)
    assert stands(part, rosa) == decision("rebuttal")


def test_what_arrives_while_an_undo_is_planned_is_not_passed_over(monkeypatch):
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    tag(part, rosa, "rebuttal")
    arrived = []

    class SlowEstate(Estate):
        def legacy(self, *asked: object) -> Legacy | None:
            if not arrived:  # what it answers was read before
                arrived.append(tag(seen, rosa, "commitment"))
            return super().legacy(*asked)

    monkeypatch.setattr(saving, "Estate", SlowEstate)
    take_back(part, rosa)

    assert stands(part, rosa) == decision("commitment")


def test_an_undo_beside_a_late_save_in_one_batch_answers_what_stands_afterwards():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    tag(seen, rosa, "allegation")
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    decided = tag(part, rosa, "rebuttal")
    late = statement.sentences.select_related("statement__corpus").get(pk=seen.pk)
    attempts = [
        Attempt(late, decision("commitment"), next_save(late, rosa)),
        Attempt(part, TakeBack(decided.key), next_save(part, rosa)),
    ]

    outcomes = annotate_all(statement.corpus, attempts, reviewer=rosa, at=LATER)

    assert outcomes[1] == current_row(part, rosa)
    assert stands(part, rosa) == decision("commitment")


def test_ones_own_withdrawal_stands_against_what_comes_late_also_when_undo_led_back_to_it():
    statement, rosa = make_statement(TWO), make_reviewer("rosa")
    seen = sentences_of(statement)[0]
    split_at(sentences_of(statement)[0], "it.")
    part = sentences_of(statement)[0]
    say(part, rosa, WITHDRAWN)
    tag(part, rosa, "rebuttal")
    take_back(part, rosa)

    tag(seen, rosa, "commitment")

    assert stands(part, rosa) is None
    take_back(part, rosa)
    assert stands(part, rosa) == decision("commitment")


# --- Whatever happens ---

TEXT = "Ils l’ont caché 🇫🇷🇫🇷 hier. Nous e\u0301tions là.\n\nNous 👩‍👩‍👧 promettons tout. Rien d’autre."
PEOPLE = ("rosa", "paul")
SAID = (
    decision("allegation"), decision("rebuttal"), decision("commitment", unsure=True), decision(unsure=True),
    skipped(SkipReason.FRAGMENT), skipped(SkipReason.OTHER, comment="Why?"),
    decision("rebuttal", comment="So."), WITHDRAWN,
)  # fmt: skip


class Model:
    """The same, slow and obvious: what stands on a sentence is found out anew each time."""

    def __init__(self, statement: Statement) -> None:
        self.text = statement.text
        self.spans: dict[int, tuple[int, int]] = {}
        self.made_by: dict[int, int] = {}
        self.ended_by: dict[int, int] = {}
        self.mends: list[dict[str, object]] = []
        self.own: dict[tuple[str, int], list[Decision]] = defaultdict(list)
        self.undone: dict[tuple[str, int], list[Decision]] = defaultdict(list)
        for one in sentences_of(statement):
            self.spans[one.number] = (one.start, one.end)

    def current(self) -> list[int]:
        still = [number for number in self.spans if number not in self.ended_by]
        return sorted(still, key=lambda number: self.spans[number])

    def mend(self, ended: list[int], spans: list[tuple[int, int]], undoes: int | None = None) -> None:
        first = max(self.spans) + 1
        made = list(range(first, first + len(spans)))
        self.mends.append({"ended": ended, "made": made, "undoes": undoes})
        self.spans |= dict(zip(made, spans, strict=True))
        self.made_by |= dict.fromkeys(made, len(self.mends) - 1)
        self.ended_by |= dict.fromkeys(ended, len(self.mends) - 1)

    def can_undo(self, at: int) -> bool:
        is_undone = any(mend["undoes"] == at for mend in self.mends)
        now = {self.spans[one] for one in self.current()}
        return not is_undone and {self.spans[one] for one in self.mends[at]["made"]} <= now

    def say(self, who: str, number: int, what: Decision) -> None:
        self.own[who, number].append(what)
        self.undone[who, number].clear()

    def move(self, who: str, number: int, what: str) -> bool:
        """Undo or redo what somebody said on one sentence; say whether there was anything to move."""
        done, undone = self.own[who, number], self.undone[who, number]
        source, goal = (done, undone) if what == "undo" else (undone, done)
        if not source:
            return False
        goal.append(source.pop())
        return True

    def has_decided(self, who: str, number: int) -> bool:
        """Whether somebody decided on the text of a sentence between a change and its undo."""
        undo, (start, end) = self.made_by[number], self.spans[number]
        between = [
            one for one, made_by in self.made_by.items() if self.mends[undo]["undoes"] <= made_by < undo
        ]
        return any(
            self.own[who, one] and self.spans[one][0] < end and start < self.spans[one][1] for one in between
        )

    def stands(self, who: str, number: int) -> tuple[Decision, bool] | None:
        """What stands, and whether it is to be checked."""
        if self.own[who, number]:
            said = self.own[who, number][-1]
            return None if said == WITHDRAWN else (said, False)
        if number not in self.made_by:
            return None
        mend = self.mends[self.made_by[number]]
        start, end = self.spans[number]
        sources = [one for one in mend["ended"] if self.spans[one][0] < end and start < self.spans[one][1]]
        if mend["undoes"] is not None and not self.has_decided(who, number):
            before = self.mends[mend["undoes"]]["ended"]
            twins = [one for one in before if self.spans[one] == self.spans[number]]
            return self.stands(who, twins[0])
        said = [self.stands(who, one) for one in sorted(sources, key=lambda one: self.spans[one])]
        if None in said or len({one[0].state for one in said}) > 1:
            return None
        comments = dict.fromkeys(one[0].comment for one in said if one[0].comment)
        return Decision(
            state=said[0][0].state,
            labels=frozenset().union(*(one[0].labels for one in said)),
            reason=said[0][0].reason,
            unsure=any(one[0].unsure for one in said),
            comment="\n".join(comments),
        ), True


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["split", "merge", "unmend", "save", "save", "late", "undo", "undo", "redo"]),
        st.integers(0, 99),
        st.integers(0, 99),
        st.sampled_from(PEOPLE),
    ),
    max_size=14,
)


def clear() -> None:
    Annotation.objects.update(supersedes=None, restores=None, takes_back=None, act="decide")
    Annotation.labels.through.objects.all().delete()
    Annotation.objects.all().delete()
    Sentence.objects.filter(statement__title="Mended").exclude(made_by=None).update(made_by=None)
    Sentence.objects.filter(statement__title="Mended").delete()
    Resplit.objects.update(undoes=None, kind="split")
    Resplit.objects.all().delete()
    Member.objects.update(waiting_from=None)
    Statement.objects.all().delete()


def take(model: Model, statement: Statement, step: tuple[str, int, int, str]) -> None:
    """Take one step in the model and in the database; what cannot be done is not done in either."""
    what, chance, choice, _who = step
    by, current = mender(), model.current()
    number = current[chance % len(current)]
    sentence = statement.sentences.get(number=number)
    sentence.statement = statement
    if what == "split":
        start, end = model.spans[number]
        if gaps := cuts(model.text, start, end):
            cut = gaps[choice % len(gaps)]
            split_sentence(sentence, cut, by=by, key=new_key(), at=LATER)
            left = start + len(model.text[start:cut].rstrip())
            model.mend([number], [(start, left), (cut, end)])
    elif what == "merge" and number != current[-1]:
        behind = current[current.index(number) + 1]
        merge(sentence, across_paragraphs=True)
        model.mend([number, behind], [(model.spans[number][0], model.spans[behind][1])])
    elif what == "unmend" and model.mends:
        at = len(model.mends) - 1 - chance % len(model.mends)
        undone = Resplit.objects.order_by("pk")[at]
        assert model.can_undo(at) == Resplit.objects.standing().filter(pk=undone.pk).exists()
        if not model.can_undo(at):
            with pytest.raises(Refused, match="mended_since"):
                undo_resplit(undone, by=by, key=new_key(), at=LATER)
            return
        undo_resplit(undone, by=by, key=new_key(), at=LATER)
        made = {model.spans[one] for one in model.mends[at]["made"]}
        ended = [one for one in current if model.spans[one] in made]
        spans = sorted(model.spans[one] for one in model.mends[at]["ended"])
        model.mend(ended, spans, undoes=at)
    else:
        decide(model, statement, step, sentence)


def decide(model: Model, statement: Statement, step: tuple[str, int, int, str], sentence: Sentence) -> None:
    what, chance, choice, who = step
    reviewer, says = User.objects.get(username=who), SAID[choice % len(SAID)]
    known = statement.sentences.select_related("statement__corpus")
    if what == "save":
        say(sentence, reviewer, says)
        model.say(who, sentence.number, says)
    elif what == "late" and model.ended_by:
        late = known.get(number=sorted(model.ended_by)[chance % len(model.ended_by)])
        if choice % 2:
            late.ended_by = None  # so it was read before the mend
        say(late, reviewer, says)
        model.say(who, late.number, says)
    elif what in {"undo", "redo"}:  # on any sentence, also on one that ended
        somewhere = known.get(number=sorted(model.spans)[chance % len(model.spans)])
        change_back = take_back if what == "undo" else do_again
        if model.move(who, somewhere.number, what):
            change_back(somewhere, reviewer)
        else:
            with pytest.raises(Refused, match="not_last"):
                change_back(somewhere, reviewer)


def rows_of(statement: Statement, who: str) -> Iterator[tuple[int, tuple[Decision, bool] | None]]:
    reviewer = User.objects.get(username=who)
    for sentence in statement.sentences.order_by("number"):
        row = current_row(sentence, reviewer)
        says = content(row) if row and row.state != State.WITHDRAWN else None
        yield sentence.number, (says, row.to_check) if says else None


@settings(max_examples=60)
@given(steps=STEPS)
def test_whatever_is_mended_and_saved_is_what_the_slow_model_says(steps):
    clear()
    for name in PEOPLE:
        make_reviewer(name)
    statement = make_statement(TEXT, title="Mended", language="fr")
    model = Model(statement)
    saved: dict[str, Decision] = {}

    for step in steps:
        take(model, statement, step)
        for row in Annotation.objects.filter(act=Act.DECIDE).prefetch_related("labels"):
            assert saved.setdefault(row.key, content(row)) == content(row)  # readable, and as it was
        assert set(saved) == set(Annotation.objects.filter(act=Act.DECIDE).values_list("key", flat=True))

    assert {one.number: (one.start, one.end) for one in statement.sentences.all()} == model.spans
    assert [one.number for one in sentences_of(statement)] == model.current()
    assert is_lossless(statement)
    for who in PEOPLE:
        assert dict(rows_of(statement, who)) == {one: model.stands(who, one) for one in model.spans}

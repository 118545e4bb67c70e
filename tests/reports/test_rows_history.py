"""The layer that says everything: each decision there ever was, on each sentence there ever was."""

from __future__ import annotations

import pytest

from statements.models import Annotation, Sentence, User
from statements.reports import rows as module
from statements.reports.columns import CAME_ABOUT, COLUMNS, DECISION, Layer
from statements.reports.export import export_rows
from statements.reports.rows import Asked
from statements.roles import Role
from tests.make import (
    EVENING,
    LATER,
    NOON,
    make_member,
    make_reviewer,
    make_statement,
    member,
    merge,
    sentences_of,
    split_at,
    tag,
    take_back,
    the_corpus,
    unmend,
)

pytestmark = pytest.mark.django_db

TEXT = "They hid it and we did not. So it is.\n\nWe never will."
NOTHING = dict.fromkeys(column.name for column in (*DECISION, *CAME_ABOUT))


def rows(reader: User, layer: Layer = Layer.HISTORY) -> list[dict[str, object]]:
    return list(export_rows(the_corpus(), Asked(layer), member(reader)))


def place(row: dict[str, object]) -> tuple[object, ...]:
    return row["text"], row["position"], row["made_by"], row["ended_by"]


def said(row: dict[str, object]) -> tuple[object, ...]:
    return row["reviewer"], row["state"], *(row["labels"] or ()), row["act"], row["check"]


def test_a_row_says_how_a_decision_came_about_and_what_became_of_it():
    ada, rosa = make_member("ada", {Role.ADMIN}), make_reviewer()
    old = sentences_of(make_statement("They hid it and we did not.", title="Titre"))[0]
    first = tag(old, rosa, "rebuttal", unsure=True, comment="why", at=NOON)
    second = take_back(old, rosa, at=LATER)

    place = {
        "corpus": "press",
        "statement": old.statement.public_id,
        "sentence": old.public_id,
        "position": 1,
        "paragraph": 1,
        "start": 0,
        "end": 27,
        "start_utf16": 0,
        "end_utf16": 27,
        "text": "They hid it and we did not.",
        "language": "en",
        "title": "Titre",
        "speaker": "",
        "published_on": None,
        "source_url": "",
        "licence": "",
        "responds_to": "",
        "metadata": {},
        "made_by": None,
        "ended_by": None,
    }
    plain = {"scheme": 1, "round": "first", "blind": True, "check": False, "reason": "", "bad_split": False}
    assert rows(ada) == [
        {
            **place,
            **plain,
            "reviewer": "r2",
            "state": "labelled",
            "labels": ["rebuttal"],
            "unsure": True,
            "comment": "why",
            "decided_at": "2026-03-02T12:00:00Z",
            "saved_at": "2026-03-02T12:00:00Z",
            "key": first.key,
            "based_on": None,
            "act": "decide",
            "takes_back": None,
            "superseded_at": "2026-03-02T12:05:00Z",
        },
        {
            **place,
            **plain,
            "reviewer": "r2",
            "state": "withdrawn",
            "labels": [],
            "unsure": False,
            "comment": "",
            "decided_at": "2026-03-02T12:05:00Z",
            "saved_at": "2026-03-02T12:05:00Z",
            "key": second.key,
            "based_on": first.key,
            "act": "undo",
            "takes_back": first.key,
            "superseded_at": None,
        },
    ]
    assert rows(ada, Layer.ANNOTATIONS) == []


def test_sentences_that_ended_stay_with_what_was_decided_on_them():
    ada, rosa = make_member("ada", {Role.ADMIN}), make_reviewer()
    old, _, last = sentences_of(make_statement(TEXT))
    tag(old, rosa, "rebuttal")
    tag(last, rosa)
    split = split_at(old, "and", by=member(rosa))
    one, two, _, _ = sentences_of(old.statement)
    tag(one, rosa, "allegation", at=EVENING)

    made_by = split.public_id
    assert [(place(row), said(row)) for row in rows(ada)] == [
        ((old.text, 0, None, made_by), ("r2", "labelled", "rebuttal", "decide", False)),
        ((one.text, 1, made_by, None), ("r2", "labelled", "rebuttal", "carry", True)),
        ((one.text, 1, made_by, None), ("r2", "labelled", "allegation", "decide", False)),
        ((two.text, 2, made_by, None), ("r2", "labelled", "rebuttal", "carry", True)),
        ((last.text, 4, None, None), ("r2", "none", "decide", False)),
    ]
    standing = [
        (row["text"], row["position"], row["made_by"], row["check"]) for row in rows(ada, Layer.ANNOTATIONS)
    ]
    assert standing == [
        (one.text, 1, made_by, False),
        (two.text, 2, made_by, True),
        (last.text, 4, None, False),
    ]
    counted = {row["text"]: row["soft"] for row in rows(ada, Layer.SENTENCES)}
    assert counted[one.text] == {"allegation": 1.0, "commitment": 0.0, "rebuttal": 0.0}
    assert counted[two.text] == {}


def test_an_ended_sentence_on_which_nobody_decided_has_one_row():
    reza = make_member("reza", {Role.RESEARCHER})
    one, two, _ = sentences_of(make_statement(TEXT))
    merged = merge(one)

    told = rows(reza)

    assert [place(row) for row in told] == [
        (one.text, 0, None, merged.public_id),
        (two.text, 0, None, merged.public_id),
    ]
    assert [{name: row[name] for name in NOTHING} for row in told] == [NOTHING, NOTHING]


def test_whoever_reviews_cannot_tell_what_others_decided_from_what_nobody_did():
    rosa, ben = make_reviewer(), make_reviewer("ben")
    old, _, last = sentences_of(make_statement(TEXT))
    tag(last, rosa, "commitment")
    undone = split_at(old, "and", by=member(rosa))
    before = rows(rosa)

    for sentence in (old, *sentences_of(old.statement)):
        tag(sentence, ben, "rebuttal", "allegation", comment="a secret of ben")

    assert rows(rosa) == before
    assert [(place(row)[1:], row["reviewer"], row["state"]) for row in before] == [
        ((0, None, undone.public_id), None, None),
        ((4, None, None), "r1", "labelled"),
    ]
    assert {row["reviewer"] for row in rows(ben)} == {"r2"}
    assert {row["comment"] for row in rows(make_member("reza", {Role.RESEARCHER}))} == {None}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1_000])
def test_nothing_is_left_out_or_told_twice_wherever_a_batch_ends(monkeypatch, size):
    ada, rosa, ben = make_member("ada", {Role.ADMIN}), make_reviewer(), make_reviewer("ben")
    for number in range(2):
        statement = make_statement(f"Number {number}. {TEXT}")
        _, long, _, _ = sentences_of(statement)
        tag(long, rosa, "rebuttal")
        split = split_at(long, "and", by=member(rosa))
        tag(long, ben, "allegation")  # late
        merge(unmend(split, by=member(rosa)).made.get(), by=member(rosa))
        split_at(sentences_of(statement)[1], "it", by=member(ben))
        tag(sentences_of(statement)[-1], ben)
    monkeypatch.setattr(module, "BATCH", size)

    told = rows(ada)

    assert {tuple(row) for row in told} == {tuple(column.name for column in COLUMNS[Layer.HISTORY])}
    decided = [row["key"] for row in told if row["key"]]
    assert sorted(decided) == sorted(Annotation.objects.values_list("key", flat=True))
    ended = {one.public_id for one in Sentence.objects.exclude(ended_by=None).select_related("statement")}
    assert {row["sentence"] for row in told if row["ended_by"]} == ended
    keys = dict(Annotation.objects.values_list("key", "pk"))
    stored = {one.public_id: one for one in Sentence.objects.select_related("statement")}
    order = [
        (
            stored[row["sentence"]].statement_id,
            row["start"],
            stored[row["sentence"]].number,
            keys.get(row["key"], 0),
        )
        for row in told
    ]
    assert order == sorted(set(order))
    current = {row["sentence"]: row["position"] for row in rows(ada, Layer.SENTENCES)}
    assert {row["position"] for row in told if row["sentence"] not in current} == {0}
    assert all(row["position"] == current[row["sentence"]] for row in told if row["sentence"] in current)

"""The rows of an export: who said what, cut from the same text, and nothing that one reader may not see."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from statements.actions.upload import withdraw
from statements.models import Annotation, Member, Round, Sentence, SkipReason, State, User
from statements.reports.columns import COLUMNS, Layer
from statements.reports.export import export_rows
from statements.reports.rows import BATCH, Asked, soft_labels
from statements.roles import Role
from tests.make import (
    EVENING,
    LATER,
    NOON,
    THREE,
    WITHDRAWN,
    make_corpus,
    make_member,
    make_reviewer,
    make_sentence,
    make_statement,
    make_upload,
    member,
    say,
    sentences_of,
    skipped,
    tag,
    take_back,
    the_corpus,
)
from tests.order import COMMITTED

pytestmark = pytest.mark.django_db


def rows(reader: User, layer: Layer = Layer.SENTENCES) -> list[dict[str, object]]:
    return list(export_rows(the_corpus(), Asked(layer), member(reader)))


@pytest.fixture
def told() -> list[Sentence]:
    """Three sentences; Rosa and Ben have decided on them, differently."""
    make_corpus()
    rosa, ben = make_reviewer("rosa"), make_reviewer("ben")
    make_member("ada", {Role.ADMIN})
    one, two, three = sentences_of(
        make_statement(
            THREE,
            title="Titre",
            speaker="Banque",
            published_on=date(2023, 6, 5),
            source_url="https://example.org/1",
            licence="CC0",
            responds_to="une plainte",
            metadata={"text": "FAKE", "corpus": "FAKE", "n": [1, None, "é"]},
        )
    )
    tag(one, rosa, "allegation", "rebuttal", unsure=True, bad_split=True, comment="by rosa", at=NOON)
    tag(one, ben, "rebuttal", comment="by ben", at=LATER)
    tag(two, rosa, at=NOON)
    say(two, ben, skipped(SkipReason.CONTEXT))
    say(three, rosa, skipped(SkipReason.OTHER))
    say(three, ben, WITHDRAWN)
    return [one, two, three]


def reader_called(name: str) -> User:
    return User.objects.get(username=name)


def place_of(sentence: Sentence, position: int) -> dict[str, object]:
    return {
        "corpus": "press",
        "statement": sentence.statement.public_id,
        "sentence": sentence.public_id,
        "position": position,
        "paragraph": sentence.paragraph,
        "start": sentence.start,
        "end": sentence.end,
        "start_utf16": sentence.start,
        "end_utf16": sentence.end,
        "text": sentence.text,
        "language": "en",
        "title": "Titre",
        "speaker": "Banque",
        "published_on": "2023-06-05",
        "source_url": "https://example.org/1",
        "licence": "CC0",
        "responds_to": "une plainte",
        "metadata": {"text": "FAKE", "corpus": "FAKE", "n": [1, None, "é"]},
        "made_by": sentence.made_by.public_id if sentence.made_by else None,
    }


ROSA_ON_ONE = {
    "reviewer": "r1",
    "state": "labelled",
    "labels": ["allegation", "rebuttal"],
    "reason": "",
    "unsure": True,
    "bad_split": True,
    "comment": "by rosa",
    "scheme": 1,
    "round": "first",
    "blind": True,
    "check": False,
    "decided_at": "2026-03-02T12:00:00Z",
    "saved_at": "2026-03-02T12:00:00Z",
}
PLAIN = {"reason": "", "unsure": False, "bad_split": False, "comment": ""}
BEN_ON_ONE = {**ROSA_ON_ONE, **PLAIN, "reviewer": "r2", "labels": ["rebuttal"], "comment": "by ben"}
BEN_ON_ONE |= {"decided_at": "2026-03-02T12:05:00Z", "saved_at": "2026-03-02T12:05:00Z"}
ROSA_ON_TWO = {**ROSA_ON_ONE, **PLAIN, "state": "none", "labels": []}
BEN_ON_TWO = {**ROSA_ON_TWO, "reviewer": "r2", "state": "skipped", "reason": "context"}
ROSA_ON_THREE = {**ROSA_ON_TWO, "state": "skipped", "reason": "other"}


def test_a_sentence_row_says_all_there_is(told):
    one, two, three = told

    assert rows(reader_called("ada")) == [
        {
            **place_of(one, 1),
            "gold": None,
            "soft": {"allegation": 0.5, "commitment": 0.0, "rebuttal": 1.0},
            "annotations": [ROSA_ON_ONE, BEN_ON_ONE],
        },
        {
            **place_of(two, 2),
            "gold": None,
            "soft": {"allegation": 0.0, "commitment": 0.0, "rebuttal": 0.0},
            "annotations": [ROSA_ON_TWO, BEN_ON_TWO],
        },
        {**place_of(three, 3), "gold": None, "soft": {}, "annotations": [ROSA_ON_THREE]},
    ]


def test_an_annotation_row_is_the_same_flat(told):
    one, two, three = told

    assert rows(reader_called("ada"), Layer.ANNOTATIONS) == [
        {**place_of(one, 1), **ROSA_ON_ONE},
        {**place_of(one, 1), **BEN_ON_ONE},
        {**place_of(two, 2), **ROSA_ON_TWO},
        {**place_of(two, 2), **BEN_ON_TWO},
        {**place_of(three, 3), **ROSA_ON_THREE},
    ]


@pytest.mark.parametrize("layer", Layer)
def test_the_keys_stand_in_the_order_of_the_columns(told, layer):
    assert {tuple(row) for row in rows(reader_called("ada"), layer)} == {
        tuple(column.name for column in COLUMNS[layer])
    }


def test_a_reviewer_exports_own_decisions_only(told):
    exported = rows(reader_called("rosa"))

    assert [row["annotations"] for row in exported] == [[ROSA_ON_ONE], [ROSA_ON_TWO], [ROSA_ON_THREE]]
    assert exported[0]["soft"] == {"allegation": 1.0, "commitment": 0.0, "rebuttal": 1.0}
    assert rows(reader_called("ben"), Layer.ANNOTATIONS) == [
        {**place_of(told[0], 1), **BEN_ON_ONE},
        {**place_of(told[1], 2), **BEN_ON_TWO},
    ]


@pytest.mark.parametrize(
    ("roles", "comments"),
    [
        ({Role.ADMIN}, {"by rosa", "by ben", ""}),
        ({Role.ADJUDICATOR}, {"by rosa", "by ben", ""}),
        ({Role.RESEARCHER}, {None}),
    ],
)
def test_comments_are_for_admins_and_adjudicators(told, roles, comments):
    exported = rows(make_member("reader", roles), Layer.ANNOTATIONS)

    assert {row["comment"] for row in exported} == comments


def test_a_researcher_who_reviewed_reads_own_comments(told):
    exported = rows(make_member("rosa", {Role.RESEARCHER}), Layer.ANNOTATIONS)

    assert [row["comment"] for row in exported] == ["by rosa", None, "", None, ""]


def test_people_stand_under_pseudonyms_alone(told):
    decided = [layer for layer in Layer if layer != Layer.STATEMENTS]
    User.objects.filter(username="rosa").update(
        email="rosa@secret.example", name="Rosa Geheim", username="rosalux"
    )
    Annotation.objects.update(comment="")

    exported = str([rows(reader_called("ada"), layer) for layer in Layer])

    assert [leak for leak in ("rosa", "Rosa", "secret", "Geheim", "'ben'", "'ada'") if leak in exported] == []
    assert exported.count("'reviewer': 'r1'") == 3 * len(decided)


def test_whoever_left_keeps_their_rows_and_their_pseudonym(told):
    Member.objects.filter(user__username="rosa").update(left_at=EVENING)

    assert [row["reviewer"] for row in rows(reader_called("ada"), Layer.ANNOTATIONS)] == [
        "r1",
        "r2",
        "r1",
        "r2",
        "r1",
    ]


def test_what_nobody_looked_at_is_no_row_of_annotations_and_an_empty_one_of_sentences():
    reader = make_member("ada", {Role.ADMIN})
    make_sentence()

    assert rows(reader, Layer.ANNOTATIONS) == []
    assert [(row["annotations"], row["soft"]) for row in rows(reader)] == [([], {})]


def test_only_what_stands_is_exported():
    rosa, sentence = make_reviewer(), make_sentence()
    first = tag(sentence, rosa, "allegation")
    tag(sentence, rosa, "rebuttal")
    assert [row["labels"] for row in rows(rosa, Layer.ANNOTATIONS)] == [["rebuttal"]]

    take_back(sentence, rosa)
    assert [row["labels"] for row in rows(rosa, Layer.ANNOTATIONS)] == [["allegation"]]
    take_back(sentence, rosa)
    assert rows(rosa, Layer.ANNOTATIONS) == []
    assert first.state == State.LABELLED


def test_staged_and_withdrawn_statements_and_ended_sentences_are_left_out():
    reader = make_member("ada", {Role.ADMIN})
    rosa = make_reviewer()
    kept, ended, _ = sentences_of(make_statement(THREE))
    gone = make_sentence("It is gone.")
    make_upload("Nobody stored this.")
    for sentence in (kept, ended, gone):
        tag(sentence, rosa, "rebuttal")
    withdraw(gone.statement.upload, by=None, at=LATER)
    Sentence.objects.filter(pk=ended.pk).update(ended_by=kept.statement.resplits.create(by=rosa, at=LATER))

    assert [(row["sentence"][-2:], row["position"]) for row in rows(reader)] == [(".1", 1), (".3", 2)]
    assert [row["sentence"] for row in rows(reader, Layer.ANNOTATIONS)] == [kept.public_id]


def test_another_corpus_is_left_out(elsewhere):
    reader = make_member("ada", {Role.ADMIN})
    make_sentence(corpus=elsewhere)
    here = make_sentence()

    assert [row["sentence"] for row in rows(reader)] == [here.public_id]


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 dit non. 🤔 Vraiment ?\r\n\r\nE\u0301te\u0301. Fin 🇫🇷.",
        "\ufeffUn\u00a0été. Deux\u2028trois.\n\n\n  Quatre.",
        "\U00010348 one. \U0001f600 two.",
    ],
)
def test_offsets_cut_the_same_strings_out_of_the_same_text(text):
    reader = make_member("ada", {Role.ADMIN})
    statement = make_statement(text.encode())

    exported = rows(reader)

    assert [statement.text[row["start"] : row["end"]] for row in exported] == [
        row["text"] for row in exported
    ]
    rebuilt, at = "", 0
    for row in exported:
        rebuilt += statement.text[at : row["start"]] + row["text"]
        at = row["end"]
    assert (
        rebuilt + statement.text[at:] == statement.text == text.removeprefix("\ufeff").replace("\r\n", "\n")
    )


def test_what_is_unknown_is_empty_or_null():
    reader = make_member("ada", {Role.ADMIN})
    make_sentence()

    row = rows(reader)[0]
    unknown = {
        name: row[name]
        for name in ("speaker", "published_on", "source_url", "licence", "responds_to", "metadata")
    }
    assert unknown == {
        "speaker": "",
        "published_on": None,
        "source_url": "",
        "licence": "",
        "responds_to": "",
        "metadata": {},
    }


@COMMITTED
def test_all_rows_come_from_one_moment():
    reader, rosa = make_member("ada", {Role.ADMIN}), make_reviewer()
    sentences = sentences_of(make_statement("One more. " * (BATCH + 1)))
    stream = export_rows(the_corpus(), Asked(), member(reader))
    first = next(stream)

    tag(sentences[-1], rosa, "rebuttal")  # nobody who writes waits for a reader
    make_sentence("Too late for this one.")

    assert [row["annotations"] for row in (first, *stream)] == [[]] * (BATCH + 1)
    assert len(rows(reader)) == BATCH + 2


@COMMITTED
def test_an_export_that_nobody_reads_to_its_end_lets_go():
    reader = make_member("ada", {Role.ADMIN})
    make_statement(THREE)
    stream = export_rows(the_corpus(), Asked(), member(reader))
    next(stream)

    stream.close()

    assert connections["snapshot"].in_atomic_block is False


def queries_of(reader: User, layer: Layer) -> int:
    who = Member.objects.select_related("user").get(user=reader)
    with CaptureQueriesContext(connections["snapshot"]) as queries:
        list(export_rows(the_corpus(), Asked(layer), who))
    return len([one for one in queries if "SELECT" in one["sql"] and "FROM corpus LIMIT" not in one["sql"]])


@COMMITTED
@pytest.mark.parametrize("layer", Layer)
def test_queries_do_not_grow_with_sentences_and_statements_but_by_the_batch(layer):
    reader, rosa = make_member("ada", {Role.ADMIN}), make_reviewer()
    for sentence in sentences_of(make_statement(THREE)):
        tag(sentence, rosa, "rebuttal")
    few = queries_of(reader, layer)

    for sentence in sentences_of(make_statement("One more. " * 20)):
        tag(sentence, rosa, "allegation")
    for number in range(20):
        make_statement(f"Statement number {number}.")
    more = queries_of(reader, layer)

    make_statement("One more and more. " * BATCH)
    next_batch = queries_of(reader, layer)

    assert (few, more, next_batch) == {
        Layer.SENTENCES: (10, 10, 15),  # with one about gold
        Layer.ANNOTATIONS: (9, 9, 14),
        Layer.HISTORY: (9, 9, 14),
        Layer.STATEMENTS: (7, 7, 9),  # without decisions and their labels
    }[layer]


def test_a_batch_may_end_within_a_statement():
    reader, rosa = make_member("ada", {Role.ADMIN}), make_reviewer()
    first = make_statement(THREE)
    long = make_statement("One more. " * (BATCH + 2))
    last = make_statement("The end.")
    tag(sentences_of(long)[-1], rosa, "rebuttal")

    exported = rows(reader)

    numbers = [(first, 3), (long, BATCH + 2), (last, 1)]
    assert [(row["sentence"], row["position"]) for row in exported] == [
        (f"{statement.public_id}.{number}", number)
        for statement, count in numbers
        for number in range(1, count + 1)
    ]
    assert [row["sentence"] for row in rows(reader, Layer.ANNOTATIONS)] == [f"{long.public_id}.{BATCH + 2}"]


def test_no_query_names_every_annotation(told):
    """Stock SQLite takes 32,766 variables, less than the annotations of one long statement."""
    ada = member(reader_called("ada"))
    with CaptureQueriesContext(connections["snapshot"]) as queries:
        list(export_rows(the_corpus(), Asked(Layer.ANNOTATIONS), ada))

    naming = [one["sql"] for one in queries if '"annotation_id" IN' in one["sql"]]

    assert naming == []
    assert any('"annotation_label"' in one["sql"] for one in queries)


# --- Soft labels ---


def decided(state: str, *labels: str, round_: str = "first", check: bool = False) -> dict[str, object]:
    return {"state": state, "labels": list(labels), "round": round_, "check": check}


@pytest.mark.parametrize(
    ("said", "soft"),
    [
        ([], {}),
        ([decided("skipped")], {}),
        ([decided("none")], {"a": 0.0, "b": 0.0}),
        ([decided("labelled", "a"), decided("skipped")], {"a": 1.0, "b": 0.0}),
        ([decided("labelled", "a", "b"), decided("none")], {"a": 0.5, "b": 0.5}),
        ([decided("labelled", "a"), decided("labelled", "b", round_="repeat")], {"a": 1.0, "b": 0.0}),
        ([decided("labelled", "a"), decided("labelled", "b", check=True)], {"a": 1.0, "b": 0.0}),
        ([decided("labelled", "a", check=True)], {}),
        (
            [decided("labelled", "a"), decided("labelled", "b"), decided("none"), decided("none")],
            {"a": 0.25, "b": 0.25},
        ),
    ],
)
def test_soft_labels_are_shares_of_those_who_decided(said, soft):
    assert soft_labels(said, ["a", "b"]) == soft


def test_rounds_stay_apart_in_the_rows():
    rosa, sentence = make_reviewer(), make_sentence()
    row = tag(sentence, rosa, "rebuttal")
    Annotation.objects.create(
        sentence=sentence, reviewer=rosa, round=Round.REPEAT, key="again", state=State.NONE,
        scheme=row.scheme, blind=True, decided_at=LATER, saved_at=LATER,
    )  # fmt: skip

    assert [(one["round"], one["state"]) for one in rows(rosa, Layer.ANNOTATIONS)] == [
        ("first", "labelled"),
        ("repeat", "none"),
    ]

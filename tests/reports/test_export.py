"""An export shows one moment: the same rows whenever it is asked for, from any row on, and counted alike."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

import pytest

from statements.actions.member import set_roles
from statements.actions.statement import correct_statement, details_of
from statements.actions.upload import withdraw
from statements.errors import Refused
from statements.models import Sentence, SkipReason, User
from statements.reports.annotation import Wanted
from statements.reports.columns import Layer
from statements.reports.export import count_rows, export_rows
from statements.reports.rows import After, Asked
from statements.reports.statement import About
from statements.roles import Role
from tests.make import (
    EVENING,
    LATER,
    NOON,
    THREE,
    make_gold,
    make_member,
    make_statement,
    member,
    mender,
    merge,
    say,
    sentences_of,
    skipped,
    split_at,
    tag,
    take_back,
    the_corpus,
)

pytestmark = pytest.mark.django_db
THEN = NOON + timedelta(minutes=2)  # between NOON and LATER


@pytest.fixture
def told(rosa: User, ben: User) -> list[Sentence]:
    """Two statements; what was decided by NOON, of all kinds, and a split."""
    one, two, three = sentences_of(
        make_statement(THREE, title="One", speaker="Bank", published_on=date(2025, 1, 1))
    )
    four, five = sentences_of(
        make_statement("🤔 Nous nions tout. Nous verrons.", title="Two", language="fr", responds_to="One")
    )
    tag(one, rosa, "allegation", unsure=True)
    tag(one, ben, "rebuttal", bad_split=True)
    tag(two, rosa)
    say(two, ben, skipped(SkipReason.CONTEXT))
    tag(four, rosa, "commitment")
    tag(five, rosa, "rebuttal")
    take_back(five, rosa, at=NOON)
    split_at(three, "open", by=mender("mina"), at=NOON)
    return [one, two, three, four, five]


def rows(who: User, layer: Layer = Layer.SENTENCES, **asked: object) -> list[dict[str, object]]:
    return list(export_rows(the_corpus(), Asked(layer, **asked), member(who)))


def names(found: list[dict[str, object]]) -> list[str]:
    return [str(row["text"]) for row in found]


# --- One moment ---


@pytest.mark.parametrize("layer", Layer)
def test_a_past_moment_is_exported_as_it_was(told, ada, rosa, ben, layer):
    before = rows(ada, layer, as_of=THEN)

    tag(told[0], rosa, "commitment", at=LATER)
    take_back(told[1], rosa, at=LATER)
    merge(told[3], by=mender("mina"), at=LATER)
    make_gold(told[0], "rebuttal", by=ada, at=LATER)
    make_statement("It came late.", at=LATER)

    assert rows(ada, layer, as_of=THEN) == before
    assert rows(ada, layer) != before


def test_the_moment_itself_is_not_part_of_it(told):
    early = make_member("eve", {Role.RESEARCHER}, at=NOON - timedelta(days=1))

    assert rows(early, as_of=NOON) == []
    assert len(rows(early, as_of=NOON + timedelta(microseconds=1))) == 6


def test_what_has_not_passed_cannot_be_exported(told, ada):
    with pytest.raises(Refused) as refused:
        rows(ada, as_of=EVENING + timedelta(days=10_000))

    assert refused.value.code == "as_of_ahead"


def test_after_a_correction_the_moment_before_cannot_be_had(told, ada):
    details = details_of(told[0].statement)
    changed = type(details)(**{**vars(details), "title": "Another"})
    correct_statement(told[0].statement, changed, by=ada, at=LATER)

    with pytest.raises(Refused) as refused:
        rows(ada, as_of=THEN)

    assert refused.value.code == "changed_since_then"
    assert rows(ada, as_of=LATER + timedelta(minutes=1))[0]["title"] == "Another"


def test_nor_after_texts_were_withdrawn_or_the_reader_has_other_roles(told, ada, reza, corpus):
    set_roles(corpus, reza, roles={Role.REVIEWER}, by=ada, at=LATER)
    with pytest.raises(Refused) as by_role:
        rows(reza, as_of=THEN)
    assert len(rows(ada, as_of=THEN)) == 6

    withdraw(told[0].statement.upload, by=ada, at=LATER)
    with pytest.raises(Refused) as by_upload:
        rows(ada, as_of=THEN)

    assert [by_role.value.code, by_upload.value.code] == ["changed_since_then"] * 2


# --- From any row on ---


@pytest.mark.parametrize("layer", Layer)
def test_an_export_goes_on_behind_any_row(told, ada, layer):
    whole = rows(ada, layer, as_of=THEN)
    key = "statement" if layer == Layer.STATEMENTS else "sentence"

    for cut in range(1, len(whole) + 1):
        name = whole[cut - 1][key]
        of_last = sum(row[key] == name for row in whole[:cut])
        some = None if layer in {Layer.SENTENCES, Layer.STATEMENTS} else of_last
        assert rows(ada, layer, as_of=THEN, after=After(name, some)) == whole[cut:]


def test_without_a_number_of_rows_it_goes_on_with_the_next_sentence(told, ada):
    whole = rows(ada, Layer.ANNOTATIONS, as_of=THEN)
    groups = [list(group) for _, group in groupby(whole, key=lambda row: row["sentence"])]

    assert [len(group) for group in groups] == [2, 2, 1]
    after = After(groups[0][0]["sentence"])
    assert rows(ada, Layer.ANNOTATIONS, as_of=THEN, after=after) == [*groups[1], *groups[2]]


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (Layer.SENTENCES, "2222222222zz.1"),
        (Layer.SENTENCES, "{statement}"),
        (Layer.SENTENCES, "{statement}.99"),
        (Layer.STATEMENTS, "{statement}.1"),
        (Layer.STATEMENTS, "2222222222zz"),
    ],
)
def test_it_does_not_go_on_from_what_is_no_row(told, ada, layer, name):
    after = After(name.format(statement=told[0].statement.public_id))

    with pytest.raises(Refused) as refused:
        rows(ada, layer, as_of=THEN, after=after)

    assert (refused.value.code, refused.value.values) == ("no_such_row", {"name": after.name})


# --- What is looked for ---

BY_STATEMENT = {
    About(language="fr"): ["Two"],
    About(speaker="Bank"): ["One"],
    About(responds_to="One"): ["Two"],
    About(published_from=date(2025, 1, 1)): ["One"],
    About(published_to=date(2024, 12, 31)): [],
    About(created_since=LATER): [],
    About(words=("nions",)): ["Two"],
    About(words=("hid", "books")): ["One"],
}
ALL = [
    "They hid the losses.",
    "We hid nothing.",
    "We will",
    "open our books.",
    "🤔 Nous nions tout.",
    "Nous verrons.",
]
LOOKED_FOR = [
    (Wanted(label="allegation"), ["They hid the losses."]),
    (Wanted(state="none"), ["We hid nothing."]),
    (Wanted(state="skipped"), ["We hid nothing."]),
    (Wanted(state="untouched"), ["We will", "open our books.", "Nous verrons."]),
    (Wanted(unsure=True), ["They hid the losses."]),
    (Wanted(bad_split=True), ["They hid the losses."]),
    (Wanted(scheme=1, state="labelled"), ["They hid the losses.", "🤔 Nous nions tout."]),
    (Wanted(scheme=2), []),
    (Wanted(reviewer="r2"), ["They hid the losses.", "We hid nothing."]),
    (Wanted(reviewer="r2", state="none"), []),
    (
        Wanted(reviewer="r2", state="untouched"),
        ["We will", "open our books.", "🤔 Nous nions tout.", "Nous verrons."],
    ),
    (
        Wanted(changed_since=NOON),
        ["They hid the losses.", "We hid nothing.", "🤔 Nous nions tout.", "Nous verrons."],
    ),
    (Wanted(changed_since=LATER), []),
]


def test_sentences_are_found_by_what_was_decided_on_them(told, ada):
    whole = rows(ada)

    for wanted, found in LOOKED_FOR:
        # Whatever is left out, what comes is as it is in the whole.
        assert rows(ada, wanted=wanted) == [row for row in whole if row["text"] in found], wanted
    assert names(whole) == ALL


def test_rows_are_found_by_their_statement(told, ada):
    found = {
        (about, layer): sorted({row["title"] for row in rows(ada, layer, about=about)})
        for about in BY_STATEMENT
        for layer in Layer
    }

    assert found == {(about, layer): titles for about, titles in BY_STATEMENT.items() for layer in Layer}


def test_one_statement_can_be_exported_alone(told, ada):
    wanted = Wanted(statement=told[3].statement.public_id)

    assert [row["title"] for row in rows(ada, wanted=wanted)] == ["Two", "Two"]


def test_decisions_are_found_by_what_they_say(told, ada):
    def found(layer: Layer, **wanted: object) -> list[tuple[object, object]]:
        return [(row["reviewer"], row["state"]) for row in rows(ada, layer, wanted=Wanted(**wanted))]

    assert found(Layer.ANNOTATIONS, reviewer="r2") == [("r2", "labelled"), ("r2", "skipped")]
    assert found(Layer.ANNOTATIONS, label="commitment") == [("r1", "labelled")]
    assert found(Layer.HISTORY, state="withdrawn") == [("r1", "withdrawn")]
    assert found(Layer.HISTORY, label="rebuttal") == [("r2", "labelled"), ("r1", "labelled")]


def test_statements_are_found_by_decisions_on_their_sentences(told, ada):
    assert [row["title"] for row in rows(ada, Layer.STATEMENTS, wanted=Wanted(label="commitment"))] == ["Two"]


def test_rows_are_counted_without_reading_them(told, ada, rosa):
    asked = [Asked(layer, wanted=wanted) for layer in Layer for wanted, _ in [(Wanted(), []), *LOOKED_FOR]]
    for who, some in ((ada, asked), (rosa, [one for one in asked if not one.wanted.reviewer])):
        counted = [count_rows(the_corpus(), one, member(who)) for one in some]

        assert counted == [len(list(export_rows(the_corpus(), one, member(who)))) for one in some]


def test_whoever_reviews_finds_nothing_by_what_others_chose(told, rosa):
    assert rows(rosa, wanted=Wanted(bad_split=True)) == []
    assert names(rows(rosa, wanted=Wanted(state="skipped"))) == []


# --- Statements, gold, offsets ---


def test_a_statement_row_has_the_whole_text(told, ada):
    two = told[3].statement

    assert rows(ada, Layer.STATEMENTS)[1] == {
        "corpus": "press",
        "statement": two.public_id,
        "language": "fr",
        "title": "Two",
        "speaker": "",
        "published_on": None,
        "source_url": "",
        "licence": "",
        "responds_to": "One",
        "metadata": {},
        "sentences": 2,
        "segmenter": two.segmenter,
        "stored_at": "2026-03-02T12:00:00Z",
        "text": "🤔 Nous nions tout. Nous verrons.",
    }


def test_gold_stands_in_the_row(told, ada):
    make_gold(told[0], "rebuttal", by=ada, at=NOON)
    make_gold(told[1], by=ada, at=NOON)

    assert [row["gold"] for row in rows(ada)[:3]] == [
        {
            "state": "labelled",
            "labels": ["rebuttal"],
            "source": "adjudicated",
            "by": member(ada).pseudonym,
            "scheme": 1,
            "at": "2026-03-02T12:00:00Z",
        },
        {
            "state": "none",
            "labels": [],
            "source": "adjudicated",
            "by": member(ada).pseudonym,
            "scheme": 1,
            "at": "2026-03-02T12:00:00Z",
        },
        None,
    ]


def test_whoever_works_blind_sees_gold_once_the_statement_is_settled(told, ada, rosa):
    make_gold(told[3], "commitment", by=ada, at=NOON)
    assert [row["gold"] for row in rows(rosa)] == [None] * 6

    make_gold(told[4], by=ada, at=NOON)

    assert [row["gold"] and row["gold"]["state"] for row in rows(rosa)] == [None] * 4 + ["labelled", "none"]


def test_offsets_are_told_in_utf_16_too(ada):
    text = "Été 🤔, dit-il. E\u0301te\u0301 👩‍👩‍👧 fini."
    make_statement(text, language="fr")
    units = text.encode("utf-16-le")

    exported = rows(ada)

    assert len(exported) == 2
    for row in exported:
        start, end = row["start_utf16"], row["end_utf16"]
        assert (
            units[2 * start : 2 * end].decode("utf-16-le") == row["text"] == text[row["start"] : row["end"]]
        )
    assert [row["end_utf16"] - row["end"] for row in exported] == [1, 4]


def test_metadata_cannot_hide_a_field(ada):
    fakes = dict.fromkeys(("text", "sentence", "gold", "corpus", "annotations", "start"), "FAKE")
    make_statement("It is true.", metadata=fakes)

    for layer in (Layer.SENTENCES, Layer.STATEMENTS):
        [row] = rows(ada, layer)
        assert [name for name, value in row.items() if value == "FAKE"] == []
        assert row["metadata"] == fakes

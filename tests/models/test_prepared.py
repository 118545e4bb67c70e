"""Statements of SQL written by hand say what the tables would be asked in Django's words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.member import remove
from statements.actions.scheme import LabelText, publish
from statements.actions.upload import withdraw
from statements.models import Annotation, Corpus, Member, Scheme, Sentence
from statements.models.prepared import insert, labels_in_force, membership, rows_met, sentences_named
from tests.make import (
    LABELS,
    LATER,
    NOON,
    THREE,
    make_corpus,
    make_sentence,
    make_statement,
    make_user,
    member,
    sentences_of,
    tag,
    take_back,
    the_corpus,
)

pytestmark = pytest.mark.django_db
HOSTILE = ["' OR 1=1 --", "%s", "{keys}", "\0", "x'); DROP TABLE annotation; --", "é" * 64]


def test_a_membership_is_found_with_its_rights(rosa, ada, elsewhere):
    stranger, corpus = make_user("stranger"), the_corpus()

    found = membership(corpus, rosa)

    assert found == Member.objects.get(corpus=corpus, user=rosa)
    assert (found.roles, found.pseudonym, found.has_watched) == (
        member(rosa).roles,
        member(rosa).pseudonym,
        False,
    )
    assert found.joined_at == member(rosa).joined_at  # what the statement leaves out is read when asked for
    assert (membership(corpus, stranger), membership(elsewhere, rosa)) == (None, None)
    remove(member(rosa), by=ada, at=LATER)
    assert membership(corpus, rosa) is None


def test_the_labels_in_force_are_those_of_the_newest_scheme_in_their_order(corpus):
    make_corpus("other")
    publish(
        corpus,
        [*LABELS[::-1], LabelText("evasion", "e", 4, {"en": "Evasion"})],
        guidelines={},
        by=None,
        at=LATER,
    )

    scheme, labels = labels_in_force(corpus)

    assert scheme == Scheme.objects.newest_of(corpus)
    assert (scheme.number, scheme.corpus_id) == (2, corpus.pk)
    assert [label.slug for label in labels] == ["commitment", "rebuttal", "allegation", "evasion"]
    assert list(corpus.labels.order_by("pk")) == sorted(labels, key=lambda label: label.pk)
    assert labels_in_force(make_corpus("bare", labels=())) == (None, [])


def test_a_save_meets_its_own_keys_and_what_is_current_on_its_sentences(rosa, ben):
    one, two, three = sentences_of(make_statement(THREE))
    first, second = tag(one, rosa, "rebuttal"), tag(one, rosa, "allegation", "rebuttal")
    tag(two, rosa, "rebuttal")
    third = tag(three, rosa, "rebuttal")
    tag(three, ben, "rebuttal")

    met = rows_met(rosa, keys={first.key, "unknown"}, sentences={one.pk, three.pk})

    assert met == [first, second, third]
    assert [sorted(label.slug for label in row.labels.all()) for row in met] == [
        ["rebuttal"],
        ["allegation", "rebuttal"],
        ["rebuttal"],
    ]
    with CaptureQueriesContext(connection) as queries:
        assert rows_met(ben, keys={"unknown"}, sentences={one.pk}) == []
    assert len(queries) == 1


def test_sentences_are_found_by_their_public_ids_in_one_corpus_alone(corpus, elsewhere):
    first, second = make_statement(THREE), make_statement("Four is here. Five is here.")
    gone, other = make_sentence("It is gone."), make_sentence("Elsewhere.", corpus=elsewhere)
    withdraw(gone.statement.upload, by=None, at=LATER)
    wanted = [
        f"{first.public_id}.3",
        f"{second.public_id}.1",
        f"{first.public_id}.9",
        gone.public_id,
        other.public_id,
    ]

    found = sentences_named(corpus, [*wanted, "x", "", *HOSTILE])

    assert found == {
        f"{first.public_id}.3": Sentence.objects.get(statement=first, number=3),
        f"{second.public_id}.1": Sentence.objects.get(statement=second, number=1),
    }
    assert [one.text for one in found.values()] == ["We will open our books.", "Four is here."]


@pytest.mark.parametrize("hostile", [one for one in HOSTILE if "\0" not in one])
def test_what_comes_in_is_a_value_and_nothing_else(corpus, rosa, hostile):
    row = tag(make_sentence(), rosa, "rebuttal")

    assert rows_met(rosa, keys={hostile}, sentences={0}) == []
    assert sentences_named(corpus, [f"{hostile}.1"]) == {}
    assert list(Annotation.objects.all()) == [row]


def test_rows_are_stored_with_all_they_say_and_know_their_primary_keys(rosa):
    sentence = make_sentence()
    first = tag(sentence, rosa, "rebuttal", unsure=True, comment="½ “sure” % %s {keys} 👩‍⚖️")
    second = take_back(sentence, rosa)

    rows = list(Annotation.objects.order_by("pk"))

    assert rows == [first, second]
    for made, stored in zip([first, second], rows, strict=True):
        names = [field.attname for field in Annotation._meta.concrete_fields if field.name != "superseded_at"]
        assert [getattr(made, name) for name in names] == [getattr(stored, name) for name in names]
        assert made._state.adding is False


@pytest.mark.parametrize("returns", [True, False])  # SQLite before 3.35 returns nothing
def test_many_rows_are_stored_in_their_order(rosa, returns, monkeypatch):
    monkeypatch.setattr(
        connection.features, "can_return_columns_from_insert", returns or connection.vendor == "postgresql"
    )
    sentences = sentences_of(make_statement("\n".join(f"Line {number} was here." for number in range(120))))
    scheme, _labels = labels_in_force(the_corpus())
    rows = [
        Annotation(
            sentence=one,
            reviewer=rosa,
            key=f"key-{one.number}",
            state="none",
            scheme=scheme,
            blind=True,
            decided_at=NOON,
            saved_at=NOON,
        )
        for one in sentences
    ]

    insert(rows)

    assert list(Annotation.objects.order_by("pk")) == rows
    assert Corpus.objects.count() == 1

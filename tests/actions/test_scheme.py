"""Publishing: what makes a next version, what is refused, and the labels a corpus begins with."""

from __future__ import annotations

import pytest

from statements.actions.corpus import begin_corpus
from statements.actions.scheme import (
    LabelText,
    default_guidelines,
    default_labels,
    has_decisions,
    publish,
    texts_of,
)
from statements.errors import Refused
from statements.models import Corpus, Event, Label, Scheme
from statements.models.scheme import PALETTE_SIZE, RESERVED_KEYS
from tests.actions.crowd import at_once
from tests.make import LABELS, LATER, NOON, make_corpus, make_sentence, make_user, tag, take_back

EXTRA = LabelText("extra", "e", 4, {"en": "Extra"})


@pytest.mark.django_db
def test_a_scheme_based_on_an_older_one_is_refused(corpus):
    publish(corpus, LABELS, guidelines={"en": "Theirs."}, by=None, at=LATER, based_on=1)

    with pytest.raises(Refused, match="scheme_moved"):
        publish(corpus, LABELS, guidelines={"en": "Mine."}, by=None, at=LATER, based_on=1)

    assert Scheme.objects.newest_of(corpus).guidelines == {"en": "Theirs."}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_change_the_same_version_at_once_one_is_taken():
    corpus = make_corpus()
    refused = []

    def change(number: int) -> None:
        try:
            publish(corpus, LABELS, guidelines={"en": f"# {number}"}, by=None, at=LATER, based_on=1)
        except Refused as refusal:
            refused.append(refusal.code)

    at_once(change, times=4)

    assert (Scheme.objects.count(), refused) == (2, ["scheme_moved"] * 3)


@pytest.mark.django_db
@pytest.mark.parametrize("same", [{"en": "# Rules"}, {"en": "\n# Rules \n"}, {"en": "# Rules", "fr": " "}])
def test_what_is_in_force_already_is_not_published_again(corpus, same):
    before = Event.objects.count()

    scheme = publish(corpus, LABELS, guidelines=same, by=None, at=LATER)

    assert (scheme.number, Scheme.objects.count(), Event.objects.count()) == (1, 1, before)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "labels",
    [
        [LABELS[1], LABELS[0], LABELS[2]],
        [LabelText("allegation", "x", 1, LABELS[0].names, LABELS[0].definitions), *LABELS[1:]],
        [LabelText("allegation", "a", 9, LABELS[0].names, LABELS[0].definitions), *LABELS[1:]],
        [LabelText("allegation", "a", 1, {"en": "Charge"}, LABELS[0].definitions), *LABELS[1:]],
        [LabelText("allegation", "a", 1, LABELS[0].names), *LABELS[1:]],
        [
            LabelText("allegation", "a", 1, LABELS[0].names, LABELS[0].definitions, {"en": ["It is."]}),
            *LABELS[1:],
        ],
    ],
)
def test_order_key_colour_and_words_make_a_next_version_also_after_decisions(corpus, rosa, labels):
    tag(make_sentence(), rosa, "allegation")

    scheme = publish(corpus, labels, guidelines={"en": "# Rules"}, by=None, at=LATER)

    assert (scheme.number, texts_of(Scheme.objects.newest_of(corpus))) == (2, labels)


@pytest.mark.django_db
@pytest.mark.parametrize("labels", [LABELS[:2], [*LABELS, EXTRA], [*LABELS[:2], EXTRA]])
def test_after_the_first_decision_labels_neither_come_nor_go(corpus, rosa, labels):
    row = tag(make_sentence(), rosa, "allegation")
    take_back(row.sentence, rosa)  # a decision that was taken back was made
    assert has_decisions(corpus)

    with pytest.raises(Refused, match="labels_fixed"):
        publish(corpus, labels, guidelines={}, by=None, at=LATER)

    assert (Scheme.objects.count(), Label.objects.count()) == (1, 3)


@pytest.mark.django_db
def test_decisions_elsewhere_fix_nothing_here(corpus, elsewhere, rosa):
    tag(make_sentence(), rosa, "allegation")

    assert publish(elsewhere, [EXTRA], guidelines={}, by=None, at=LATER).number == 2


# --- The beginning ---


def test_the_labels_to_begin_with_can_be_published_and_say_all_they_should():
    labels = default_labels(["en", "fr"])

    assert [(one.slug, one.key) for one in labels] == [
        ("allegation", "a"),
        ("rebuttal", "r"),
        ("commitment", "c"),
    ]
    for one in labels:
        assert set(one.names) == set(one.definitions) == set(one.examples) == {"en", "fr"}
        assert one.key not in RESERVED_KEYS
        assert 1 <= one.palette <= PALETTE_SIZE
    assert set(default_guidelines(["fr", "en"])) == {"en", "fr"}


@pytest.mark.django_db
def test_a_corpus_begins_whole_or_not_at_all(corpus):
    root = make_user("root")
    before = (Corpus.objects.count(), Scheme.objects.count(), Event.objects.count())

    with pytest.raises(Refused, match="corpus_exists"):
        begin_corpus("press", name="Again", languages=["en"], by=root, at=NOON)
    assert (Corpus.objects.count(), Scheme.objects.count(), Event.objects.count()) == before

    made = begin_corpus("new", name="New", languages=["fr"], by=root, at=NOON)
    scheme = Scheme.objects.newest_of(made)
    assert (scheme.number, scheme.published_by, texts_of(scheme)) == (1, root, default_labels(["fr"]))

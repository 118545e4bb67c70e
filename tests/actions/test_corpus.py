"""Corpora, members, schemes, sentences: each change whole, numbered once, with one event."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from statements.actions.corpus import create_corpus
from statements.actions.member import set_roles
from statements.actions.scheme import LabelText, publish
from statements.actions.sentence import write_sentences
from statements.errors import Refused
from statements.models import Corpus, Event, Label, Member, Scheme, SchemeLabel, Sentence
from statements.roles import Role
from statements.text.spans import Span
from tests.actions.crowd import at_once
from tests.make import (
    EVENING,
    LABELS,
    LATER,
    NOON,
    THREE,
    make_corpus,
    make_reviewer,
    make_statement,
    make_user,
)

PRAISE = LabelText("praise", "p", 4, {"en": "Praise"}, {"en": "Says it is good."}, {"en": ["Well done."]})


def last_events(since: int) -> list[tuple[object, ...]]:
    events = Event.objects.order_by("pk")[since:]
    return [(one.verb, one.noun, one.public_id, one.corpus, one.actor, one.at, one.detail) for one in events]


# --- Corpora and members ---


@pytest.mark.django_db
def test_a_corpus_is_made_with_one_event():
    root = make_user("root")
    before = Event.objects.count()

    corpus = create_corpus("press-2", name="Presse", by=root, at=NOON)

    assert (corpus.slug, corpus.name, corpus.created_at) == ("press-2", "Presse", NOON)
    assert last_events(before) == [
        (
            "created",
            "corpus",
            "press-2",
            corpus,
            root,
            NOON,
            {"name": "Presse", "languages": ["en"]},
        ),
        ("set roles of", "member", "r1", corpus, root, NOON, {"roles": ["admin"]}),
    ]
    assert Member.objects.get().roles == {Role.ADMIN}


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "name"), [("no spaces", "N"), ("", "N"), ("new", ""), ("é", "N")])
def test_a_corpus_that_cannot_be_leaves_nothing(slug, name):
    make_corpus("press")
    before = Event.objects.count()

    with pytest.raises(ValidationError):
        create_corpus(slug, name=name, by=None, at=NOON)

    assert (Corpus.objects.count(), Event.objects.count()) == (1, before)


@pytest.mark.django_db
def test_an_address_is_given_once():
    make_corpus("press")

    with pytest.raises(Refused) as refusal:
        create_corpus("press", name="Again", by=None, at=NOON)

    assert (refusal.value.code, refusal.value.values) == ("corpus_exists", {"slug": "press"})


@pytest.mark.django_db
def test_members_are_numbered_in_the_order_they_join(corpus, ada):
    before = Event.objects.count()

    for name in ("zoe", "abe"):
        set_roles(corpus, make_user(name), roles={Role.REVIEWER}, by=ada, at=LATER)

    rows = Member.objects.order_by("number")
    assert [(row.user.username, row.pseudonym) for row in rows] == [
        ("ada", "r1"),
        ("zoe", "r2"),
        ("abe", "r3"),
    ]
    detail = {"roles": ["reviewer"]}
    assert [event for event in last_events(before) if event[1] == "member"] == [
        ("set roles of", "member", "r2", corpus, ada, LATER, detail),
        ("set roles of", "member", "r3", corpus, ada, LATER, detail),
    ]


@pytest.mark.django_db
def test_whoever_comes_back_keeps_their_number(corpus, rosa, ben):
    Member.objects.filter(user=rosa).update(left_at=LATER)

    back = set_roles(corpus, rosa, roles={Role.REVIEWER}, by=None, at=EVENING)

    assert (back.number, back.left_at, back.joined_at) == (1, None, NOON)
    assert set_roles(corpus, make_user("zoe"), roles=set(), by=None, at=EVENING).number == 3


@pytest.mark.django_db
def test_the_number_of_somebody_who_left_is_not_given_again(corpus, rosa):
    Member.objects.update(left_at=LATER)

    assert set_roles(corpus, make_user("zoe"), roles={Role.ADMIN}, by=None, at=EVENING).number == 2


@pytest.mark.django_db
def test_the_roles_are_exactly_those_said_last(corpus, rosa):
    set_roles(corpus, rosa, roles={Role.ADMIN, Role.RESEARCHER}, by=None, at=LATER)

    assert Member.objects.get().roles == {Role.ADMIN, Role.RESEARCHER}


@pytest.mark.django_db
def test_the_same_roles_again_change_nothing(corpus, rosa):
    before = Event.objects.count()

    set_roles(corpus, rosa, roles=[Role.REVIEWER], by=None, at=LATER)

    assert (Member.objects.count(), Event.objects.count()) == (1, before)


@pytest.mark.django_db(transaction=True)
def test_many_who_join_at_once_get_different_numbers():
    corpus, people = make_corpus(), [make_user(f"u{n}") for n in range(6)]

    at_once(lambda n: set_roles(corpus, people[n], roles={Role.REVIEWER}, by=None, at=NOON), times=6)

    assert sorted(Member.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


# --- Schemes ---


@pytest.mark.django_db
def test_a_scheme_keeps_labels_in_order_with_all_their_words():
    corpus = make_corpus(labels=())
    before = Event.objects.count()

    scheme = publish(corpus, [PRAISE, LABELS[0]], guidelines={"en": "# Rules"}, by=None, at=LATER)

    assert (scheme.number, scheme.guidelines, scheme.published_at) == (1, {"en": "# Rules"}, LATER)
    one, two = Scheme.objects.newest_of(corpus).entries.all()
    assert (one.label.slug, one.key, one.palette, one.position) == ("praise", "p", 4, 1)
    assert (one.names, one.definitions, one.examples) == (
        {"en": "Praise"},
        {"en": "Says it is good."},
        {"en": ["Well done."]},
    )
    assert (two.label.slug, two.position) == ("allegation", 2)
    detail = {"labels": ["praise", "allegation"]}
    assert last_events(before) == [("published", "scheme", "1", corpus, None, LATER, detail)]


@pytest.mark.django_db
def test_the_next_scheme_takes_the_next_number_and_the_same_labels(corpus):
    before = dict(Label.objects.values_list("slug", "pk"))

    scheme = publish(corpus, [LABELS[1], PRAISE], guidelines={}, by=None, at=LATER)

    assert scheme.number == 2
    assert Scheme.objects.newest_of(corpus) == scheme
    after = dict(Label.objects.values_list("slug", "pk"))
    assert {slug: pk for slug, pk in after.items() if slug in before} == before
    assert set(after) - set(before) == {"praise"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        LabelText("next", "n", 4, {"en": "Next"}),
        LabelText("long", "xx", 4, {"en": "Long"}),
        LabelText("grey", "x", 0, {"en": "Grey"}),
    ],
)
def test_a_scheme_that_cannot_be_leaves_nothing(corpus, wrong):
    before = Event.objects.count()

    with pytest.raises(ValidationError):
        publish(corpus, [LABELS[0], wrong], guidelines={}, by=None, at=LATER)

    counts = (
        Scheme.objects.count(),
        SchemeLabel.objects.count(),
        Label.objects.count(),
        Event.objects.count(),
    )
    assert counts == (1, 3, 3, before)


@pytest.mark.django_db(transaction=True)
def test_schemes_published_at_once_get_different_numbers():
    corpus = make_corpus()

    at_once(lambda n: publish(corpus, LABELS, guidelines={"en": f"# {n}"}, by=None, at=LATER), times=4)

    assert sorted(Scheme.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


# --- Sentences ---


@pytest.mark.django_db
def test_numbers_of_sentences_are_never_used_again():
    statement, rosa = make_statement(THREE), make_reviewer()
    resplit = statement.resplits.create(by=rosa, at=LATER)
    Sentence.objects.filter(number__gte=2).update(ended_by=resplit)

    made = write_sentences(statement, [Span(22, 25, 2), Span(26, 37, 2)], made_by=resplit)

    assert [(row.number, row.start, row.end, row.made_by) for row in made] == [
        (4, 22, 25, resplit),
        (5, 26, 37, resplit),
    ]
    assert [row.number for row in Sentence.objects.current().in_order()] == [1, 4, 5]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spans",
    [
        [Span(0, 0, 1)],
        [Span(0, 5, 1), Span(4, 8, 1)],
        [Span(6, 9, 1), Span(0, 5, 1)],
        [Span(0, len(THREE) + 1, 1)],
        [Span(-1, 3, 1)],
    ],
)
def test_spans_that_do_not_fit_the_text_are_not_written(spans):
    statement = make_statement(THREE)
    Sentence.objects.all().delete()

    with pytest.raises(ValueError, match="does not fit"):
        write_sentences(statement, spans)

    assert Sentence.objects.count() == 0


@pytest.mark.django_db
def test_too_many_sentences_are_not_written(settings):
    statement = make_statement(THREE)
    settings.MAX_STATEMENT_SENTENCES = 1

    with pytest.raises(Refused, match="too_many_sentences"):
        write_sentences(statement, [Span(0, 1, 1), Span(1, 2, 1)])


@pytest.mark.django_db(transaction=True)
def test_sentences_written_at_once_get_different_numbers():
    statement = make_statement(THREE)
    Sentence.objects.all().delete()

    at_once(lambda n: write_sentences(statement, [Span(n, n + 1, 1)]), times=5)

    assert sorted(Sentence.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]

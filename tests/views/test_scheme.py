"""Labels and guideline: read, changed, previewed, and what two at once do to each other."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from statements.actions.scheme import LabelText, publish, texts_of
from statements.models import Annotation, Event, Label, Scheme
from statements.models.scheme import RESERVED_KEYS
from statements.roles import Role
from tests.make import (
    LABELS,
    LATER,
    make_corpus,
    make_member,
    make_sentence,
    make_statement,
    make_user,
    new_key,
    sentences_of,
    tag,
)
from tests.views.hostile import EVIL, EVIL_MARKDOWN, run_by

pytestmark = pytest.mark.django_db

EDIT, SCHEME = "/c/press/scheme/edit/", "/c/press/scheme/"
PRAISE = {"slug": "", "key": "p", "palette": "4", "name_en": "Praise", "ORDER": ""}


@pytest.fixture
def by_ada(client, ada) -> Client:
    client.force_login(ada)
    return client


def shown(client: Client) -> dict[str, str]:
    """What a browser would send back of the form as it is shown, without a change."""
    form = client.get(EDIT).context["form"]
    sent = {"based_on": form.based_on["based_on"].value()}
    for part in (form.rows.management_form, form.guideline, *form.rows):
        sent |= {field.html_name: field.value() for field in part}
    return {name: "" if value is None else value for name, value in sent.items()}


def row(at: int, **values: str) -> dict[str, str]:
    return {f"label-{at}-{name}": value for name, value in values.items()}


def in_force() -> list[LabelText]:
    return texts_of(Scheme.objects.newest_of(Scheme.objects.latest("number").corpus))


def numbers() -> list[int]:
    return list(Scheme.objects.order_by("number").values_list("number", flat=True))


# --- Read ---


def test_the_page_shows_definitions_and_examples_and_offers_the_change_to_admins(client, corpus, rosa, ada):
    praise = LabelText("praise", "p", 4, {"en": "Praise"}, {"en": "Says it is good."}, {"en": ["Well done."]})
    publish(corpus, [*LABELS, praise], guidelines={"en": "# Rules"}, by=ada, at=LATER)
    offers = {}
    for person in (rosa, ada):
        client.force_login(person)
        text = client.get(SCHEME).text
        assert [words in text for words in ("Says it is good.", "Well done.", "Version 2")] == [True] * 3
        offers[person.username] = f'href="{EDIT}"' in text

    assert offers == {"rosa": False, "ada": True}


def test_an_old_version_stays_readable_as_it_was(client, corpus, rosa, ada):
    publish(corpus, [LABELS[0]], guidelines={"en": "# New rules"}, by=ada, at=LATER)
    client.force_login(rosa)

    first, second = (client.get(f"{SCHEME}{number}/").text for number in (1, 2))

    assert [("Commitment" in text, "New rules" in text) for text in (first, second)] == [
        (True, False),
        (False, True),
    ]
    assert [f'href="{SCHEME}{number}/"' in client.get(SCHEME).text for number in (1, 2)] == [True, True]


@pytest.mark.parametrize("number", ["0", "2", "9" * 9, "9" * 30, "9" * 5000, "-1", "one"])
def test_a_version_that_there_is_not_is_not_found(client, rosa, number):
    client.force_login(rosa)

    assert client.get(f"{SCHEME}{number}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_versions_takes_the_same_queries(by_ada, corpus, ada, count, django_assert_num_queries):
    for at in range(count):
        publish(corpus, LABELS, guidelines={"en": f"# {at}"}, by=ada, at=LATER)

    with django_assert_num_queries(7):
        by_ada.get(SCHEME)


# --- Change ---


def test_what_is_shown_and_sent_back_changes_nothing(by_ada, corpus):
    publish(
        corpus,
        [*LABELS, LabelText("p", "p", 4, {"en": "P"}, {"en": "One.\nTwo."}, {"en": ["A.", "B."]})],
        guidelines={"en": "# Rules\n\n- one\n"},
        by=None,
        at=LATER,
    )
    as_browsers_do = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in shown(by_ada).items()
    }

    response = by_ada.post(EDIT, as_browsers_do, follow=True)

    assert numbers() == [1, 2]
    assert "Nothing was changed, so version 2 stays in force." in response.text


def test_a_change_of_words_key_colour_order_and_guideline_is_the_next_version(by_ada, corpus, ada):
    before = Event.objects.count()
    changes = {
        **row(0, key="1", palette="9", ORDER="3", name_en="Charge", definition_en="Line one.\r\nLine two."),
        **row(0, examples_en=" You did it. \r\n\r\nHe did it."),
        "guideline_en": "Read *all*.",
    }

    response = by_ada.post(EDIT, {**shown(by_ada), **changes}, follow=True)

    scheme = Scheme.objects.newest_of(corpus)
    assert response.redirect_chain == [(SCHEME, 302)]
    assert (scheme.number, scheme.published_by, scheme.guidelines) == (2, ada, {"en": "Read *all*."})
    assert texts_of(scheme) == [
        LABELS[1],
        LabelText(
            "allegation",
            "1",
            9,
            {"en": "Charge", "fr": "Allégation"},
            {"en": "Line one.\nLine two."},
            {"en": ["You did it.", "He did it."]},
        ),
        LABELS[2],
    ]
    assert Event.objects.count() == before + 1


def test_labels_are_added_and_left_out_before_the_first_decision(by_ada):
    changes = {**row(0, DELETE="on"), **row(3, **PRAISE)}
    changes |= row(4, slug="own-word", key="o", palette="5", name_en="Own", ORDER="1")

    by_ada.post(EDIT, {**shown(by_ada), **changes})

    assert [(one.slug, one.key) for one in in_force()] == [
        ("own-word", "o"),
        ("rebuttal", "r"),
        ("commitment", "c"),
        ("praise", "p"),
    ]


def test_a_label_left_out_keeps_its_identity_when_it_comes_back(by_ada, corpus):
    was = Label.objects.get(slug="allegation").pk
    by_ada.post(EDIT, {**shown(by_ada), **row(0, DELETE="on")})

    by_ada.post(EDIT, {**shown(by_ada), **row(2, **{**PRAISE, "slug": "allegation", "key": "a"})})

    assert [one.slug for one in in_force()] == ["rebuttal", "commitment", "allegation"]
    assert Label.objects.get(slug="allegation").pk == was


def test_the_desk_asks_with_the_new_words_and_keys_and_the_old_decision_keeps_its_version(client, ada, rosa):
    statement = make_statement()
    first, second, *_ = sentences_of(statement)
    tag(first, rosa, "allegation")
    client.force_login(ada)
    client.post(EDIT, {**shown(client), **row(0, key="x", name_en="Charge")})

    client.force_login(rosa)
    desk = client.get(f"/c/press/statements/{statement.public_id}/tag/").text
    client.post(
        f"/sentences/{second.public_id}/annotation/", {"key": new_key(), "choose": "label:allegation"}
    )

    assert ("Charge" in desk, 'aria-keyshortcuts="x"' in desk, "Allegation" in desk) == (True, True, False)
    rows = Annotation.objects.order_by("pk")
    assert [(one.scheme.number, [label.slug for label in one.labels.all()]) for one in rows] == [
        (1, ["allegation"]),
        (2, ["allegation"]),
    ]


# --- After the first decision ---


@pytest.fixture
def decided(by_ada, rosa) -> dict[str, str]:
    """The form as it was open before the first decision, and then there was one."""
    begun = shown(by_ada)
    tag(make_sentence(), rosa, "allegation")
    return begun


def test_then_the_form_offers_neither_new_rows_nor_leaving_out(by_ada, decided):
    response = by_ada.get(EDIT)

    assert len(response.context["form"].rows.forms) == 3
    assert ("Leave this label out" in response.text, "A new label" in response.text) == (False, False)
    assert "not added or taken away" in response.text


@pytest.mark.parametrize(
    "changes",
    [
        row(0, DELETE="on"),
        row(3, **PRAISE),
        {**row(0, DELETE="on"), **row(3, **PRAISE)},
        row(0, slug="renamed"),
        {"label-TOTAL_FORMS": "2", "label-INITIAL_FORMS": "2"},
    ],
)
def test_then_labels_that_come_or_go_are_refused(by_ada, decided, changes):
    response = by_ada.post(EDIT, {**decided, **changes, "guideline_en": "Typed."})

    assert (response.status_code, numbers()) == (409, [1])
    assert "Reviewers have begun to decide" in response.text
    assert "Typed." in response.text
    assert Label.objects.count() == 3


def test_then_words_and_keys_can_still_change(by_ada, decided):
    by_ada.post(EDIT, {**decided, **row(1, key="2", name_en="Reply", ORDER="1"), **row(0, ORDER="2")})

    assert [(one.slug, one.key, one.names["en"]) for one in in_force()] == [
        ("rebuttal", "2", "Reply"),
        ("allegation", "a", "Allegation"),
        ("commitment", "c", "Commitment"),
    ]


# --- Two at once ---


def test_whoever_comes_second_is_told_and_loses_nothing_they_typed(by_ada, corpus):
    begun = {**shown(by_ada), **row(0, name_en="Mine"), "guideline_en": "My rules."}
    publish(
        corpus,
        [LABELS[1], LABELS[0], LABELS[2]],
        guidelines={"en": "Theirs."},
        by=make_user("zoe"),
        at=LATER,
    )

    refused = by_ada.post(EDIT, begun)

    assert (refused.status_code, numbers()) == (409, [1, 2])
    text = refused.text
    assert [words in text for words in ('value="Mine"', "My rules.", f'href="{SCHEME}2/"', "zoe")] == [
        True
    ] * 4

    by_ada.post(EDIT, {**begun, "based_on": refused.context["based_on"]})

    assert numbers() == [1, 2, 3]
    assert [(one.slug, one.names["en"]) for one in in_force()] == [
        ("allegation", "Mine"),
        ("rebuttal", "Rebuttal"),
        ("commitment", "Commitment"),
    ]


@pytest.mark.parametrize("extra", [{"preview": "1"}, row(0, key="")])
def test_a_preview_or_a_slip_does_not_hide_that_somebody_else_was_faster(by_ada, corpus, extra):
    begun = shown(by_ada)
    publish(corpus, LABELS, guidelines={"en": "Theirs."}, by=None, at=LATER)

    response = by_ada.post(EDIT, {**begun, **extra})

    assert response.context["based_on"] in {1, "1"}


# --- Preview ---


def test_a_preview_shows_the_guideline_and_stores_nothing(by_ada):
    response = by_ada.post(EDIT, {**shown(by_ada), "guideline_en": "Read **it**.", "preview": "1"})

    assert (response.status_code, numbers()) == (200, [1])
    assert "Read <strong>it</strong>." in response.text
    assert "Read **it**.</textarea>" in response.text


# --- What cannot be ---


@pytest.mark.parametrize("key", sorted(RESERVED_KEYS))
def test_keys_of_the_desk_are_refused_beside_their_field(by_ada, key):
    response = by_ada.post(EDIT, {**shown(by_ada), **row(0, key=key)})

    assert (response.status_code, errors(response)) == (422, {"label-0-key"})
    assert f"“{key}” is taken by the desk" in response.context["form"].rows[0].errors["key"][0]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (row(0, key="r"), {"label-0-key", "label-1-key"}),
        (row(0, key="R"), {"label-0-key", "label-1-key"}),
        (row(0, key="é"), {"label-0-key"}),
        (row(0, key="🙂"), {"label-0-key"}),
        (row(0, key="ab"), {"label-0-key"}),
        (row(0, key=""), {"label-0-key"}),
        (row(0, palette="11"), {"label-0-palette"}),
        (row(0, palette="0"), {"label-0-palette"}),
        (row(0, name_en="", name_fr=""), {"label-0-name_en"}),
        (row(0, name_en="n" * 101), {"label-0-name_en"}),
        (row(0, name_en="Re\u2066buttal"), {"label-0-name_en"}),
        (row(0, ORDER="first"), {"label-0-ORDER"}),
        (row(3, **{**PRAISE, "slug": "rebuttal"}), {"label-1-slug", "label-3-slug"}),
        (row(3, **{**PRAISE, "slug": "No Way"}), {"label-3-slug"}),
        (row(3, **{**PRAISE, "name_en": "Rebuttal"}), {"label-1-slug", "label-3-slug"}),
        (row(3, **{**PRAISE, "name_en": "赞扬"}), {"label-3-slug"}),
        (row(3, **{**PRAISE, "palette": ""}), {"label-3-palette"}),
        (row(3, palette="4"), {"label-3-key", "label-3-name_en"}),
        ({"guideline_en": "g" * 50_001}, {"guideline_en"}),
        ({"guideline_en": "a\x00b"}, {"guideline_en"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(by_ada, changes, wrong):
    response = by_ada.post(EDIT, {**shown(by_ada), **row(1, definition_en="Typed."), **changes})

    assert (response.status_code, errors(response), numbers()) == (422, wrong, [1])
    assert "Typed.</textarea>" in response.text
    linked = re.findall(r'<li><a href="#id_([^"]+)">', response.text)
    assert set(linked) == wrong
    assert all(f'id="id_{name}"' in response.text for name in linked)


def errors(response) -> set[str]:
    form = response.context["form"]
    parts = [form.guideline, *form.rows]
    return {part.add_prefix(name) for part in parts for name in part.errors}


def test_a_corpus_without_labels_is_refused(by_ada):
    gone = row(0, DELETE="on") | row(1, DELETE="on") | row(2, DELETE="on")

    response = by_ada.post(EDIT, {**shown(by_ada), **gone})

    assert (response.status_code, numbers()) == (422, [1])
    assert "A corpus needs at least one label." in response.text


@pytest.mark.parametrize("missing", ["based_on", "label-TOTAL_FORMS"])
def test_a_form_that_is_not_whole_is_not_understood(by_ada, missing):
    sent = shown(by_ada)
    del sent[missing]

    assert by_ada.post(EDIT, sent).status_code == 400


def test_texts_in_a_language_that_the_corpus_gave_up_are_still_shown(by_ada, corpus):
    corpus.languages = ["fr"]
    corpus.save()

    by_ada.post(EDIT, {**shown(by_ada), **row(0, name_fr="Accusation")})

    assert in_force()[0].names == {"en": "Allegation", "fr": "Accusation"}


# --- Hostile texts ---


def test_no_text_of_a_scheme_runs_anywhere(client, ada, rosa):
    statement = make_statement()
    tag(sentences_of(statement)[0], rosa, "allegation")
    texts = dict.fromkeys(("name_en", "definition_en", "examples_en"), EVIL)
    client.force_login(ada)
    preview = client.post(EDIT, {**shown(client), "guideline_en": EVIL_MARKDOWN, "preview": "1"})
    client.post(EDIT, {**shown(client), **row(0, **texts), "guideline_en": EVIL_MARKDOWN})
    assert numbers() == [1, 2]
    make_member("ada", {Role.ADMIN, Role.REVIEWER})

    pages = [preview.text] + [
        client.get(path).text
        for path in (
            SCHEME,
            EDIT,
            f"{SCHEME}2/",
            f"/c/press/statements/{statement.public_id}/",
            f"/c/press/statements/{statement.public_id}/tag/",
        )
    ]
    for text in pages[:4]:
        assert "&lt;script&gt;alert(1)" in text
    assert [run_by(text) for text in pages] == [[]] * len(pages)


def test_a_form_without_its_token_is_refused(client, ada):
    client.force_login(ada)
    sent = shown(client)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)

    response = strict.post(EDIT, {**sent, "guideline_en": "Changed."})

    assert (response.status_code, numbers()) == (403, [1])


def test_another_corpus_is_not_reached(by_ada, elsewhere):
    sent = shown(by_ada)

    answers = [by_ada.get("/c/elsewhere/scheme/1/").status_code]
    answers.append(by_ada.post("/c/elsewhere/scheme/edit/", {**sent, "guideline_en": "Mine."}).status_code)

    assert answers == [404, 404]
    assert Scheme.objects.get(corpus=elsewhere).guidelines == {"en": "# Rules"}


def test_a_corpus_without_a_scheme_gets_its_first_one(client, ada):
    corpus = make_corpus("bare", labels=())
    make_member("ada", {Role.ADMIN}, corpus=corpus)
    client.force_login(ada)
    form = client.get("/c/bare/scheme/edit/").context["form"]
    assert len(form.rows.forms) == 3
    sent = {"based_on": "0", "label-TOTAL_FORMS": "3", "label-INITIAL_FORMS": "0", **row(0, **PRAISE)}

    client.post("/c/bare/scheme/edit/", sent)

    assert [one.slug for one in texts_of(Scheme.objects.newest_of(corpus))] == ["praise"]

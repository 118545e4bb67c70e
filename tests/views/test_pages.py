"""Lists and texts: what they show, to whom, and what they cost."""

from __future__ import annotations

import pytest

from statements.roles import Role
from tests.make import make_corpus, make_member, make_statement, sentences_of, tag

pytestmark = pytest.mark.django_db


def test_home_lists_own_corpora_with_own_progress(client, rosa, elsewhere):
    statement = make_statement()
    tag(sentences_of(statement)[0], rosa, "allegation")
    client.force_login(rosa)

    response = client.get("/")

    assert [
        (corpus.slug, progress.decided, progress.total) for corpus, _, progress in response.context["rows"]
    ] == [("press", 1, 3)]
    assert "Continue tagging" in response.text


def test_home_of_a_stranger_says_what_to_do(client, stranger):
    client.force_login(stranger)

    assert "Ask the admin of a corpus" in client.get("/").text


def test_the_overview_offers_what_the_role_may_do(client, rosa, ada, reza):
    make_statement()
    doors = {}
    for person in (rosa, ada, reza):
        client.force_login(person)
        text = client.get("/c/press/").text
        doors[person.username] = [
            door for door in ("Start tagging", "Add statements", "Export") if door in text
        ]

    assert doors == {
        "rosa": ["Start tagging", "Export"],
        "ada": ["Add statements", "Export"],
        "reza": ["Export"],
    }


def test_an_empty_corpus_says_what_to_do_next(client, ada, reza):
    client.force_login(ada)
    assert "Add the first one." in client.get("/c/press/statements/").text
    client.force_login(reza)
    assert "An admin adds them." in client.get("/c/press/statements/").text


def test_a_statement_shows_its_metadata_and_what_is_unknown(client, reza):
    statement = make_statement(speaker="Norvane", responds_to="The report of 3 May")
    client.force_login(reza)

    text = client.get(f"/c/press/statements/{statement.public_id}/").text

    assert [word in text for word in ("Norvane", "The report of 3 May")] == [True, True]
    assert text.count("unknown") == 2  # source and licence


def test_texts_run_in_the_direction_of_their_script(client, rosa):
    statement = make_statement("هذا رد. هذا خطأ.", title="رد", language="ar")
    tag(sentences_of(statement)[0], rosa, "allegation")
    client.force_login(rosa)

    text = client.get(f"/c/press/statements/{statement.public_id}/").text

    assert [
        f'{before} dir="auto">' in text for before in ('<h1 lang="ar"', "<p", '<span class="tags" lang="en"')
    ] == [
        True,
        True,
        True,
    ]


def test_texts_from_outside_are_never_run(client, rosa):
    evil = '<script>alert(1)</script> "onmouseover=alert(1) x="'
    statement = make_statement(f"{evil} It is evil.", title=evil, speaker=evil, responds_to=evil)
    tag(sentences_of(statement)[0], rosa, "allegation", comment=evil)
    client.force_login(rosa)

    for page in (
        "/c/press/statements/",
        *(f"/c/press/statements/{statement.public_id}/{end}" for end in ("", "tag/")),
    ):
        text = client.get(page).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;onmouseover" in text
        assert "<script>alert" not in text
        assert '"onmouseover=' not in text


def test_the_guideline_is_shown_in_the_language_of_the_reader(client, rosa):
    corpus = make_corpus("deux", guidelines={"en": "Read it **all**.", "fr": "Lisez **tout**."})
    make_member("rosa", {Role.REVIEWER}, corpus=corpus)
    client.force_login(rosa)

    assert "Read it <strong>all</strong>." in client.get("/c/deux/scheme/").text
    assert (
        "Lisez <strong>tout</strong>."
        in client.get("/c/deux/scheme/", headers={"Accept-Language": "fr"}).text
    )


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_row_and_three(client, rosa, count, django_assert_num_queries):
    for at in range(count):
        make_statement(f"This is text {at}. It has two sentences.", title=f"Text {at}")
        make_member("rosa", {Role.REVIEWER}, corpus=make_corpus(f"corpus-{at}"))
    client.force_login(rosa)

    with django_assert_num_queries(5):
        client.get("/")
    with django_assert_num_queries(11):
        client.get("/c/press/statements/")
    with django_assert_num_queries(12):
        client.get("/c/press/")


def test_the_list_is_cut_into_pages_of_fifty(client, reza):
    for at in range(51):
        make_statement(f"This is text {at}.", title=f"Text {at}")
    client.force_login(reza)

    first, second = (client.get("/c/press/statements/", {"page": page}) for page in (1, 2))

    assert [len(page.context["rows"]) for page in (first, second)] == [50, 1]
    assert ("Page 1 of 2" in first.text, "Text 50" in second.text) == (True, True)


def test_the_language_is_switched_for_the_next_pages(client, reza):
    client.force_login(reza)

    response = client.post("/language/", {"language": "fr", "next": "/"}, follow=True)

    assert '<html lang="fr">' in response.text


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client, reza, target):
    reza.set_password("a long enough password")
    reza.save()

    response = client.post(
        "/sign-in/", {"username": "reza", "password": "a long enough password", "next": target}
    )

    assert response["Location"] == "/"


def test_signing_out_takes_a_post(client, reza):
    client.force_login(reza)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/")["Location"] == "/sign-in/?next=/"

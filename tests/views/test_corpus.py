"""Making a corpus and changing what is said about it, as pages."""

from __future__ import annotations

import pytest
from django.test import Client

from statements.models import Corpus, Event, Member, Scheme
from statements.roles import Role
from tests.make import make_corpus, make_member, make_statement, member
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db

NEW = "/corpora/new/"


@pytest.fixture
def by_ada(client, ada) -> Client:
    client.force_login(ada)
    return client


def sent(**changes: object) -> dict[str, object]:
    return {"name": "Press", "slug": "press", "languages": ["en", "fr"], **changes}


# --- Make one ---


def test_a_site_administrator_makes_a_corpus_with_labels_and_guideline(by_root, root):
    response = by_root.post(NEW, sent(name=" Presse 2026 ", slug="presse"), follow=True)

    corpus = Corpus.objects.get()
    assert response.redirect_chain == [("/c/presse/", 302)]
    assert (corpus.slug, corpus.name, corpus.languages) == ("presse", "Presse 2026", ["en", "fr"])
    assert [(one.user, one.pseudonym, one.roles) for one in Member.objects.all()] == [
        (root, "r1", {Role.ADMIN})
    ]
    scheme = Scheme.objects.newest_of(corpus)
    assert (scheme.number, scheme.published_by, set(scheme.guidelines)) == (1, root, {"en", "fr"})
    assert [(one.label.slug, one.key, one.palette, one.names) for one in scheme.entries.all()] == [
        ("allegation", "a", 1, {"en": "Allegation", "fr": "Allégation"}),
        ("rebuttal", "r", 2, {"en": "Rebuttal", "fr": "Réfutation"}),
        ("commitment", "c", 3, {"en": "Commitment", "fr": "Engagement"}),
    ]
    assert "This corpus is still empty" in response.text


@pytest.mark.parametrize(
    ("languages", "texts"),
    [(["fr"], {"fr"}), (["de"], {"en"}), (["en", "de"], {"en"}), (["de", "fr"], {"fr"})],
)
def test_a_corpus_begins_in_those_of_its_languages_that_we_wrote_in(by_root, languages, texts):
    by_root.post(NEW, sent(languages=languages))

    scheme = Scheme.objects.get()
    assert set(scheme.guidelines) == texts
    assert {frozenset(one.names) for one in scheme.entries.all()} == {frozenset(texts)}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Réponses à la presse", "reponses-a-la-presse"),
        ("  A_b -- C ", "a-b-c"),
        ("x" * 49 + " y", "x" * 49),
        ("-__-1", "1"),
    ],
)
def test_an_address_that_is_left_empty_is_made_from_the_name(by_root, name, slug):
    by_root.post(NEW, sent(name=name, slug=""))

    assert [corpus.slug for corpus in Corpus.objects.all()] == [slug]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": "Press \u202egnp.exe"}, "name"),
        ({"slug": "Großes"}, "slug"),
        ({"slug": "a_b"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "s" * 51}, "slug"),
        ({"slug": "", "name": "你好"}, "slug"),
        ({"slug": "", "name": "Elsewhere"}, "slug"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"),
        ({"languages": ["en", "fr", "de", "es", "it", "nl"]}, "languages"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_keeps_what_was_typed(by_root, elsewhere, changes, field):
    response = by_root.post(NEW, sent(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"].data["name"] == sent(**changes)["name"]
    assert Corpus.objects.count() == 1


def test_an_address_that_is_taken_is_a_conflict(by_root, elsewhere):
    response = by_root.post(NEW, sent(slug="elsewhere"))

    assert (response.status_code, Corpus.objects.count()) == (409, 1)
    assert "There is already a corpus at the address “elsewhere”." in response.text
    assert 'value="elsewhere"' in response.text


def test_only_site_administrators_make_corpora(client, corpus, stranger):
    mia = make_member("mia", set(Role))
    answers = {}
    for person in (mia, stranger):
        client.force_login(person)
        answers[person.username] = [client.get(NEW).status_code, client.post(NEW, sent()).status_code]
        assert "New corpus" not in client.get("/").text

    assert answers == {"mia": [403, 403], "stranger": [403, 403]}
    assert Corpus.objects.count() == 1


def test_home_offers_a_new_corpus_to_a_site_administrator_without_any(by_root):
    text = by_root.get("/").text

    assert f'href="{NEW}"' in text
    assert "Make one, or ask the admin" in text


def test_nothing_else_than_the_fields_is_taken(by_root, root, stranger):
    more = {"id": "77", "created_at": "2000-01-01", "by": stranger.pk, "number": "9", "is_reviewer": "1"}

    by_root.post(NEW, {**sent(), **more})

    made = Member.objects.get()
    assert Corpus.objects.get().created_at.year != 2000
    assert (made.user, made.number, made.roles) == (root, 1, {Role.ADMIN})


# --- Change one ---


CHANGED = {"name": "Presse", "languages": ["fr", "de"], "mending": "adjudicators"}


def test_an_admin_changes_name_languages_and_who_mends(by_ada, corpus, ada):
    before = Event.objects.count()

    response = by_ada.post("/c/press/edit/", {**CHANGED, "slug": "other"})

    corpus.refresh_from_db()
    assert response["Location"] == "/c/press/"
    assert (corpus.slug, corpus.name, corpus.languages) == ("press", "Presse", ["fr", "de"])
    assert corpus.mending == "adjudicators"
    assert [(one.verb, one.noun, one.actor) for one in Event.objects.order_by("pk")[before:]] == [
        ("changed", "corpus", ada)
    ]


def test_the_form_begins_with_what_is_stored(by_ada, corpus):
    Corpus.objects.update(languages=["fr", "it"])

    text = by_ada.get("/c/press/edit/").text

    assert 'value="Press"' in text
    assert [
        f'value="{code}" id="id_languages_{at}" checked' in text for at, code in ((1, "fr"), (4, "it"))
    ] == [
        True,
        True,
    ]


def test_a_wrong_change_keeps_what_was_typed_and_stores_nothing(by_ada, corpus):
    response = by_ada.post("/c/press/edit/", {"name": "Another name", "languages": []})

    corpus.refresh_from_db()
    assert (response.status_code, corpus.name) == (422, "Press")
    assert 'value="Another name"' in response.text
    assert "Choose at least one language." in response.text


# --- The overview ---


def test_the_overview_opens_doors_by_role(client, rosa, ada, judith, reza):
    make_statement()
    doors = ("/people/", "/history/", "/edit/", "/upload/", "/scheme/", "/export/")
    seen = {}
    for person in (rosa, ada, judith, reza):
        client.force_login(person)
        text = client.get("/c/press/").text
        seen[person.username] = [door for door in doors if f'"/c/press{door}"' in text]

    assert seen == {
        "rosa": ["/scheme/", "/export/"],
        "ada": list(doors),
        "judith": ["/scheme/", "/export/"],
        "reza": ["/scheme/", "/export/"],
    }


def test_an_empty_corpus_tells_each_what_comes_next(client, rosa, ada):
    client.force_login(ada)
    assert "Add the first statements" in client.get("/c/press/").text
    client.force_login(rosa)
    text = client.get("/c/press/").text
    assert ("Add the first statements" in text, "An admin adds statements" in text) == (False, True)


# --- Hostile texts ---


def test_the_name_of_a_corpus_runs_nowhere(by_root, root):
    by_root.post(NEW, sent(name=EVIL, slug="evil"))
    assert member(root, Corpus.objects.get()).roles == {Role.ADMIN}
    pages = ("/", "/c/evil/", "/c/evil/edit/", "/c/evil/people/", "/c/evil/history/", "/c/evil/scheme/")

    for page in pages:
        text = by_root.get(page).text
        assert ("&lt;script&gt;alert(1)" in text, run_by(text)) == (True, []), page


@pytest.mark.parametrize("path", [NEW, "/c/press/edit/"])
def test_a_form_without_its_token_is_refused(root, path):
    make_corpus()
    make_member("root", {Role.ADMIN})
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)

    response = client.post(path, sent(name="Changed", slug="new"))

    assert response.status_code == 403
    assert [(one.slug, one.name) for one in Corpus.objects.all()] == [("press", "Press")]

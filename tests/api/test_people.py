"""Corpora, members, schemes and history over the API."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from statements.actions.user import owner_of_link
from statements.models import Corpus, Event, Member, Scheme, Token, User
from statements.roles import Role, Scope
from tests.api.test_access import problem
from tests.make import LABELS, make_member, make_statement, member, sentences_of, tag

pytestmark = pytest.mark.django_db
CORPORA = "/api/v1/corpora/"
PRESS = f"{CORPORA}press/"
LABEL = {"slug": "claim", "key": "c", "palette": 4, "names": {"en": "Claim"}}


def send(client: Client, verb: str, path: str, body: object):
    return getattr(client, verb)(path, body, "application/json")


# --- Corpora ---


def test_a_site_administrator_makes_a_corpus(connect, root):
    sent = {
        "slug": "new",
        "name": "New",
        "languages": ["fr", "en"],
        "labels": [LABEL],
        "guidelines": {"fr": "Lisez."},
    }

    response = send(connect(root), "post", CORPORA, sent)

    corpus = Corpus.objects.get()
    shown = response.json()
    assert (response.status_code, response.headers["Location"]) == (201, "/api/v1/corpora/new/")
    assert {name: value for name, value in shown.items() if name != "created_at"} == {
        "slug": "new",
        "name": "New",
        "languages": ["fr", "en"],
        "mending": "reviewers",
        "roles": ["admin"],
        "pseudonym": "r1",
    }
    assert connect(root).get(f"{CORPORA}new/").json() == shown
    assert connect(root).get(CORPORA).json() == {"next": None, "previous": None, "results": [shown]}
    scheme = connect(root).get(f"{CORPORA}new/scheme/").json()
    label = {**LABEL, "definitions": {}, "examples": {}}
    assert {**scheme, "published_at": None} == {
        "number": 1,
        "guidelines": {"fr": "Lisez."},
        "labels": [label],
        "published_at": None,
    }
    assert connect(root).get(f"{CORPORA}new/labels/").json()["results"] == [label]
    assert Member.objects.get(corpus=corpus).user == root


def test_labels_that_are_left_out_are_the_three_and_an_empty_list_is_none(connect, root):
    client = connect(root)
    send(client, "post", CORPORA, {"slug": "three", "name": "Three"})
    send(client, "post", CORPORA, {"slug": "bare", "name": "Bare", "labels": []})

    slugs = [label["slug"] for label in client.get(f"{CORPORA}three/labels/").json()["results"]]
    assert slugs == ["allegation", "rebuttal", "commitment"]
    bare = client.get(f"{CORPORA}bare/scheme/").json()
    assert bare == {"number": 0, "guidelines": {}, "labels": [], "published_at": None}


@pytest.mark.parametrize(
    ("wrong", "kind", "names"),
    [
        ({"slug": "press"}, "corpus_exists", set()),
        ({"slug": "No"}, "invalid", {"slug"}),
        ({"languages": []}, "invalid", {"languages"}),
        ({"languages": ["en", "en"]}, "invalid", {"languages"}),
        ({"languages": ["xx"]}, "invalid", {"languages"}),
        ({"name": ""}, "invalid", {"name"}),
        ({"name": "a\0"}, "invalid", {"name"}),
        ({"labels": [LABEL, LABEL]}, "label_twice", set()),
        ({"labels": [{**LABEL, "names": {"xx\0": "a"}}]}, "invalid", {"labels"}),
        ({"labels": [{**LABEL, "key": "n"}]}, "invalid", {"labels"}),
        ({"labels": [{**LABEL, "palette": 11}]}, "invalid", {"labels"}),
        ({"labels": [{**LABEL, "position": 1}]}, "invalid", {"labels"}),
        ({"by": "ada"}, "invalid", {"by"}),
    ],
)
def test_a_corpus_that_cannot_be_is_not_made(connect, corpus, root, wrong, kind, names):
    response = send(connect(root), "post", CORPORA, {"slug": "new", "name": "New", **wrong})

    assert problem(response)[2] == f"urn:annotator:problem:{kind}"
    assert set(response.json().get("errors", ())) == names
    assert Corpus.objects.count() == 1


def test_an_admin_changes_what_is_said_and_nothing_else(connect, corpus, ada):
    response = send(connect(ada), "patch", PRESS, {"name": "Other"})

    corpus.refresh_from_db()
    assert response.status_code == 200
    assert (corpus.name, corpus.languages, corpus.slug) == ("Other", ["en"], "press")


def test_an_admin_leaves_mending_to_adjudicators(connect, corpus, ada, rosa):
    before = connect(rosa).get(PRESS).json()["mending"]

    changed = send(connect(ada), "patch", PRESS, {"mending": "adjudicators"})

    corpus.refresh_from_db()
    assert (before, changed.status_code, changed.json()["mending"]) == ("reviewers", 200, "adjudicators")
    assert (corpus.name, corpus.mending) == ("Press", "adjudicators")
    refused = send(connect(ada), "patch", PRESS, {"mending": "nobody"})
    assert (problem(refused)[0], list(refused.json()["errors"])) == (400, ["mending"])


# --- Members ---


def test_an_admin_lets_somebody_in_with_a_link(connect, corpus, ada):
    sent = {
        "username": "nina",
        "name": "Nina",
        "email": "nina@example.org",
        "roles": ["reviewer", "reviewer"],
    }

    response = send(connect(ada), "post", f"{PRESS}members/", sent)

    shown = response.json()
    link = shown.pop("password_link")
    secret = link.removeprefix(f"{settings.PUBLIC_URL}/password/").removesuffix("/")
    nina = User.objects.get(username="nina")
    assert (response.status_code, response.headers["Location"]) == (201, f"{PRESS}members/r2/")
    assert owner_of_link(secret, at=nina.date_joined) == nina
    assert {**shown, "joined_at": None} == {
        "pseudonym": "r2",
        "username": "nina",
        "name": "Nina",
        "email": "nina@example.org",
        "roles": ["reviewer"],
        "joined_at": None,
        "left_at": None,
        "is_present": True,
    }
    assert connect(ada).get(f"{PRESS}members/r2/").json() == shown
    assert connect(ada).get(f"{PRESS}members/").json()["results"][1] == shown


def test_somebody_with_an_account_gets_no_link_and_stays_who_they_are(connect, corpus, ada, stranger):
    sent = {"username": "stranger", "name": "Changed", "email": "other@example.org", "roles": ["admin"]}

    shown = send(connect(ada), "post", f"{PRESS}members/", sent).json()

    assert (shown["password_link"], shown["name"], shown["email"]) == (None, "", None)
    assert problem(send(connect(ada), "post", f"{PRESS}members/", sent))[2].endswith("already_a_member")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"roles": []}, "roles"),
        ({"roles": ["owner"]}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"username": "a b"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "a\0"}, "username"),
        ({"email": "x"}, "email"),
        ({"number": 1}, "number"),
        ({"is_superuser": True}, "is_superuser"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_person_who_cannot_be_is_not_let_in(connect, corpus, ada, wrong, name):
    sent = {"username": "nina", "roles": ["reviewer"], **wrong}

    response = send(connect(ada), "post", f"{PRESS}members/", sent)

    assert problem(response)[2] == "urn:annotator:problem:invalid"
    assert set(response.json()["errors"]) == {name}
    assert User.objects.filter(username__startswith="n").count() == 0


def test_an_admin_changes_roles_and_removes(connect, corpus, ada, rosa):
    client, path = connect(ada), f"{PRESS}members/{member(rosa).pseudonym}/"
    theirs = connect(rosa)

    changed = send(client, "patch", path, {"roles": ["researcher", "adjudicator"]})
    gone = client.delete(path)

    assert changed.json()["roles"] == ["adjudicator", "researcher"]
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path).json()["is_present"] is False
    assert theirs.get(PRESS).status_code == 401  # with the last corpus all tokens went
    assert Token.objects.filter(user=rosa, revoked_at=None).count() == 0
    assert problem(client.delete(path))[2].endswith(":not_a_member")
    assert problem(send(client, "patch", path, {"roles": ["admin"]}))[2].endswith(":not_a_member")


def test_a_corpus_keeps_an_admin(connect, corpus, ada):
    path = f"{PRESS}members/{member(ada).pseudonym}/"

    for response in (connect(ada).delete(path), send(connect(ada), "patch", path, {"roles": ["reviewer"]})):
        assert problem(response) == (409, "Conflict", "urn:annotator:problem:last_admin", [])
    assert member(ada).roles == {Role.ADMIN}


# --- Schemes ---


def label_of(text) -> dict[str, object]:
    return {
        name: getattr(text, name) for name in ("slug", "key", "palette", "names", "definitions", "examples")
    }


def test_an_admin_publishes_the_next_scheme(connect, corpus, ada):
    labels = [{**label_of(one), "palette": 10 - at} for at, one in enumerate(LABELS)]
    client = connect(ada)

    response = send(
        client, "put", f"{PRESS}scheme/", {"based_on": 1, "labels": labels, "guidelines": {"en": "Two"}}
    )
    late = send(client, "put", f"{PRESS}scheme/", {"based_on": 1, "labels": labels[:1]})

    shown = response.json()
    assert (shown["number"], shown["labels"], shown["guidelines"]) == (2, labels, {"en": "Two"})
    assert (
        client.get(f"{PRESS}scheme/").json() == client.get(f"{PRESS}scheme/", {"number": 2}).json() == shown
    )
    assert client.get(f"{PRESS}scheme/", {"number": 1}).json()["labels"] == [label_of(one) for one in LABELS]
    assert problem(client.get(f"{PRESS}scheme/", {"number": 3}))[0] == 404
    assert problem(late) == (409, "Conflict", "urn:annotator:problem:scheme_moved", [])
    assert Scheme.objects.count() == 2


def test_labels_do_not_go_after_the_first_decision(connect, corpus, ada, rosa):
    tag(sentences_of(make_statement())[0], rosa, "rebuttal")

    response = send(connect(ada), "put", f"{PRESS}scheme/", {"based_on": 1, "labels": [LABEL]})

    assert problem(response)[:3] == (409, "Conflict", "urn:annotator:problem:labels_fixed")


# --- Progress, history, who am I ---


def test_progress_shows_ones_own_and_to_those_who_watch_everybodys(connect, corpus, rosa, ben, judith):
    one, two, _ = sentences_of(make_statement())
    tag(one, rosa, "rebuttal")
    tag(two, rosa)
    none = {"total": 3, "labelled": 0, "none": 0, "skipped": 0, "untouched": 3}
    hers = {"total": 3, "labelled": 1, "none": 1, "skipped": 0, "untouched": 1}

    assert connect(rosa).get(f"{PRESS}progress/").json() == {"own": hers, "reviewers": None}
    assert connect(judith).get(f"{PRESS}progress/").json() == {
        "own": none,
        "reviewers": [{"reviewer": "r1", **hers}, {"reviewer": "r2", **none}],
    }


def test_history_shows_every_event_once_the_newest_first(connect, corpus, ada, rosa):
    shown = connect(ada).get(f"{PRESS}history/", {"limit": 200}).json()["results"]

    stored = Event.objects.of(corpus).order_by("-at", "-pk")
    assert [(row["verb"], row["noun"], row["id"], row["detail"]) for row in shown] == [
        (event.verb, event.noun, event.public_id, event.detail) for event in stored
    ]
    assert {row["actor"] for row in shown} == {None}


def test_me_is_who_asks_and_what_the_token_opens(connect, corpus, rosa, elsewhere):
    make_member("rosa", {Role.ADMIN, Role.RESEARCHER}, corpus=elsewhere)
    every, one = connect(rosa), connect(rosa, Scope.READ, corpus=corpus)

    shown = every.get("/api/v1/me/").json()
    bound = one.get("/api/v1/me/").json()

    assert (shown["username"], shown["name"], shown["is_site_admin"]) == ("rosa", "", False)
    assert [(one["slug"], one["roles"]) for one in shown["corpora"]] == [
        ("elsewhere", ["admin", "researcher"]),
        ("press", ["reviewer"]),
    ]
    assert [one["slug"] for one in bound["corpora"]] == ["press"]
    assert {**bound["token"], "expires_at": None} == {
        "name": "",
        "scopes": ["read"],
        "corpus": "press",
        "expires_at": None,
    }
    client = Client()
    client.force_login(rosa)
    assert client.get("/api/v1/me/").json()["token"] is None


# --- Statements come in ---

TEXT = {"title": "T", "text": "One was. Two was.", "language": "en"}


def test_a_statement_is_added_whole(connect, corpus, ada):
    sent = {
        **TEXT,
        "speaker": "A",
        "published_on": "2025-01-02",
        "source_url": "https://example.org/a",
        "licence": "CC0",
        "responds_to": "B",
        "metadata": {"n": 1, "list": ["a", None], "f": 1.5},
    }

    response = send(connect(ada), "post", f"{PRESS}statements/", sent)

    shown = response.json()
    assert (response.status_code, response.headers["Location"]) == (201, f"/api/v1/statements/{shown['id']}/")
    assert {name: shown[name] for name in sent} == sent
    assert shown["progress"]["total"] == 2
    assert connect(ada).get(response.headers["Location"]).json() == shown


def test_a_text_that_is_there_already_is_named(connect, corpus, ada):
    there = make_statement(TEXT["text"])

    response = send(connect(ada), "post", f"{PRESS}statements/", {**TEXT, "text": "One  was.\nTwo was. "})

    assert problem(response) == (409, "Conflict", "urn:annotator:problem:duplicate", ["statement"])
    assert response.json()["statement"] == there.public_id
    assert corpus.uploads.count() == 1


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    ("wrong", "kind", "names"),
    [
        ({"text": ""}, "invalid", {"text"}),
        ({"text": " \n"}, "empty", set()),
        ({"text": "\u200b"}, "empty", set()),
        ({"text": "a\0b"}, "invalid", {"text"}),
        ({"text": "a\ud800b"}, "invalid", {"text"}),
        ({"text": "a\ufffeb"}, "character", set()),
        ({"text": "x" * 1_000_001}, "too_large", set()),
        ({"language": "xx"}, "invalid", {"language"}),
        ({"source_url": "javascript:alert(1)"}, "invalid", {"source_url"}),
        ({"source_url": "file:///etc/passwd"}, "invalid", {"source_url"}),
        ({"published_on": "2025-13-01"}, "invalid", {"published_on"}),
        ({"metadata": []}, "invalid", {"metadata"}),
        ({"metadata": {"a": {"b": 1}}}, "invalid", {"metadata"}),
        ({"metadata": {"a": nested(3)}}, "invalid", {"metadata"}),
        ({"metadata": {"a": nested(500)}}, "parse_error", set()),
        ({"metadata": {"a": 10**30}}, "invalid", {"metadata"}),
        ({"metadata": {"a": "\0"}}, "invalid", {"metadata"}),
        ({"metadata": {"a\0": 1}}, "invalid", {"metadata"}),
        ({"metadata": {"a": "\udfff"}}, "invalid", {"metadata"}),
        ({"metadata": {"a": "x" * 20_000}}, "invalid", {"metadata"}),
        ({"corpus": "elsewhere"}, "invalid", {"corpus"}),
        ({"public_id": "2" * 12}, "invalid", {"public_id"}),
    ],
)
def test_a_statement_that_cannot_be_is_not_added(connect, corpus, ada, settings, wrong, kind, names):
    settings.MAX_STATEMENT_BYTES = 1_000_000
    response = send(connect(ada), "post", f"{PRESS}statements/", {**TEXT, **wrong})

    assert problem(response)[2] == f"urn:annotator:problem:{kind}"
    assert set(response.json().get("errors", ())) == names
    assert (corpus.statements.count(), corpus.uploads.count()) == (0, 0)

"""What people try: ids of others, fields that are not theirs, tokens beyond their scope, odd requests."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from statements.api.description import openapi
from statements.models import Annotation, Corpus, Event, Member, Scheme, Statement, Token, User
from statements.problems import CONFLICTS
from statements.roles import Role, Scope
from tests.api.test_access import problem
from tests.make import (
    NOON,
    make_corpus,
    make_member,
    make_statement,
    make_token,
    make_upload,
    member,
    new_key,
    sentences_of,
    tag,
    the_corpus,
)

pytestmark = pytest.mark.django_db

EXAMPLE = {
    (path, verb): next(iter(about["requestBody"]["content"]["application/json"]["examples"].values()))[
        "value"
    ]
    for path, verbs in openapi()["paths"].items()
    for verb, about in verbs.items()
    if "application/json" in about.get("requestBody", {}).get("content", {})
}
OPERATIONS = [
    pytest.param(path, verb, id=f"{verb} {path.removeprefix('/api/v1')}")
    for path, verbs in openapi()["paths"].items()
    for verb in verbs
]
READS = [case for case in OPERATIONS if case.values[1] == "get"]
WRITES = [case for case in OPERATIONS if case.values[1] != "get"]
BODIES = [case for case in OPERATIONS if case.values in EXAMPLE]
SCOPED = [case for case in OPERATIONS if "{" in case.values[0]]
ANNOTATES = ("annotation", "resplits")  # what a token that annotates is for
MANAGES = [case for case in WRITES if not any(word in case.values[0] for word in ANNOTATES)]


@pytest.fixture
def boss(places, db) -> User:
    """Everything in two corpora, and a site administrator."""
    return User.objects.get(username="boss")


@pytest.fixture(scope="module")
def places(kept) -> dict[str, dict[str, str]]:
    """What stands for the variables of an address, in each of the two corpora."""
    return kept.make(make_places)


def make_places() -> dict[str, dict[str, str]]:
    found = {}
    for place in (the_corpus(), make_corpus("elsewhere")):
        make_member("boss", set(Role), corpus=place)
        rosa = make_member("rosa", {Role.REVIEWER}, corpus=place)
        statement = make_statement(f"There was {place.slug}. And more.", corpus=place)
        sentence = sentences_of(statement)[0]
        tag(sentence, rosa, "rebuttal", comment="SECRET")
        upload = make_upload(f"What waits in {place.slug}.", corpus=place)
        found[place.slug] = {
            "upload": upload.public_id,
            "file": "1",
            "draft": str(upload.drafts.get().number),
            "slug": place.slug,
            "pseudonym": member(rosa, place).pseudonym,
            "statement": statement.public_id,
            "sentence": sentence.public_id,
        }
    User.objects.filter(username="boss").update(is_superuser=True, is_staff=True)
    return found


def at(path: str, place: dict[str, str]) -> str:
    rooms = [room for room in ("uploads", "statements") if f"/{room}/" in path]
    kind = rooms[0][:-1] if rooms else "sentence"
    number = place["file" if "/files/" in path else "draft"]
    return path.format(**place, public_id=place[kind], number=number)


def send(client: Client, verb: str, path: str, body: object = None, **more: object):
    if verb == "get":
        return client.get(path, **more)
    return getattr(client, verb)(path, json.dumps(body), "application/json", **more)


def client_with(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def counts() -> list[int]:
    return [
        kind.objects.count() for kind in (Annotation, Corpus, Event, Member, Scheme, Statement, Token, User)
    ]


# --- Tokens ---


@pytest.mark.parametrize(("path", "verb"), WRITES)
def test_a_token_that_reads_changes_nothing_although_its_owner_could(connect, boss, places, path, verb):
    client = connect(boss, Scope.READ)
    before = counts()

    response = send(client, verb, at(path, places["press"]), EXAMPLE.get((path, verb)))

    assert problem(response)[:2] == (403, "Forbidden")
    assert counts() == before


@pytest.mark.parametrize(("path", "verb"), MANAGES)
def test_a_token_that_annotates_manages_nothing(connect, boss, places, path, verb):
    client = connect(boss, Scope.READ, Scope.ANNOTATE)
    before = counts()

    response = send(client, verb, at(path, places["press"]), EXAMPLE.get((path, verb)))

    assert problem(response)[:2] == (403, "Forbidden")
    assert counts() == before


@pytest.mark.parametrize(("path", "verb"), SCOPED)
def test_a_token_of_one_corpus_finds_nothing_of_another(connect, boss, places, corpus, path, verb):
    client = connect(boss, corpus=corpus)
    before = counts()

    response = send(client, verb, at(path, places["elsewhere"]), EXAMPLE.get((path, verb)))

    assert problem(response) == (404, "Not Found", "about:blank", [])
    assert counts() == before


def test_a_token_of_one_corpus_lists_no_other_and_makes_none(connect, boss, places, corpus):
    client = connect(boss, corpus=corpus)

    for path in ("/api/v1/corpora/", "/api/v1/me/"):
        assert b"elsewhere" not in client.get(path).content
        assert b"press" in client.get(path).content
    assert send(client, "post", "/api/v1/corpora/", {"slug": "n", "name": "N"}).status_code == 403
    assert Corpus.objects.count() == 2


def test_only_site_administrators_make_corpora(connect, boss, ada):
    sent = {"slug": "another", "name": "Another"}

    assert problem(send(connect(ada), "post", "/api/v1/corpora/", sent))[:2] == (403, "Forbidden")
    assert send(connect(boss, Scope.MANAGE), "post", "/api/v1/corpora/", sent).status_code == 201


@pytest.mark.once  # whether a token has ended is said before anything of the corpus is asked
@pytest.mark.parametrize(("path", "verb"), OPERATIONS)
@pytest.mark.parametrize("how", ["garbage", "expired", "revoked", "closed"])
def test_a_token_that_ended_opens_nothing(boss, places, path, verb, how):
    secret = make_token(boss, *Scope, at=timezone.now())
    changes = {
        "expired": {"created_at": NOON - timedelta(days=9), "expires_at": NOON - timedelta(days=2)},
        "revoked": {"revoked_at": NOON},
    }
    Token.objects.update(**changes.get(how, {"name": "x"}))
    User.objects.filter(pk=boss.pk).update(is_active=how != "closed")
    before = counts()

    client = client_with("annot_garbage" if how == "garbage" else secret)
    response = send(client, verb, at(path, places["press"]), EXAMPLE.get((path, verb)))

    assert problem(response)[:2] == (401, "Unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "ETag" not in response.headers
    assert counts() == before


# --- Ids of others ---


@pytest.mark.parametrize(("path", "verb"), SCOPED)
def test_a_stranger_finds_nothing_and_changes_nothing(connect, stranger, places, path, verb):
    client = connect(stranger)
    before = counts()

    response = send(client, verb, at(path, places["press"]), EXAMPLE.get((path, verb)))

    assert problem(response) == (404, "Not Found", "about:blank", [])
    assert counts() == before


def test_ids_of_another_corpus_in_bodies_and_filters_reach_nothing(connect, boss, places, elsewhere):
    client, there = connect(boss), places["elsewhere"]
    client_of_press = connect(make_member("ben", set(Role)))
    elsewhere.labels.create(slug="only-there")
    own = f"/api/v1/sentences/{places['press']['sentence']}/annotation/"

    body = {"key": new_key(), "state": "labelled", "labels": ["only-there"]}
    assert problem(send(client, "put", own, body))[2] == "urn:annotator:problem:unknown_label"
    row = {"sentence": there["sentence"], "key": new_key(), "state": "none"}
    results = send(client, "put", "/api/v1/corpora/press/annotations/", [row]).json()["results"]
    assert [(one["status"], one["problem"]["type"]) for one in results] == [(404, "about:blank")]
    for name in ("sentences", "annotations", "resplits"):
        for asked in ({"statement": there["statement"]},):
            found = client_of_press.get(f"/api/v1/corpora/press/{name}/", asked).json()
            assert found == {"next": None, "previous": None, "results": []}
    for name in ("sentences", "annotations"):
        found = client.get(f"/api/v1/corpora/press/{name}/", {"label": "only-there"})
        assert problem(found)[2] == "urn:annotator:problem:unknown_label"
    theirs = Annotation.objects.get(sentence__statement__corpus=elsewhere).key
    body = {"key": new_key(), "state": "none", "based_on": theirs}
    assert problem(send(client, "put", own, body))[2] == "urn:annotator:problem:stale"
    assert Annotation.objects.count() == 2


# --- Filters and fields that are not there ---

LEAKS = [
    "reviewer__password",
    "user",
    "user__email",
    "corpus",
    "corpus__slug",
    "corpus__members__user__password",
    "ordering",
    "order_by",
    "order",
    "sort",
    "pk",
    "id",
    "id__gt",
    "by",
    "fields",
    "expand",
    "include",
    "search",
    "limit__gt",
    "upload__by__password__startswith",
    "annotations__reviewer",
    "_method",
    "format.json",
]


@pytest.mark.parametrize(("path", "verb"), READS)
def test_what_is_no_filter_is_a_400(connect, boss, places, path, verb):
    client = connect(boss)

    for name in LEAKS:
        response = client.get(at(path, places["press"]), {name: "x"})
        assert problem(response)[2:] == ("urn:annotator:problem:invalid", ["errors"]), name
        assert set(response.json()["errors"]) == {name}


OTHERS = [
    "roles_",
    "is_admin",
    "is_superuser",
    "is_staff",
    "owner",
    "corpus",
    "corpus_id",
    "number",
    "by",
    "public_id",
    "id",
    "pk",
    "user",
    "reviewer",
    "published_by",
    "created_at",
    "saved_at",
    "superseded_at",
    "blind",
    "round",
    "password",
    "scheme",
    "upload",
    "state_",
    "sha256",
    "__class__",
    "constructor",
]


@pytest.mark.parametrize(("path", "verb"), BODIES)
def test_no_field_sets_what_is_not_ones_own(connect, boss, places, path, verb):
    client, example = connect(boss), EXAMPLE[path, verb]

    for name in OTHERS:
        before = counts()
        if isinstance(example, list):
            body: object = [{**example[0], "sentence": places["press"]["sentence"], name: "x"}]
            response = send(client, verb, at(path, places["press"]), body)
            (result,) = response.json()["results"]
            said = result["problem"]
        else:
            said = send(client, verb, at(path, places["press"]), {**example, name: "x"}).json()
        assert (said["status"], set(said["errors"])) == (400, {name})
        assert counts() == before


# --- Odd requests ---


@pytest.mark.parametrize(("path", "verb"), WRITES)
def test_a_session_needs_its_mark_to_change_anything(boss, places, path, verb):
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    before = counts()

    response = send(client, verb, at(path, places["press"]), EXAMPLE.get((path, verb)))

    assert problem(response)[:3] == (403, "Forbidden", "urn:annotator:problem:permission_denied")
    assert counts() == before


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_a_verb_in_a_header_is_not_heard(connect, boss, places, header):
    path = f"/api/v1/corpora/press/members/{places['press']['pseudonym']}/"

    response = connect(boss).get(path, headers={header: "DELETE"})

    assert response.json()["is_present"] is True
    assert Member.objects.filter(left_at=None).count() == 4


@pytest.mark.parametrize(("path", "verb"), SCOPED)
def test_verbs_that_are_not_there_are_a_405_that_says_which_are(connect, boss, places, path, verb):
    known = {one.upper() for one in openapi()["paths"][path]}
    client = connect(boss)

    for other in {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
        response = client.generic(other, at(path, places["press"]))
        assert problem(response)[:3] == (
            405,
            "Method Not Allowed",
            "urn:annotator:problem:method_not_allowed",
        )
        assert set(response.headers["Allow"].split(", ")) - {"HEAD"} == known


ODD = [
    (b"", "invalid"),
    (b"{", "parse_error"),
    (b"[" * 100_000, "parse_error"),
    (b'{"a":' * 900, "parse_error"),
    (b'{"key": NaN}', "parse_error"),
    (b'{"key": 1e999}', "parse_error"),
    (b"9" * 5_000, "parse_error"),
    (b"\xff\xfe{}", "parse_error"),
    (b'"x"', "invalid"),
    (b"null", "invalid"),
    (b"1", "invalid"),
    (b'{"\\ud800": 1}', "invalid"),
    (b'{"\\u0000": 1}', "invalid"),
    (b"[]", "invalid"),
    (b"{}", "invalid"),
    (b"[" * 200 + b"]" * 200, "parse_error"),
]


DETAILS = [
    "/api/v1/statements/{public_id}/",
    "/api/v1/corpora/{slug}/uploads/{public_id}/statements/{number}/",
]
CONFIRMS = ("/api/v1/corpora/{slug}/uploads/{public_id}/", "post")  # an empty body is a plain yes


@pytest.mark.parametrize(("path", "verb"), [case for case in BODIES if case.values != CONFIRMS])
def test_odd_bodies_are_the_senders_mistake(connect, boss, places, path, verb):
    client, address = connect(boss), at(path, places["press"])
    before, nothing_asked = counts(), []

    for sent, kind in ODD:
        response = getattr(client, verb)(address, sent, "application/json")
        if response.status_code == 200:
            nothing_asked.append((path, sent))
            continue
        assert problem(response)[0] == 400, sent[:20]
        assert response.json()["type"] == f"urn:annotator:problem:{kind}", sent[:20]
        said = response.content.decode()
        assert not any(word in said for word in ("Traceback", "site-packages", "SELECT", "django"))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"):
        response = getattr(client, verb)(address, b"{}", kind)
        assert problem(response)[:3] == (
            415,
            "Unsupported Media Type",
            "urn:annotator:problem:unsupported_media_type",
        )
    assert counts() == before
    assert set(nothing_asked) <= {  # an empty batch, and a change of nothing
        ("/api/v1/corpora/{slug}/annotations/", b"[]"),
        ("/api/v1/corpora/{slug}/", b""),
        ("/api/v1/corpora/{slug}/", b"{}"),
        *((path, body) for path in DETAILS for body in (b"", b"{}")),
    }


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "x", ""])
def test_whatever_a_client_accepts_it_is_told_in_json(connect, boss, accept):
    response = connect(boss).get("/api/v1/me/", headers={"accept": accept})

    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


# --- Caching ---


STREAMED = ("export/", "/files/{number}/")


@pytest.mark.parametrize(("path", "verb"), [case for case in READS if not case.values[0].endswith(STREAMED)])
def test_what_was_read_is_not_sent_again(connect, boss, places, path, verb):
    client, address = connect(boss), at(path, places["press"])

    first = client.get(address)
    etag = first.headers["ETag"]
    again = client.get(address, headers={"if-none-match": f'"other", W/{etag}'})
    other = client.get(address, headers={"if-none-match": '"other"'})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(first.headers["Vary"].split(", "))
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Vary"] == first.headers["Vary"]
    assert (other.status_code, other.content) == (200, first.content)


def test_other_people_and_other_moments_have_other_tags(connect, places, boss, rosa):
    path = f"/api/v1/sentences/{places['press']['sentence']}/annotation/"
    tags = [connect(rosa).get(path).headers["ETag"], connect(boss).get(path).headers["ETag"]]
    changed = {"key": new_key(), "based_on": connect(rosa).get(path).json()["key"], "state": "none"}
    put = send(connect(rosa), "put", path, changed)
    tags.append(connect(rosa).get(path).headers["ETag"])

    assert len(set(tags)) == 3
    assert "ETag" not in put.headers
    assert put.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_errors_and_streams_are_not_kept(corpus, connect):
    client = connect(make_member("all", set(Role)))
    for path in ("/api/v1/corpora/nothing/", "/api/v1/corpora/press/?x=1", "/api/v1/corpora/press/export/"):
        response = client.get(path, headers={"if-none-match": "*"})
        assert response.status_code in {200, 400, 404}
        assert ("ETag" in response.headers, response.headers["Cache-Control"]) == (False, "no-store")
        response.close()


def test_every_kind_of_conflict_has_its_sentence():
    from statements.messages import SENTENCES

    assert set(SENTENCES) >= CONFLICTS

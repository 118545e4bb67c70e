"""Every address is marked with its right, known here, and closed to everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from statements.access import MARK, PUBLIC, SIGNED_IN, SITE_ADMIN, needs, public, signed_in
from statements.actions.member import remove
from statements.api.endpoint import Endpoint
from statements.models import Corpus, Draft, User
from statements.roles import RIGHTS, SCOPE_RIGHTS, May, Role, Scope
from tests.addresses import TABLE, Address
from tests.make import (
    NOON,
    make_member,
    make_statement,
    make_token,
    make_upload,
    make_user,
    member,
    sentences_of,
    the_corpus,
)

# What a role may is asked of the database in the plainest words: no other one would answer otherwise.
pytestmark = pytest.mark.once
VERBS = ("get", "post", "put", "patch", "delete")
CASES = [
    pytest.param(name, address, id=f"{name}-{address.method}-{address.status}")
    for name, addresses in TABLE.items()
    for address in addresses
]


def walk(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address but those of the admin site, which have a test of their own below."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from walk(pattern)
        else:
            yield pattern


VIEWS = {pattern.name: pattern.callback for pattern in walk()}
IS_API = {pattern.name: hasattr(pattern.callback, "cls") for pattern in walk()}


def mark_of(view) -> object:
    return getattr(getattr(view, "cls", view), MARK, None)


def verbs_of(view) -> set[str]:
    """The verbs that a class of the API implements."""
    return {verb.upper() for verb in VERBS if hasattr(view.cls, verb)}


# --- Marks ---


def test_every_address_has_a_name_of_its_own():
    names = [pattern.name for pattern in walk()]

    assert sorted(names) == sorted(set(names) - {None})


def test_every_address_stands_in_the_table_of_this_test():
    assert set(VIEWS) == set(TABLE)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_wears_the_mark_that_the_table_says(name):
    mark = mark_of(VIEWS[name])
    expected = {address.method.upper(): address.right for address in TABLE[name]}

    if IS_API[name]:
        assert mark == expected
        assert set(mark) == verbs_of(VIEWS[name])
    else:
        assert {mark} == set(expected.values())


@pytest.mark.parametrize("name", [name for name, is_api in IS_API.items() if is_api])
def test_every_class_of_the_api_checks_what_it_fetched(name):
    assert issubclass(VIEWS[name].cls, Endpoint)
    assert VIEWS[name].cls.finalize_response is Endpoint.finalize_response


def test_a_view_without_a_mark_is_seen():
    def bare(request: HttpRequest) -> HttpResponse: ...

    assert mark_of(bare) is None
    assert [mark_of(public(bare)), mark_of(signed_in(bare)), mark_of(needs(May.READ)(bare))] == [
        PUBLIC,
        SIGNED_IN,
        May.READ,
    ]


# --- Doors ---


@dataclass(frozen=True)
class World:
    """Places, by what the addresses call them, and the sessions of people, by what they are there."""

    places: dict[str, str]
    sessions: dict[str, str]
    elsewhere: Corpus
    boss: User  # a site administrator with all roles in both corpora

    def client(self, who: str) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


@pytest.fixture(scope="module")
def kept_world(kept) -> World:
    return kept.make(make_world)


@pytest.fixture
def world(kept_world, db) -> World:
    """What the addresses name, and who asks."""
    return kept_world


OUTSIDERS = (
    "member without a role",
    "stranger",
    "all roles in another corpus",
    "removed",
    "site administrator",
)


def make_world() -> World:
    corpus, elsewhere = the_corpus(), the_corpus("elsewhere")
    gone, away = (make_member(who, set(Role)) for who in ("gone", "away"))
    boss = make_site_admin("boss")
    people: dict[str, User] = {
        **{role: make_member(f"mia-{role}", {role}) for role in Role},
        "all roles": make_member("mia", set(Role)),
        "all roles in both": make_member("nia", set(Role)),
        "member without a role": make_member("idle", ()),
        "stranger": make_user("nobody"),
        "all roles in another corpus": make_member("neighbour", set(Role), corpus=elsewhere),
        "removed": gone,
        "deactivated": away,
        "site administrator": make_site_admin("root"),
        "boss": boss,
    }
    for place, who in ((elsewhere, "nia"), (corpus, "boss"), (elsewhere, "boss")):
        make_member(who, set(Role), corpus=place)
    remove(member(gone), by=people["all roles"], at=NOON)
    gone.refresh_from_db()
    User.objects.filter(pk=away.pk).update(is_active=False)
    sessions = {who: client_of(user).session.session_key for who, user in people.items()}
    return World(make_places(corpus), sessions, elsewhere, boss)


def make_places(corpus: Corpus) -> dict[str, str]:
    statement, upload = make_statement(), make_upload("Another text stands here.")
    stored = make_statement("A third text was stored.").upload
    return {
        "corpus": corpus.slug,
        "statement": statement.public_id,
        "sentence": sentences_of(statement)[0].public_id,
        "upload": upload.public_id,
        "stored": stored.public_id,
        "file": "1",
        "draft": str(Draft.objects.get().number),
        "member": member(make_member("minna", {Role.REVIEWER})).pseudonym,
        "passkey": "1",
        "token": "2" * 12,
        "secret": "made-up",
        "scheme": "1",
    }


def ask(client: Client, name: str, address: Address, places: dict[str, str], **headers: str) -> HttpResponse:
    path = reverse(name, args=[places[what] for what in address.args])
    is_json = IS_API[name] and address.method != "get" and not address.is_form
    more = {"content_type": "application/json"} if is_json else {}
    sent = in_world(address.sent, places)
    return getattr(client, address.method)(path, sent, headers=headers, **more)


def in_world(sent: object, places: dict[str, str]) -> object:
    """What is sent, with ids of this world for those that stand there as `{sentence}`."""
    if not isinstance(sent, dict):
        return sent
    ids = {f"{{{name}}}": public_id for name, public_id in places.items()}
    return {name: ids.get(value, value) if isinstance(value, str) else value for name, value in sent.items()}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_scoped(address: Address) -> bool:
    """Whether its right is one in a corpus."""
    return address.right not in {PUBLIC, SIGNED_IN, SITE_ADMIN}


SCOPED = [case for case in CASES if is_scoped(case.values[1])]
SITE = [case for case in CASES if case.values[1].right == SITE_ADMIN]
OWN = [case for case in CASES if case.values[1].right == SIGNED_IN]
OPEN = [case for case in CASES if case.values[1].right == PUBLIC]
API = [case for case in (*SCOPED, *SITE, *OWN) if IS_API[case.values[0]]]


@contextmanager
def undone() -> Iterator[None]:
    """Leave the world as it was, so that the next cell meets the same one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_site_admin(name: str) -> User:
    user = make_user(name)
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    user.refresh_from_db()
    return user


def status_of(response: HttpResponse) -> int:
    """Its status; what is streamed is read to its end, which has to be there."""
    if response.streaming:
        assert b"".join(response) != b""
    return response.status_code


# --- Cell by cell: each role, each outsider, each scope of a token, at each address ---


@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_each_role_alone_gets_what_the_table_of_rights_says(world, name, address):
    expected = {role: address.status if address.right in RIGHTS[role] else 403 for role in Role}

    answers = {}
    for role in Role:
        with undone():
            response = ask(world.client(role), name, address, world.places)
            answers[role] = status_of(response)
            if answers[role] == 403:
                assert response.headers["Content-Type"] == kind(name)

    assert answers == expected


@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_who_has_no_place_in_the_corpus_gets_404_and_a_member_without_a_role_403(world, name, address):
    asked = {who: ask(world.client(who), name, address, world.places) for who in OUTSIDERS}

    answers = {who: status_of(response) for who, response in asked.items()}
    assert answers == {**dict.fromkeys(OUTSIDERS, 404), "member without a role": 403}
    assert {response.headers["Content-Type"] for response in asked.values()} == {kind(name)}
    closed = ask(world.client("deactivated"), name, address, world.places)
    assert closed.status_code == (401 if IS_API[name] else 302)  # has to sign in, and cannot


@pytest.mark.parametrize(("name", "address"), SITE)
def test_what_takes_a_site_administrator_is_refused_to_everybody_else(world, name, address):
    people = [*Role, "all roles", "stranger"]

    answers = {who: ask(world.client(who), name, address, world.places).status_code for who in people}

    assert answers == dict.fromkeys(people, 403)
    assert status_of(ask(world.client("site administrator"), name, address, world.places)) == address.status


def carries(scope: Scope, address: Address) -> bool:
    if address.right == SITE_ADMIN:
        return scope == Scope.MANAGE
    return address.right == SIGNED_IN or address.right in SCOPE_RIGHTS[scope]


@pytest.mark.parametrize(("name", "address"), API)
def test_each_scope_of_a_token_opens_what_the_table_says_to_an_owner_who_may_all(world, name, address):
    expected = {scope: address.status if carries(scope, address) else 403 for scope in Scope}

    answers = {}
    for scope in Scope:
        with undone():
            bearer = f"Bearer {make_token(world.boss, scope, at=timezone.now())}"
            answers[scope] = status_of(ask(Client(), name, address, world.places, authorization=bearer))

    assert answers == expected


@pytest.mark.parametrize(("name", "address"), [case for case in API if case not in OWN])
def test_a_token_of_one_corpus_opens_nothing_of_another(world, name, address):
    is_site = address.right == SITE_ADMIN
    expected = {"here": 403 if is_site else address.status, "elsewhere": 403 if is_site else 404}

    answers = {}
    for where, place in (("elsewhere", world.elsewhere), ("here", the_corpus())):
        with undone():
            bearer = f"Bearer {make_token(world.boss, *Scope, corpus=place, at=timezone.now())}"
            answers[where] = status_of(ask(Client(), name, address, world.places, authorization=bearer))

    assert answers == expected


@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_what_is_not_there_looks_to_a_stranger_as_what_is(world, name, address):
    nowhere = {
        "corpus": "no-such",
        "statement": "2" * 12,
        "sentence": "2" * 12 + ".1",
        "upload": "2" * 12,
        "stored": "2" * 12,
        "file": "9",
        "draft": "9",
        "member": "r99",
        "scheme": "99",
    }

    there, missing = (
        ask(world.client("stranger"), name, address, places) for places in (world.places, nowhere)
    )

    assert (missing.status_code, what_is_said(missing)) == (404, what_is_said(there))


def what_is_said(response: HttpResponse) -> bytes:
    """The page without its own address, which the reader knows, and what differs with every request."""
    own = response.request["PATH_INFO"].encode()
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", b"".join(response)).replace(own, b"")


@pytest.mark.parametrize(("name", "address"), [*SCOPED, *SITE, *OWN])
def test_the_anonymous_have_to_sign_in(world, name, address):
    response = ask(Client(), name, address, world.places)

    if IS_API[name]:
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert response.headers["Content-Type"] == kind(name)
    else:
        path = reverse(name, args=[world.places[what] for what in address.args])
        assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.parametrize(("name", "address"), OPEN)
def test_what_is_public_is_answered(world, name, address):
    assert ask(Client(), name, address, world.places).status_code == address.status


@pytest.mark.parametrize(("name", "address"), OWN)
def test_what_is_ones_own_is_answered_to_whoever_is_signed_in(world, name, address):
    assert ask(world.client("stranger"), name, address, world.places).status_code == address.status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [name for name in TABLE if is_scoped(TABLE[name][0]) or TABLE[name][0].right == SITE_ADMIN]
)
def test_verbs_that_an_address_does_not_know_are_refused(world, name):
    client = world.client("boss")
    known = {address.method for address in TABLE[name]}
    path = reverse(name, args=[world.places[what] for what in TABLE[name][0].args])

    answers = {verb: getattr(client, verb)(path).status_code for verb in VERBS if verb not in known}

    assert answers == dict.fromkeys(answers, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in TABLE
        if "corpus" in TABLE[name][0].args and {"statement", "upload"} & set(TABLE[name][0].args)
    ],
)
def test_the_corpus_in_the_address_is_the_one_it_lies_in(world, name):
    places = {**world.places, "corpus": world.elsewhere.slug}

    response = ask(world.client("all roles in both"), name, TABLE[name][0], places)

    assert response.status_code == 404


def kind(name: str) -> str:
    return "application/problem+json" if IS_API[name] else "text/html; charset=utf-8"


# --- The admin site ---


def admin_paths() -> dict[str, str]:
    """Every address of the admin site by its name, for rows and apps that may or may not be there."""
    [inside] = [one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin"]
    found = {}
    for pattern in inside_of(inside):
        if pattern.name:
            names = pattern.pattern.converters if hasattr(pattern.pattern, "converters") else {}
            args = ["1"] * len(names) or (["statements"] if pattern.name == "app_list" else [])
            found[pattern.name] = reverse(f"admin:{pattern.name}", args=args)
    return {**found, "anything else": "/admin/no/such/page/"}


def inside_of(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        yield from inside_of(pattern) if isinstance(pattern, URLResolver) else [pattern]


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize(("name", "path"), admin_paths().items(), ids=list(admin_paths()))
def test_the_admin_site_is_open_to_site_administrators_alone(world, name, path, verb):
    mia, root = world.client("all roles"), world.client("site administrator")
    unknown = name == "anything else"

    anonymous = getattr(Client(), verb)(path, follow=True).redirect_chain
    answers = [getattr(client, verb)(path).status_code for client in (mia, root)]

    assert anonymous[-1][0].startswith("/sign-in/?next=/admin/")
    assert answers[0] == 404
    assert (answers[1] == 404) == unknown
    assert answers[1] in {200, 302, 403, 404, 405}

"""Every address is marked with its right, known here, and closed to everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from statements.access import MARK, fetch, needs, public, signed_in
from statements.api.endpoint import Endpoint
from statements.models import Corpus, Sentence
from statements.roles import RIGHTS, SCOPE_RIGHTS, May, Role, Scope
from tests.make import make_member, make_statement, make_token, make_upload, new_key, sentences_of, tag

PUBLIC, SIGNED_IN = "public", "signed in"
VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Address:
    """How a view is asked, with which right, and what it answers to whom that is open."""

    right: str
    args: tuple[str, ...] = ()  # names of what `world` holds
    method: str = "get"
    sent: dict[str, object] = field(default_factory=dict)
    status: int = 200


SAVE = {"key": "a-new-key"}
TABLE = {
    "home": [Address(SIGNED_IN)],
    "health": [Address(PUBLIC)],
    "sign-in": [Address(PUBLIC)],
    "language": [Address(PUBLIC, method="post", sent={"language": "fr", "next": "/"}, status=302)],
    "sign-out": [Address(SIGNED_IN, method="post", status=302)],
    "corpus": [Address(May.READ, ("corpus",))],
    "statements": [Address(May.READ, ("corpus",))],
    "statement": [Address(May.READ, ("corpus", "statement"))],
    "scheme": [Address(May.READ, ("corpus",))],
    "export": [Address(May.EXPORT, ("corpus",))],
    "tag": [Address(May.ANNOTATE, ("corpus",), status=302)],
    "desk": [Address(May.ANNOTATE, ("corpus", "statement"))],
    "undo-latest": [
        Address(May.ANNOTATE, ("corpus",), "post", SAVE, 302),
        Address(May.ANNOTATE, ("corpus",), status=302),
    ],
    "annotation-save": [
        Address(May.ANNOTATE, ("sentence",), "post", {**SAVE, "choose": "none"}, 302),
        Address(May.ANNOTATE, ("sentence",), status=302),
        Address(May.ANNOTATE, ("sentence",), "post", {}, 422),
    ],
    "annotation-undo": [
        Address(May.ANNOTATE, ("sentence",), "post", SAVE, 409),
        Address(May.ANNOTATE, ("sentence",), status=302),
        Address(May.ANNOTATE, ("sentence",), "post", {}, 422),
    ],
    "upload": [
        Address(May.UPLOAD, ("corpus",)),
        Address(May.UPLOAD, ("corpus",), "post", {}, 422),
        Address(May.UPLOAD, ("corpus",), "post", {"title": "T", "language": "en", "text": "A new one."}, 302),
    ],
    "upload-preview": [Address(May.UPLOAD, ("corpus", "upload"))],
    "upload-store": [
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload"), status=302),
    ],
    "upload-discard": [
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload"), status=302),
    ],
    "api-export": [Address(May.EXPORT, ("corpus",))],
    "api-annotation": [
        Address(May.READ, ("sentence",)),
        Address(May.ANNOTATE, ("sentence",), "put", {**SAVE, "state": "none"}),
    ],
}
CASES = [
    pytest.param(name, address, id=f"{name}-{address.method}-{address.status}")
    for name, addresses in TABLE.items()
    for address in addresses
]


def walk(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
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


@pytest.fixture
def world(corpus) -> dict[str, str]:
    statement, upload = make_statement(), make_upload("Another text stands here.")
    return {
        "corpus": corpus.slug,
        "statement": statement.public_id,
        "sentence": sentences_of(statement)[0].public_id,
        "upload": upload.public_id,
    }


def ask(client: Client, name: str, address: Address, world: dict[str, str], **headers: str) -> HttpResponse:
    path = reverse(name, args=[world[what] for what in address.args])
    more = {"content_type": "application/json"} if IS_API[name] and address.method != "get" else {}
    return getattr(client, address.method)(path, address.sent, headers=headers, **more)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_scoped(address: Address) -> bool:
    return address.right not in {PUBLIC, SIGNED_IN}


SCOPED = [case for case in CASES if is_scoped(case.values[1])]
OWN = [case for case in CASES if case.values[1].right == SIGNED_IN]
OPEN = [case for case in CASES if case.values[1].right == PUBLIC]


@pytest.mark.django_db(transaction=True, databases=["default", "snapshot"])
@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_a_member_with_the_right_is_answered(world, name, address):
    able = [role for role in Role if address.right in RIGHTS[role]]
    assert able != []
    for role in able[:1]:
        response = ask(client_of(make_member("mia", {role})), name, address, world)

        assert response.status_code == address.status
        if response.streaming:
            assert b"".join(response) != b""


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_a_member_without_the_right_gets_403(world, name, address):
    without = {role for role in Role if address.right not in RIGHTS[role]}

    response = ask(client_of(make_member("mia", without)), name, address, world)

    assert response.status_code == 403
    assert response.headers["Content-Type"] == kind(name)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_a_stranger_gets_404(world, stranger, elsewhere, name, address):
    make_member("stranger", set(Role), corpus=elsewhere)

    response = ask(client_of(stranger), name, address, world)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == kind(name)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), SCOPED)
def test_what_is_not_there_looks_to_a_stranger_as_what_is(world, stranger, name, address):
    nowhere = {"corpus": "no-such", "statement": "2" * 12, "sentence": "2" * 12 + ".1", "upload": "2" * 12}

    there, missing = (ask(client_of(stranger), name, address, place) for place in (world, nowhere))

    assert (missing.status_code, what_is_said(missing)) == (404, what_is_said(there))


def what_is_said(response: HttpResponse) -> bytes:
    """The page without its own address, which the reader knows, and what differs with every request."""
    own = response.request["PATH_INFO"].encode()
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content).replace(own, b"")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), [*SCOPED, *OWN])
def test_the_anonymous_have_to_sign_in(world, name, address):
    response = ask(Client(), name, address, world)

    if IS_API[name]:
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert response.headers["Content-Type"] == kind(name)
    else:
        path = reverse(name, args=[world[what] for what in address.args])
        assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), OPEN)
def test_what_is_public_is_answered(world, name, address):
    assert ask(Client(), name, address, world).status_code == address.status


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), OWN)
def test_what_is_ones_own_is_answered_to_whoever_is_signed_in(world, stranger, name, address):
    assert ask(client_of(stranger), name, address, world).status_code == address.status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "address"),
    [
        case for case in SCOPED if IS_API[case.values[0]] and case.values[1].right != May.READ
    ],  # all scopes read
)
def test_a_token_without_the_scope_gets_403_although_its_owner_could(world, name, address):
    owner = make_member("mia", set(Role))
    without = [scope for scope in Scope if address.right not in SCOPE_RIGHTS[scope]]

    response = ask(
        Client(),
        name,
        address,
        world,
        authorization=f"Bearer {make_token(owner, *without, at=timezone.now())}",
    )

    assert response.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in TABLE if is_scoped(TABLE[name][0])])
def test_verbs_that_an_address_does_not_know_are_refused(world, name):
    client = client_of(make_member("mia", set(Role)))
    known = {address.method for address in TABLE[name]}
    path = reverse(name, args=[world[what] for what in TABLE[name][0].args])

    answers = {verb: getattr(client, verb)(path).status_code for verb in VERBS if verb not in known}

    assert answers == dict.fromkeys(answers, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [name for name in TABLE if "statement" in TABLE[name][0].args or "upload" in TABLE[name][0].args]
)
def test_the_corpus_in_the_address_is_the_one_it_lies_in(world, elsewhere, name):
    mia = make_member("mia", set(Role))
    make_member("mia", set(Role), corpus=elsewhere)

    response = ask(client_of(mia), name, TABLE[name][0], {**world, "corpus": elsewhere.slug})

    assert response.status_code == 404


def kind(name: str) -> str:
    return "application/problem+json" if IS_API[name] else "text/html; charset=utf-8"


# --- A view that forgets to ask ---


def request_of(user) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_a_page_that_fetched_nothing_is_not_shown():
    @needs(May.READ)
    def careless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("all the secrets")

    with pytest.raises(RuntimeError, match="careless answered without fetching anything for the right read"):
        careless(request_of(AnonymousUser()))


def test_a_page_that_fetched_with_another_right_is_not_shown(corpus, rosa):
    @needs(May.ANNOTATE)
    def careless(request: HttpRequest) -> HttpResponse:
        fetch(request, Corpus.objects, corpus.slug, May.READ)
        return HttpResponse("all the secrets")

    with pytest.raises(RuntimeError, match="for the right annotate"):
        careless(request_of(rosa))


def test_a_page_that_fetched_with_its_right_is_shown(corpus, rosa):
    @needs(May.READ)
    def careful(request: HttpRequest) -> HttpResponse:
        return HttpResponse(fetch(request, Corpus.objects, corpus.slug, May.READ).name)

    assert careful(request_of(rosa)).content == b"Press"


def endpoint_that_fetches(right: May | None) -> type[Endpoint]:
    class Some(Endpoint):
        asks_for = {"GET": May.ANNOTATE}
        authentication_classes = ()

        def get(self, request, slug):
            if right:
                fetch(request, Corpus.objects, slug, right)
            return HttpResponse("answered")

    return Some


@pytest.mark.parametrize("right", [None, May.READ])
def test_an_endpoint_that_did_not_fetch_with_its_right_does_not_answer(corpus, rosa, right):
    request = APIRequestFactory().get("/")
    force_authenticate(request, rosa)

    with pytest.raises(RuntimeError, match="Some answered without fetching for the right annotate"):
        endpoint_that_fetches(right).as_view()(request, slug=corpus.slug)


def test_an_endpoint_that_fetched_with_its_right_answers(corpus, rosa):
    request = APIRequestFactory().get("/")
    force_authenticate(request, rosa)

    assert endpoint_that_fetches(May.ANNOTATE).as_view()(request, slug=corpus.slug).content == b"answered"


@pytest.mark.django_db
def test_a_refused_save_shows_what_stands(world, rosa):
    standing = tag(Sentence.objects.find(world["sentence"]), rosa, "allegation")

    answer = client_of(rosa).post(
        reverse("annotation-save", args=[world["sentence"]]), {"key": new_key(), "choose": "none"}
    )

    assert answer.status_code == 409
    assert standing.key in answer.content.decode()

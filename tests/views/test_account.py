"""The account page: name, language and theme, password, sessions and tokens, all one's own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from statements.actions.member import remove
from statements.actions.user import make_password_link
from statements.models import Corpus, Event, Token, User
from statements.roles import Scope
from tests.make import make_token, member
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db

OLD, NEW = "a long enough password", "another long password"
POSTS = (
    "/account/",
    "/account/password/",
    "/account/sessions/",
    "/account/shortcuts/",
    "/account/tokens/",
    "/language/",
)
CHANGE = {"old": OLD, "password": NEW, "again": NEW}
TOKEN = {"name": "notebook", "scopes": ["read"], "corpus": "press", "days": "30"}


@pytest.fixture
def rosas(rosa) -> Client:
    """A browser in which rosa is signed in."""
    rosa.set_password(OLD)
    rosa.save()
    return browser_of(rosa)


def browser_of(user: User, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    client.force_login(user)
    return client


def is_out(client: Client) -> bool:
    response = client.get("/account/")
    return (response.status_code, response.headers.get("Location")) == (302, "/sign-in/?next=/account/")


def secret_on(response: HttpResponse) -> str:
    [secret] = re.findall(r"annot_[\w-]{40,}", response.text)
    return secret


def status_with(secret: str) -> int:
    return Client().get("/api/v1/corpora/", headers={"Authorization": f"Bearer {secret}"}).status_code


def everything_kept() -> str:
    return str([list(model.objects.values()) for model in apps.get_models()])


# --- Name, language and theme ---


def test_name_language_and_theme_are_stored_and_show_at_once(rosas, rosa):
    sent = {"name": " Rosa Lima ", "language": "fr", "theme": "dark"}

    page = rosas.post("/account/", sent, follow=True)

    rosa.refresh_from_db()
    assert (rosa.name, rosa.language, rosa.theme) == ("Rosa Lima", "fr", "dark")
    assert page.redirect_chain == [("/account/", 302)]
    assert '<html lang="fr" data-theme="dark">' in page.text
    assert rosas.cookies["django_language"].value == "fr"
    event = Event.objects.latest("pk")
    assert (event.verb, event.noun, event.actor) == ("changed", "user", rosa)


def test_nothing_else_of_oneself_can_be_changed(rosas, rosa):
    rosa.refresh_from_db()
    before = User.objects.filter(pk=rosa.pk).values().get()
    more = {"username": "root", "is_superuser": "on", "is_staff": "on", "is_active": "", "pk": "1"}

    sent = {"name": "Rosa", "language": "en", "shortcuts": "on"}
    rosas.post("/account/", sent | {"session_salt": "x", "email": "x@example.org"} | more)

    after = User.objects.filter(pk=rosa.pk).values().get()
    assert after == {**before, "name": "Rosa", "language": "en"}


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"theme": "pink"}, {"name": "x" * 151}, {"name": "a\u202eb"}, {"name": "a\u2066b"}],
)
def test_what_cannot_be_is_refused_and_stands_as_it_was_typed(rosas, rosa, wrong):
    sent = {"name": "Typed", "language": "en", "theme": "", **wrong}

    response = rosas.post("/account/", sent)

    rosa.refresh_from_db()
    assert (response.status_code, rosa.name, rosa.language, rosa.theme) == (422, "", "", "")
    assert f'value="{sent["name"]}"' in response.text


def test_an_old_address_that_would_not_be_taken_today_keeps_nobody_from_a_theme(rosas, rosa):
    User.objects.filter(pk=rosa.pk).update(email="no-address")

    assert rosas.post("/account/", {"language": "en", "theme": "dark"}).status_code == 302


def test_shortcuts_are_switched_off_and_on_and_nothing_else_changes(rosas, rosa):
    rosas.post("/account/", {"name": "Rosa", "language": "fr", "theme": "dark"})
    rosa.refresh_from_db()
    assert rosa.shortcuts is False

    from_the_desk = rosas.post("/account/shortcuts/", {"shortcuts": "on"}, headers={"HX-Request": "true"})
    rosa.refresh_from_db()
    assert (from_the_desk.status_code, rosa.shortcuts) == (204, True)

    plain = rosas.post("/account/shortcuts/", {})
    rosa.refresh_from_db()
    assert (plain["Location"], rosa.shortcuts) == ("/account/", False)
    assert (rosa.name, rosa.language, rosa.theme) == ("Rosa", "fr", "dark")


def test_the_language_of_the_footer_is_remembered_for_who_is_signed_in(rosas, rosa):
    rosas.post("/language/", {"language": "fr", "next": "/"})
    rosa.refresh_from_db()
    assert (rosa.language, rosas.cookies["django_language"].value) == ("fr", "fr")

    rosas.post("/language/", {"language": "xx", "next": "/"})
    rosas.get("/language/?language=en")
    Client().post("/language/", {"language": "en"})

    rosa.refresh_from_db()
    assert rosa.language == "fr"


def test_names_are_shown_and_not_run(rosas, rosa):
    User.objects.filter(pk=rosa.pk).update(name=EVIL)
    make_token(rosa)
    Token.objects.update(name=EVIL[:100])

    page = rosas.get("/account/").text
    made = rosas.post("/account/tokens/", {**TOKEN, "name": EVIL[:100]}).text

    assert (run_by(page), run_by(made)) == ([], [])
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4  # masthead, field, token, its button
    assert "<script>alert" not in page + made


def test_the_page_says_whether_there_is_a_second_factor(rosas, rosa):
    assert "It is off:" in rosas.get("/account/").text

    TOTP.activate(rosa, generate_totp_secret())

    assert "It is on:" in rosas.get("/account/").text


# --- Password and sessions ---


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(rosas, rosa):
    other = browser_of(rosa)
    link = make_password_link(rosa, by=None, at=timezone.now())

    response = rosas.post("/account/password/", CHANGE)

    rosa.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, "/account/")
    assert (rosa.check_password(NEW), is_out(other), is_out(rosas)) == (True, True, False)
    assert Client().get(f"/password/{link}/").status_code == 410
    assert Event.objects.latest("pk").verb == "changed the password of"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old": "guessed"}, "This is not your password. Try again."),
        ({"old": ""}, "This field is required."),
        ({"again": "something else"}, "The two passwords differ. Type the same twice."),
        ({"password": "password123", "again": "password123"}, "too common"),
        ({"password": "short", "again": "short"}, "too short"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(rosas, rosa, wrong, said):
    other = browser_of(rosa)

    response = rosas.post("/account/password/", {**CHANGE, **wrong})

    rosa.refresh_from_db()
    assert (response.status_code, rosa.check_password(OLD), is_out(other)) == (422, True, False)
    assert said in response.text
    assert NEW not in response.text


def test_who_guesses_the_old_password_waits_in_every_browser(rosas, rosa, ben):
    other = browser_of(rosa)
    guesses = [
        client.post("/account/password/", {**CHANGE, "old": "guessed"}).status_code
        for client in (rosas, other) * 5
    ]

    answers = [client.post("/account/password/", CHANGE) for client in (rosas, other)]

    assert guesses == [422] * 10
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(429, "900")] * 2
    ben.set_password(OLD)
    ben.save()
    assert browser_of(ben).post("/account/password/", CHANGE).status_code == 302
    rosa.refresh_from_db()
    assert rosa.check_password(OLD)


def test_only_wrong_old_passwords_count(rosas):
    weak = {**CHANGE, "password": "1234567890123", "again": "1234567890123"}
    answers = [rosas.post("/account/password/", weak).status_code for _ in range(12)]

    assert answers == [422] * 12
    assert rosas.post("/account/password/", CHANGE).status_code == 302


def test_ending_the_other_sessions_ends_them_and_no_token(rosas, rosa):
    other, secret = browser_of(rosa), make_token(rosa, at=timezone.now())

    rosas.post("/account/sessions/")

    assert (is_out(other), is_out(rosas), status_with(secret)) == (True, False, 200)


def test_a_person_who_is_removed_is_out_at_once_with_all_tokens(rosas, rosa, ada):
    secret = make_token(rosa, at=timezone.now())
    assert (is_out(rosas), status_with(secret)) == (False, 200)

    remove(member(rosa), by=ada, at=timezone.now())

    assert (is_out(rosas), status_with(secret)) == (True, 401)


# --- Tokens ---


def test_the_secret_of_a_token_is_shown_once_and_kept_nowhere(rosas, rosa, corpus):
    response = rosas.post("/account/tokens/", TOKEN)

    secret, token = secret_on(response), Token.objects.get()
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert "/api/v1/corpora/press/export/?layer=sentences&amp;format=jsonl" in response.text
    assert (token.user, token.corpus, token.name, token.scopes) == (rosa, corpus, "notebook", {Scope.READ})
    assert (token.expires_at - token.created_at).days == 30
    assert secret not in everything_kept()
    assert token.digest in everything_kept()
    assert "annot_" not in rosas.get("/account/").text
    assert secret not in str(dict(rosas.session)) + str(rosas.cookies)
    assert status_with(secret) == 200


def test_the_link_to_a_password_is_kept_nowhere(rosa):
    secret = make_password_link(rosa, by=None, at=timezone.now())

    assert secret not in everything_kept()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\u202eb"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"days": "0"},
        {"days": "366"},
        {"days": "x"},
        {"corpus": "elsewhere"},
        {"corpus": "no-such"},
    ],
)
def test_a_token_that_cannot_be_is_not_made(rosas, elsewhere, wrong):
    response = rosas.post("/account/tokens/", {**TOKEN, **wrong})

    assert (response.status_code, Token.objects.count()) == (422, 0)
    assert "Elsewhere" not in response.text


def test_a_token_is_revoked_by_its_owner_only(rosas, rosa, ben):
    secret = make_token(rosa, at=timezone.now())
    token = Token.objects.get()
    address = f"/account/tokens/{token.public_id}/revoke/"
    assert browser_of(ben).post(address).status_code == 404
    assert rosas.get(address).headers["Location"] == "/account/"
    assert status_with(secret) == 200

    rosas.post(address)

    assert status_with(secret) == 401
    assert '<span class="badge">revoked</span>' in rosas.get("/account/").text


def test_only_ones_own_tokens_are_listed_with_what_they_are(rosas, rosa, ben):
    make_token(ben, at=timezone.now())
    Token.objects.update(name="of ben")
    make_token(rosa, Scope.READ, Scope.ANNOTATE, at=timezone.now())
    make_token(rosa, at=timezone.now() - timedelta(days=9), days=1)

    page = rosas.get("/account/").text

    assert "of ben" not in page
    assert re.findall(r'class="badge">(\w+)<', page) == ["open", "expired"]
    assert "Read and export, Decide" in page
    assert page.count("<dd>never</dd>") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_token_and_three(
    rosas, rosa, count, django_assert_num_queries
):
    for _number in range(count):
        make_token(rosa, corpus=Corpus.objects.get(slug="press"), at=timezone.now())

    with django_assert_num_queries(5):
        rosas.get("/account/")


# --- Forged forms, and addresses that only take forms ---


@pytest.mark.parametrize("address", POSTS)
def test_no_form_is_taken_from_elsewhere(rosas, rosa, address):
    strict, before = browser_of(rosa, strict=True), everything_kept()

    assert strict.post(address, {**CHANGE, **TOKEN, "language": "fr"}).status_code == 403

    assert everything_kept() == before


@pytest.mark.parametrize("address", POSTS[1:4])
def test_a_get_changes_nothing_and_leads_to_the_page(rosas, address):
    before = Event.objects.count()

    response = rosas.get(address, TOKEN)

    assert (response.status_code, response.headers["Location"]) == (302, "/account/")
    assert (Event.objects.count(), Token.objects.count()) == (before, 0)

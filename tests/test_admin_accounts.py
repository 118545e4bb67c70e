"""What site administrators change on the admin site: accounts, links, second factors."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from statements.actions.account import change_account, turn_off_second_factors
from statements.actions.user import make_password_link, owner_of_link
from statements.errors import Refused
from statements.models import (
    Corpus,
    Event,
    PasswordLink,
    User,
)
from statements.roles import Scope
from tests.make import (
    NOON,
    make_token,
)
from tests.test_admin import list_of, page_of


def test_a_corpus_gets_another_name_with_one_event(by_root, corpus, root):
    before = Event.objects.count()

    by_root.post(
        page_of(Corpus, "change", corpus.pk), {"name": "New name", "slug": "stolen", "languages": "[]"}
    )

    corpus.refresh_from_db()
    assert (corpus.name, corpus.slug, corpus.languages) == ("New name", "press", ["en"])
    event = Event.objects.latest("pk")
    assert (Event.objects.count() - before, event.verb, event.actor) == (1, "changed", root)
    assert LogEntry.objects.get().user == root


def change(client: Client, user: User, **fields: str) -> None:
    """Send the form of an account; a checkbox that is not named is off."""
    sent = {"name": user.name, "email": user.email, "language": user.language, **fields}
    client.post(page_of(User, "change", user.pk), sent)


def test_an_account_is_changed_with_one_event(by_root, stranger, root):
    before = Event.objects.count()

    change(by_root, stranger, name="Strange R", email="s@example.org", language="fr", is_active="on")

    stranger.refresh_from_db()
    assert (stranger.name, stranger.email, stranger.language) == ("Strange R", "s@example.org", "fr")
    event = Event.objects.latest("pk")
    assert Event.objects.count() == before + 1
    assert (event.verb, event.noun, event.public_id, event.actor, event.detail) == (
        "changed the account of",
        "user",
        "stranger",
        root,
        {"changed": ["email", "language", "name"], "is_active": True, "is_site_admin": False},
    )


def test_nothing_else_of_an_account_can_be_sent(by_root, stranger):
    before = User.objects.filter(pk=stranger.pk).values().get()

    change(
        by_root,
        stranger,
        is_active="on",
        username="other",
        password="pbkdf2_sha256$1$a$b",
        session_salt="known",
        is_staff="on",
        theme="dark",
        user_permissions="1",
    )

    assert User.objects.filter(pk=stranger.pk).values().get() == before


def test_closing_an_account_ends_sessions_tokens_and_links_for_good(by_root, root, rosa):
    person, program = Client(), Client()
    person.force_login(rosa)
    token = make_token(rosa, Scope.READ, at=timezone.now())
    secret = make_password_link(rosa, by=root, at=timezone.now())

    def answers() -> list[int]:
        bearer = {"authorization": f"Bearer {token}"}
        return [
            person.get("/c/press/").status_code,
            program.get("/api/v1/corpora/press/export/?format=nothing", headers=bearer).status_code,
        ]

    assert answers() == [200, 400]
    change(by_root, rosa)
    assert answers() == [302, 401]
    rosa.refresh_from_db()
    change(by_root, rosa, is_active="on")
    assert answers() == [302, 401]
    with pytest.raises(Refused, match="link_ended"):
        owner_of_link(secret, at=timezone.now())


@pytest.mark.parametrize("fields", [{"is_active": "on"}, {"is_superuser": "on"}, {}])
def test_nobody_closes_themselves_out_so_the_last_one_stays(by_root, root, fields):
    response = by_root.post(page_of(User, "change", root.pk), fields, follow=True)

    root.refresh_from_db()
    assert (root.is_active, root.is_superuser, root.is_staff) == (True, True, True)
    assert "You cannot close your own account" in response.text


def test_site_administrators_make_and_unmake_others(by_root, stranger):
    change(by_root, stranger, is_active="on", is_superuser="on")
    stranger.refresh_from_db()
    assert (stranger.is_superuser, stranger.is_staff) == (True, True)

    change(by_root, stranger, is_active="on")
    stranger.refresh_from_db()
    assert (stranger.is_superuser, stranger.is_staff) == (False, False)


def test_whoever_lost_the_office_meanwhile_is_refused(root, stranger, rosa):
    with pytest.raises(Refused, match="not_site_admin"):
        change_account(
            rosa, name="", email="", language="", is_active=False, is_site_admin=False, by=stranger, at=NOON
        )


def test_an_account_is_added_with_a_link_that_is_shown_once(by_root, root):
    response = by_root.post(
        page_of(User, "add"), {"username": "nina", "name": "Nina N", "email": "nina@example.org"}
    )

    nina = User.objects.get(username="nina")
    secret = link_in(response.text)
    assert (nina.name, nina.has_usable_password(), nina.is_superuser) == ("Nina N", False, False)
    assert owner_of_link(secret, at=timezone.now()) == nina
    assert [(event.verb, event.actor) for event in Event.objects.filter(public_id="nina")] == [
        ("added", root),
        ("made a password link for", root),
    ]
    assert secret not in by_root.get(page_of(User, "change", nina.pk)).text


@pytest.mark.parametrize("name", ["root", "ROOT", "two words", ""])
def test_a_name_that_cannot_be_adds_nobody(by_root, name):
    before = User.objects.count()

    by_root.post(page_of(User, "add"), {"username": name})

    assert User.objects.count() == before


def link_in(html: str) -> str:
    found = re.search(r"/password/([^/\"]+)/", html)
    assert found, html
    return found.group(1)


def act(client: Client, action: str, *users: User):
    chosen = [user.pk for user in users]
    return client.post(list_of(User), {"action": action, "_selected_action": chosen}, follow=True)


def test_a_link_is_made_for_one_person_and_shown_once(by_root, stranger):
    response = act(by_root, "show_link", stranger)

    assert owner_of_link(link_in(response.text), at=timezone.now()) == stranger


def test_no_link_is_made_for_two_or_for_a_closed_account(by_root, stranger, rosa):
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    said = [act(by_root, "show_link", *chosen).text for chosen in ([stranger, rosa], [rosa])]

    assert "Choose one account" in said[0]
    assert "was closed" in said[1]
    assert PasswordLink.objects.count() == 0


def test_the_second_factor_of_a_lost_device_is_turned_off_and_sessions_end(by_root, root, rosa, ben):
    for user in (rosa, ben):
        Authenticator.objects.create(user=user, type="totp", data={})
    Authenticator.objects.create(user=rosa, type="recovery_codes", data={})
    person = Client()
    person.force_login(rosa)

    act(by_root, "turn_off", rosa)

    assert [row.user for row in Authenticator.objects.all()] == [ben]
    assert person.get("/").status_code == 302
    event = Event.objects.latest("pk")
    assert (event.verb, event.public_id, event.actor, event.detail) == (
        "turned off all",
        "rosa",
        root,
        {"kinds": ["recovery_codes", "totp"]},
    )


def test_turning_off_nothing_changes_nothing(by_root, rosa):
    before = Event.objects.count()

    response = act(by_root, "turn_off", rosa)

    assert "has no second factor" in response.text
    assert Event.objects.count() == before


def test_ones_own_second_factor_is_not_turned_off_here(root):
    with pytest.raises(Refused, match="own_second_factor"):
        turn_off_second_factors(root, by=root, at=NOON + timedelta(days=1))


def test_forms_without_their_token_are_refused(root, stranger):
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)

    answers = [
        client.post(path, {"action": "turn_off"}).status_code
        for path in (list_of(User), page_of(User, "add"), page_of(User, "change", stranger.pk))
    ]

    assert answers == [403, 403, 403]

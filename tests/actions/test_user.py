"""Accounts and tokens: what is kept of a secret does not give it away."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from statements.actions.user import (
    LINK_LASTS,
    LONGEST_TOKEN_DAYS,
    add_user,
    change_password,
    digest,
    issue_token,
    leave_all_devices,
    make_password_link,
    note_use,
    owner_of_link,
    revoke_token,
    set_password_by_link,
)
from statements.errors import Refused
from statements.models import Event, PasswordLink, Token, User
from statements.roles import Scope
from tests.actions.crowd import at_once
from tests.make import LATER, NOON, make_reviewer, make_user, the_corpus

pytestmark = pytest.mark.django_db


def test_an_account_is_made_with_one_event():
    user = add_user("rosa", password="correct horse battery", email="rosa@example.org", at=NOON)

    user.refresh_from_db()
    assert (user.username, user.email, user.date_joined) == ("rosa", "rosa@example.org", NOON)
    assert (user.is_staff, user.is_superuser, user.check_password("correct horse battery")) == (
        False,
        False,
        True,
    )
    event = Event.objects.get()
    assert (event.verb, event.noun, event.public_id, event.at) == ("added", "user", "rosa", NOON)
    assert event.detail == {"is_site_admin": False}


def test_a_site_administrator_is_one_in_the_words_of_django():
    user = add_user("admin", password="correct horse battery", at=NOON, is_site_admin=True)

    assert (user.is_staff, user.is_superuser) == (True, True)
    assert Event.objects.get().detail == {"is_site_admin": True}


def test_without_a_password_nobody_can_sign_in():
    assert make_user("rosa").has_usable_password() is False


@pytest.mark.parametrize("name", ["rosa", "Rosa", "ROSA"])
def test_a_name_is_given_once_however_it_is_written(name):
    make_user("rosa")

    with pytest.raises(Refused) as refusal:
        make_user(name)

    assert (refusal.value.code, refusal.value.values) == ("user_exists", {"username": name})
    assert (User.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "password", "email"),
    [
        ("rosa", "short", ""),
        ("rosa", "1234567890123", ""),
        ("rosa", "password123", ""),
        ("rosa-luxemburg", "rosa-luxemburg", ""),
        ("", "correct horse battery", ""),
        ("two words", "correct horse battery", ""),
        ("rosa", "correct horse battery", "no-address"),
    ],
)
def test_an_account_that_cannot_be_leaves_nothing(name, password, email):
    with pytest.raises(ValidationError):
        add_user(name, password=password, email=email, at=NOON)

    assert (User.objects.count(), Event.objects.count()) == (0, 0)


def test_of_a_token_only_the_digest_is_kept():
    rosa, corpus = make_reviewer(), the_corpus()
    before = Event.objects.count()

    token, secret = issue_token(rosa, scopes={Scope.READ, Scope.ANNOTATE}, days=30, corpus=corpus, at=NOON)

    token.refresh_from_db()
    assert secret.startswith("annot_")
    assert len(secret) > 40
    assert token.digest == digest(secret.encode()) == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.user, token.corpus, token.scopes) == (rosa, corpus, {Scope.READ, Scope.ANNOTATE})
    assert (token.created_at, token.expires_at) == (NOON, NOON + timedelta(days=30))
    event = Event.objects.order_by("pk")[before:].get()
    assert (event.verb, event.noun, event.public_id, event.actor) == (
        "issued",
        "token",
        token.public_id,
        rosa,
    )
    assert event.detail == {"scopes": ["annotate", "read"], "days": 30}
    kept = [str(list(row.values())) for model in (Token, Event) for row in model.objects.values()]
    assert [row for row in kept if secret in row] == []


@pytest.mark.parametrize(
    ("scopes", "days", "code"),
    [
        ({Scope.READ}, 0, "token_days"),
        ({Scope.READ}, -1, "token_days"),
        ({Scope.READ}, LONGEST_TOKEN_DAYS + 1, "token_days"),
        (set(), 30, "token_scopes"),
    ],
)
def test_a_token_that_cannot_be_leaves_nothing(scopes, days, code):
    rosa = make_reviewer()
    before = Event.objects.count()

    with pytest.raises(Refused, match=code):
        issue_token(rosa, scopes=scopes, days=days, at=NOON)

    assert (Token.objects.count(), Event.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("after", "noted"),
    [(timedelta(seconds=59), NOON), (timedelta(minutes=1), NOON), (timedelta(minutes=5), LATER)],
)
def test_the_last_use_is_noted_to_the_minute(after, noted):
    token, _ = issue_token(make_reviewer(), scopes={Scope.READ}, days=1, at=NOON)
    note_use(token, at=NOON)
    token.refresh_from_db()

    note_use(token, at=NOON + after)

    token.refresh_from_db()
    assert token.last_used_at == noted


@pytest.mark.django_db(transaction=True)
def test_a_name_that_many_take_at_once_is_given_once():
    made = at_once(lambda n: add_user("rosa" if n % 2 else "Rosa", password=None, at=NOON), times=4)

    assert sorted(type(one).__name__ for one in made) == ["Refused", "Refused", "Refused", "User"]
    assert (User.objects.count(), Event.objects.count()) == (1, 1)


def test_a_new_link_takes_the_place_of_the_old_one_and_only_its_digest_is_kept():
    rosa = make_user("rosa")
    old = make_password_link(rosa, by=None, at=NOON)

    new = make_password_link(rosa, by=None, at=LATER)

    assert owner_of_link(new, at=LATER) == rosa
    with pytest.raises(Refused, match="link_ended"):
        owner_of_link(old, at=LATER)
    kept = str([list(row.values()) for model in (PasswordLink, Event) for row in model.objects.values()])
    assert (old in kept, new in kept, digest(new.encode()) in kept) == (False, False, True)


@pytest.mark.parametrize(("after", "is_open"), [(timedelta(days=7, seconds=-1), True), (LINK_LASTS, False)])
def test_a_link_opens_for_seven_days(after, is_open):
    rosa = make_user("rosa")
    secret = make_password_link(rosa, by=None, at=NOON)

    if is_open:
        assert set_password_by_link(secret, "correct horse battery", at=NOON + after) == rosa
    else:
        with pytest.raises(Refused, match="link_ended"):
            set_password_by_link(secret, "correct horse battery", at=NOON + after)

    rosa.refresh_from_db()
    assert rosa.check_password("correct horse battery") is is_open


def test_a_weak_password_leaves_the_link_and_the_sessions():
    rosa = make_user("rosa")
    secret = make_password_link(rosa, by=None, at=NOON)

    with pytest.raises(ValidationError):
        set_password_by_link(secret, "password123", at=LATER)

    assert owner_of_link(secret, at=LATER).session_salt == ""


def test_a_changed_password_needs_the_old_one_and_ends_sessions_and_links():
    rosa = make_user("rosa", password="correct horse battery")
    link = make_password_link(rosa, by=None, at=NOON)
    before = rosa.get_session_auth_hash()

    with pytest.raises(Refused, match="wrong_password"):
        change_password(rosa, old="guessed", new="another horse battery", at=LATER)
    change_password(rosa, old="correct horse battery", new="another horse battery", at=LATER)

    rosa.refresh_from_db()
    assert rosa.check_password("another horse battery")
    assert rosa.get_session_auth_hash() != before
    with pytest.raises(Refused, match="link_ended"):
        owner_of_link(link, at=LATER)


def test_ending_all_sessions_changes_their_hash_with_one_event():
    rosa = make_user("rosa")
    before, events = rosa.get_session_auth_hash(), Event.objects.count()

    leave_all_devices(rosa, at=NOON)

    rosa.refresh_from_db()
    assert rosa.get_session_auth_hash() != before
    assert [event.verb for event in Event.objects.order_by("pk")[events:]] == ["ended all sessions of"]


def test_a_token_is_revoked_once():
    rosa = make_reviewer()
    token, _ = issue_token(rosa, scopes={Scope.READ}, days=1, at=NOON)
    before = Event.objects.count()

    revoke_token(token, by=rosa, at=NOON)
    revoke_token(token, by=rosa, at=LATER)

    token.refresh_from_db()
    assert (token.revoked_at, Event.objects.count()) == (NOON, before + 1)


def test_a_token_is_bound_only_to_a_corpus_in_which_its_owner_is(elsewhere):
    rosa = make_reviewer()

    with pytest.raises(Refused, match="token_corpus"):
        issue_token(rosa, scopes={Scope.READ}, days=1, corpus=elsewhere, at=NOON)

    assert Token.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_clicked_many_times_at_once_sets_one_password():
    rosa = make_user("rosa")
    secret = make_password_link(rosa, by=None, at=NOON)

    made = at_once(lambda n: set_password_by_link(secret, f"correct horse battery {n}", at=LATER), times=4)

    assert sorted(type(one).__name__ for one in made) == ["Refused", "Refused", "Refused", "User"]

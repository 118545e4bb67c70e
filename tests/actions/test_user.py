"""Accounts and tokens: what is kept of a secret does not give it away."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from statements.actions.user import LONGEST_TOKEN_DAYS, add_user, digest, issue_token, note_use
from statements.errors import Refused
from statements.models import Event, Token, User
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

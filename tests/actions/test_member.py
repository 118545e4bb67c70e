"""Letting people in and out: what is stored, what is refused, what ends at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from statements.actions.member import add_person, change_roles, may_renew, remove, renew_link
from statements.actions.user import add_user, make_password_link, owner_of_link
from statements.errors import Refused
from statements.models import Event, Member, PasswordLink, Token, User
from statements.roles import Role, Scope
from tests.actions.crowd import at_once
from tests.make import EVENING, LATER, NOON, make_corpus, make_member, make_token, make_user, member

pytestmark = pytest.mark.django_db


def events_since(count: int) -> list[tuple[object, ...]]:
    rows = Event.objects.order_by("pk")[count:]
    return [(one.verb, one.noun, one.public_id, one.corpus, one.actor, one.detail) for one in rows]


def let_in(corpus, by, username="zoe", roles=frozenset({Role.REVIEWER})):
    return add_person(corpus, username, name="Zoe", email="zoe@example.org", roles=roles, by=by, at=LATER)


# --- In ---


def test_a_new_person_is_an_account_a_member_and_a_link(corpus, ada):
    before = Event.objects.count()

    joined = let_in(corpus, ada)

    zoe = User.objects.get(username="zoe")
    assert (joined.member.user, joined.member.pseudonym, joined.member.joined_at) == (zoe, "r2", LATER)
    assert owner_of_link(joined.secret, at=EVENING) == zoe
    assert events_since(before) == [
        ("added", "user", "zoe", None, ada, {"is_site_admin": False}),
        ("set roles of", "member", "r2", corpus, ada, {"roles": ["reviewer"]}),
        ("made a password link for", "user", "zoe", corpus, ada, {}),
    ]


def test_whoever_has_an_account_joins_without_a_link(corpus, elsewhere, ada):
    zoe = make_member("zoe", {Role.REVIEWER}, corpus=elsewhere)
    before = Event.objects.count()

    joined = let_in(corpus, ada)

    assert (joined.member.user, joined.secret, PasswordLink.objects.count()) == (zoe, "", 0)
    assert [verb for verb, *_ in events_since(before)] == ["set roles of"]


@pytest.mark.parametrize(
    ("username", "code"),
    [("rosa", "already_a_member"), ("ROSA", "already_a_member"), ("closed", "user_inactive")],
)
def test_who_cannot_be_let_in_is_refused_and_nothing_is_stored(corpus, ada, rosa, username, code):
    User.objects.filter(pk=make_user("closed").pk).update(is_active=False)
    before = Event.objects.count()

    with pytest.raises(Refused) as refusal:
        let_in(corpus, ada, username)

    assert (refusal.value.code, Event.objects.count(), Member.objects.count()) == (code, before, 2)


def test_nobody_comes_without_a_role_and_no_account_is_left_behind(corpus, ada):
    with pytest.raises(Refused, match="no_role"):
        let_in(corpus, ada, roles=frozenset())

    assert not User.objects.filter(username="zoe").exists()


def test_a_name_that_cannot_be_leaves_nothing(corpus, ada):
    before = (User.objects.count(), Event.objects.count())

    with pytest.raises(ValidationError):
        let_in(corpus, ada, "no spaces")

    assert (User.objects.count(), Event.objects.count()) == before


def test_whoever_comes_back_keeps_number_and_joining_date(corpus, ada, rosa):
    remove(member(rosa), by=ada, at=LATER)

    joined = let_in(corpus, ada, "rosa", frozenset({Role.RESEARCHER}))

    back = member(rosa)
    assert (joined.member, joined.secret, back.left_at, back.number, back.joined_at) == (
        back,
        "",
        None,
        2,
        NOON,
    )
    assert back.roles == {Role.RESEARCHER}


@pytest.mark.django_db(transaction=True)
def test_the_same_person_let_in_many_times_at_once_is_one_person():
    corpus, ada = make_corpus(), make_member("ada", {Role.ADMIN})

    def once(_number: int) -> None:
        try:
            let_in(corpus, ada)
        except (Refused, ValidationError):
            return

    at_once(once, times=4)

    assert User.objects.filter(username="zoe").count() == 1
    assert sorted(Member.objects.values_list("number", flat=True)) == [1, 2]


# --- Roles ---


def test_the_last_admin_stays_admin(corpus, ada, rosa):
    with pytest.raises(Refused, match="last_admin"):
        change_roles(corpus, ada, roles={Role.REVIEWER}, by=ada, at=LATER)
    with pytest.raises(Refused, match="last_admin"):
        remove(member(ada), by=ada, at=LATER)

    assert (member(ada).roles, member(ada).left_at) == ({Role.ADMIN}, None)


def test_an_admin_whose_account_was_closed_does_not_count(corpus, ada):
    zoe = make_member("zoe", {Role.ADMIN})
    User.objects.filter(pk=zoe.pk).update(is_active=False)

    with pytest.raises(Refused, match="last_admin"):
        remove(member(ada), by=ada, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_leave_at_once_leave_one_behind():
    corpus = make_corpus()
    people = [make_member(name, {Role.ADMIN}) for name in ("ada", "zoe")]

    def go(number: int) -> None:
        try:
            remove(member(people[number]), by=people[number], at=LATER)
        except Refused:
            return

    at_once(go, times=2)

    assert Member.objects.admins().filter(corpus=corpus).count() == 1


def test_a_closed_account_gets_no_roles(corpus, ada, rosa):
    rosa.is_active = False
    rosa.save()

    with pytest.raises(Refused, match="user_inactive"):
        change_roles(corpus, rosa, roles={Role.ADMIN}, by=ada, at=LATER)

    assert member(rosa).roles == {Role.REVIEWER}


# --- Out ---


def test_whoever_is_removed_from_their_only_corpus_loses_all_tokens_and_links(corpus, ada, rosa):
    make_token(rosa, Scope.READ, corpus=corpus)
    make_token(rosa, Scope.READ)
    make_password_link(rosa, by=ada, at=NOON)
    salt = rosa.session_salt
    before = Event.objects.count()

    remove(member(rosa), by=ada, at=LATER)

    rosa.refresh_from_db()
    assert member(rosa).left_at == LATER
    assert rosa.session_salt != salt
    assert not Token.objects.unrevoked().exists()
    assert not PasswordLink.objects.open(LATER).exists()
    assert events_since(before) == [("removed", "member", "r2", corpus, ada, {"tokens": 2})]


def test_whoever_is_in_another_corpus_keeps_the_tokens_for_it(corpus, elsewhere, ada, rosa):
    make_member("rosa", {Role.REVIEWER}, corpus=elsewhere)
    for where in (corpus, elsewhere, None):
        make_token(rosa, Scope.READ, corpus=where)

    remove(member(rosa), by=ada, at=LATER)

    kept = Token.objects.unrevoked().order_by("pk")
    assert [token.corpus for token in kept] == [elsewhere, None]


# --- Links ---


def test_a_link_is_made_by_whoever_has_power_over_the_whole_account(corpus, elsewhere, ada, rosa, root):
    staff = add_user("staff", password=None, is_site_admin=True, at=NOON)
    both = make_member("both", {Role.REVIEWER})
    make_member("both", {Role.REVIEWER}, corpus=elsewhere)
    make_member("staff", {Role.REVIEWER})

    assert [may_renew(who, by=ada) for who in (rosa, ada, both, staff)] == [True, False, False, False]
    assert [may_renew(who, by=root) for who in (rosa, ada, both, staff)] == [True] * 4
    make_member("ada", {Role.ADMIN}, corpus=elsewhere)
    assert may_renew(both, by=ada)


def test_nobody_makes_a_link_for_themselves(corpus, ada, root):
    make_member("root", {Role.REVIEWER})

    for person in (ada, root):
        with pytest.raises(Refused, match="link_own"):
            renew_link(member(person), by=person, at=LATER)
    assert PasswordLink.objects.count() == 0


def test_an_admin_who_left_a_corpus_has_no_power_over_its_people(corpus, elsewhere, ada, rosa):
    make_member("rosa", {Role.REVIEWER}, corpus=elsewhere)
    make_member("ada", {Role.ADMIN}, corpus=elsewhere)
    make_member("other", {Role.ADMIN}, corpus=elsewhere)
    remove(member(ada, elsewhere), by=ada, at=LATER)

    with pytest.raises(Refused, match="link_not_yours"):
        renew_link(member(rosa), by=ada, at=EVENING)

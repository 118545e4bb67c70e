"""Blind first: who reviews sees own decisions, who only watches sees all of their corpus, others nothing."""

from __future__ import annotations

import pytest

from statements.models import Annotation, Member, User
from statements.roles import Role
from tests.make import LATER, make_corpus, make_member, make_sentence, make_user, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(rosa, ben, elsewhere) -> dict[str, Annotation]:
    """Decisions of two reviewers here, and of one of them elsewhere."""
    here, there = make_sentence(), make_sentence(corpus=elsewhere)
    make_member("ben", {Role.REVIEWER}, corpus=elsewhere)
    return {
        "rosa": tag(here, rosa, "allegation"),
        "ben": tag(here, ben, "rebuttal"),
        "elsewhere": tag(there, ben, "commitment"),
    }


def seen(user: User, rows: dict[str, Annotation]) -> set[str]:
    visible = set(Annotation.objects.visible_to(user))
    return {name for name, row in rows.items() if row in visible}


def test_a_reviewer_sees_own_rows_only(rows, rosa, ben):
    assert seen(rosa, rows) == {"rosa"}
    assert seen(ben, rows) == {"ben", "elsewhere"}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ADJUDICATOR, Role.RESEARCHER])
def test_whoever_only_watches_sees_all_of_their_corpus(rows, role):
    assert seen(make_member("watcher", {role}), rows) == {"rosa", "ben"}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ADJUDICATOR, Role.RESEARCHER])
def test_whoever_also_reviews_sees_own_rows_only(rows, role):
    assert seen(make_member("rosa", {role, Role.REVIEWER}), rows) == {"rosa"}


def test_a_watcher_elsewhere_is_still_blind_here(rows, rosa, elsewhere):
    make_member("rosa", {Role.ADMIN}, corpus=elsewhere)

    assert seen(rosa, rows) == {"rosa", "elsewhere"}


def test_whoever_stopped_reviewing_and_watches_now_sees_all(rows, rosa):
    assert seen(make_member("rosa", {Role.RESEARCHER}), rows) == {"rosa", "ben"}


def test_a_stranger_sees_nothing_not_even_as_site_administrator(rows, stranger):
    root = make_user("root")
    User.objects.filter(pk=root.pk).update(is_staff=True, is_superuser=True)
    root.refresh_from_db()

    assert [seen(stranger, rows), seen(root, rows)] == [set(), set()]


def test_a_member_without_a_role_sees_own_rows_at_most(rows):
    assert seen(make_member("idle", set()), rows) == set()
    assert seen(make_member("rosa", set()), rows) == {"rosa"}


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN, Role.RESEARCHER])
def test_whoever_left_sees_nothing_of_that_corpus(rows, role, elsewhere):
    ben = make_member("ben", {role})
    Member.objects.filter(user=ben).exclude(corpus=elsewhere).update(left_at=LATER)

    assert seen(ben, rows) == {"elsewhere"}


def test_whoever_was_locked_out_sees_nothing(rows, ben):
    User.objects.filter(pk=ben.pk).update(is_active=False)

    assert seen(ben, rows) == set()


def test_nobody_sees_a_row_twice(rows, ada):
    make_member("ada", {Role.ADMIN, Role.RESEARCHER, Role.ADJUDICATOR}, corpus=make_corpus("third"))

    assert Annotation.objects.visible_to(ada).count() == 2

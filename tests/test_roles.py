"""Who may do what: the whole table, written out a second time."""

from __future__ import annotations

from itertools import combinations

import pytest

from statements.roles import RIGHTS, SCOPE_RIGHTS, May, Role, Scope, rights_in, rights_of, sees_all

READ, EXPORT, ANNOTATE, UPLOAD = May.READ, May.EXPORT, May.ANNOTATE, May.UPLOAD
RUN = {UPLOAD, May.MANAGE, May.PEOPLE, May.HISTORY}  # what admins do


@pytest.mark.parametrize(
    ("roles", "rights"),
    [
        (set(), set()),
        ({Role.ADMIN}, {READ, EXPORT} | RUN),
        ({Role.ADJUDICATOR}, {READ, EXPORT}),
        ({Role.REVIEWER}, {READ, EXPORT, ANNOTATE}),
        ({Role.RESEARCHER}, {READ, EXPORT}),
        ({Role.ADMIN, Role.REVIEWER}, {READ, EXPORT, ANNOTATE} | RUN),
    ],
)
def test_roles_add_up(roles, rights):
    assert rights_of(roles) == rights


@pytest.mark.parametrize(
    ("scopes", "rights"),
    [
        (set(), set()),
        ({Scope.READ}, {READ, EXPORT}),
        ({Scope.ANNOTATE}, {READ, ANNOTATE}),
        ({Scope.MANAGE}, {READ} | RUN),
        (set(Scope), {READ, EXPORT, ANNOTATE} | RUN),
    ],
)
def test_scopes_add_up(scopes, rights):
    assert rights_in(scopes) == rights


def test_every_role_and_every_scope_stands_in_its_table():
    assert set(RIGHTS) == set(Role)
    assert set(SCOPE_RIGHTS) == set(Scope)


def test_every_right_is_somebodys_and_in_reach_of_a_token():
    assert rights_of(set(Role)) == rights_in(set(Scope)) == set(May)


def test_nobody_who_reviews_sees_all_whatever_else_they_are():
    others = [role for role in Role if role != Role.REVIEWER]
    sets = [set(some) for size in range(len(others) + 1) for some in combinations(others, size)]

    assert [sees_all({Role.REVIEWER} | some) for some in sets] == [False] * len(sets)
    assert [sees_all(some) for some in sets] == [bool(some) for some in sets]

"""Who may do what: the whole table, written out a second time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from itertools import combinations
from pathlib import Path

import pytest

from statements.roles import (
    RIGHTS,
    SCOPE_RIGHTS,
    May,
    Role,
    Scope,
    rights_in,
    rights_of,
    sees_all,
    sees_comments,
)

READ, EXPORT, ANNOTATE, UPLOAD = May.READ, May.EXPORT, May.ANNOTATE, May.UPLOAD
MEND = {May.MEND, May.MEND_SETTLED}
RUN = {UPLOAD, *MEND, May.MANAGE, May.PEOPLE, May.HISTORY}  # what admins do


@pytest.mark.parametrize(
    ("roles", "rights"),
    [
        (set(), set()),
        ({Role.ADMIN}, {READ, EXPORT} | RUN),
        ({Role.ADJUDICATOR}, {READ, EXPORT} | MEND),
        ({Role.REVIEWER}, {READ, EXPORT, ANNOTATE, May.MEND}),
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
        ({Scope.ANNOTATE}, {READ, ANNOTATE} | MEND),
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


def test_comments_of_others_are_for_admins_and_adjudicators():
    assert {role for role in Role if sees_comments({role})} == {Role.ADMIN, Role.ADJUDICATOR}
    assert sees_comments({Role.RESEARCHER, Role.ADMIN}) is True
    assert sees_comments(set()) is False


def test_nobody_who_reviews_sees_all_whatever_else_they_are():
    others = [role for role in Role if role != Role.REVIEWER]
    sets = [set(some) for size in range(len(others) + 1) for some in combinations(others, size)]

    assert [sees_all({Role.REVIEWER} | some) for some in sets] == [False] * len(sets)
    assert [sees_all(some) for some in sets] == [bool(some) for some in sets]


# --- The tables in docs/permissions.md ---

DOCS = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"
SENTENCES = {
    May.READ: "read statements, their metadata, labels and guideline, own decisions and own progress",
    May.ANNOTATE: "decide on sentences, and take decisions back",
    May.MEND: "mend the split, where the corpus leaves that to reviewers",
    May.MEND_SETTLED: "mend it everywhere, also where gold or a release is challenged",
    May.EXPORT: "download the decisions one may see",
    May.UPLOAD: "bring statements in",
    May.MANAGE: "change name and languages of the corpus, its labels and its guideline",
    May.PEOPLE: "see who is in the corpus and their e-mail addresses, let people in and out, change roles",
    May.HISTORY: "see who changed what",
}


def table(columns: type[StrEnum], rights: Mapping[StrEnum, Collection[May]]) -> str:
    """A table of Markdown: a row for each right, a column for each role or scope."""
    lines = [
        ["Right", "Whoever has it may", *columns],
        ["---", "---", *("---" for _ in columns)],
        *(
            [f"`{right}`", SENTENCES[right], *("yes" if right in rights[one] else "–" for one in columns)]
            for right in May
        ),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@pytest.mark.parametrize(
    ("name", "written"), [("roles", table(Role, RIGHTS)), ("scopes", table(Scope, SCOPE_RIGHTS))]
)
def test_the_table_in_the_docs_is_the_one_in_code(name, written):
    _before, _mark, rest = DOCS.read_text("utf-8").partition(f"<!-- {name} -->\n")

    assert rest.partition("\n<!-- end -->")[0].strip() == written

"""Who may do what: one table of roles and rights, one of token scopes and rights."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a corpus. A member has a set of roles."""

    ADMIN = "admin"
    ADJUDICATOR = "adjudicator"
    REVIEWER = "reviewer"
    RESEARCHER = "researcher"


class May(StrEnum):
    """A right: what a view or an API operation asks for."""

    READ = "read"  # statements, their metadata, labels, guideline, own decisions and progress
    ANNOTATE = "annotate"  # decide on sentences
    MEND = "mend"  # change the boundaries of sentences, where the corpus leaves that to reviewers
    MEND_SETTLED = "mend settled"  # change them everywhere, also of sentences with gold or in a release
    EXPORT = "export"  # download the rows one may see
    UPLOAD = "upload"  # bring statements in
    MANAGE = "manage"  # the name and the languages of the corpus, its labels and guideline
    PEOPLE = "people"  # see who is in the corpus, let people in and out, change their roles
    HISTORY = "history"  # who changed what


class Scope(StrEnum):
    """What an API token is good for; never more than its owner's roles allow."""

    READ = "read"
    ANNOTATE = "annotate"
    MANAGE = "manage"


RIGHTS: Mapping[Role, frozenset[May]] = {
    Role.ADMIN: frozenset(
        {
            May.READ,
            May.MEND,
            May.MEND_SETTLED,
            May.EXPORT,
            May.UPLOAD,
            May.MANAGE,
            May.PEOPLE,
            May.HISTORY,
        }
    ),
    Role.ADJUDICATOR: frozenset({May.READ, May.EXPORT, May.MEND, May.MEND_SETTLED}),
    Role.REVIEWER: frozenset({May.READ, May.EXPORT, May.ANNOTATE, May.MEND}),
    Role.RESEARCHER: frozenset({May.READ, May.EXPORT}),
}

SCOPE_RIGHTS: Mapping[Scope, frozenset[May]] = {
    Scope.READ: frozenset({May.READ, May.EXPORT}),
    Scope.ANNOTATE: frozenset({May.READ, May.ANNOTATE, May.MEND, May.MEND_SETTLED}),
    Scope.MANAGE: RIGHTS[Role.ADMIN] - {May.EXPORT},
}


def rights_of(roles: Collection[Role]) -> frozenset[May]:
    """Return all that a member with these roles may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def rights_in(scopes: Collection[Scope]) -> frozenset[May]:
    """Return all that a token with these scopes can be used for."""
    return frozenset().union(*(SCOPE_RIGHTS[scope] for scope in scopes))


def sees_all(roles: Collection[Role]) -> bool:
    """Whether a member sees what others chose before a statement is settled: whoever reviews does not."""
    return bool(roles) and Role.REVIEWER not in roles


def sees_comments(roles: Collection[Role]) -> bool:
    """Whether a member reads the comments that stand on the decisions of others they see."""
    return not {Role.ADMIN, Role.ADJUDICATOR}.isdisjoint(roles)

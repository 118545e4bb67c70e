"""Reviewers for browser tests, made together: a management command for each would take most of the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from tests.browser.people import MAKE_REVIEWERS, Person, exported
from tests.live import Server

CAST = 24


@pytest.fixture(scope="session")
def reviewers(server: Server) -> Iterator[Person]:
    """Reviewers of the seed corpus who have not tagged anything yet."""
    made = server.manage("shell", "--no-imports", "-c", MAKE_REVIEWERS.format(count=CAST))
    return (Person(*one) for one in json.loads(made.splitlines()[-1]))


@pytest.fixture
def reviewer(reviewers: Iterator[Person]) -> Person:
    """A reviewer nobody else has used."""
    return next(reviewers)


@pytest.fixture(scope="session")
def rows(server: Server) -> Callable[[Person], dict[int, dict[str, object]]]:
    """Return what a reviewer has decided, by position, as an adjudicator's token exports it."""
    server.add_user("adjudicator", "adjudicator")  # who sees comments too
    token = server.add_token("adjudicator", "read")
    return lambda person: exported(server, token, person)

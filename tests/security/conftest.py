"""Every page there is, for whoever may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import User
from tests.test_guards import CASES, IS_API, World, kept_world, world

__all__ = ["kept_world", "world"]  # fixtures, found here by the tests beside

PAGES = [case for case in CASES if not IS_API[case.values[0]]]
READ = [case for case in PAGES if case.values[1].method == "get"]
UNSAFE = [case for case in CASES if case.values[1].method != "get"]


@pytest.fixture
def boss(world) -> User:
    """A site administrator with all roles in the corpus."""
    return world.boss


@pytest.fixture
def by_boss(world) -> Client:
    return world.client("boss")


def paths_of(cases: list, world: World) -> Iterator[tuple[str, str]]:
    """Each address by its name and as a path, once."""
    found = {}
    for case in cases:
        name, address = case.values
        found[name, reverse(name, args=[world.places[what] for what in address.args])] = None
    yield from found

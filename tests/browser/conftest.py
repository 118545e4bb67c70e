"""Reviewers for browser tests, made together: a management command for each would take most of the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.people import MAKE_REVIEWERS, Person, exported
from tests.browser.world import World
from tests.live import Server, Tables, running

CAST = 24  # reviewers made at a time
BUILD = "import json; from tests.browser.world import build; print(json.dumps(build()))"
# With all that is off unless somebody turns it on: passkeys need a name, and nobody answers this mail server.
EVERYTHING = {
    "PUBLIC_URL": "http://localhost",
    "OPEN_SIGN_UP": "true",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}


@pytest.fixture(scope="session")
def reviewers(server: Server) -> Iterator[Person]:
    """Reviewers of the seed corpus who have not tagged anything yet, as many as are asked for."""

    def made() -> Iterator[Person]:
        for begun in count(0, CAST):
            command = MAKE_REVIEWERS.format(numbers=(begun, begun + CAST))
            said = server.manage("shell", "--no-imports", "-c", command)
            yield from (Person(*one) for one in json.loads(said.splitlines()[-1]))

    return made()


@pytest.fixture
def reviewer(reviewers: Iterator[Person]) -> Person:
    """A reviewer nobody else has used."""
    return next(reviewers)


@pytest.fixture
def desk_of(new_page, server):
    """Open the desk of somebody, on the first sentence of the seed, in a browser of its own."""

    def desk_of(person: Person) -> Page:
        page = new_page()
        page.context.add_cookies([{"name": "sessionid", "value": person.session, "url": server.url}])
        page.goto("/c/seed/tag/")
        expect(page.locator("#s-1")).to_be_focused()  # the script is at work
        return page

    return desk_of


@pytest.fixture
def desk(desk_of, reviewer):
    """A desk of a reviewer made for this test."""
    return desk_of(reviewer)


@pytest.fixture(scope="session")
def rows(server: Server) -> Callable[[Person], dict[int, dict[str, object]]]:
    """Return what a reviewer has decided, by position, as an adjudicator's token exports it."""
    server.add_user("adjudicator", "adjudicator")  # who sees comments too
    token = server.add_token("adjudicator", "read")
    return lambda person: exported(server, token, person)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Iterator[World]:
    """A server of its own with corpora in every state; tests look at it and change as little as they can."""
    with running(tmp_path_factory.mktemp("world"), tables, WEB_WORKERS="1", **EVERYTHING) as server:
        made = json.loads(server.manage("shell", "--no-imports", "-c", BUILD).splitlines()[-1])
        yield World(url=f"http://localhost:{server.port}", **made)


@pytest.fixture
def context_of(browser: Browser, world: World) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser in which somebody of the world is signed in: `context_of("rosa", locale="fr-FR")`."""
    with ExitStack() as stack:

        def context_of(who: str, *, locale: str = "en-GB", **options: object) -> BrowserContext:
            context = browser.new_context(base_url=world.url, locale=locale, **options)
            stack.callback(context.close)
            if who:
                session = {"name": "sessionid", "value": world.sessions[who], "url": world.url}
                context.add_cookies([session])
            return context

        yield context_of

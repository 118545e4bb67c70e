"""Long statements on a server, and desks of reviewers nobody else has used."""

from __future__ import annotations

import pytest

from tests.browser import pressing
from tests.browser.pressing import (
    Ground,
    is_at_work,
)
from tests.live import running


@pytest.fixture(scope="session")  # tests of several modules may take turns on one server
def ground(server):
    """The server of all tests, with long statements in a corpus of their own."""
    return Ground.on(server, people=28, lengths=[112, 200, 2000, 2003])


@pytest.fixture(scope="session")
def shaky_ground(tmp_path_factory, tables):
    """The same on a server that tests kill and start again."""
    with running(tmp_path_factory.mktemp("shaky"), tables) as server:
        yield Ground.on(server, people=3, lengths=[112])


@pytest.fixture
def new_context(new_context):
    def opened(**options):
        context = new_context(**options)
        if pressing.IS_OFF:
            pressing.take_outbox_away(context)
        return context

    return opened


@pytest.fixture
def desk_of(new_page, ground):
    """Open the long statement in a browser in which a reviewer is signed in."""

    def opened(reviewer, *, on=ground, length=112):
        page = new_page()
        pressing.sign_in(page.context, reviewer)
        page.goto(on.address(length))
        is_at_work(page)
        return page

    return opened

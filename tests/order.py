"""Which tests run, where, in which order, and on how many examples.

Tests that use a page get the mark `browser`, others that use a server the mark `server`. The second database
gets those of either that meet a database: a browser test that is to run there too wears
`@pytest.mark.server` itself, as does a test that starts servers without those fixtures, and what no database
could answer otherwise wears `@pytest.mark.once`. What SQLite could not be asked wears
`@pytest.mark.postgresql`.

The tests of a file run in one process, so that what they share is made once; see `turn` for the order.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run: a red run can be repeated, and a machine under load is not a failure.
STEADY = settings(derandomize=True, deadline=None, database=None)
COMMITTED = pytest.mark.django_db(transaction=True, databases=["default", "snapshot"])
"""For tests of the second connection itself: they commit, which takes half a second to tidy up."""

PERCENT = {"steady": 100, "again": 34}  # of the examples, which are the first ones in both


def pytest_configure(config: pytest.Config) -> None:
    for name, percent in PERCENT.items():
        settings.register_profile(name, STEADY, max_examples=percent)
    settings.load_profile("again" if config.getoption("--again") else "steady")


def examples(number: int) -> int:
    """Say how many examples a test takes: `number`, or a third of them where others saw all of it already."""
    return -(-number * settings.default.max_examples // PERCENT["steady"])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--again",
        action="store_true",
        help="the run on a second database: without what meets no database and most browser tests",
    )
    parser.addoption(
        "--screens",
        action="store_true",
        help="leave screenshots of every page in every state in test-results/screens/",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]):
    for item in items:  # before other plugins look: they select by marks
        mark(item)
    yield
    wanted = meets_a_database if config.getoption("--again") else any_database_answers
    config.hook.pytest_deselected(items=[item for item in items if not wanted(item)])
    items[:] = [item for item in items if wanted(item)]
    turns: dict[Path, int] = {}
    for item in items:
        turns[item.path] = min(turn(item), turns.get(item.path, LAST))
    items.sort(key=lambda item: turns[item.path])


LAST = 3
LONG = {
    "test_at_once.py",
    "test_guards.py",
    "test_mended.py",
    "test_migrations.py",
    "test_undo.py",
    "test_walk.py",
}


def turn(item: pytest.Item) -> int:
    """Say when the file of this test has its turn; processes take one file after another.

    What takes longest comes first, so that the processes end together: one sweeps the pages of the `world`
    while the others are with the `server`. Short tests fill what is left.
    """
    if item.path.name == "test_states.py":
        return 0
    if is_marked(item, "server"):
        return 1
    return 2 if is_marked(item, "browser") or item.path.name in LONG else LAST


def mark(item: pytest.Item) -> None:
    uses = set(getattr(item, "fixturenames", ()))
    if "browser" in uses:
        item.add_marker("browser")
    elif uses & {"server", "start_server"} or is_marked(item, "server"):
        item.add_marker("server")


def any_database_answers(item: pytest.Item) -> bool:
    return bool(os.environ.get("DATABASE_URL")) or not is_marked(item, "postgresql")


def meets_a_database(item: pytest.Item) -> bool:
    if is_marked(item, "once"):
        return False
    if is_marked(item, "server"):
        return True
    databases = {"db", "transactional_db", "django_db_setup"}
    return not is_marked(item, "browser") and (
        is_marked(item, "django_db") or bool(databases & set(getattr(item, "fixturenames", ())))
    )


def is_marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """In CI nothing of the running server may be left out: there, a skipped test has failed."""
    report = yield
    is_live = is_marked(item, "browser") or is_marked(item, "server")
    must_run = os.environ.get("CI") == "true" and is_live and not is_marked(item, "elsewhere")
    if report.skipped and must_run:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI it must run: {report.longrepr}"
    return report

"""The cast, and what every test stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django import DjangoDbBlocker

from statements.actions.user import add_user
from statements.models import Corpus, User
from statements.models.snapshot import SNAPSHOT
from statements.roles import Role
from tests.make import NOON, make_member, make_user, the_corpus

T = TypeVar("T")

pytest_plugins = ["tests.live", "tests.chromium", "tests.order"]


@pytest.fixture(autouse=True)
def _no_manifest(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Static files by their own names: the hashed ones are made when the server starts."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # whitenoise warns when it is missing


class AsSnapshot:
    """The connection of a test under the other name, by which queries know where they are asked."""

    alias = SNAPSHOT

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        vars(self)["real"] = connection

    def __getattr__(self, name: str) -> object:
        return getattr(vars(self)["real"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(vars(self)["real"], name, value)


@pytest.fixture(autouse=True)
def _one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let exports read on the connection that the test writes on, as nobody else sees what it never commits.

    A test that is about the second connection names it: `databases=["default", "snapshot"]`.
    """
    mark = request.node.get_closest_marker("django_db")
    if SNAPSHOT in ((mark and mark.kwargs.get("databases")) or ()):
        yield
        return
    if mark or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")  # which guards the connections, each by its own name
    own, connections[SNAPSHOT] = connections[SNAPSHOT], AsSnapshot(connections["default"])
    # The end of an answer closes what is within a transaction, here that of the test.
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    yield
    connections[SNAPSHOT] = own


class Kept:
    """Rows that all tests of a module find, each as they were made.

    They stand in a transaction around those of the tests, so no test of such a module commits.
    """

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self.blocker = blocker
        around = transaction.atomic()
        around._from_testcase = True  # to Django it is one of the transactions that tests have anyway
        self.around = ExitStack()
        with blocker.unblock():
            self.around.enter_context(around)
        self.around.callback(transaction.set_rollback, True)

    def make(self, builder: Callable[[], T]) -> T:
        """Build once for the whole module."""
        with self.blocker.unblock():
            return builder()

    def end(self) -> None:
        with self.blocker.unblock():
            self.around.close()


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Kept]:
    kept = Kept(django_db_blocker)
    yield kept
    kept.end()


@pytest.fixture
def corpus(db: None) -> Corpus:
    return the_corpus()


@pytest.fixture
def elsewhere(db: None) -> Corpus:
    """Another corpus."""
    return the_corpus("elsewhere")


@pytest.fixture
def rosa(corpus: Corpus) -> User:
    """A reviewer."""
    return make_member("rosa", {Role.REVIEWER})


@pytest.fixture
def ben(corpus: Corpus) -> User:
    """Another reviewer."""
    return make_member("ben", {Role.REVIEWER})


@pytest.fixture
def ada(corpus: Corpus) -> User:
    """An admin."""
    return make_member("ada", {Role.ADMIN})


@pytest.fixture
def judith(corpus: Corpus) -> User:
    """An adjudicator."""
    return make_member("judith", {Role.ADJUDICATOR})


@pytest.fixture
def reza(corpus: Corpus) -> User:
    """A researcher."""
    return make_member("reza", {Role.RESEARCHER})


@pytest.fixture
def root(db: None) -> User:
    """A site administrator, who is in no corpus."""
    return add_user("root", password=None, is_site_admin=True, at=NOON)


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody with an account and no corpus."""
    return make_user("stranger")


@pytest.fixture
def by_root(root: User) -> Client:
    """The browser of the site administrator."""
    client = Client()
    client.force_login(root)
    return client

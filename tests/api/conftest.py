"""What the tests of the API stand on: a sentence, and clients with a token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from statements.models import Sentence, User
from statements.roles import Scope
from tests.make import THREE, make_statement, make_token, sentences_of

Connect = Callable[..., Client]


@pytest.fixture
def sentence(corpus) -> Sentence:
    return sentences_of(make_statement(THREE))[0]


@pytest.fixture
def connect() -> Connect:
    """Make a client that comes with a token of `user`."""

    def connect(user: User, *scopes: Scope, **about: object) -> Client:
        secret = make_token(user, *(scopes or Scope), at=timezone.now(), **about)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return connect

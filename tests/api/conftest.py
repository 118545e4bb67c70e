"""What the tests of the API stand on: a sentence, and clients with a token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from statements.models import Sentence, User
from statements.roles import Scope
from tests.make import (
    EVENING,
    LATER,
    NOON,
    THREE,
    make_statement,
    make_token,
    say,
    sentences_of,
    skipped,
    tag,
)

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


@pytest.fixture
def four(corpus, rosa, ben, judith) -> list[Sentence]:
    """Sentences of which Rosa labelled the first, said "none" of the second, skipped the third."""
    sentences = sentences_of(make_statement("One was. Two was.\n\n🤔 Three was. Four was."))
    tag(sentences[0], rosa, "rebuttal", unsure=True, at=NOON)
    tag(sentences[1], rosa, bad_split=True, at=LATER)
    say(sentences[2], rosa, skipped(), at=EVENING)
    return sentences

"""What `benchmarks/desk.py` does inside the product: fill its tables fast, and read back what they hold.

Called through `manage.py shell`; each function prints one JSON document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, islice

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from statements.actions.corpus import create_corpus
from statements.actions.member import set_roles
from statements.actions.scheme import default_guidelines, default_labels, publish
from statements.models import (
    Annotation,
    Corpus,
    Scheme,
    Sentence,
    Source,
    State,
    Statement,
    Upload,
    UploadState,
    User,
)
from statements.roles import Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LENGTHS = (20, 25, 30, 25)  # sentences of a statement, in turn: together 100, so round corpora end alike
ROWS = 2_000  # of one bulk_create
FILLED = "filled-"  # begins the keys of decisions that were never sent


@transaction.atomic
def make(slug: str, *, sentences: int, reviewers: list[str], password: str) -> None:
    """Make a corpus and its reviewers; print its labels, and the public ids of its sentences in order.

    `sentences` is a multiple of 100.
    """
    corpus = create_corpus(slug, name=slug, by=None, at=NOON)
    publish(corpus, default_labels(["en"]), guidelines=default_guidelines(["en"]), by=None, at=NOON)
    hashed = make_password(password)  # once for all: it is made to be slow
    for user in User.objects.bulk_create([User(username=name, password=hashed) for name in reviewers]):
        set_roles(corpus, user, roles={Role.REVIEWER}, by=None, at=NOON)
    lengths = list(islice(cycle(LENGTHS), sentences * len(LENGTHS) // sum(LENGTHS)))
    statements = _statements(corpus, lengths)
    rows = [
        row
        for statement, length in zip(statements, lengths, strict=True)
        for row in _spans(statement, length)
    ]
    Sentence.objects.bulk_create(rows, batch_size=ROWS)
    labels = sorted(corpus.labels.values_list("slug", flat=True))
    print(json.dumps({"labels": labels, "sentences": [sentence.public_id for sentence in rows]}))


@transaction.atomic
def decide(slug: str, reviewer: str, *, but: int) -> None:
    """Let a reviewer have found no claim in any sentence of a corpus but the last ones; print in how many."""
    user = User.objects.get(username=reviewer)
    scheme = Scheme.objects.get(corpus__slug=slug)
    sentences = list(Sentence.objects.filter(statement__corpus__slug=slug).in_order())
    decided = [
        Annotation(
            sentence=sentence,
            reviewer=user,
            key=f"{FILLED}{sentence.pk}",
            state=State.NONE,
            scheme=scheme,
            blind=True,
            decided_at=NOON,
            saved_at=NOON,
        )
        for sentence in sentences[:-but]
    ]
    Annotation.objects.bulk_create(decided, batch_size=ROWS)
    print(json.dumps(len(decided)))


def settle() -> None:
    """Do now what PostgreSQL would otherwise do by itself, in the middle of what is measured; print null."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    print(json.dumps(None))


def stored() -> None:
    """Print all decisions but the filled ones: reviewer, key, public id of the sentence and label of each."""
    rows = Annotation.objects.exclude(key__startswith=FILLED).order_by("pk")
    place = ("sentence__statement__public_id", "sentence__number")
    found = rows.values_list("reviewer__username", "key", *place, "labels__slug")
    print(json.dumps([[name, key, f"{one}.{number}", label] for name, key, one, number, label in found]))


def _statements(corpus: Corpus, lengths: list[int]) -> list[Statement]:
    upload = Upload.objects.create(corpus=corpus, state=UploadState.STORED, created_at=NOON, settled_at=NOON)
    source = Source.objects.create(upload=upload, name="bench.txt", encoding="utf-8")
    statements = [
        Statement(
            corpus=corpus,
            upload=upload,
            source=source,
            text=" ".join(_texts(number, length)),
            fold=f"{number:064}",
            segmenter="bench",
            title=f"Statement {number}",
            language="en",
            created_at=NOON,
        )
        for number, length in enumerate(lengths, start=1)
    ]
    return Statement.objects.bulk_create(statements, batch_size=ROWS)


def _spans(statement: Statement, length: int) -> Iterator[Sentence]:
    start, of_corpus = 0, int(statement.fold)
    for number, text in enumerate(_texts(of_corpus, length), start=1):
        yield Sentence(statement=statement, number=number, start=start, end=start + len(text), paragraph=1)
        start += len(text) + 1


def _texts(statement: int, length: int) -> Iterator[str]:
    return (f"Sentence {number} of statement {statement}." for number in range(1, length + 1))

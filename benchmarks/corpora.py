"""What benchmarks do inside the product: fill its tables fast, and read back what they hold.

Called through `manage.py shell`; each function prints one JSON document.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.db.models import Max

from benchmarks.texts import made_up
from statements.actions.corpus import create_corpus
from statements.actions.member import set_roles
from statements.actions.scheme import default_guidelines, default_labels, publish
from statements.models import (
    Act,
    Annotation,
    Corpus,
    Round,
    Scheme,
    Sentence,
    Source,
    State,
    Statement,
    Upload,
    UploadState,
    User,
)
from statements.models.bulk import insert_many
from statements.models.public_id import new_public_ids
from statements.roles import Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LENGTHS = (20, 25, 30, 25)  # sentences of a statement, in turn: together 100, so round corpora end alike
ROWS = 2_000  # of one bulk_create
FILLED = "filled-"  # begins the keys of decisions that were never sent
AT_ONCE = 1_000  # statements of `fill` in one transaction
SHOWN = 5_000  # sentences of which `fill` tells the public ids

STATEMENT = (
    "public_id", "corpus_id", "upload_id", "source_id", "text", "fold", "segmenter", "title", "language",
    "speaker", "published_on", "source_url", "licence", "responds_to", "metadata", "created_at",
)  # fmt: skip
SENTENCE = ("statement_id", "number", "start", "end", "paragraph")
ANNOTATION = (
    "sentence_id", "reviewer_id", "round", "key", "state", "reason", "unsure", "bad_split", "comment",
    "scheme_id", "blind", "act", "decided_at", "saved_at",
)  # fmt: skip


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


def fill(
    slug: str, *, sentences: int, reviewers: list[str], researcher: str, password: str, plain: bool = False
) -> None:
    """Make a corpus of made-up texts in which the first of the reviewers has decided every sentence.

    Most decisions carry one label, some two or none; all carry one if they are to be `plain`. Prints the
    labels, and the public ids of the first sentences. The researcher may be in other corpora already.
    """
    with transaction.atomic():
        corpus = create_corpus(slug, name=slug, by=None, at=NOON)
        publish(corpus, default_labels(["fr"]), guidelines=default_guidelines(["fr"]), by=None, at=NOON)
        roles = {researcher: Role.RESEARCHER} | dict.fromkeys(reviewers, Role.REVIEWER)
        hashed = make_password(password)
        people = [
            User.objects.get_or_create(username=name, defaults={"password": hashed})[0] for name in roles
        ]
        for user, role in zip(people, roles.values(), strict=True):
            set_roles(corpus, user, roles={role}, by=None, at=NOON)
        upload, source = _brought(corpus)
    labels = list(corpus.labels.order_by("slug"))
    scheme = Scheme.objects.get(corpus=corpus)
    chance = random.Random(sentences)
    texts, shown = made_up(sentences), []
    while some := list(islice(texts, AT_ONCE)):
        with transaction.atomic():
            public_ids = new_public_ids(len(some))
            written = [
                _written(number, public_id, lines, upload, source)
                for number, (public_id, lines) in enumerate(zip(public_ids, some, strict=True))
            ]
            statement_ids = _insert(Statement, STATEMENT, written)
            spans = [
                (statement, *span)
                for statement, lines in zip(statement_ids, some, strict=True)
                for span in _places(lines)
            ]
            sentence_ids = _insert(Sentence, SENTENCE, spans)
            said = [_said(len(labels), chance, plain=plain) for _ in sentence_ids]
            decided = [
                _decided(sentence, people[1], scheme, carries, unsure=chance.random() < 0.05)
                for sentence, carries in zip(sentence_ids, said, strict=True)
            ]
            links = [
                (annotation, labels[at].pk)
                for annotation, carries in zip(_insert(Annotation, ANNOTATION, decided), said, strict=True)
                for at in carries
            ]
            insert_many(Annotation.labels.through, ["annotation_id", "label_id"], links)
        if len(shown) < SHOWN:
            shown += [
                f"{public_id}.{number}"
                for public_id, lines in zip(public_ids, some, strict=True)
                for number in range(1, len(lines) + 1)
            ]
    print(json.dumps({"labels": [label.slug for label in labels], "sentences": shown[:SHOWN]}))


def settle() -> None:
    """Do now what the database would otherwise do in the middle of what is measured; print null."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(json.dumps(None))


def stored() -> None:
    """Print all decisions but the filled ones: reviewer, key, public id of the sentence and label of each."""
    rows = Annotation.objects.exclude(key__startswith=FILLED).order_by("pk")
    place = ("sentence__statement__public_id", "sentence__number")
    found = rows.values_list("reviewer__username", "key", *place, "labels__slug")
    print(json.dumps([[name, key, f"{one}.{number}", label] for name, key, one, number, label in found]))


def _statements(corpus: Corpus, lengths: list[int]) -> list[Statement]:
    upload, source = _brought(corpus)
    made = [
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
    return Statement.objects.bulk_create(made, batch_size=ROWS)


def _brought(corpus: Corpus) -> tuple[Upload, Source]:
    upload = Upload.objects.create(corpus=corpus, state=UploadState.STORED, created_at=NOON, settled_at=NOON)
    return upload, Source.objects.create(upload=upload, name="bench.txt", encoding="utf-8")


def _spans(statement: Statement, length: int) -> Iterator[Sentence]:
    start, of_corpus = 0, int(statement.fold)
    for number, text in enumerate(_texts(of_corpus, length), start=1):
        yield Sentence(statement=statement, number=number, start=start, end=start + len(text), paragraph=1)
        start += len(text) + 1


def _texts(statement: int, length: int) -> Iterator[str]:
    return (f"Sentence {number} of statement {statement}." for number in range(1, length + 1))


# --- What `fill` writes -----------------------------------------------------------------------------------


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Store rows and return their primary keys in order; nobody else writes into this table meanwhile."""
    last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    insert_many(model, names, rows)
    stored = model._default_manager.filter(pk__gt=last).order_by("pk")
    return list(stored.values_list("pk", flat=True))


def _written(number: int, public_id: str, lines: list[str], upload: Upload, source: Source) -> list[Any]:
    """Return a statement as a row of STATEMENT."""
    day = NOON.date() - timedelta(days=number)
    about = {"sector": ("banque", "énergie", "transport", "santé")[number % 4], "pages": number % 7 + 1}
    known = [f"Communiqué n° {number}", "fr", f"Société {number % 40}", day]
    web = [f"https://www.example.org/presse/{public_id}", "CC BY 4.0", ""]
    text = "".join(_joined(lines))
    where = [public_id, upload.corpus_id, upload.pk, source.pk]
    return [*where, text, public_id, "bench", *known, *web, about, NOON]


def _joined(lines: list[str]) -> Iterator[str]:
    """A text in paragraphs of four sentences."""
    for number, line in enumerate(lines):
        yield ("\n\n" if number % 4 == 0 else " ") if number else ""
        yield line


def _places(lines: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the number, start, end and paragraph of each sentence of such a text."""
    start = 0
    for number, line in enumerate(lines):
        start += (2 if number % 4 == 0 else 1) if number else 0
        yield number + 1, start, start + len(line), number // 4 + 1
        start += len(line)


def _said(labels: int, chance: random.Random, *, plain: bool) -> tuple[int, ...]:
    """Return which of so many labels a decision carries: 3 of 10 none, 1 of 20 two."""
    kind = 0.5 if plain else chance.random()
    if kind < 0.3:
        return ()
    first = chance.randrange(labels)
    return (first, (first + 1) % labels) if kind > 0.95 else (first,)


def _decided(
    sentence: int, reviewer: User, scheme: Scheme, carries: tuple[int, ...], *, unsure: bool
) -> list[Any]:
    """Return a decision as a row of ANNOTATION: one every four seconds or so, saved in batches of eight."""
    at = NOON + timedelta(milliseconds=4_321 * sentence)
    saved_at = NOON + timedelta(milliseconds=4_321 * (sentence // 8 + 1) * 8)
    state = State.LABELLED if carries else State.NONE
    who = [sentence, reviewer.pk, Round.FIRST, f"{FILLED}{sentence}"]
    return [*who, state, "", unsure, False, "", scheme.pk, True, Act.DECIDE, at, saved_at]

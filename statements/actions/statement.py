"""Statements: from a decoded text with its metadata to stored sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from statements.actions.event import record
from statements.actions.sentence import write_sentences
from statements.errors import Refused
from statements.models import Corpus, Draft, Source, Statement, StatementWords, User
from statements.models.search import PARTS, Kept, kept_of
from statements.models.writing import moment
from statements.text.decode import fold
from statements.text.search import parts_of
from statements.text.segment import SEGMENTER
from statements.text.sketch import packed, sketch
from statements.text.spans import Span

TOO_SHORT = "-"
SHORTEST_SKETCHED = 150  # characters


@dataclass(frozen=True)
class Details:
    """What is known about a text. Empty means unknown."""

    title: str = ""
    language: str = ""
    speaker: str = ""
    published_on: date | None = None
    source_url: str = ""
    licence: str = ""
    responds_to: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


NOTHING_SAID = Details()
ABOUT = tuple(field.name for field in fields(Details))


@transaction.atomic
def add_statement(
    source: Source, text: str, details: Details, spans: Sequence[Span], *, kept: Kept, at: datetime
) -> Statement:
    """Store a text and its sentences, cut as `spans` says, under the upload that brought `source`.

    It is found by what is `kept` of it, as of a statement with the primary key 0.
    Raises Refused("duplicate", statement=…) when the corpus has the text already, and what
    `write_sentences` raises.
    """
    corpus = source.upload.corpus
    refuse_duplicate(corpus, text)
    statement = Statement(
        corpus=corpus,
        upload=source.upload,
        source=source,
        text=text,
        fold=fold(text),
        sketch=draw(text),
        segmenter=SEGMENTER,
        created_at=at,
        **fields_of(details),
    )
    statement.save(force_insert=True)
    write_sentences(statement, spans)
    StatementWords.objects.store([(statement.pk * PARTS + number, words) for number, words in kept])
    return statement


def refuse_duplicate(corpus: Corpus, text: str) -> None:
    """Raise Refused("duplicate", statement=…) when the corpus has `text` already."""
    same = Statement.objects.filter(corpus=corpus, fold=fold(text), withdrawn_at=None).first()
    if same is not None:
        raise Refused("duplicate", statement=same)


def draw(text: str) -> str:
    """Return the sketch by which a text is found that says nearly the same; a short one has none.

    With one word changed, a sentence of eight words shares less than half of its runs of words.
    """
    return TOO_SHORT if len(text) < SHORTEST_SKETCHED else packed(sketch(text))


@transaction.atomic
def correct_statement(
    statement: Statement, details: Details, *, by: User, at: datetime | None = None
) -> bool:
    """Correct what is known about a stored text, which itself never changes; False when nothing differs."""
    before = details_of(statement)
    changed = {name: value for name, value in fields_of(details).items() if value != getattr(before, name)}
    if not changed:
        return False
    Statement.objects.filter(pk=statement.pk).update(**changed)
    if "title" in changed:
        [first] = kept_of([(statement.pk, details.title, next(parts_of(statement.text)))])[:1]
        StatementWords.objects.filter(key=first[0]).delete()
        StatementWords.objects.store([first])
    old, new = as_json(before), as_json(details)
    record(
        "corrected",
        "statement",
        statement.public_id,
        corpus=statement.corpus,
        by=by,
        at=at or moment(),
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
    )
    return True


def details_of(text: Statement | Draft) -> Details:
    return Details(**{name: getattr(text, name) for name in ABOUT})


def details_from(values: Mapping[str, Any]) -> Details:  # Any: what the fields of a statement take
    """Return what the fields of a row or a file say; None says nothing."""
    return Details(**{name: value for name, value in values.items() if value is not None})


def fields_of(details: Details) -> dict[str, Any]:  # Any: what the fields of a statement take
    """Return what is known about a text, by the names of the fields of a statement."""
    return dict(vars(details))


def as_json(details: Details) -> dict[str, Any]:  # Any: JSON
    day = details.published_on
    return {**vars(details), "published_on": day.isoformat() if day else None}


def from_json(kept: Mapping[str, Any]) -> Details:
    """Return what `as_json` made; what is missing is unknown."""
    day = kept.get("published_on")
    return Details(**{**kept, "published_on": date.fromisoformat(day) if day else None})

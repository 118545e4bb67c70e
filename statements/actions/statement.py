"""Statements: from a decoded text with its metadata to stored sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from statements.actions.sentence import write_sentences
from statements.errors import Refused
from statements.models import Source, Statement
from statements.text.decode import fold
from statements.text.segment import SEGMENTER
from statements.text.spans import Span


@dataclass(frozen=True)
class Details:
    """What is known about a text. Empty means unknown."""

    title: str
    language: str
    speaker: str = ""
    published_on: date | None = None
    source_url: str = ""
    licence: str = ""
    responds_to: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_statement(
    source: Source, text: str, details: Details, spans: Sequence[Span], *, at: datetime
) -> Statement:
    """Store a text and its sentences, cut as `spans` says, under the upload that brought `source`.

    Raises Refused("duplicate", statement=…) when the corpus has the text already, and what
    `write_sentences` raises.
    """
    corpus = source.upload.corpus
    refuse_duplicate(source, text)
    statement = Statement(
        corpus=corpus,
        upload=source.upload,
        source=source,
        text=text,
        fold=fold(text),
        segmenter=SEGMENTER,
        title=details.title,
        language=details.language,
        speaker=details.speaker,
        published_on=details.published_on,
        source_url=details.source_url,
        licence=details.licence,
        responds_to=details.responds_to,
        metadata=dict(details.metadata),
        created_at=at,
    )
    statement.save(force_insert=True)
    write_sentences(statement, spans)
    return statement


def refuse_duplicate(source: Source, text: str) -> None:
    """Raise Refused("duplicate", statement=…) when the corpus of `source` has `text` already."""
    same = Statement.objects.filter(corpus=source.upload.corpus, fold=fold(text), withdrawn_at=None).first()
    if same is not None:
        raise Refused("duplicate", statement=same)

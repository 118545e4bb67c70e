"""The rows of an export: all that one reader may see, from one consistent moment, one row at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from django.db import transaction

from statements.models import Annotation, Corpus, Member, Round, Sentence, State, Statement, User
from statements.roles import sees_comments

Row = dict[str, object]

SNAPSHOT = "snapshot"  # the database connection that reads without ever holding a lock
BATCH = 1_000  # sentences read at a time: what bounds the memory an export takes
TEXTS = 25  # statements held at a time: one may be a text of a megabyte

PLACE = (
    "corpus", "statement", "sentence", "position", "paragraph", "start", "end", "text", "language", "title",
    "speaker", "published_on", "source_url", "licence", "responds_to", "metadata", "made_by",
)  # fmt: skip
DECISION = (
    "reviewer", "state", "labels", "reason", "unsure", "bad_split", "comment", "scheme", "round", "blind",
    "check", "decided_at", "saved_at",
)  # fmt: skip
CAME_ABOUT = ("key", "based_on", "act", "takes_back", "superseded_at")


class Layer(StrEnum):
    """What a row of an export is."""

    SENTENCES = "sentences"
    ANNOTATIONS = "annotations"
    HISTORY = "history"


COLUMNS: Mapping[Layer, tuple[str, ...]] = {
    Layer.SENTENCES: (*PLACE, "gold", "soft", "annotations"),
    Layer.ANNOTATIONS: (*PLACE, *DECISION),
    Layer.HISTORY: (*PLACE, "ended_by", *DECISION, *CAME_ABOUT),
}


@dataclass(frozen=True)
class Reader:
    """Who reads, and the pseudonyms under which they see people."""

    user: User
    sees_comments: bool
    pseudonyms: Mapping[int, str]
    labels: list[str]


def export_rows(corpus: Corpus, layer: Layer, reader: Member) -> Iterator[Row]:
    """Yield the rows of `layer` in the order of the texts; the keys of each stand in the order of COLUMNS.

    The history has all decisions there ever were, by sentence in the order of saving, and each sentence that
    ended at least once: without a decision if the reader may see none.

    All rows come from one snapshot, taken when the first row is asked for; nobody who writes waits for it.
    Memory is bounded by BATCH sentences with their annotations, and TEXTS statements.
    """
    with transaction.atomic(using=SNAPSHOT):
        seen_by = _reader(corpus, reader)
        last, counted = None, 0
        for batch in _batches(corpus, layer):
            decisions = _decisions(batch, layer, seen_by)
            for statement, sentence in _with_statements(batch):
                if sentence.statement_id != last:
                    last, counted = sentence.statement_id, 0
                counted += sentence.ended_by is None
                place = _place(corpus, statement, sentence, 0 if sentence.ended_by else counted)
                yield from _rows(place, sentence, decisions[sentence.pk], layer, seen_by)


def _reader(corpus: Corpus, reader: Member) -> Reader:
    members = Member.objects.using(SNAPSHOT).filter(corpus=corpus)
    return Reader(
        user=reader.user,
        sees_comments=sees_comments(reader.roles),
        pseudonyms={member.user_id: member.pseudonym for member in members},
        labels=list(corpus.labels.using(SNAPSHOT).order_by("slug").values_list("slug", flat=True)),
    )


def _batches(corpus: Corpus, layer: Layer) -> Iterator[list[Sentence]]:
    sentences = Sentence.objects.using(SNAPSHOT).visible().of(corpus).with_resplits()
    if layer != Layer.HISTORY:
        sentences = sentences.current()
    yield (batch := list(sentences.in_full_order()[:BATCH]))
    while len(batch) == BATCH:
        yield (batch := list(sentences.after(batch[-1]).in_full_order()[:BATCH]))


def _with_statements(batch: list[Sentence]) -> Iterator[tuple[Statement, Sentence]]:
    by_statement = [(key, list(group)) for key, group in groupby(batch, key=lambda one: one.statement_id)]
    for at in range(0, len(by_statement), TEXTS):
        some = by_statement[at : at + TEXTS]
        statements = Statement.objects.using(SNAPSHOT).in_bulk([key for key, _ in some])
        yield from ((statements[key], sentence) for key, group in some for sentence in group)


def _decisions(batch: list[Sentence], layer: Layer, reader: Reader) -> Mapping[int, list[Row]]:
    seen = Annotation.objects.using(SNAPSHOT).visible_to(reader.user)
    rows = seen.filter(sentence__in=[sentence.pk for sentence in batch]).select_related("scheme")
    if layer == Layer.HISTORY:
        rows = rows.select_related("supersedes", "takes_back")
        rows = rows.defer("supersedes__comment", "takes_back__comment")
    else:
        rows = rows.standing()
    decisions: dict[int, list[Row]] = defaultdict(list)
    for row in rows.order_by("sentence_id", "pk").with_labels():
        came_about = _came_about(row) if layer == Layer.HISTORY else {}
        decisions[row.sentence_id].append({**_decision(row, reader), **came_about})
    return decisions


def _rows(place: Row, sentence: Sentence, said: list[Row], layer: Layer, reader: Reader) -> Iterator[Row]:
    if layer == Layer.ANNOTATIONS:
        yield from ({**place, **decision} for decision in said)
    elif layer == Layer.HISTORY:
        place["ended_by"] = sentence.ended_by.public_id if sentence.ended_by else None
        nothing = [dict.fromkeys((*DECISION, *CAME_ABOUT))] if sentence.ended_by else []
        yield from ({**place, **decision} for decision in said or nothing)
    else:
        yield {**place, "gold": None, "soft": soft_labels(said, reader.labels), "annotations": said}


def _place(corpus: Corpus, statement: Statement, sentence: Sentence, position: int) -> Row:
    return {
        "corpus": corpus.slug,
        "statement": statement.public_id,
        "sentence": f"{statement.public_id}.{sentence.number}",
        "position": position,
        "paragraph": sentence.paragraph,
        "start": sentence.start,
        "end": sentence.end,
        "text": statement.text[sentence.start : sentence.end],
        "language": statement.language,
        "title": statement.title,
        "speaker": statement.speaker,
        "published_on": statement.published_on.isoformat() if statement.published_on else None,
        "source_url": statement.source_url,
        "licence": statement.licence,
        "responds_to": statement.responds_to,
        "metadata": statement.metadata,
        "made_by": sentence.made_by.public_id if sentence.made_by else None,
    }


def _decision(row: Annotation, reader: Reader) -> Row:
    shows_comment = reader.sees_comments or row.reviewer_id == reader.user.pk
    return {
        "reviewer": reader.pseudonyms[row.reviewer_id],
        "state": row.state,
        "labels": sorted(label.slug for label in row.labels.all()),
        "reason": row.reason,
        "unsure": row.unsure,
        "bad_split": row.bad_split,
        "comment": row.comment if shows_comment else None,
        "scheme": row.scheme.number,
        "round": row.round,
        "blind": row.blind,
        "check": row.to_check,
        "decided_at": moment(row.decided_at),
        "saved_at": moment(row.saved_at),
    }


def _came_about(row: Annotation) -> Row:
    return {
        "key": row.key,
        "based_on": row.supersedes.key if row.supersedes else None,
        "act": row.act,
        "takes_back": row.takes_back.key if row.takes_back else None,
        "superseded_at": moment(row.superseded_at) if row.superseded_at else None,
    }


def soft_labels(said: list[Row], slugs: list[str]) -> dict[str, float]:
    """Return for each label the share of decisions that carry it, of those that label or say “no claim”.

    Empty when there is no such decision: skipping says nothing about a label. Only first rounds count:
    nobody has two votes. What was carried and nobody has looked at since does not count: nobody decided it on
    this very sentence.
    """
    first = [row for row in said if row["round"] == Round.FIRST and not row["check"]]
    counted = [row for row in first if row["state"] in {State.LABELLED, State.NONE}]
    if not counted:
        return {}
    return {slug: sum(slug in row["labels"] for row in counted) / len(counted) for slug in slugs}  # type: ignore[operator]


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 writes it in UTC."""
    return at.isoformat().replace("+00:00", "Z")

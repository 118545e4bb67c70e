"""Uploads: what was read of them, and what is odd about it, before anything is stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum

from statements.formats.base import BETWEEN, Passage
from statements.models import (
    Annotation,
    Corpus,
    Draft,
    DraftQuerySet,
    Fault,
    Job,
    Sentence,
    Source,
    Statement,
    Upload,
)
from statements.text.spans import Span, by_paragraph

SHOWN_FAULTS = 50  # of a file
SHOWN_SENTENCES, SHOWN_PARTS = 500, 200  # of a text, on one page


class Show(StrEnum):
    """Which drafts are looked at."""

    ALL = ""
    ODD = "odd"
    DOUBLE = "double"
    NEAR = "near"
    OUT = "out"


@dataclass(frozen=True)
class Sums:
    """How much an upload holds: what would be stored of it, and what not."""

    statements: int
    sentences: int
    shown: Mapping[Show, int]
    faults: int

    @property
    def doubles(self) -> int:
        return self.shown[Show.DOUBLE]

    @property
    def left_out(self) -> int:
        return self.shown[Show.OUT]


@dataclass(frozen=True)
class File:
    """A file of an upload, what was read of it, and the first of its faults."""

    source: Source
    faults: Sequence[Fault]

    @property
    def more_faults(self) -> int:
        """How many rows cannot be read beside those whose faults are shown."""
        count: int = self.source.found.get("faults", 0)
        return count - len({fault.line for fault in self.faults})

    @property
    def is_read(self) -> bool:
        return bool(self.source.found) and self.source.problem is None


@dataclass(frozen=True)
class Coming:
    """A draft in the list."""

    number: int
    line: int
    title: str
    language: str
    speaker: str
    sentences: int
    file: str
    oddities: Sequence[tuple[str, Mapping[str, Any]]]
    same_as: Statement | None
    same_as_number: int | None
    near: Statement | None
    near_number: int | None
    share: float | None
    left_out: bool


def sums_of(upload: Upload) -> Sums:
    """Return how much a staged upload holds: a handful of queries, however large it is."""
    drafts = Draft.objects.filter(upload=upload)
    stored = drafts.to_store().aggregate(statements=Count("pk"), sentences=Sum("sentences"))
    shown = {show: drafts_shown(upload, show).count() for show in Show}
    faults = Source.objects.filter(upload=upload).fault_count()
    return Sums(stored["statements"], stored["sentences"] or 0, shown, faults)


def drafts_shown(upload: Upload, show: Show) -> DraftQuerySet:
    drafts = Draft.objects.filter(upload=upload)
    among = {
        Show.ALL: drafts,
        Show.OUT: drafts.left_out(),
        Show.ODD: drafts.taken_in().with_oddities(),
        Show.DOUBLE: drafts.taken_in().doubles(),
        Show.NEAR: drafts.taken_in().near(),
    }
    return among[show]


def rows_of(drafts: DraftQuerySet) -> list[Coming]:
    """Return drafts as the list shows them, without their texts: a query for them and what they are like."""
    found = drafts.in_order().defer("text", "spans", "document").with_likeness()
    return [
        Coming(
            number=draft.number,
            line=draft.line,
            title=draft.title,
            language=draft.language,
            speaker=draft.speaker,
            sentences=draft.sentences,
            file=draft.source.name,
            oddities=[(code, values) for code, values in draft.oddities],
            same_as=draft.same_as,
            same_as_number=draft.same_as_number,
            near=draft.near,
            near_number=draft.near_number,
            share=draft.share,
            left_out=draft.left_out or draft.source.left_out,
        )
        for draft in found
    ]


def files_of(upload: Upload) -> list[File]:
    """Return the files of an upload in order, those in archives behind their archive: two queries."""
    first = Fault.objects.order_by("pk")[:SHOWN_FAULTS]
    sources = Source.objects.filter(upload=upload).in_order().select_related("archive")
    with_faults = sources.prefetch_related(Prefetch("faults", first, to_attr="first_faults"))
    return [File(source, source.first_faults) for source in with_faults]  # type: ignore[attr-defined]  # by to_attr


def paragraphs_of(text: str, spans: Sequence[Span]) -> list[list[str]]:
    """Return the sentences of a text, by paragraph."""
    return [[text[span.start : span.end] for span in group] for group in by_paragraph(spans)]


@dataclass(frozen=True)
class Part:
    """A passage of the document that a text was taken from, and its sentences if it belongs to the text."""

    number: int
    passage: Passage
    sentences: Sequence[str]


def parts_of(draft: Draft, spans: Sequence[Span]) -> list[Part]:
    """Return what a text was taken from, in order, with what was dropped; `spans` are those of the draft."""
    rest, parts, start = deque(spans), [], 0
    for number, passage in enumerate(draft.passages, start=1):
        sentences = []
        if not passage.dropped:
            end = start + len(passage.text)
            while rest and rest[0].end <= end:
                span = rest.popleft()
                sentences.append(draft.text[span.start : span.end])
            start = end + len(BETWEEN)
        parts.append(Part(number, passage, sentences))
    return parts


def job_of(upload: Upload) -> Job | None:
    """Return the latest job on an upload."""
    return Job.objects.filter(upload=upload).newest_first().first()


def uploads_of(corpus: Corpus) -> QuerySet[Upload]:
    """Return the uploads of a corpus with their files, the newest first."""
    tops = Source.objects.filter(archive=None).in_order()
    known = Upload.objects.of(corpus).newest_first().select_related("by")
    return known.prefetch_related(Prefetch("sources", tops, to_attr="files"))


@dataclass(frozen=True)
class AtStake:
    """What goes out of sight when an upload is taken back."""

    statements: int
    sentences: int
    decisions: int


def at_stake(upload: Upload) -> AtStake:
    statements = Statement.objects.filter(upload=upload)
    sentences = Sentence.objects.current().filter(statement__upload=upload)
    decisions = Annotation.objects.current().filter(sentence__statement__upload=upload)
    return AtStake(statements.count(), sentences.count(), decisions.count())

"""A whole statement: paragraphs of sentences, each with what one reviewer chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Generic, TypeVar

from django.db.models import Q

from statements.models import (
    UNTOUCHED,
    Annotation,
    Corpus,
    Round,
    Sentence,
    State,
    Statement,
    StatementQuerySet,
    User,
)
from statements.reports.scheme import LabelWords, SchemeWords
from statements.text.search import pattern_of


@dataclass(frozen=True)
class Place:
    """A sentence in its place: `gap` is the text between it and the sentence before it."""

    sentence: Sentence
    gap: str
    text: str

    @property
    def number(self) -> int:
        return self.sentence.number


P = TypeVar("P", bound=Place)


@dataclass(frozen=True)
class Passage(Place):
    """A sentence with what one reviewer chose, and their comment as far as the reader may see it."""

    row: Annotation | None
    labels: list[LabelWords]
    shows_comment: bool = True

    @property
    def state(self) -> str:
        return UNTOUCHED if self.row is None or self.row.state == State.WITHDRAWN else self.row.state

    @property
    def decision(self) -> Annotation | None:
        """The decision that stands, if any."""
        return None if self.state == UNTOUCHED else self.row

    @property
    def is_to_check(self) -> bool:
        """Whether a resplit brought the decision and the reviewer has not looked at it since."""
        return self.decision is not None and self.decision.to_check

    @property
    def kept_by(self) -> str:
        """The button that says the decision that stands once more, as `AnnotationForm` names it."""
        if self.state == State.SKIPPED and self.decision:
            return f"skip:{self.decision.reason}"
        return "none" if self.state == State.NONE else "labels"

    @property
    def comment(self) -> str:
        return self.decision.comment if self.decision and self.shows_comment else ""

    @property
    def key(self) -> str:
        """What the next save on this sentence is based on."""
        return self.row.key if self.row else ""

    @property
    def slugs(self) -> list[str]:
        return [label.slug for label in self.labels]


@dataclass(frozen=True)
class Reading(Generic[P]):
    """A statement in paragraphs of passages."""

    statement: Statement
    paragraphs: list[list[P]]

    @property
    def passages(self) -> list[P]:
        return [passage for paragraph in self.paragraphs for passage in paragraph]

    def find(self, number: int) -> P | None:
        return next((passage for passage in self.passages if passage.number == number), None)

    def first_waiting(self: Reading[Passage]) -> Passage | None:
        """The first passage to check after a mend, else the first untouched one."""
        to_check = (passage for passage in self.passages if passage.is_to_check)
        untouched = (passage for passage in self.passages if passage.state == UNTOUCHED)
        return next(to_check, None) or next(untouched, None)


@dataclass(frozen=True)
class About:
    """What statements are looked for by. None and empty ask for nothing."""

    language: str = ""
    speaker: str = ""
    responds_to: str = ""
    words: tuple[str, ...] = ()  # in plain writing: each has to occur in the title or the text
    published_from: date | None = None
    published_to: date | None = None
    created_since: datetime | None = None


def statements_where(corpus: Corpus, about: About) -> StatementQuerySet:
    """Return the statements of a corpus of which all this holds."""
    rows = Statement.objects.visible().of(corpus)
    if about.language:
        rows = rows.filter(language=about.language)
    if about.speaker:
        rows = rows.filter(speaker=about.speaker)
    if about.responds_to:
        rows = rows.filter(responds_to=about.responds_to)
    if about.published_from is not None:
        rows = rows.filter(published_on__gte=about.published_from)
    if about.published_to is not None:
        rows = rows.filter(published_on__lte=about.published_to)
    if about.created_since is not None:
        rows = rows.filter(upload__settled_at__gte=about.created_since)
    for pattern in map(pattern_of, about.words):
        rows = rows.filter(Q(title__regex=pattern) | Q(text__regex=pattern))
    return rows


def read(statement: Statement, reviewer: User, scheme: SchemeWords) -> Reading[Passage]:
    """Return the statement with this reviewer's own decisions: three queries, however long it is."""
    mine = Annotation.objects.by_one_of_many(reviewer).current().in_round(Round.FIRST).on(statement)
    return reading_of(statement, mine.with_labels(), scheme)


def reading_of(
    statement: Statement, rows: Iterable[Annotation], scheme: SchemeWords, *, shows_comments: bool = True
) -> Reading[Passage]:
    """Return the statement with these decisions, of one reviewer."""
    said = {row.sentence_id: row for row in rows}

    def passage(place: Place) -> Passage:
        row = said.get(place.sentence.pk)
        return passage_of(place.sentence, row, scheme, gap=place.gap, shows_comment=shows_comments)

    return in_paragraphs(statement, map(passage, places(statement)))


def places(statement: Statement) -> Iterator[Place]:
    """Yield the current sentences of a statement in the order of the text: one query."""
    at = 0
    for sentence in statement.sentences.current().in_order():
        sentence.statement = statement
        yield Place(sentence, statement.text[at : sentence.start], sentence.text)
        at = sentence.end


def in_paragraphs(statement: Statement, passages: Iterable[P]) -> Reading[P]:
    by_paragraph = groupby(passages, key=lambda passage: passage.sentence.paragraph)
    return Reading(statement, [list(group) for _, group in by_paragraph])


def passage_of(
    sentence: Sentence,
    row: Annotation | None,
    scheme: SchemeWords,
    *,
    gap: str = "",
    shows_comment: bool = True,
) -> Passage:
    """Return one sentence as the page shows it."""
    chosen = {label.slug for label in row.labels.all()} if row else set()
    labels = [label for label in scheme.labels if label.slug in chosen]
    return Passage(sentence, gap, sentence.text, row, labels, shows_comment)

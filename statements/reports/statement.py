"""A whole statement as one reviewer has it before them: paragraphs of sentences and what they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

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
class Passage:
    """A sentence in its place: `gap` is the text between it and the sentence before it."""

    sentence: Sentence
    gap: str
    text: str
    row: Annotation | None
    labels: list[LabelWords]

    @property
    def number(self) -> int:
        return self.sentence.number

    @property
    def state(self) -> str:
        return UNTOUCHED if self.row is None or self.row.state == State.WITHDRAWN else self.row.state

    @property
    def decision(self) -> Annotation | None:
        """The decision that stands, if any."""
        return None if self.state == UNTOUCHED else self.row

    @property
    def key(self) -> str:
        """What the next save on this sentence is based on."""
        return self.row.key if self.row else ""

    @property
    def slugs(self) -> list[str]:
        return [label.slug for label in self.labels]


@dataclass(frozen=True)
class Reading:
    """A statement in paragraphs of passages."""

    statement: Statement
    paragraphs: list[list[Passage]]

    @property
    def passages(self) -> list[Passage]:
        return [passage for paragraph in self.paragraphs for passage in paragraph]

    def find(self, number: int) -> Passage | None:
        return next((passage for passage in self.passages if passage.number == number), None)

    def first_untouched(self) -> Passage | None:
        return next((passage for passage in self.passages if passage.state == UNTOUCHED), None)


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
        rows = rows.filter(created_at__gte=about.created_since)
    for pattern in map(pattern_of, about.words):
        rows = rows.filter(Q(title__regex=pattern) | Q(text__regex=pattern))
    return rows


def read(statement: Statement, reviewer: User, scheme: SchemeWords) -> Reading:
    """Return the statement with this reviewer's own decisions: three queries, however long it is."""
    sentences = list(statement.sentences.current().in_order())
    mine = Annotation.objects.by(reviewer).current().in_round(Round.FIRST).on(statement)
    rows = {row.sentence_id: row for row in mine.with_labels()}
    passages = []
    at = 0
    for sentence in sentences:
        sentence.statement = statement
        row = rows.get(sentence.pk)
        passages.append(passage_of(sentence, row, scheme, gap=statement.text[at : sentence.start]))
        at = sentence.end
    by_paragraph = groupby(passages, key=lambda passage: passage.sentence.paragraph)
    return Reading(statement, [list(group) for _, group in by_paragraph])


def passage_of(sentence: Sentence, row: Annotation | None, scheme: SchemeWords, *, gap: str = "") -> Passage:
    """Return one sentence as the page shows it."""
    chosen = {label.slug for label in row.labels.all()} if row else set()
    labels = [label for label in scheme.labels if label.slug in chosen]
    return Passage(sentence, gap, sentence.text, row, labels)


def own_decision(sentence: Sentence, reviewer: User) -> Annotation | None:
    """Return the row that stands for this reviewer, a withdrawn one too."""
    mine = Annotation.objects.by(reviewer).current().in_round(Round.FIRST).filter(sentence=sentence)
    return mine.prefetch_related("labels").first()

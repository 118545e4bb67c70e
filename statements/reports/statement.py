"""A whole statement: paragraphs of sentences, each with what one reviewer chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Generic, TypeVar

from django.core.paginator import Page, Paginator

from statements.models import (
    UNTOUCHED,
    Annotation,
    AnnotationQuerySet,
    Corpus,
    Round,
    Sentence,
    State,
    Statement,
    StatementQuerySet,
    User,
)
from statements.reports.scheme import LabelWords, SchemeWords

SENTENCES_A_PAGE = 2_000  # of a statement; all others are shown whole


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
    """A statement, or a page of a very long one, in paragraphs of passages."""

    statement: Statement
    paragraphs: list[list[P]]
    page: Page[Sentence]

    @property
    def passages(self) -> list[P]:
        return [passage for paragraph in self.paragraphs for passage in paragraph]

    @property
    def paragraph_count(self) -> int:
        """The number of paragraphs of the whole statement."""
        if not self.page.has_other_pages():
            return len(self.paragraphs)
        last = self.statement.sentences.current().in_order().last()
        return last.paragraph if last else 0

    def find(self, number: int) -> P | None:
        return next((passage for passage in self.passages if passage.number == number), None)


@dataclass(frozen=True)
class About:
    """What statements are looked for by. None and empty ask for nothing."""

    language: str = ""
    speaker: str = ""
    responds_to: str = ""
    words: tuple[str, ...] = ()  # in plain writing: title or text has each, or a word that begins with it
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
    for word in about.words:
        rows = rows.with_word(word)
    return rows


def page_of(
    statement: Statement, number: str | int | None = 1, *, around: Sentence | None = None
) -> Page[Sentence]:
    """Return a page of the sentences of a statement, the nearest there is; or the one `around` a sentence."""
    sentences = statement.sentences.current().in_order()
    pages = Paginator(sentences, SENTENCES_A_PAGE)
    if around is not None and pages.num_pages > 1:
        number = sentences.filter(start__lt=around.start).count() // SENTENCES_A_PAGE + 1
    return pages.get_page(number)


def beside(statement: Statement, page: Page[Sentence]) -> tuple[Sentence | None, Sentence | None]:
    """Return the sentences before and behind what a page of a statement shows."""
    sentences = statement.sentences.current().in_order()
    before = sentences.filter(start__lt=page[0].start).last() if page.has_previous() else None
    behind = sentences.filter(start__gt=page[-1].start).first() if page.has_next() else None
    return before, behind


def on_page(rows: AnnotationQuerySet, page: Page[Sentence]) -> AnnotationQuerySet:
    """Return those of the decisions on a statement that a page of it shows."""
    if not page.has_other_pages():
        return rows
    return rows.filter(sentence__start__range=(page[0].start, page[-1].start))


def read(statement: Statement, page: Page[Sentence], reviewer: User, scheme: SchemeWords) -> Reading[Passage]:
    """Return a page of the statement with this reviewer's own decisions: three queries, however long."""
    mine = Annotation.objects.by_one_of_many(reviewer).current().in_round(Round.FIRST).on(statement)
    return reading_of(statement, page, on_page(mine, page).with_labels(), scheme)


def reading_of(
    statement: Statement,
    page: Page[Sentence],
    rows: Iterable[Annotation],
    scheme: SchemeWords,
    *,
    shows_comments: bool = True,
) -> Reading[Passage]:
    """Return a page of the statement with these decisions, of one reviewer."""
    said = {row.sentence_id: row for row in rows}

    def passage(place: Place) -> Passage:
        row = said.get(place.sentence.pk)
        return passage_of(place.sentence, row, scheme, gap=place.gap, shows_comment=shows_comments)

    return in_paragraphs(statement, page, map(passage, places(statement, page)))


def places(statement: Statement, page: Page[Sentence]) -> Iterator[Place]:
    """Yield the sentences on a page of a statement in the order of the text."""
    at = page[0].start if page.has_previous() else 0
    for sentence in page:
        sentence.statement = statement
        yield Place(sentence, statement.text[at : sentence.start], sentence.text)
        at = sentence.end


def in_paragraphs(statement: Statement, page: Page[Sentence], passages: Iterable[P]) -> Reading[P]:
    by_paragraph = groupby(passages, key=lambda passage: passage.sentence.paragraph)
    return Reading(statement, [list(group) for _, group in by_paragraph], page)


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

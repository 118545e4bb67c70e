"""The list of statements: which of them, in which order, and where the words that were looked for stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    IntegerField,
    OrderBy,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from statements.models import Annotation, Corpus, Round, Sentence, Statement, StatementQuerySet, User
from statements.models.queue import waiting_among
from statements.reports.statement import About, statements_where
from statements.text.search import place_of, plain

BEFORE, AFTER = 80, 160  # characters of a sentence that are shown around what was found


class Stage(StrEnum):
    """How far one reviewer is in a statement."""

    NOT_BEGUN = "not-begun"
    BEGUN = "begun"
    COMPLETE = "complete"


class Sort(StrEnum):
    """What statements are put in order by. With a minus in front, from the other end."""

    ADDED = "added"
    TITLE = "title"
    DATE = "date"
    LENGTH = "length"
    PROGRESS = "progress"  # one's own


@dataclass(frozen=True)
class Asked:
    """What the list is asked for. `sort` is a Sort, or one with a minus; `stage` is empty or a Stage."""

    about: About = field(default_factory=About)
    stage: str = ""
    sort: str = Sort.ADDED

    @property
    def selects(self) -> bool:
        """Whether it may leave statements out."""
        return bool(self.stage) or self.about != About()


@dataclass(frozen=True)
class Snippet:
    """A sentence, or a part of it, with what was found in it."""

    number: int
    before: str
    found: str
    after: str


def found_in(corpus: Corpus, asked: Asked, reviewer: User) -> Sequence[int] | QuerySet[Statement, int]:
    """Return the primary keys of what is asked for, in order. Stages and progress are those of `reviewer`.

    After a search these are read at once, so that the index is asked only once.
    """
    rows = statements_where(corpus, asked.about)
    if asked.stage:
        rows = STAGES[Stage(asked.stage)](rows, reviewer)
    name, is_descending = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    if name == Sort.TITLE:
        titles = rows.order_by("pk").values_list("pk", "title")
        return [pk for pk, _ in sorted(titles, key=lambda row: plain(row[1]), reverse=is_descending)]
    keys = _in_order(rows, Sort(name), reviewer, is_descending=is_descending).values_list("pk", flat=True)
    return list(keys) if asked.about.words else keys


def _in_order(
    rows: StatementQuerySet, sort: Sort, reviewer: User, *, is_descending: bool
) -> StatementQuerySet:
    if sort == Sort.LENGTH:
        rows = rows.annotate(length=_count(_sentences()))
    elif sort == Sort.PROGRESS:
        share = Cast(_count(_decided(reviewer)), FloatField()) / NullIf(_count(_sentences()), 0)
        rows = rows.annotate(progress=Coalesce(share, 0.0))
    column = {Sort.ADDED: "pk", Sort.DATE: "published_on"}.get(sort, sort.value)
    nulls_last = True if sort == Sort.DATE else None
    return rows.order_by(OrderBy(F(column), descending=is_descending, nulls_last=nulls_last), "pk")


def _sentences() -> QuerySet[Sentence]:
    return Sentence.objects.current().filter(statement=OuterRef("pk"))


def _decided(reviewer: User) -> QuerySet[Sentence]:
    return _sentences().filter(Exists(_decisions(reviewer)))


def _waiting(reviewer: User) -> QuerySet[Sentence]:
    return waiting_among(_sentences(), reviewer)


def _decisions(reviewer: User) -> QuerySet[Annotation]:
    rows = Annotation.objects.standing().by(reviewer).in_round(Round.FIRST)
    return rows.filter(sentence=OuterRef("pk"))


def _count(sentences: QuerySet[Sentence]) -> Coalesce:
    counted = sentences.order_by().values("statement").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _not_begun(rows: StatementQuerySet, reviewer: User) -> StatementQuerySet:
    return rows.filter(~Exists(_decided(reviewer)))


def _begun(rows: StatementQuerySet, reviewer: User) -> StatementQuerySet:
    return rows.filter(Exists(_decided(reviewer)), Exists(_waiting(reviewer)))


def _complete(rows: StatementQuerySet, reviewer: User) -> StatementQuerySet:
    return rows.filter(Exists(_decided(reviewer)), ~Exists(_waiting(reviewer)))


STAGES: Mapping[Stage, Callable[[StatementQuerySet, User], StatementQuerySet]] = {
    Stage.NOT_BEGUN: _not_begun,
    Stage.BEGUN: _begun,
    Stage.COMPLETE: _complete,
}


def rows_of(keys: Iterable[int], words: Sequence[str]) -> list[Statement]:
    """Return these statements in this order; their texts are read only where words are looked for in them."""
    rows = Statement.objects.all() if words else Statement.objects.defer("text")
    by_key = rows.in_bulk(list(keys))
    return [by_key[key] for key in keys if key in by_key]


def snippets_of(statements: Sequence[Statement], words: Sequence[str]) -> Mapping[int, Snippet]:
    """Return the first sentence with one of these words for each statement that has one, by primary key.

    Words count as a search counts them: as a whole, or as the beginning of one. One query, and none without
    words.
    """
    if not words:
        return {}
    texts = {statement.pk: statement.text for statement in statements}
    sentences = Sentence.objects.current().filter(statement__in=texts).in_order()
    found: dict[int, Snippet] = {}
    for key, number, start, end in sentences.values_list("statement", "number", "start", "end"):
        if key not in found:
            sentence = texts[key][start:end]
            if (place := place_of(sentence, words)) is not None:
                found[key] = _snippet(number, sentence, *place)
    return found


def _snippet(number: int, sentence: str, start: int, end: int) -> Snippet:
    before, after = sentence[:start], sentence[end:]
    return Snippet(
        number,
        before if len(before) <= BEFORE else f"…{before[-BEFORE:]}",
        sentence[start:end],
        after if len(after) <= AFTER else f"{after[:AFTER]}…",
    )


def count_of(corpus: Corpus) -> int:
    """Return how many statements a corpus has."""
    return statements_where(corpus, About()).count()


def languages_in(corpus: Corpus) -> list[str]:
    """Return the codes of the languages of the statements of a corpus."""
    return _values(corpus, "language")


def speakers_in(corpus: Corpus) -> list[str]:
    """Return the speakers of the statements of a corpus, in plain alphabetical order."""
    return sorted(filter(None, _values(corpus, "speaker")), key=lambda name: (plain(name), name))


def _values(corpus: Corpus, column: str) -> list[str]:
    rows = statements_where(corpus, About()).order_by().values_list(column, flat=True).distinct()
    return list(rows)

"""The split of the statements: which sentences were flagged, who cut each statement, what would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from django.db.models import Count, Exists, OuterRef, Subquery

from statements.models import (
    Annotation,
    AnnotationQuerySet,
    Corpus,
    Resplit,
    ResplitKind,
    Sentence,
    SentenceQuerySet,
    Statement,
    StatementQuerySet,
    User,
)
from statements.reports.annotation import pseudonyms
from statements.reports.resplit import Word, words_of
from statements.text.lines import paragraph_spans
from statements.text.segment import SEGMENTER
from statements.text.spans import Span, split

# --- Flags ---


@dataclass(frozen=True)
class Said:
    """Who flagged a sentence, by pseudonym, and the comment of that decision."""

    who: str
    comment: str


@dataclass(frozen=True)
class Neighbour:
    """The sentence beside a flagged one; `gap` is the text between them."""

    text: str
    gap: str
    is_across: bool  # in another paragraph


@dataclass(frozen=True)
class Flag:
    """A sentence that was flagged as badly split, with what stands beside it. `number` counts on the page."""

    number: int
    sentence: Sentence
    before: Neighbour | None
    after: Neighbour | None
    said: Sequence[Said]
    words: Sequence[Word]
    rest: str  # what lies beyond the words at which it can be cut
    onward: str  # public id of the flagged sentence behind it on the page


@dataclass(frozen=True)
class Flagged:
    """The flags of one statement, in the order of its text."""

    statement: Statement
    flags: Sequence[Flag]


def flagged(corpus: Corpus, reader: User) -> SentenceQuerySet:
    """Return the sentences on which a flag stands that `reader` may see, in the order of the texts."""
    flags = _flags(reader).filter(sentence=OuterRef("pk"))
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    return sentences.filter(Exists(flags)).in_order()


def flags_on(keys: Iterable[int], corpus: Corpus, reader: User) -> list[Flagged]:
    """Return these sentences with what was said of them and stands beside them: six queries.

    They are named by primary key.
    """
    sentences = Sentence.objects.filter(pk__in=list(keys)).in_order()
    rows = list(sentences.prefetch_related("statement"))
    beside, said = _beside(sentences), _said_on(rows, corpus, reader)
    flags = []
    for number, row in enumerate(rows, start=1):
        before, after = (_neighbour(row, other) for other in beside[row.pk])
        onward = rows[number].public_id if number < len(rows) else ""
        flags.append(Flag(number, row, before, after, said[row.pk], *words_of(row), onward))
    by_statement = groupby(flags, key=lambda flag: flag.sentence.statement)
    return [Flagged(statement, list(group)) for statement, group in by_statement]


def _flags(reader: User) -> AnnotationQuerySet:
    return Annotation.objects.visible_to(reader).flagging()


def _beside(sentences: SentenceQuerySet) -> Mapping[int, tuple[Sentence | None, Sentence | None]]:
    """Return the current sentences before and behind each of these, by primary key: two queries."""
    others = Sentence.objects.current().filter(statement=OuterRef("statement")).values("pk")
    before = others.filter(start__lt=OuterRef("start")).order_by("-start")[:1]
    after = others.filter(start__gt=OuterRef("start")).order_by("start")[:1]
    found = sentences.annotate(before=Subquery(before), after=Subquery(after))
    keys = {pk: (one, other) for pk, one, other in found.values_list("pk", "before", "after")}
    rows = Sentence.objects.in_bulk({pk for pair in keys.values() for pk in pair if pk})
    return {pk: (rows.get(one), rows.get(other)) for pk, (one, other) in keys.items()}


def _neighbour(sentence: Sentence, other: Sentence | None) -> Neighbour | None:
    if other is None:
        return None
    text = sentence.statement.text
    first, second = sorted([sentence, other], key=lambda one: one.start)
    is_across = other.paragraph != sentence.paragraph
    return Neighbour(text[other.start : other.end], text[first.end : second.start], is_across)


def _said_on(sentences: Iterable[Sentence], corpus: Corpus, reader: User) -> Mapping[int, list[Said]]:
    names = pseudonyms(corpus)
    said: dict[int, list[Said]] = defaultdict(list)
    on_these = _flags(reader).filter(sentence__in=[one.pk for one in sentences])
    for row in on_these.order_by("pk"):
        said[row.sentence_id].append(Said(names[row.reviewer_id], row.comment))
    return said


# --- Who cut each statement ---


@dataclass(frozen=True)
class Splitting:
    """How a statement was cut: by which version of the rules, and how often by hand since."""

    statement: Statement
    segmenter: str
    sentences: int
    by_hand: int

    @property
    def is_todays(self) -> bool:
        return self.segmenter == SEGMENTER


def statements_in(corpus: Corpus) -> StatementQuerySet:
    """Return all statements of a corpus without their texts, in the order in which they came."""
    return Statement.objects.visible().of(corpus).in_order().defer("text")


def splittings_of(statements: Iterable[Statement]) -> list[Splitting]:
    """Return how these statements were cut: two queries."""
    rows = list(statements)
    keys = [row.pk for row in rows]
    counted = Sentence.objects.current().filter(statement__in=keys).order_by().values_list("statement")
    counts, standing = dict(counted.annotate(Count("pk"))), _standing_on(rows)
    return [
        Splitting(
            statement=row,
            segmenter=_segmenter_of(row, standing[row.pk]),
            sentences=counts.get(row.pk, 0),
            by_hand=sum(one.kind != ResplitKind.RULES for one in standing[row.pk]),
        )
        for row in rows
    ]


def splitting_of(statement: Statement) -> Splitting:
    [only] = splittings_of([statement])
    return only


def _segmenter_of(statement: Statement, standing: Sequence[Resplit]) -> str:
    by_rules = [one.segmenter for one in standing if one.kind == ResplitKind.RULES]
    return by_rules[-1] if by_rules else statement.segmenter


def _standing_on(statements: Collection[Statement]) -> Mapping[int, list[Resplit]]:
    """Return the splits and merges that were not undone, or were done again, the latest last."""
    rows = Resplit.objects.filter(statement__in=[one.pk for one in statements]).order_by("pk")
    known = list(rows.only("kind", "segmenter", "statement", "undoes"))
    undone: set[int] = set()
    for row in reversed(known):  # what undoes comes later than what it undoes
        if row.undoes_id and row.pk not in undone:
            undone.add(row.undoes_id)
    standing: dict[int, list[Resplit]] = defaultdict(list)
    for row in known:
        if row.undoes_id is None and row.pk not in undone:
            standing[row.statement_id].append(row)
    return standing


# --- What would change ---


class Cut(StrEnum):
    """What would become of a place where one sentence ends and another begins."""

    STAYS = "stays"
    GOES = "goes"
    COMES = "comes"


@dataclass(frozen=True)
class Piece:
    """Text between two cuts, and the cut before it; none at the beginning of a paragraph that stays one."""

    cut: Cut | None
    text: str


@dataclass(frozen=True)
class Difference:
    """A text in its paragraphs, with the cuts of now beside those of the rules of today.

    `moving` sentences keep their cuts and are counted to another paragraph.
    """

    paragraphs: Sequence[Sequence[Piece]]
    going: int
    coming: int
    moving: int
    is_same: bool


def difference_of(statement: Statement) -> Difference:
    """Return what would change if the rules of today cut a statement anew: one query."""
    current = statement.sentences.current().in_order()
    now = [Span(one.start, one.end, one.paragraph) for one in current]
    then = split(statement.text, statement.language)
    text, cuts = statement.text, _compared(now, then)
    found = [list(_pieces(text, start, end, cuts)) for start, end in paragraph_spans(text)]
    counts = list(cuts.values())
    return Difference(
        paragraphs=[pieces for pieces in found if pieces],
        going=counts.count(Cut.GOES),
        coming=counts.count(Cut.COMES),
        moving=len(_places(now) & _places(then)) - len({*now} & {*then}),
        is_same=now == then,
    )


def _places(spans: Iterable[Span]) -> set[tuple[int, int]]:
    return {(span.start, span.end) for span in spans}


def _compared(now: Sequence[Span], then: Sequence[Span]) -> Mapping[int, Cut]:
    """Return each place where a sentence begins, but for the first, with what becomes of it."""
    before, after = ({span.start for span in spans[1:]} for spans in (now, then))
    fates = {(True, True): Cut.STAYS, (True, False): Cut.GOES, (False, True): Cut.COMES}
    return {at: fates[at in before, at in after] for at in sorted(before | after)}


def _pieces(text: str, start: int, end: int, cuts: Mapping[int, Cut]) -> Iterator[Piece]:
    edges = [start, *(at for at in cuts if start < at < end), end]
    for begun, ended in pairwise(edges):
        cut = cuts.get(begun)
        is_plain = begun == start and cut == Cut.STAYS
        yield Piece(None if is_plain else cut, text[begun:ended])

"""How far one reviewer is. Counts are of current sentences; the four states add up to the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from statements.models import Annotation, AnnotationQuerySet, Corpus, Member, Round, Sentence, Statement, User
from statements.reports.statement import Passage, Reading


@dataclass(frozen=True)
class Part:
    """A stretch of a bar that is 100 wide; the numbers are written as SVG reads them, in every language."""

    name: str
    x: str
    width: str


@dataclass(frozen=True)
class Progress:
    """Numbers of sentences by the state they have for one reviewer."""

    total: int = 0
    labelled: int = 0
    none: int = 0
    skipped: int = 0
    to_check: int = 0  # of those: a mend brought the decision, and the reviewer has not looked at it since

    @property
    def decided(self) -> int:
        return self.labelled + self.none + self.skipped

    @property
    def untouched(self) -> int:
        return self.total - self.decided

    @property
    def waiting(self) -> int:
        """Sentences on which the reviewer has something to do: untouched ones, and those to be checked."""
        return self.untouched + self.to_check

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and not self.waiting

    @property
    def parts(self) -> list[Part]:
        return parts_of({name: getattr(self, name) for name in ("labelled", "none", "skipped", "untouched")})

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.total + other.total,
            self.labelled + other.labelled,
            self.none + other.none,
            self.skipped + other.skipped,
            self.to_check + other.to_check,
        )


@dataclass(frozen=True)
class Coverage:
    """Numbers of sentences by how many reviewers have decided on them. For the eyes of those who watch."""

    nobody: int = 0
    one: int = 0
    several: int = 0  # two or more

    @property
    def total(self) -> int:
        return self.nobody + self.one + self.several

    @property
    def decided(self) -> int:
        return self.one + self.several

    @property
    def parts(self) -> list[Part]:
        return parts_of({name: getattr(self, name) for name in ("several", "one", "nobody")})


def parts_of(counts: Mapping[str, int]) -> list[Part]:
    """Return the stretches of a bar of these numbers; those of nothing are left out."""
    total, begun = sum(counts.values()), 0
    parts = []
    for name, count in counts.items():
        if count:
            parts.append(Part(name, f"{100 * begun / total:.6g}", f"{100 * count / total:.6g}"))
        begun += count
    return parts


def progress_by_statement(corpus: Corpus, reviewer: User) -> Mapping[int, Progress]:
    """Return the reviewer's progress in each visible statement of a corpus, by primary key: two queries."""
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    return _count(sentences, Annotation.objects.by(reviewer), by="statement")


def progress_by_corpus(reviewer: User) -> Mapping[int, Progress]:
    """Return the reviewer's progress in each of their corpora, by primary key: two queries."""
    mine = Corpus.objects.of(reviewer)
    sentences = Sentence.objects.visible().current().filter(statement__corpus__in=mine)
    return _count(sentences, Annotation.objects.by(reviewer), by="statement__corpus")


def progress_of(statements: Iterable[Statement], reviewer: User) -> Mapping[int, Progress]:
    """Return the reviewer's progress in each of these statements, by primary key: two queries."""
    sentences = Sentence.objects.current().filter(statement__in=[one.pk for one in statements])
    return _count(sentences, Annotation.objects.by_one_of_many(reviewer), by="statement")


def coverage_of(statements: Iterable[Statement]) -> Mapping[int, Coverage]:
    """Return how many have decided on the sentences of each of these statements, by primary key: one query.

    Decisions of first rounds count, but for those that are to be checked. For the eyes of those who watch: it
    tells what others did.
    """
    sentences = Sentence.objects.current().filter(statement__in=[one.pk for one in statements])
    rows = _by_reviewers(sentences).values_list("statement").annotate(**BY_REVIEWERS)
    return {statement: Coverage(nobody, one, several) for statement, nobody, one, several in rows}


def coverage_in(corpus: Corpus) -> Coverage:
    """Return how many have decided on the sentences of a corpus, as `coverage_of` does: one query."""
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    return Coverage(**_by_reviewers(sentences).aggregate(**BY_REVIEWERS))


def progress_by_reviewer(corpus: Corpus) -> Mapping[str, Progress]:
    """Return how far each reviewer of a corpus is, by pseudonym: those who review, and who decided before.

    For the eyes of those who watch. Three queries.
    """
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    total = sentences.count()
    rows = Annotation.objects.standing().in_round(Round.FIRST).filter(sentence__in=sentences)
    decided: dict[int, dict[str, int]] = defaultdict(dict)
    groups = rows.order_by().values_list("reviewer", "state", "to_check")
    for reviewer, state, to_check, count in groups.annotate(Count("pk")):
        _add(decided[reviewer], state, to_check, count)
    return {
        member.pseudonym: Progress(total=total, **decided.get(member.user_id, {}))
        for member in Member.objects.of(corpus)
        if member.user_id in decided or (member.is_reviewer and member.is_present)
    }


def progress_in(statement: Statement, reviewer: User) -> Progress:
    """Return the reviewer's progress in one statement."""
    sentences = Sentence.objects.current().filter(statement=statement)
    rows = Annotation.objects.by_one_of_many(reviewer)
    return _count(sentences, rows, by="statement").get(statement.pk, Progress())


def progress_shown(reading: Reading[Passage]) -> Progress:
    """Return the progress in what a page shows, counted from it: no query, and never at odds with it."""
    counts: dict[str, int] = {}
    for passage in reading.passages:
        if passage.decision is not None:
            _add(counts, passage.state, passage.is_to_check, 1)
    return Progress(total=len(reading.passages), **counts)


def progress_beyond(reading: Reading[Passage], reviewer: User) -> Progress:
    """Return the progress in the sentences of a very long statement that a page of it does not show."""
    page = reading.page
    if not page.has_other_pages():
        return Progress()
    sentences = Sentence.objects.current().filter(statement=reading.statement)
    beyond = sentences.exclude(start__range=(page[0].start, page[-1].start))
    rows = Annotation.objects.by_one_of_many(reviewer)
    return _count(beyond, rows, by="statement").get(reading.statement.pk, Progress())


BY_REVIEWERS = {
    "nobody": Count("pk", filter=Q(reviewers=0)),
    "one": Count("pk", filter=Q(reviewers=1)),
    "several": Count("pk", filter=Q(reviewers__gte=2)),
}


def _by_reviewers(sentences: models.QuerySet[Sentence]) -> models.QuerySet[Sentence]:
    """Each with `reviewers`, the number of those who have decided on it."""
    decided = Annotation.objects.checked().in_round(Round.FIRST).filter(sentence=OuterRef("pk"))
    counted = decided.order_by().values("sentence").annotate(count=Count("pk")).values("count")
    return sentences.annotate(reviewers=Coalesce(Subquery(counted), 0)).order_by()


def _count(sentences: models.QuerySet[Sentence], rows: AnnotationQuerySet, *, by: str) -> dict[int, Progress]:
    """Count the sentences, and those of a reviewer's rows that stand on them, by this field of a sentence."""
    totals = dict(sentences.order_by().values_list(by).annotate(Count("pk")))
    mine = rows.standing().in_round(Round.FIRST).filter(sentence__in=sentences)
    decided: dict[int, dict[str, int]] = defaultdict(dict)  # a statement may come in between the queries
    groups = mine.order_by().values_list(f"sentence__{by}", "state", "to_check")
    for group, state, to_check, count in groups.annotate(Count("pk")):
        _add(decided[group], state, to_check, count)
    return {group: Progress(total=total, **decided[group]) for group, total in totals.items()}


def _add(counts: dict[str, int], state: str, to_check: bool, count: int) -> None:
    counts[state] = counts.get(state, 0) + count
    counts["to_check"] = counts.get("to_check", 0) + (count if to_check else 0)

"""A whole statement with the decisions of everybody, for the eyes of those who watch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page

from statements.models import (
    UNTOUCHED,
    Annotation,
    AnnotationQuerySet,
    Member,
    Round,
    Sentence,
    State,
    Statement,
    User,
)
from statements.reports.scheme import LabelWords, SchemeWords
from statements.reports.statement import Place, Reading, in_paragraphs, places

Answer = tuple[str, frozenset[str]]  # a state with its labels


@dataclass(frozen=True)
class Tally(Place):
    """A sentence with how many said what of it.

    `state` is what more than half of those who decided say, empty when they are divided; `lead` the label
    that most of them chose, `is_several` whether most of them chose one and the same set of several labels.
    """

    labels: list[tuple[LabelWords, int]]
    none: int = 0
    skipped: int = 0
    unsure: int = 0
    bad_split: int = 0
    state: str = UNTOUCHED
    lead: LabelWords | None = None
    is_several: bool = False


def decisions_on(statement: Statement, reader: User) -> AnnotationQuerySet:
    """Return the standing decisions of the first round that `reader` may see."""
    return Annotation.objects.visible_to(reader).standing().in_round(Round.FIRST).on(statement)


def reviewers_on(statement: Statement, reader: User) -> Mapping[str, int]:
    """Return whose decisions `reader` may see there: primary keys by pseudonym, two queries."""
    deciders = set(decisions_on(statement, reader).order_by().values_list("reviewer", flat=True).distinct())
    members = Member.objects.filter(corpus=statement.corpus_id).order_by("number")
    return {member.pseudonym: member.user_id for member in members if member.user_id in deciders}


def sum_up(
    statement: Statement, page: Page[Sentence], rows: Iterable[Annotation], scheme: SchemeWords
) -> Reading[Tally]:
    """Return a page of the statement with these decisions added up sentence by sentence.

    What a mend brought and nobody has looked at since is nobody's vote.
    """
    said: dict[int, list[Annotation]] = defaultdict(list)
    for row in rows:
        if not row.to_check:
            said[row.sentence_id].append(row)
    found = (tally(place, said.get(place.sentence.pk, []), scheme) for place in places(statement, page))
    return in_paragraphs(statement, page, found)


def tally(place: Place, rows: list[Annotation], scheme: SchemeWords) -> Tally:
    """Add up the standing decisions on one sentence."""
    answers = [_answer(row) for row in rows]
    states = Counter(state for state, _ in answers)
    chosen = Counter(slug for _, slugs in answers for slug in slugs)
    labels = [(label, chosen[label.slug]) for label in scheme.named(chosen)]
    state, shared = _of_most(answers)
    lead = _lead(labels, shared, len(answers))
    return Tally(
        place.sentence,
        place.gap,
        place.text,
        labels,
        none=states[State.NONE],
        skipped=states[State.SKIPPED],
        unsure=sum(row.unsure for row in rows),
        bad_split=sum(row.bad_split for row in rows),
        state=State.LABELLED if lead else state,
        lead=lead,
        is_several=len(shared) > 1,
    )


def _answer(row: Annotation) -> Answer:
    return row.state, frozenset(label.slug for label in row.labels.all())


def _of_most(answers: list[Answer]) -> Answer:
    """What more than half say as one; the state is empty when there is no such thing."""
    if not answers:
        return UNTOUCHED, frozenset()
    answer, count = Counter(answers).most_common(1)[0]
    return answer if count * 2 > len(answers) else ("", frozenset())


def _lead(labels: list[tuple[LabelWords, int]], shared: frozenset[str], deciders: int) -> LabelWords | None:
    """The label chosen most often, and by more than half; in a tie only the first of a set most agree on."""
    most = max((count for _, count in labels), default=0)
    first = [label for label, count in labels if count == most]
    is_clear = len(first) == 1 or all(label.slug in shared for label in first)
    return first[0] if is_clear and most * 2 > deciders else None

"""A corpus at a glance: what there is, how far one reviewer is in it, what all have said, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q, Sum

from statements.models import (
    Annotation,
    Corpus,
    Member,
    Round,
    Sentence,
    State,
    Statement,
    Upload,
    UploadState,
    User,
)
from statements.reports.progress import Part, Progress, parts_of, progress_by_statement
from statements.reports.scheme import LabelWords, SchemeWords
from statements.reports.upload import uploads_of

ENOUGH_TIMED = 20  # sentences: fewer tell nothing about the next ones
SHOWN = 3  # statements and uploads that are named; of more, the lists know


@dataclass(frozen=True)
class Contents:
    """What there is. `languages` are codes with numbers of statements, the most frequent first."""

    statements: int
    sentences: int
    speakers: int
    languages: Sequence[tuple[str, int]]
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Work:
    """How far one reviewer is: sentences in `progress`, statements in the counts.

    `onward` is where tagging goes on, `begun` the statements they have begun, with how far they are in each.
    """

    progress: Progress
    complete: int
    untouched: int
    begun: Sequence[tuple[Statement, Progress]]
    onward: Statement | None


@dataclass(frozen=True)
class Share:
    """A label, or none for “no claim”, with the number of decisions that say so, and its bar."""

    label: LabelWords | None
    count: int
    parts: Sequence[Part]


@dataclass(frozen=True)
class Said:
    """What all have said: numbers of standing decisions. One with two labels counts for both of them.

    What a mend brought and nobody has looked at since nobody has said.
    """

    total: int
    shares: Sequence[Share]
    skipped: int
    unsure: int
    bad_split: int


@dataclass(frozen=True)
class Waiting:
    """What waits for an admin: uploads that were not stored yet, people who have not set a password."""

    staged: Sequence[Upload]
    invited: int
    reviewers: int


@dataclass(frozen=True)
class Pace:
    """How long it takes to decide on a sentence, all reviewers together, and what that means for the rest.

    `sentences` were timed, at `seconds` each on average, second thoughts with them and idle time left out;
    `minutes` of work are left until somebody has decided on every sentence.
    """

    sentences: int
    seconds: int
    minutes: int

    @property
    def hours(self) -> int:
        return round(self.minutes / 60)


def contents(corpus: Corpus) -> Contents:
    """Return what there is in a corpus: three queries."""
    statements = Statement.objects.visible().of(corpus)
    whole = statements.aggregate(
        statements=Count("pk"),
        speakers=Count("speaker", distinct=True, filter=~Q(speaker="")),
        first=Min("published_on"),
        last=Max("published_on"),
    )
    counted = statements.order_by().values_list("language").annotate(count=Count("pk"))
    return Contents(
        sentences=Sentence.objects.visible().current().filter(statement__corpus=corpus).count(),
        languages=sorted(counted, key=lambda one: (-one[1], one[0])),
        **whole,
    )


def work_of(reviewer: User, corpus: Corpus) -> Work:
    """Return how far a reviewer is in a corpus, in the order in which statements came: three queries."""
    by_statement = progress_by_statement(corpus, reviewer)
    waiting = {pk: one for pk, one in sorted(by_statement.items()) if one.waiting}
    begun = [pk for pk, one in waiting.items() if one.decided][:SHOWN]
    onward = next((pk for pk, one in waiting.items() if one.to_check), next(iter(waiting), 0))
    named = Statement.objects.defer("text").in_bulk([*begun, onward])
    return Work(
        progress=sum(by_statement.values(), Progress()),
        complete=sum(one.is_complete for one in by_statement.values()),
        untouched=sum(not one.decided for one in by_statement.values()),
        begun=[(named[pk], waiting[pk]) for pk in begun if pk in named],
        onward=named.get(onward),
    )


def said_in(corpus: Corpus, reader: User, scheme: SchemeWords) -> Said:
    """Return what has been said in a corpus, as far as `reader` may see it: two queries."""
    sentences = Sentence.objects.visible().current().filter(statement__corpus=corpus)
    rows = (
        Annotation.objects.visible_to(reader).checked().in_round(Round.FIRST).filter(sentence__in=sentences)
    )
    whole = rows.aggregate(
        total=Count("pk"),
        none=Count("pk", filter=Q(state=State.NONE)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        unsure=Count("pk", filter=Q(unsure=True)),
        bad_split=Count("pk", filter=Q(bad_split=True)),
    )
    total, none = whole["total"], whole.pop("none")
    chosen = dict(rows.order_by().values_list("labels__slug").annotate(Count("pk")))
    counts = [*((label, chosen.get(label.slug, 0)) for label in scheme.labels), (None, none)]
    shares = [
        Share(label, count, parts_of({"said": count, "rest": total - count})) for label, count in counts
    ]
    return Said(shares=shares, **whole)


def pace_in(corpus: Corpus, reader: User, *, untouched: int) -> Pace | None:
    """Return the pace of a corpus as far as `reader` may see it; None while too little is timed.

    `untouched` sentences are left. One query.
    """
    rows = Annotation.objects.of(corpus).visible_to(reader).in_round(Round.FIRST).exclude(shown_ms=None)
    timed = rows.aggregate(spent=Sum("shown_ms"), sentences=Count("pk", filter=Q(supersedes=None)))
    if timed["sentences"] < ENOUGH_TIMED:
        return None
    seconds = timed["spent"] / timed["sentences"] / 1000
    return Pace(timed["sentences"], max(1, round(seconds)), round(untouched * seconds / 60))


def waiting_in(corpus: Corpus) -> Waiting:
    """Return what waits for the admins of a corpus: three queries at most."""
    staged = uploads_of(corpus).filter(state=UploadState.STAGED)[:SHOWN]
    present = list(Member.objects.present().filter(corpus=corpus).select_related("user"))
    return Waiting(
        staged=list(staged),
        invited=sum(not member.user.has_usable_password() for member in present),
        reviewers=sum(member.is_reviewer for member in present),
    )

"""What waits for a reviewer: sentences on which they have no decision of theirs that stands.

What a resplit brought waits too, until they have looked at it.
"""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from statements.models.annotation import Annotation, Round
from statements.models.corpus import Corpus
from statements.models.sentence import Sentence
from statements.models.statement import Statement
from statements.models.user import User

FIRST_LOOK, WIDEST_LOOK = 20, 2_000  # statements


def waiting_among(sentences: QuerySet[Sentence], reviewer: User) -> QuerySet[Sentence]:
    """Return those of the sentences that wait for the reviewer.

    Asked by a subquery for one value, as is what follows: an EXISTS is a join to PostgreSQL, which may then
    read both tables whole; this is one look into an index for each sentence.
    """
    decided = Annotation.objects.checked().by(reviewer).in_round(Round.FIRST)
    own = decided.filter(sentence=OuterRef("pk")).values("pk")[:1]
    return sentences.alias(own=Subquery(own)).filter(own=None)


def first_to_check(corpus: Corpus, reviewer: User) -> Sentence | None:
    """Return the first sentence on which a resplit left something to check, in the order of the texts.

    One query where nothing was left, two otherwise: joined to sentences at once, SQLite without statistics
    may walk over the corpus.
    """
    left = Annotation.objects.to_check().by(reviewer).in_round(Round.FIRST)
    if not left.exists():
        return None
    found = (
        Sentence.objects.visible().current().filter(pk__in=left.values("sentence"), statement__corpus=corpus)
    )
    return found.in_order().select_related("statement__corpus").first()


def statement_waiting(corpus: Corpus, reviewer: User, *, since: int) -> int | None:
    """Return the first statement in which a sentence waits, from this primary key on, by its own.

    Looks at a few statements at a time, then at more: what it costs grows with the decided statements
    behind `since`, not with the corpus.
    """
    statements = Statement.objects.visible().of(corpus).in_order()
    inside = waiting_among(Sentence.objects.current().filter(statement=OuterRef("pk")), reviewer)
    width = FIRST_LOOK
    while looked_at := list(statements.filter(pk__gte=since).values_list("pk", flat=True)[:width]):
        looked = Statement.objects.filter(pk__in=looked_at).alias(first=Subquery(inside.values("pk")[:1]))
        found = looked.exclude(first=None).order_by("pk").values_list("pk", flat=True).first()
        if found is not None:
            return found
        since, width = looked_at[-1] + 1, min(4 * width, WIDEST_LOOK)
    return None


def first_waiting(corpus: Corpus, reviewer: User, *, since: int) -> Sentence | None:
    """Return the first sentence that waits in the statements from this primary key on, in their order."""
    statement = statement_waiting(corpus, reviewer, since=since)
    inside = Sentence.objects.current().filter(statement=statement).order_by("start")
    return waiting_among(inside, reviewer).select_related("statement__corpus").first() if statement else None

"""The one place that writes sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from statements.errors import Refused
from statements.models import Resplit, Sentence, Statement
from statements.text.spans import Span, pieces


@transaction.atomic
def write_sentences(
    statement: Statement, spans: Sequence[Span], *, made_by: Resplit | None = None
) -> list[Sentence]:
    """Add sentences to `statement`, with the next free numbers in the order of the spans.

    Takes the lock of the statement, so that numbers are given once. Raises ValueError when the spans
    overlap or leave the text, Refused("too_many_sentences") beyond the limit.
    """
    if len(spans) > settings.MAX_STATEMENT_SENTENCES:
        raise Refused("too_many_sentences", count=len(spans), most=settings.MAX_STATEMENT_SENTENCES)
    for _ in pieces(statement.text, [(span.start, span.end) for span in spans]):
        pass  # walking them is the check
    # Without the key: whoever only refers to the statement meanwhile need not wait.
    Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
    last = Sentence.objects.filter(statement=statement).aggregate(last=Max("number"))["last"] or 0
    return Sentence.objects.bulk_create(
        [
            Sentence(
                statement=statement,
                number=number,
                start=span.start,
                end=span.end,
                paragraph=span.paragraph,
                made_by=made_by,
            )
            for number, span in enumerate(spans, start=last + 1)
        ],
        batch_size=1_000,
    )

"""Sentences: those of a corpus or of a statement, one, and each with one's own decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, reader
from statements.api.annotation import own_json
from statements.api.endpoint import Endpoint, Gives
from statements.api.filters import DecisionFilters, known_label, wanted
from statements.api.inputs import FollowQuery, ListQuery
from statements.api.pagination import Listing, page_of
from statements.api.shapes import SentenceShape
from statements.models import UNTOUCHED, Annotation, Corpus, Sentence, State, Statement
from statements.reports.annotation import own_rows, sentences_where
from statements.roles import May


class SentenceQuery(FollowQuery, DecisionFilters):
    """What sentences can be looked for by: all that is asked of a decision holds of one decision."""

    state = serializers.ChoiceField(
        choices=[UNTOUCHED, State.LABELLED, State.NONE, State.SKIPPED], required=False
    )


class Sentences(Endpoint):
    """The sentences of a corpus."""

    asks_for = {"GET": May.READ}
    reads = SentenceQuery
    gives = {"GET": Gives(SentenceShape, rows=True, follows=True)}

    def get(self, request: Request, slug: str) -> Response:
        """List the current sentences of a corpus in the order of the texts.

        For whoever reviews, filters look at their own decisions and at nothing else: they work blind. For
        whoever watches they look at everybody's.
        """
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        known_label(corpus, self.filters)
        rows = sentences_where(corpus, reader(request), wanted(self.filters))
        return Response(_page(request, corpus, rows, self.filters))


class StatementSentences(Endpoint):
    """The sentences of a statement."""

    asks_for = {"GET": May.READ}
    reads = ListQuery
    gives = {"GET": Gives(SentenceShape, rows=True)}

    def get(self, request: Request, public_id: str) -> Response:
        """List the current sentences of a statement in the order of its text."""
        statement = fetch(request, Statement.objects, public_id, May.READ)
        rows = Sentence.objects.current().filter(statement=statement)
        return Response(_page(request, statement.corpus, rows, self.filters, statement=statement))


class OneSentence(Endpoint):
    """One sentence."""

    asks_for = {"GET": May.READ}
    gives = {"GET": Gives(SentenceShape)}

    def get(self, request: Request, public_id: str) -> Response:
        """Show a sentence, its place in the text, and your own decision on it."""
        sentence = fetch(request, Sentence.objects.with_position().with_resplits(), public_id, May.READ)
        mine = own_rows([sentence], reader(request))
        return Response(as_json(sentence, mine.get(sentence.pk)))


def _page(
    request: Request,
    corpus: Corpus,
    rows: QuerySet[Sentence],
    asked: Mapping[str, Any],  # Any: what a serializer has checked
    *,
    statement: Statement | None = None,
) -> dict[str, Any]:  # Any: JSON
    among = Sentence.objects.filter(statement__corpus=corpus)
    if statement is not None:
        among = among.filter(statement=statement)
    shown = Sentence.objects.filter(pk__in=rows.values("pk")).with_position().with_resplits()
    listing = Listing(
        # Each text is read once, not once a sentence: one may have a megabyte.
        shown.prefetch_related("statement"),
        # What was merged with the edge meanwhile is met again, so that no text is skipped.
        ("statement_id", "end"),
        backward=("statement_id", "start"),
        name=lambda sentence: sentence.public_id,
        find=lambda public_id: _find(among, public_id),
    )
    page = page_of(request, listing, asked)
    mine = own_rows(page.rows, reader(request))
    return page.as_json(lambda sentence: as_json(sentence, mine.get(sentence.pk)))


def _find(among: QuerySet[Sentence], public_id: str) -> Sentence:
    statement, _dot, number = public_id.partition(".")
    return among.get(statement__public_id=statement, number=int(number[:9]))


def as_json(sentence: Sentence, row: Annotation | None) -> dict[str, Any]:  # Any: JSON
    return {
        "id": sentence.public_id,
        "statement": sentence.statement.public_id,
        "position": sentence.position,  # type: ignore[attr-defined]  # made by `with_position`
        "paragraph": sentence.paragraph,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "is_current": sentence.ended_by_id is None,
        "made_by": sentence.made_by.public_id if sentence.made_by else None,
        "ended_by": sentence.ended_by.public_id if sentence.ended_by else None,
        "annotation": own_json(sentence, row),
    }

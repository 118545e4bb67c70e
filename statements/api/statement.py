"""Statements: those of a corpus, a new one, one whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, reader
from statements.actions.statement import Details, correct_statement, details_of
from statements.actions.upload import add_text
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.errors import answer
from statements.api.filters import StatementFilters, about
from statements.api.inputs import AboutInput, Input, Language, ListQuery, Metadata, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import StatementShape, WholeStatementShape
from statements.errors import Refused
from statements.messages import sentence_for
from statements.models import Corpus, Statement
from statements.reports.progress import Progress, progress_in, progress_of
from statements.reports.rows import moment
from statements.reports.statement import statements_where
from statements.roles import May

FILE_NAME = "api.txt"


class StatementInput(Input[Details]):
    """A text, and what is known about it. Empty means unknown."""

    title = serializers.CharField(max_length=300)
    text = serializers.CharField(trim_whitespace=False)
    language = Language()
    speaker = serializers.CharField(max_length=200, allow_blank=True, default="")
    published_on = serializers.DateField(allow_null=True, default=None)
    source_url = serializers.URLField(max_length=500, allow_blank=True, default="")
    licence = serializers.CharField(max_length=200, allow_blank=True, default="")
    responds_to = serializers.CharField(max_length=500, allow_blank=True, default="")
    metadata = Metadata(
        default=dict, help_text="Texts, numbers, true, false, null and lists of them; at most 20,000 bytes."
    )

    @property
    def details(self) -> Details:
        return Details(**{name: value for name, value in self.validated_data.items() if name != "text"})


class StatementQuery(ListQuery, StatementFilters):
    """What statements can be looked for by."""


class Statements(Endpoint):
    """Statements."""

    asks_for = {"GET": May.READ, "POST": May.UPLOAD}
    reads = StatementQuery
    takes = {
        "POST": Takes(
            StatementInput,
            {
                "title": "An answer to the regulator",
                "text": "They say we hid losses. We hid nothing. We will open our books.",
                "language": "en",
                "speaker": "Example Ltd",
                "published_on": "2025-11-03",
                "metadata": {"collected_by": "the press team"},
            },
        )
    }
    gives = {"GET": Gives(StatementShape, rows=True), "POST": Gives(WholeStatementShape, 201)}

    def get(self, request: Request, slug: str) -> Response:
        """List the statements of a corpus in the order in which they came, without their texts."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        listing = Listing(
            statements_where(corpus, about(self.filters)).defer("text"),
            ("pk",),
            name=lambda statement: statement.public_id,
            find=lambda public_id: Statement.objects.of(corpus).defer("text").get(public_id=public_id),
        )
        page = page_of(request, listing, self.filters)
        progress = progress_of(page.rows, reader(request))
        return Response(page.as_json(lambda row: as_json(row, corpus, progress.get(row.pk, Progress()))))

    def post(self, request: Request, slug: str) -> Response:
        """Add a statement: an upload of one, which is visible at once, cut into sentences.

        A text that the corpus has already is a 409 of type `duplicate` with its id as `statement`, however it
        is spaced.
        """
        corpus = fetch(request, Corpus.objects, slug, May.UPLOAD)
        given = taken(StatementInput, request)
        content, by = given.validated_data["text"].encode(), reader(request)
        try:
            statement = add_text(corpus, content, given.details, name=FILE_NAME, encoding="utf-8", by=by)
        except Refused as refusal:
            if refusal.code != "duplicate":
                raise
            same = refusal.values["statement"].public_id
            return answer(409, sentence_for(refusal), code=refusal.code, statement=same)
        response = Response(with_text(statement, corpus, progress_in(statement, by)), status=201)
        response.headers["Location"] = f"/api/v1/statements/{statement.public_id}/"
        return response


class OneStatement(Endpoint):
    """One statement."""

    asks_for = {"GET": May.READ, "PATCH": May.UPLOAD}
    takes = {"PATCH": Takes(AboutInput, {"speaker": "Example Ltd", "published_on": "2025-11-03"})}
    gives = {"GET": Gives(WholeStatementShape), "PATCH": Gives(WholeStatementShape)}

    def get(self, request: Request, public_id: str) -> Response:
        """Show a statement with its text and how far you are in it."""
        statement = fetch(request, Statement.objects, public_id, May.READ)
        return Response(with_text(statement, statement.corpus, progress_in(statement, reader(request))))

    def patch(self, request: Request, public_id: str) -> Response:
        """Correct what is known about a statement; what is not said stays. Its text never changes."""
        statement = fetch(request, Statement.objects, public_id, May.UPLOAD)
        given = taken(AboutInput, request).validated_data
        details = replace(details_of(statement), **given)
        correct_statement(statement, details, by=reader(request))
        statement.refresh_from_db()
        return Response(with_text(statement, statement.corpus, progress_in(statement, reader(request))))


def as_json(statement: Statement, corpus: Corpus, progress: Progress) -> dict[str, Any]:  # Any: JSON
    return {
        "id": statement.public_id,
        "corpus": corpus.slug,
        "title": statement.title,
        "language": statement.language,
        "speaker": statement.speaker,
        "published_on": statement.published_on.isoformat() if statement.published_on else None,
        "source_url": statement.source_url,
        "licence": statement.licence,
        "responds_to": statement.responds_to,
        "metadata": statement.metadata,
        "created_at": moment(statement.created_at),
        "progress": counts(progress),
    }


def with_text(statement: Statement, corpus: Corpus, progress: Progress) -> dict[str, Any]:  # Any: JSON
    whole = {"text": statement.text, "segmenter": statement.segmenter}
    return {**as_json(statement, corpus, progress), **whole}


def counts(progress: Progress) -> dict[str, int]:
    names = ("total", "labelled", "none", "skipped", "untouched")
    return {name: getattr(progress, name) for name in names}

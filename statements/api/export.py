"""The rows of a corpus, streamed."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from statements.access import fetch, member_of
from statements.api.endpoint import Endpoint
from statements.formats import FORMATS, Format
from statements.models import Corpus
from statements.reports.rows import COLUMNS, Layer, export_rows
from statements.roles import May


class ExportQuery(serializers.Serializer[None]):
    """What an export can be asked for. `format` picks the file format here, not one of the framework's."""

    layer = serializers.ChoiceField(choices=[layer.value for layer in Layer], default=Layer.SENTENCES)
    format = serializers.ChoiceField(choices=list(FORMATS), default="jsonl")

    @property
    def layer_asked(self) -> Layer:
        return Layer(self.validated_data["layer"])

    @property
    def format_asked(self) -> Format:
        return FORMATS[self.validated_data["format"]]


class Export(Endpoint):
    """GET all rows that one may see. Starts at once, holds no lock, keeps 25 statements in memory."""

    asks_for = {"GET": May.EXPORT}

    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
        query = ExportQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        layer, into = query.layer_asked, query.format_asked
        rows = export_rows(corpus, layer, member_of(request))
        response = StreamingHttpResponse(into.write(rows, COLUMNS[layer]), content_type=into.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{corpus.slug}-{layer}.{into.name}"'
        return response

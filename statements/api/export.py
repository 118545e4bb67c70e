"""The rows of a corpus, streamed."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from threading import BoundedSemaphore

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, member_of
from statements.api.endpoint import Endpoint, Gives
from statements.api.errors import answer
from statements.api.inputs import Input
from statements.formats import FORMATS
from statements.models import Corpus
from statements.reports.rows import COLUMNS, Layer, export_rows
from statements.roles import May

BROKEN_OFF = b"\n*** This export broke off here and is not complete. Ask for it again. ***\n"

log = logging.getLogger(__name__)
places = BoundedSemaphore(settings.STREAMS)


class ExportQuery(Input[None]):
    """What an export can be asked for. `format` picks the file format here, not one of the framework's."""

    layer = serializers.ChoiceField(choices=[layer.value for layer in Layer], default=Layer.SENTENCES)
    format = serializers.ChoiceField(choices=list(FORMATS), default="jsonl")


class Export(Endpoint):
    """GET all rows that one may see. Starts at once, holds no lock, keeps 1,000 sentences in memory."""

    asks_for = {"GET": May.EXPORT}
    reads = ExportQuery
    gives = {"GET": Gives(media_types=tuple(sorted({known.media_type for known in FORMATS.values()})))}

    def get(self, request: Request, slug: str) -> StreamingHttpResponse | Response:
        """Download all rows that you may see: from one consistent moment, in the order of the texts.

        `layer=sentences` gives one row a sentence, `layer=annotations` one row a decision that stands,
        `layer=history` one row a decision that ever was, and all sentences that ended. An export that breaks
        off ends with a line that is not a row and says so.
        """
        corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
        layer, into = Layer(self.filters["layer"]), FORMATS[self.filters["format"]]
        rows = export_rows(corpus, layer, member_of(request))
        if not places.acquire(blocking=False):
            busy = answer(503, _("Too many exports are being read at once. Try again in a moment."))
            busy.headers["Retry-After"] = "5"
            return busy
        stream = Stream(into.write(rows, COLUMNS[layer]))
        response = StreamingHttpResponse(stream, content_type=into.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{corpus.slug}-{layer}.{into.name}"'
        return response


class Stream:
    """What an export sends, in one of the few places for exports; `close` gives the place back.

    A class, because a generator that nobody began to read would never get to give it back.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.is_open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.chunks
        except Exception:
            # The server ends a broken answer like a whole one, so the last line has to say that it is not.
            log.exception("An export broke off.")
            yield BROKEN_OFF

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            if isinstance(self.chunks, Generator):
                self.chunks.close()  # ends its transaction now, not when the memory is tidied
            places.release()

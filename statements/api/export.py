"""The rows of a corpus, streamed."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, member_of
from statements.api import filters
from statements.api.endpoint import Endpoint, Gives
from statements.api.errors import answer
from statements.api.rows import row_shape
from statements.formats import FORMATS, Format
from statements.models import UNTOUCHED, Corpus, State
from statements.readme import readme_of
from statements.reports.columns import Layer
from statements.reports.export import Exported, exporting
from statements.reports.rows import After, Asked
from statements.roles import May, sees_all
from statements.streams import Stream, places

AFTER = re.compile(r"\A([0-9a-z]{1,40}(?:\.[0-9]{1,9})?)(?::([0-9]{1,9}))?\Z")
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class ExportQuery(filters.StatementFilters, filters.DecisionFilters):
    """What an export can be asked for. `format` picks the file format here, not one of the framework's."""

    layer = serializers.ChoiceField(
        choices=[layer.value for layer in Layer], default=Layer.SENTENCES, help_text="What a row is."
    )
    format = serializers.ChoiceField(
        choices=list(FORMATS),
        required=False,
        help_text="Else what `Accept` asks for; JSON Lines at last.",
    )
    state = serializers.ChoiceField(choices=[UNTOUCHED, *State.values], required=False)
    reviewer = filters.Reviewer()
    as_of = serializers.DateTimeField(
        required=False, help_text="A moment that has passed: the rows as they were. Else now."
    )
    after = serializers.RegexField(
        AFTER,
        max_length=60,
        required=False,
        help_text="To go on after a connection broke, with `as_of` and the rest as before: id of the "
        "sentence (or statement) of the last whole row; with `:` and a number, how many rows of it came.",
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:  # Any: what the fields take
        if "after" in asked and "as_of" not in asked:
            raise serializers.ValidationError({"as_of": [_("Say of which moment the rows before it were.")]})
        return asked


class Export(Endpoint):
    """GET all rows that one may see. Starts at once, holds no lock, keeps some 1,000 sentences in memory."""

    asks_for = {"GET": May.EXPORT}
    reads = ExportQuery
    gives = {
        "GET": Gives(
            media_types=tuple(sorted({known.media_type for known in FORMATS.values()})),
            lines=FORMATS["jsonl"].media_type,
            lines_of=tuple(row_shape(layer) for layer in Layer),
            moments={"Annotator-As-Of": "The moment of which the rows are: to be asked for as `as_of`."},
            errors=(406, 409),
        )
    }

    def get(self, request: Request, slug: str) -> StreamingHttpResponse | Response:
        """Download all rows that you may see: from one consistent moment, in the order of the texts.

        `layer=sentences` gives one row a sentence, `layer=annotations` one row a decision that stands,
        `layer=history` one row a decision that ever was, and all sentences that ended, `layer=statements` one
        row a text. The header `Annotator-As-Of` tells the moment; with it as `as_of` the same rows come
        again, and with `after` those behind the last one that came. An export that breaks off ends with a
        line that is not a row and says so.
        """
        corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
        member = member_of(request)
        if "reviewer" in self.filters and not sees_all(member.roles):
            raise PermissionDenied
        filters.known_label(corpus, self.filters)
        into, asked = self._format(request), asked_for(self.filters)
        if into is None:
            known = ", ".join(sorted({known.media_type for known in FORMATS.values()}))
            return answer(406, _("No format is acceptable to you. There is: %(known)s.") % {"known": known})
        refuse_impossible(into, asked)
        if not places.acquire(blocking=False):
            busy = answer(503, _("Too many exports are being read at once. Try again in a moment."))
            busy.headers["Retry-After"] = "5"
            return busy
        held = ExitStack()
        try:
            exported = held.enter_context(exporting(corpus, asked, member))
            file = written(into, exported, corpus, is_continued=asked.after is not None)
            if isinstance(file, Generator):
                held.callback(file.close)  # ends what it holds now, not when the memory is tidied
            chunks = _begun(file)
        except BaseException:
            held.close()
            places.release()
            raise
        is_gzipped = into.go_on is not None and _takes_gzip(request)
        response = StreamingHttpResponse(
            Stream(chunks, end=held.close, is_gzipped=is_gzipped), content_type=into.media_type
        )
        name = f"{corpus.slug}-{asked.layer}-{exported.as_of:%Y%m%dT%H%M%SZ}.{into.extension}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Annotator-As-Of"] = exported.table.as_of
        if is_gzipped:
            response.headers["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept", "Accept-Encoding"])
        return response

    def _format(self, request: Request) -> Format | None:
        if "format" in self.filters:
            return FORMATS[self.filters["format"]]
        types: dict[str, Format] = {}
        for known in FORMATS.values():
            types.setdefault(known.media_type.partition(";")[0], known)
        types["application/json"] = FORMATS["jsonl"]  # what programs ask of an API by habit
        wanted = request._request.get_preferred_type([*types])
        return types.get(wanted or "")


def asked_for(given: Mapping[str, Any]) -> Asked:  # Any: what ExportQuery has checked
    """Return what an export is to hold."""
    after = AFTER.fullmatch(given["after"]) if "after" in given else None
    return Asked(
        layer=Layer(given["layer"]),
        about=filters.about(given),
        wanted=filters.wanted(given),
        as_of=given.get("as_of"),
        after=After(after[1], int(after[2]) if after[2] else None) if after else None,
    )


def refuse_impossible(into: Format, asked: Asked) -> None:
    """Raise ValidationError when a format cannot hold the layer, or its files cannot go on behind a row."""
    if into.layers and asked.layer not in into.layers:
        sentence = _("This format holds %(layers)s only. Take another format, or another layer.")
        raise serializers.ValidationError({"format": [sentence % {"layers": ", ".join(into.layers)}]})
    if asked.after is not None and into.go_on is None:
        sentence = _("A file of this format comes whole. Ask for it anew, or take JSON Lines or CSV.")
        raise serializers.ValidationError({"after": [sentence]})


def written(into: Format, exported: Exported, corpus: Corpus, *, is_continued: bool) -> Iterator[bytes]:
    """Return the chunks of a file, or of what follows on one that was cut. Raises what the format refuses."""
    table = replace(exported.table, readme=readme_of(corpus, exported.table))
    if is_continued and into.go_on is not None:
        return into.go_on(exported.rows, table)
    return into.write(exported.rows, table)


def _begun(chunks: Iterator[bytes]) -> Iterable[bytes]:
    """Return the chunks, the first of which is there: what is refused is refused before the answer begins."""
    first = next(chunks, b"")
    return chain([first], chunks)


def _takes_gzip(request: Request) -> bool:
    accepts = request.headers.get("Accept-Encoding", "").lower()
    return re.search(r"\bgzip\b", accepts) is not None and NO_GZIP.search(accepts) is None

"""Drafts: the texts of an upload as they would be stored, to be looked at and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements import jobs
from statements.access import fetch, reader
from statements.actions import upload as acts
from statements.actions.draft import choose_passages, correct_draft, leave_out, spans_of
from statements.actions.statement import as_json as about_as_json
from statements.actions.statement import details_of
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.inputs import AboutInput, Input, Language, ListQuery, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import DraftShape, UploadShape
from statements.api.upload import MEANINGS, as_json, checked_columns
from statements.formats.base import What
from statements.messages import warning_for
from statements.models import Draft, Source, Upload
from statements.originals import original_of
from statements.reports.upload import Show, drafts_shown
from statements.roles import May
from statements.text.decode import ENCODINGS

NOTES = (What.FOOTNOTE, What.ENDNOTE)


class PassageInput(serializers.Serializer[Any]):  # Any: as in the framework
    """One part of a document, and whether it belongs to the text."""

    number = serializers.IntegerField(min_value=1)
    dropped = serializers.BooleanField()


class DraftInput(AboutInput):
    """What is known about a text that is not stored yet, and whether it is to be."""

    left_out = serializers.BooleanField(required=False)
    passages = PassageInput(
        many=True,
        required=False,
        allow_empty=False,
        help_text="Parts of a document to take into its text, or to leave out.",
    )


class DraftQuery(ListQuery):
    """Which texts of an upload are looked at."""

    show = serializers.ChoiceField(
        choices=[str(show) for show in Show if show],
        required=False,
        help_text="Those with warnings, those that are there already, near ones, those that are left out.",
    )


class Drafts(Endpoint):
    """The texts of a staged upload."""

    asks_for = {"GET": May.UPLOAD}
    reads = DraftQuery
    gives = {"GET": Gives(DraftShape, rows=True)}

    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """List the texts of a staged upload as they would be stored, with their sentences and warnings."""
        upload = _upload(request, slug, public_id)
        show = Show(self.filters.get("show", ""))
        listing = Listing(
            drafts_shown(upload, show).with_likeness(),
            ("number",),
            name=lambda draft: str(draft.number),
            find=lambda number: Draft.objects.filter(upload=upload).get(number=int(number)),
        )
        return Response(page_of(request, listing, self.filters).as_json(draft_as_json))


class OneDraft(Endpoint):
    """One text of a staged upload."""

    asks_for = {"GET": May.UPLOAD, "PATCH": May.UPLOAD}
    takes = {"PATCH": Takes(DraftInput, {"title": "An answer to the regulator", "left_out": False})}
    gives = {"GET": Gives(DraftShape), "PATCH": Gives(DraftShape)}

    def get(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Show one text of a staged upload as it would be stored."""
        return Response(draft_as_json(_draft(request, slug, public_id, number)))

    def patch(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Correct what is known about a text before it is stored, or leave it or parts of it out.

        Another language may split it differently. Of a document, `passages` takes parts into the text or
        leaves them out; the text of everything else stays as it is.
        """
        draft = _draft(request, slug, public_id, number)
        given = dict(taken(DraftInput, request).validated_data)
        is_out, passages = given.pop("left_out", None), given.pop("passages", [])
        by, at = reader(request), timezone.now()
        if passages:
            chosen = {one["number"]: not one["dropped"] for one in passages}
            choose_passages(draft, chosen, by=by, at=at)
            draft = _draft(request, slug, public_id, number)
        if given:
            correct_draft(draft, replace(details_of(draft), **given), by=by, at=at)
        if is_out is not None:
            leave_out(draft, is_out=is_out, by=by, at=at)
        return Response(draft_as_json(_draft(request, slug, public_id, number)))


class SourceInput(Input[None]):
    """How a file of a staged upload is to be read: what is not said is found out."""

    encoding = serializers.ChoiceField(choices=ENCODINGS, required=False)
    language = Language(required=False)
    sheet = serializers.CharField(
        max_length=200, required=False, help_text="Of a spreadsheet; the first one with rows unless said."
    )
    columns = serializers.DictField(
        child=serializers.ChoiceField(choices=MEANINGS),
        required=False,
        help_text="Which columns are which fields; the others go by their names.",
    )
    left_out = serializers.BooleanField(required=False, help_text="Said alone: the file is left out.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        if not given:
            raise serializers.ValidationError(_("Say how the file is to be read."))
        return given

    def validate_columns(self, columns: Mapping[str, str]) -> Mapping[str, str]:
        return checked_columns(columns)


class OneSource(Endpoint):
    """One file of an upload."""

    asks_for = {"GET": May.UPLOAD, "PATCH": May.UPLOAD}
    takes = {"PATCH": Takes(SourceInput, {"encoding": "cp1252"})}
    gives = {"GET": Gives(None, media_types=("application/octet-stream",)), "PATCH": Gives(UploadShape)}

    def get(self, request: Request, slug: str, public_id: str, number: int) -> HttpResponseBase:
        """Send a file as it came, byte for byte."""
        response = original_of(_source(request, slug, public_id, number))
        if response is None:
            raise Http404
        return response

    def patch(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Have a file of a staged upload read in another way, or leave it out. Only before it is stored."""
        source = _source(request, slug, public_id, number)
        said = dict(taken(SourceInput, request).validated_data)
        by, at = reader(request), timezone.now()
        is_out = said.pop("left_out", None)
        if is_out is not None and not said:
            job = acts.leave_file_out(source.upload, source, is_out=is_out, by=by, at=at)
        else:
            job = acts.read_again(source.upload, source, said, by=by, at=at)
        jobs.start(job)
        upload = Upload.objects.select_related("corpus", "by").get(pk=source.upload_id)
        return Response(as_json(upload, files=True))


def _upload(request: Request, slug: str, public_id: str) -> Upload:
    return fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)


def _draft(request: Request, slug: str, public_id: str, number: int) -> Draft:
    upload = _upload(request, slug, public_id)
    found = get_object_or_404(Draft.objects.with_likeness(), upload=upload, number=number)
    found.upload = upload
    return found


def _source(request: Request, slug: str, public_id: str, number: int) -> Source:
    upload = _upload(request, slug, public_id)
    found = get_object_or_404(Source.objects.select_related("archive"), upload=upload, number=number)
    found.upload = upload
    return found


def draft_as_json(draft: Draft) -> dict[str, Any]:  # Any: JSON
    text = draft.text
    return {
        "number": draft.number,
        "file": draft.source.number,
        "line": draft.line or None,
        **about_as_json(details_of(draft)),
        "text": text,
        "detected": draft.detected,
        "sentences": [
            {
                "start": span.start,
                "end": span.end,
                "paragraph": span.paragraph,
                "text": text[span.start : span.end],
            }
            for span in spans_of(draft)
        ],
        "passages": [
            {
                "number": number,
                "text": passage.text,
                "what": passage.what,
                "place": passage.place,
                "table": passage.number if passage.what == What.ROW else None,
                "row": passage.row or None,
                "note": passage.number if passage.what in NOTES else None,
                "page": passage.page or None,
                "until": passage.until or passage.page or None,
                "dropped": passage.dropped or None,
            }
            for number, passage in enumerate(draft.passages, start=1)
        ],
        "warnings": [{"code": code, "detail": warning_for(code, values)} for code, values in draft.oddities],
        "same_as": draft.same_as.public_id if draft.same_as else None,
        "same_as_number": draft.same_as_number,
        "near": draft.near.public_id if draft.near else None,
        "near_number": draft.near_number,
        "share": draft.share,
        "left_out": draft.left_out or draft.source.left_out,
    }

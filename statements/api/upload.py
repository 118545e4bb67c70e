"""Uploads: files sent, what was read of them, the way in and the ways back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from statements import jobs
from statements.access import fetch, reader
from statements.actions import upload as acts
from statements.actions.source import Incoming
from statements.actions.statement import ABOUT, Details
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.errors import answer
from statements.api.inputs import Input, Key, Language, ListQuery, Metadata, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import UploadShape
from statements.errors import Refused
from statements.formats.columns import FIELDS, IGNORED, METADATA
from statements.messages import sentence_for
from statements.models import Corpus, Job, Unseen, Upload, UploadState
from statements.problems import status_of
from statements.reports.annotation import pseudonyms
from statements.reports.rows import moment
from statements.reports.upload import File, Show, files_of, job_of, sums_of
from statements.roles import May
from statements.text.decode import ENCODINGS

MEANINGS = (*FIELDS, METADATA, IGNORED)


class JsonText(serializers.CharField):
    """A text that holds an object of JSON: forms have nothing better."""

    def to_internal_value(self, data: Any) -> Any:  # Any: what was sent; what comes out is a mapping
        try:
            read = json.loads(super().to_internal_value(data))
        except ValueError as wrong:
            raise serializers.ValidationError(_("This is not JSON: %(why)s.") % {"why": wrong}) from wrong
        if not isinstance(read, dict):
            raise serializers.ValidationError(_("Say an object of JSON."))
        return read


class MetadataText(JsonText):
    """Free metadata, as an object of JSON."""

    def to_internal_value(self, data: Any) -> Any:  # Any: as above
        return Metadata().run_validation(super().to_internal_value(data))


class Columns(JsonText):
    """Which columns are which fields, as an object of JSON."""

    def to_internal_value(self, data: Any) -> Any:  # Any: as above
        return checked_columns(super().to_internal_value(data))


def checked_columns(columns: Mapping[str, Any]) -> Mapping[str, str]:
    """Return which columns are which fields, if that can be. Raises ValidationError."""
    if set(columns.values()) - set(MEANINGS):
        known = ", ".join(MEANINGS)
        raise serializers.ValidationError(_("A column is one of these: %(known)s.") % {"known": known})
    meant = [one for one in columns.values() if one in FIELDS]
    if len(set(meant)) < len(meant):
        raise serializers.ValidationError(_("Two columns cannot be the same field."))
    return columns


class UploadInput(Input[Details]):
    """Files, and what is known about all of their texts. Empty means unknown."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), min_length=1)
    dry_run = serializers.BooleanField(
        default=False, help_text="Read and show, and store nothing until it is confirmed."
    )
    without_faults = serializers.BooleanField(
        default=False, help_text="Store what can be read, and leave out the rows and files that cannot."
    )
    key = Key(required=False, help_text="Names this upload, so that it comes in once.")
    encoding = serializers.ChoiceField(
        choices=ENCODINGS, required=False, help_text="Of all files; found out for each unless said."
    )
    sheet = serializers.CharField(
        max_length=200,
        required=False,
        help_text="Of spreadsheets: the one to read; the first with rows unless said.",
    )
    columns = Columns(
        required=False,
        help_text="JSON object: which columns of tables are which fields, of "
        + ", ".join(MEANINGS)
        + "; the others go by their names.",
    )
    title = serializers.CharField(max_length=300, allow_blank=True, default="")
    language = Language(required=False, help_text="Of all texts; found out for each unless said.")
    speaker = serializers.CharField(max_length=200, allow_blank=True, default="")
    published_on = serializers.DateField(allow_null=True, default=None)
    source_url = serializers.URLField(max_length=500, allow_blank=True, default="")
    licence = serializers.CharField(max_length=200, allow_blank=True, default="")
    responds_to = serializers.CharField(max_length=500, allow_blank=True, default="")
    metadata = MetadataText(required=False, help_text="JSON object, as with a single statement.")

    @property
    def details(self) -> Details:
        given = self.validated_data
        return Details(**{name: given[name] for name in ABOUT if name in given})

    @property
    def said(self) -> dict[str, object]:
        given = self.validated_data
        return {name: given[name] for name in ("encoding", "sheet", "columns") if name in given}

    @property
    def unseen(self) -> Unseen:
        given = self.validated_data
        if given["dry_run"]:
            return Unseen.NO
        return Unseen.READABLE if given["without_faults"] else Unseen.WHOLE


class ConfirmInput(Input[None]):
    """A yes to what a dry run has shown."""

    without_faults = serializers.BooleanField(
        default=False, help_text="Leave out the rows and files that cannot be read."
    )


class Uploads(Endpoint):
    """Uploads into a corpus."""

    asks_for = {"GET": May.UPLOAD, "POST": May.UPLOAD}
    reads = ListQuery
    takes = {"POST": Takes(UploadInput, {"files": ["answer.txt"], "dry_run": True})}
    gives = {"GET": Gives(UploadShape, rows=True), "POST": Gives(UploadShape, 201)}

    def get_parsers(self) -> list[Any]:  # Any: as in the framework
        is_form = getattr(self.request, "method", "") == "POST"
        return [MultiPartParser()] if is_form else super().get_parsers()

    def get(self, request: Request, slug: str) -> Response:
        """List the uploads of a corpus, the newest first."""
        corpus = fetch(request, Corpus.objects, slug, May.UPLOAD)
        among = Upload.objects.of(corpus)
        listing = Listing(
            among.select_related("by"),
            ("pk",),
            name=lambda upload: upload.public_id,
            find=lambda public_id: among.get(public_id=public_id),
            newest_first=True,
        )
        names = pseudonyms(corpus)
        return Response(page_of(request, listing, self.filters).as_json(lambda row: as_json(row, names)))

    def post(self, request: Request, slug: str) -> Response:
        """Send files: Word, OpenDocument, PDF, web pages, text, Markdown, Excel, CSV, TSV, JSON Lines, ZIP.

        The body is `multipart/form-data`. With `dry_run` the files are read and shown, and nothing is stored
        until you confirm it by a POST to the upload. Without, they are stored whole, or not at all. Small
        uploads of text are done when the answer comes (201); larger ones, and documents, are worked on (202):
        ask at `Location` how far they are. The same `key` again answers the same upload.
        """
        corpus = fetch(request, Corpus.objects, slug, May.UPLOAD)
        given = taken(UploadInput, request)
        received = acts.receive(
            corpus,
            [Incoming(file.name, file.file) for file in given.validated_data["files"]],
            proposal=given.details,
            said=given.said,
            unseen=given.unseen,
            key=given.validated_data.get("key"),
            by=reader(request),
            at=timezone.now(),
        )
        return _done(received)


class OneUpload(Endpoint):
    """One upload."""

    asks_for = {"GET": May.UPLOAD, "POST": May.UPLOAD, "DELETE": May.UPLOAD}
    takes = {"POST": Takes(ConfirmInput, {"without_faults": False})}
    gives = {"GET": Gives(UploadShape), "POST": Gives(UploadShape, 200), "DELETE": Gives(UploadShape)}

    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Show how far an upload is, what was read of it, and what is wrong with it."""
        return Response(as_json(_fetch(request, slug, public_id), files=True))

    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Store what a dry run has shown: exactly that. A 202 while it is worked on."""
        upload = _fetch(request, slug, public_id)
        given = taken(ConfirmInput, request)
        acts.confirm(upload, by=reader(request), at=timezone.now(), **given.validated_data)
        return _done(upload, status=200)

    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Take an upload back: its statements go out of sight, and nothing is erased.

        One that is not stored yet is discarded, one that is worked on is cancelled. What a release holds
        stays: a 409 of type `in_release`.
        """
        upload = _fetch(request, slug, public_id)
        by, at = reader(request), timezone.now()
        if upload.is_busy:
            acts.cancel(upload, by=by, at=at)
        elif upload.state == UploadState.STAGED:
            acts.discard(upload, by=by, at=at)
        else:
            acts.withdraw(upload, by=by)
        return Response(as_json(_again(upload), files=True))


def _fetch(request: Request, slug: str, public_id: str) -> Upload:
    return fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)


def _again(upload: Upload) -> Upload:
    return Upload.objects.select_related("corpus", "by").get(pk=upload.pk)


def _done(upload: Upload, *, status: int = 201) -> Response:
    """Begin with what waits to be done, and tell how far that is by now."""
    job = Job.objects.open().filter(upload=upload).first()
    if job is not None:
        jobs.start(job)
    upload = _again(upload)
    if upload.state == UploadState.DISCARDED and upload.problem:
        refusal = Refused(upload.problem["code"], **upload.problem.get("values", {}))
        report = as_json(upload, files=True)
        return answer(status_of(refusal), sentence_for(refusal), code=refusal.code, upload=report)
    response = Response(as_json(upload, files=True), status=202 if upload.is_busy else status)
    response.headers["Location"] = f"/api/v1/corpora/{upload.corpus.slug}/uploads/{upload.public_id}/"
    return response


def as_json(
    upload: Upload, names: Mapping[int, str] | None = None, *, files: bool = False
) -> dict[str, Any]:  # Any: JSON
    """Return an upload as the API shows it; with `files` also how each was read, and its faults."""
    known = names if names is not None else pseudonyms(upload.corpus)
    shown = {
        "id": upload.public_id,
        "state": "withdrawn" if upload.withdrawn_at else upload.state,
        "reviewer": known.get(upload.by_id) if upload.by_id else None,
        "created_at": moment(upload.created_at),
        "settled_at": moment(upload.settled_at) if upload.settled_at else None,
        "withdrawn_at": moment(upload.withdrawn_at) if upload.withdrawn_at else None,
        "problem": _problem(upload.problem) if upload.problem else None,
        "statements": upload.found.get("statements", 0),
        "sentences": upload.found.get("sentences", 0),
    }
    if not files:
        return shown
    if upload.state == UploadState.STAGED:
        sums = sums_of(upload)
        shown |= {"statements": sums.statements, "sentences": sums.sentences}
        shown["passed_over"] = {"duplicates": sums.doubles, "left_out": sums.left_out, "faults": sums.faults}
        shown["to_look_at"] = {"warnings": sums.shown[Show.ODD], "near_duplicates": sums.shown[Show.NEAR]}
    job = job_of(upload)
    shown["progress"] = {"done": job.done, "total": job.total} if job else None
    shown["files"] = [_file(file) for file in files_of(upload)]
    return shown


def _file(file: File) -> dict[str, Any]:  # Any: JSON
    source, found = file.source, file.source.found
    return {
        "number": source.number,
        "name": source.name,
        "archive": source.archive.number if source.archive else None,
        "kind": source.kind,
        "size": source.size,
        "sha256": source.sha256,
        "encoding": source.encoding,
        "statements": found.get("statements", 0),
        "sentences": found.get("sentences", 0),
        "paragraphs": found.get("paragraphs", 0),
        "sheet": found.get("sheet"),
        "sheets": found.get("sheets", []),
        "columns": found.get("mapping", {}),
        "problem": _problem(source.problem) if source.problem else None,
        "fault_count": found.get("faults", 0),
        "faults": [
            {
                "line": fault.line,
                "column": fault.column,
                "code": fault.code,
                "detail": sentence_for(Refused(fault.code, **fault.values)),
            }
            for fault in file.faults
        ],
        "left_out": source.left_out,
    }


def _problem(problem: Mapping[str, Any]) -> dict[str, str]:
    refusal = Refused(problem["code"], **problem.get("values", {}))
    return {"code": refusal.code, "detail": sentence_for(refusal)}

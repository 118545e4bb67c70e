"""Bring statements in: send files, look at what was read, store it whole or not at all, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh
from django_stubs_ext import StrOrPromise

from statements import jobs
from statements.access import fetch, needs, reader
from statements.actions import upload as acts
from statements.actions.draft import spans_of
from statements.actions.statement import details_of
from statements.errors import Refused
from statements.forms.upload import SourceForm, UploadForm
from statements.messages import number, sentence_for
from statements.models import Corpus, Draft, Job, Statement, Upload, UploadState
from statements.problems import status_of_page
from statements.reports.upload import (
    SHOWN_PARTS,
    SHOWN_SENTENCES,
    Show,
    at_stake,
    drafts_shown,
    files_of,
    job_of,
    paragraphs_of,
    parts_of,
    rows_of,
    sums_of,
    uploads_of,
)
from statements.roles import May

SHOWS: Mapping[Show, StrOrPromise] = {
    Show.ALL: pgettext_lazy("statements", "All"),
    Show.ODD: pgettext_lazy("statements", "With warnings"),
    Show.DOUBLE: pgettext_lazy("statements", "There already"),
    Show.NEAR: pgettext_lazy("statements", "Nearly the same"),
    Show.OUT: pgettext_lazy("statements", "Left out"),
}
PAGE_LENGTH, UPLOADS_SHOWN, FILES_SHOWN = 50, 20, 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and what came in before; what is sent is read and shown before anything is stored."""
    corpus = fetch(request, Corpus.objects, slug, May.UPLOAD)
    if request.method != "POST":
        return _form(request, corpus, UploadForm(initial={"key": uuid4().hex}))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, corpus, form, status=422)
    try:
        received = acts.receive(
            corpus,
            form.incoming,
            proposal=form.details,
            said=form.said,
            key=form.cleaned_data["key"] or None,
            by=reader(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, sentence_for(refusal))
        return _form(request, corpus, form, status=status_of_page(refusal))
    _start(received)
    return redirect("upload-preview", corpus.slug, received.public_id)


def _form(request: HttpRequest, corpus: Corpus, form: UploadForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(uploads_of(corpus), UPLOADS_SHOWN).get_page(request.GET.get("page"))
    context = {"corpus": corpus, "form": form, "page": page, "most_bytes": settings.MAX_UPLOAD_BYTES}
    return render(request, "statements/upload/new.html", context, status=status)


def _start(upload: Upload) -> None:
    """Begin with what waits to be done with an upload."""
    job = Job.objects.open().filter(upload=upload).first()
    if job is not None:
        jobs.start(job)


@require_safe
@needs(May.UPLOAD)
def preview(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One upload: how far it is, what was read of it, or what became of it."""
    return page_with(request, _fetch(request, slug, public_id))


@require_safe
@needs(May.UPLOAD)
def progress(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """How far the job is; once it has ended, the page is asked for again."""
    found = _fetch(request, slug, public_id)
    if not found.is_busy:
        return HttpResponseClientRefresh()
    context = {"corpus": found.corpus, "upload": found, **_job(found)}
    return render(request, "statements/upload/page.html#progress", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def store(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    staged = _fetch(request, slug, public_id)
    if request.method != "POST":  # who signed in again comes back to the upload
        return redirect("upload-preview", slug, public_id)
    try:
        without = "without_faults" in request.POST
        job = acts.confirm(staged, by=reader(request), at=timezone.now(), without_faults=without)
    except Refused as refusal:
        return page_with(request, staged, refusal=refusal)
    if job is not None:
        jobs.start(job)
    staged.refresh_from_db()
    if not staged.is_visible:
        return redirect("upload-preview", slug, public_id)
    _say_stored(request, staged)
    statements = list(Statement.objects.filter(upload=staged).values_list("public_id", flat=True)[:2])
    if len(statements) == 1:
        return redirect("statement", slug, statements[0])
    return redirect("upload-preview", slug, public_id)


def _say_stored(request: HttpRequest, stored: Upload) -> None:
    count = stored.found["sentences"]
    sentence = ngettext("Stored: %(count)s sentence.", "Stored: %(count)s sentences.", count)
    messages.success(request, sentence % {"count": number(count)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def discard(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    staged = _fetch(request, slug, public_id)
    if request.method != "POST":
        return redirect("upload-preview", slug, public_id)
    try:
        acts.discard(staged, by=reader(request), at=timezone.now())
    except Refused as refusal:
        return page_with(request, staged, refusal=refusal)
    return redirect("upload", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def cancel(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """End what is being done with the upload."""
    found = _fetch(request, slug, public_id)
    if request.method != "POST":
        return redirect("upload-preview", slug, public_id)
    try:
        acts.cancel(found, by=reader(request), at=timezone.now())
    except Refused as refusal:
        found.refresh_from_db()
        return page_with(request, found, refusal=refusal)
    return redirect("upload-preview", slug, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def take_back(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Say what goes out of sight; then take the upload back."""
    stored = _fetch(request, slug, public_id)
    refusal = None
    if request.method == "POST":
        try:
            acts.withdraw(stored, by=reader(request))
            return redirect("upload-preview", slug, public_id)
        except Refused as refused:
            refusal = refused
    context = {
        "corpus": stored.corpus,
        "upload": stored,
        "at_stake": at_stake(stored),
        "error": sentence_for(refusal) if refusal else "",
    }
    status = status_of_page(refusal) if refusal else 200
    return render(request, "statements/upload/take_back.html", context, status=status)


def _fetch(request: HttpRequest, slug: str, public_id: str) -> Upload:
    return fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)


def page_with(
    request: HttpRequest,
    upload: Upload,
    *,
    refusal: Refused | None = None,
    source_form: SourceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an upload in its state, with why something could not be done to it."""
    context = {
        "corpus": upload.corpus,
        "upload": upload,
        "error": sentence_for(refusal) if refusal else "",
        **_job(upload),
        **_files(request, upload, source_form),
        **(_staged(request, upload) if upload.state == UploadState.STAGED else {}),
    }
    if refusal:
        status = status_of_page(refusal)
    return render(request, "statements/upload/page.html", context, status=status)


def _job(upload: Upload) -> dict[str, object]:
    job = job_of(upload)
    return {"job": job, "no_worker": upload.is_busy and job is not None and jobs.is_missing_worker(job)}


def _staged(request: HttpRequest, upload: Upload) -> dict[str, object]:
    """What is to be looked at before it is stored; of a single text also its split."""
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    keys = drafts_shown(upload, show).in_order().values_list("pk", flat=True)
    page = Paginator(keys, PAGE_LENGTH).get_page(request.GET.get("page"))
    sums = sums_of(upload)
    context: dict[str, object] = {
        "sums": sums,
        "shows": [(one, SHOWS[one], sums.shown[one]) for one in Show],
        "show": show,
        "page": page,
        "rows": rows_of(Draft.objects.filter(pk__in=list(page))),
    }
    if sums.shown[Show.ALL] == 1 and len(page) == 1:
        single = Draft.objects.get(pk=page[0])
        spans = spans_of(single)
        parts = parts_of(single, spans)
        context |= {
            "single": single,
            "details": details_of(single),
            "parts": parts[:SHOWN_PARTS],
            "paragraphs": [] if parts else paragraphs_of(single.text, spans[:SHOWN_SENTENCES]),
            "goes_on": len(parts) > SHOWN_PARTS or (not parts and len(spans) > SHOWN_SENTENCES),
        }
    return context


def _files(request: HttpRequest, upload: Upload, wrong: SourceForm | None) -> dict[str, object]:
    """The files of an upload, a page of them, each with the form that says how it is read."""
    page = Paginator(files_of(upload), FILES_SHOWN).get_page(request.GET.get("files"))
    forms = {wrong.prefix: wrong} if wrong else {}
    files = [
        (file, forms.get(f"file-{file.source.number}") or SourceForm(source=file.source)) for file in page
    ]
    return {"files": files, "files_page": page}

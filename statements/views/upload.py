"""Bring one statement in: say what it is, look at its split, store it."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, needs, reader
from statements.actions.upload import discard as give_up
from statements.actions.upload import proposal, stage
from statements.actions.upload import store as make_visible
from statements.converters import PublicId
from statements.errors import Refused
from statements.forms.statement import StatementForm
from statements.messages import number, sentence_for
from statements.models import Corpus, Upload, UploadState
from statements.roles import May
from statements.text.spans import by_paragraph


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what is sent is staged and shown before anything is stored.

    `?from=` names a staged upload whose text and details the form begins with.
    """
    corpus = fetch(request, Corpus.objects, slug, May.UPLOAD)
    if request.method != "POST":
        return _form(request, corpus, StatementForm(initial=_begun(request, slug)))
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, corpus, form, status=422)
    try:
        staged = stage(
            corpus,
            form.content,
            form.details,
            name=form.file_name,
            encoding=form.cleaned_data["encoding"],
            by=reader(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, sentence_for(refusal))
        return _form(request, corpus, form, status=422, refusal=refusal)
    return redirect("upload-preview", corpus.slug, staged.public_id)


@require_safe
@needs(May.UPLOAD)
def preview(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What the staged text would become, sentence by sentence."""
    staged = fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)
    return _preview(request, staged)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def store(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    staged = fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)
    if request.method != "POST":  # who signed in again comes back to the preview
        return redirect("upload-preview", slug, public_id)
    try:
        statement = make_visible(staged, by=reader(request), at=timezone.now())
    except Refused as refusal:
        return _preview(request, staged, status=409, refusal=refusal)
    count = statement.sentences.current().count()
    stored = ngettext("Stored: %(count)s sentence.", "Stored: %(count)s sentences.", count)
    messages.success(request, stored % {"count": number(count)})
    return redirect("statement", slug, statement.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def discard(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    staged = fetch(request, Upload.objects.filter(corpus__slug=slug), public_id, May.UPLOAD)
    if request.method != "POST":
        return redirect("upload-preview", slug, public_id)
    try:
        give_up(staged, by=reader(request), at=timezone.now())
    except Refused as refusal:
        return _preview(request, staged, status=409, refusal=refusal)
    return redirect("upload", slug)


def _begun(request: HttpRequest, slug: str) -> dict[str, object]:
    """What the form begins with: what the upload named in the address said, or nothing."""
    begun = request.GET.get("from", "")
    if not begun:
        return {}
    if not re.fullmatch(PublicId.regex, begun):
        raise Http404
    staged = Upload.objects.filter(corpus__slug=slug, state=UploadState.STAGED)
    text, details, _ = proposal(fetch(request, staged, begun, May.UPLOAD))
    return {"text": text, **{name: getattr(details, name) for name in StatementForm.Meta.fields}}


def _form(
    request: HttpRequest,
    corpus: Corpus,
    form: StatementForm,
    *,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {"corpus": corpus, "form": form, "duplicate": _duplicate(refusal)}
    return render(request, "statements/upload/page.html", context, status=status)


def _preview(
    request: HttpRequest, staged: Upload, *, status: int = 200, refusal: Refused | None = None
) -> HttpResponse:
    text, details, spans = proposal(staged)
    paragraphs = [[text[span.start : span.end] for span in group] for group in by_paragraph(spans)]
    context = {
        "corpus": staged.corpus,
        "upload": staged,
        "source": staged.sources.defer("content").get(),
        "details": details,
        "paragraphs": paragraphs,
        "count": len(spans),
        "is_staged": staged.state == UploadState.STAGED,
        "error": sentence_for(refusal) if refusal else "",
        "duplicate": _duplicate(refusal),
    }
    return render(request, "statements/upload/preview.html", context, status=status)


def _duplicate(refusal: Refused | None) -> object:
    """The statement that is there already, when that is why nothing was stored."""
    return refusal.values.get("statement") if refusal else None

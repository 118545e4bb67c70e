"""One draft of an upload: its split to check, what is known about it, whether it is to be stored."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from statements.access import fetch, needs, reader
from statements.actions.draft import choose_passages, correct_draft, leave_out, spans_of
from statements.actions.statement import details_of
from statements.errors import Refused
from statements.forms.statement import AboutForm
from statements.messages import sentence_for
from statements.models import Draft, Upload
from statements.problems import status_of_page
from statements.reports.upload import SHOWN_PARTS, SHOWN_SENTENCES, paragraphs_of, parts_of, rows_of
from statements.roles import May


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def draft(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Show how a text would be split; POST changes what is known about it."""
    found = _draft(request, slug, public_id, number)
    if request.method != "POST":
        return _page(request, found, AboutForm(about=details_of(found)))
    form = AboutForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        correct_draft(found, form.details, by=reader(request), at=timezone.now())
    except Refused as refusal:
        form.add_error(None, sentence_for(refusal))
        return _page(request, found, form, status=status_of_page(refusal))
    return redirect("upload-draft", slug, public_id, number)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def choose(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Leave a draft out of what is stored, or take it in again."""
    found = _draft(request, slug, public_id, number)
    if request.method == "POST":
        try:
            leave_out(found, is_out="out" in request.POST, by=reader(request), at=timezone.now())
        except Refused as refusal:
            form = AboutForm(about=details_of(found))
            return _page(request, found, form, status=status_of_page(refusal), error=sentence_for(refusal))
    return redirect("upload-draft", slug, public_id, number)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def choose_parts(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Take parts of a document into the text, or leave them out; "in" and "out" hold their numbers."""
    found = _draft(request, slug, public_id, number)
    back = redirect("upload-draft", slug, public_id, number)
    if request.POST.get("back") == "upload":  # where a single text is shown with its upload
        back = redirect("upload-preview", slug, public_id)
    if request.method != "POST":
        return back
    chosen = {
        int(one): word == "in"
        for word in ("in", "out")
        for one in request.POST.getlist(word)
        if one.isdecimal()
    }
    try:
        choose_passages(found, chosen, by=reader(request), at=timezone.now())
    except Refused as refusal:
        form = AboutForm(about=details_of(found))
        return _page(request, found, form, status=status_of_page(refusal), error=sentence_for(refusal))
    first = min(chosen, default=1)
    page = (first - 1) // SHOWN_PARTS + 1
    back["Location"] += (f"?page={page}" if page > 1 else "") + f"#part-{first}"
    return back


def _draft(request: HttpRequest, slug: str, public_id: str, number: int) -> Draft:
    among = Upload.objects.filter(corpus__slug=slug)
    upload = fetch(request, among, public_id, May.UPLOAD)
    found = get_object_or_404(Draft.objects.with_likeness(), upload=upload, number=number)
    found.upload = upload
    return found


def _page(
    request: HttpRequest, draft: Draft, form: AboutForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    spans = spans_of(draft)
    parts = parts_of(draft, spans)
    length, per_page = (len(parts), SHOWN_PARTS) if parts else (len(spans), SHOWN_SENTENCES)
    page = Paginator(range(length), per_page).get_page(request.GET.get("page"))
    shown = slice(max(0, page.start_index() - 1), page.end_index())
    ordered = Draft.objects.filter(upload=draft.upload).order_by("number").values_list("number", flat=True)
    context = {
        "corpus": draft.upload.corpus,
        "upload": draft.upload,
        "draft": draft,
        "row": rows_of(Draft.objects.filter(pk=draft.pk))[0],
        "details": details_of(draft),
        "page": page,
        "parts": parts[shown],
        "paragraphs": [] if parts else paragraphs_of(draft.text, spans[shown]),
        "form": form,
        "error": error,
        "before": ordered.filter(number__lt=draft.number).last(),
        "after": ordered.filter(number__gt=draft.number).first(),
    }
    return render(request, "statements/draft/page.html", context, status=status)

"""A corpus: what there is and what to do next; making one, and changing what is said about it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import SITE_ADMIN, fetch, needs, reader, rights_here, site_admin
from statements.actions.corpus import begin_corpus, change_corpus
from statements.errors import Refused
from statements.forms.corpus import CorpusForm, NewCorpusForm
from statements.messages import sentence_for
from statements.models import Corpus
from statements.problems import status_of_page
from statements.reports.progress import Progress, progress_by_statement
from statements.roles import May


@require_safe
@needs(May.READ)
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    progress = progress_by_statement(corpus, reader(request))
    context = {
        "corpus": corpus,
        "rights": rights_here(request),
        "statements": len(progress),
        "progress": sum(progress.values(), Progress()),
    }
    return render(request, "statements/corpus/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SITE_ADMIN)
def new(request: HttpRequest) -> HttpResponse:
    """Make a corpus, with the default labels; whoever makes it is its admin."""
    maker = site_admin(request)
    sent = request.POST if request.method == "POST" else None
    form = NewCorpusForm(sent, initial={"languages": ["en", "fr"]})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "statements/corpus/new.html", {"form": form}, status=status)
    given = form.cleaned_data
    try:
        corpus = begin_corpus(
            given["slug"], name=given["name"], languages=given["languages"], by=maker, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error("slug", sentence_for(refusal))
        return render(request, "statements/corpus/new.html", {"form": form}, status=status_of_page(refusal))
    messages.success(request, _("The corpus is there, and you are its admin."))
    return redirect("corpus", corpus.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MANAGE)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Its name and its languages."""
    corpus = fetch(request, Corpus.objects, slug, May.MANAGE)
    begun = {"name": corpus.name, "languages": corpus.languages}
    form = CorpusForm(request.POST if request.method == "POST" else None, initial=begun)
    if not form.is_valid():
        context = {"corpus": corpus, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "statements/corpus/edit.html", context, status=status)
    given = form.cleaned_data
    change_corpus(
        corpus, name=given["name"], languages=given["languages"], by=reader(request), at=timezone.now()
    )
    messages.success(request, _("Name and languages are stored."))
    return redirect("corpus", corpus.slug)


@require_safe
@needs(May.EXPORT)
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """How to get the rows: links for the browser, a line for programs."""
    corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
    context = {"corpus": corpus, "public_url": settings.PUBLIC_URL}
    return render(request, "statements/export/page.html", context)

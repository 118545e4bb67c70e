"""A corpus: what there is and what to do next."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from statements.access import fetch, needs, reader, rights_here
from statements.models import Corpus
from statements.reports.progress import Progress, progress_by_statement
from statements.reports.scheme import scheme_words
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


@require_safe
@needs(May.READ)
def scheme(request: HttpRequest, slug: str) -> HttpResponse:
    """Labels and guideline, as they are in force."""
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    words = scheme_words(corpus, get_language() or "")
    return render(request, "statements/scheme/page.html", {"corpus": corpus, "scheme": words})


@require_safe
@needs(May.EXPORT)
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """How to get the rows: links for the browser, a line for programs."""
    corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
    context = {"corpus": corpus, "public_url": settings.PUBLIC_URL}
    return render(request, "statements/export/page.html", context)

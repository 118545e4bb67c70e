"""Statements: the list, and one to read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from statements.access import fetch, needs, reader, rights_here
from statements.models import Corpus, Statement
from statements.reports.progress import Progress, progress_by_statement, progress_in
from statements.reports.scheme import scheme_words
from statements.reports.statement import read
from statements.roles import May

PAGE_LENGTH = 50


@require_safe
@needs(May.READ)
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    found = Statement.objects.visible().filter(corpus=corpus).defer("text").in_order()
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    progress = progress_by_statement(corpus, reader(request))
    rows = [(statement, progress.get(statement.pk, Progress())) for statement in page]
    context = {"corpus": corpus, "page": page, "rows": rows, "rights": rights_here(request)}
    return render(request, "statements/statement/list.html", context)


@require_safe
@needs(May.READ)
def statement(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One statement with what the reader chose, and what is known about it."""
    among = Statement.objects.filter(corpus__slug=slug)
    found = fetch(request, among, public_id, May.READ)
    words = scheme_words(found.corpus, get_language() or "")
    context = {
        "corpus": found.corpus,
        "statement": found,
        "scheme": words,
        "reading": read(found, reader(request), words),
        "progress": progress_in(found, reader(request)),
        "rights": rights_here(request),
    }
    return render(request, "statements/statement/page.html", context)

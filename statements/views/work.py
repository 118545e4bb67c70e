"""What its reader has decided in a corpus, to look through and to correct."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from statements.access import fetch, needs, reader
from statements.forms.work import WorkForm
from statements.models import Annotation, Corpus
from statements.reports.scheme import scheme_words
from statements.reports.work import counts_of, decisions_where, latest, own_decisions, row_named
from statements.roles import May

PAGE_LENGTH = 50


@require_safe
@needs(May.ANNOTATE)
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's own decisions, the latest first: filtered, a page at a time, behind the row `?before=`."""
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    words = scheme_words(corpus, get_language() or "")
    mine = own_decisions(corpus, reader(request))
    counts = counts_of(mine, words)
    form = WorkForm(request.GET, counts=counts, scheme=words)
    status = 200 if form.is_valid() else 422
    found = decisions_where(mine, form.asked, words)
    before = _before(request, corpus)
    passages = latest(found, words, before=before, most=PAGE_LENGTH + 1)
    context = {
        "corpus": corpus,
        "scheme": words,
        "form": form,
        "asked": form.asked,
        "passages": passages[:PAGE_LENGTH],
        "before": before,
        "newest": _address(form),
        "older": _address(form, passages[PAGE_LENGTH - 1].key) if len(passages) > PAGE_LENGTH else "",
        "total": counts.total,
        "found": found.count() if form.asked.selects else counts.total,
    }
    return render(request, "statements/work/page.html", context, status=status)


def _before(request: HttpRequest, corpus: Corpus) -> Annotation | None:
    """The row that the page begins behind; it may have been replaced since."""
    key = request.GET.get("before", "")
    try:
        return row_named(key, corpus, reader(request)) if key else None
    except Annotation.DoesNotExist as missing:
        raise Http404 from missing


def _address(form: WorkForm, before: str = "") -> str:
    """This page with what it was asked for, from its beginning or behind the row of this key."""
    return f"?{urlencode({**form.given, **({'before': before} if before else {})}, doseq=True)}"

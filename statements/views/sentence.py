"""A sentence: what was decided on it, as a page of its own or in the panel beside the text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from statements.access import fetch, member_of, needs
from statements.actions.resplit import may_mend
from statements.models import Sentence
from statements.reports.resplit import lineage_of
from statements.reports.scheme import scheme_words
from statements.reports.sentence import history_of, surroundings
from statements.roles import May

PAGE = "statements/sentence/page.html"


def sentence_number(request: HttpRequest) -> int | None:
    """Return the number of the sentence that an address asks for with `?sentence=`, if it is one."""
    asked = request.GET.get("sentence", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


@require_safe
@needs(May.READ)
def sentence(request: HttpRequest, public_id: str) -> HttpResponse:
    """One sentence in its paragraph, and all decisions on it that the reader may see."""
    found = fetch(request, Sentence.objects, public_id, May.READ)
    words = scheme_words(found.corpus, get_language() or "")
    context = {
        "corpus": found.corpus,
        "statement": found.statement,
        "sentence": found,
        "lineage": lineage_of(found),
        "mends": may_mend(member_of(request)),
        "decisions": history_of(found, member_of(request), words),
    }
    if request.htmx:  # type: ignore[attr-defined]  # the middleware adds it
        return render(request, f"{PAGE}#panel", context)
    before, after = surroundings(found)
    return render(request, PAGE, {**context, "before": before, "after": after})

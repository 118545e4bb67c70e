"""Labels and guideline: read them as they are or were, and publish the next version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, needs, reader
from statements.actions.scheme import has_decisions, publish
from statements.errors import Refused
from statements.forms.scheme import SPARE, SchemeForm
from statements.messages import sentence_for
from statements.models import Corpus, Scheme
from statements.problems import status_of_page
from statements.reports.scheme import scheme_words, words_of
from statements.roles import May


@require_safe
@needs(May.READ)
def scheme(request: HttpRequest, slug: str) -> HttpResponse:
    """Labels and guideline, as they are in force."""
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    context = {
        "corpus": corpus,
        "scheme": scheme_words(corpus, get_language() or ""),
        "versions": Scheme.objects.of(corpus),
    }
    return render(request, "statements/scheme/page.html", context)


@require_safe
@needs(May.READ)
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Labels and guideline, as one version says them."""
    found = fetch(request, Scheme.objects.filter(corpus__slug=slug), str(number), May.READ)
    context = {
        "corpus": found.corpus,
        "published": found,
        "scheme": words_of(found, get_language() or ""),
    }
    return render(request, "statements/scheme/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MANAGE)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what is sent is shown again for a preview, or published as the next version."""
    corpus = fetch(request, Corpus.objects, slug, May.MANAGE)
    standing = Scheme.objects.newest_of(corpus)
    is_fixed = has_decisions(corpus)
    if request.method != "POST":
        form = SchemeForm(corpus, standing, spare=0 if is_fixed else SPARE)
        return _form(request, corpus, form, is_fixed=is_fixed)
    form = SchemeForm(corpus, standing, request.POST)
    if not form.is_whole:
        raise BadRequest
    if not form.is_valid():
        return _form(request, corpus, form, is_fixed=is_fixed, status=422)
    if "preview" in request.POST:
        return _form(request, corpus, form, is_fixed=is_fixed, preview=form.guideline.texts)
    based_on = form.based_on.cleaned_data["based_on"]
    try:
        published = publish(
            corpus,
            form.labels,
            guidelines=form.guideline.texts,
            by=reader(request),
            at=timezone.now(),
            based_on=based_on,
        )
    except Refused as refusal:
        return _form(request, corpus, form, is_fixed=is_fixed, refusal=refusal)
    if published.number == based_on:
        said = _("Nothing was changed, so version %(number)s stays in force.")
    else:
        said = _("Version %(number)s is in force now. What was decided before keeps its own version.")
    messages.success(request, said % {"number": published.number})
    return redirect("scheme", corpus.slug)


def _form(
    request: HttpRequest,
    corpus: Corpus,
    form: SchemeForm,
    *,
    is_fixed: bool,
    status: int = 200,
    preview: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    based_on = form.based_on["based_on"].value()
    moved_to = None
    if refusal is not None:
        status = status_of_page(refusal)
        if refusal.code == "scheme_moved":
            # Told once, the next try is made knowing what is in force; nobody types everything again.
            moved_to = Scheme.objects.newest_of(corpus)
            based_on = moved_to.number if moved_to else 0
    context = {
        "corpus": corpus,
        "form": form,
        "based_on": based_on,
        "is_fixed": is_fixed,
        "has_spare": not is_fixed or form.has_new_labels,
        "is_spare_used": form.has_new_labels,
        "moved_to": moved_to,
        "preview": preview,
        "refusal": sentence_for(refusal) if refusal else "",
    }
    return render(request, "statements/scheme/edit.html", context, status=status)

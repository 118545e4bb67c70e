"""A corpus: what there is and what to do next; making one, and changing what is said about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import SITE_ADMIN, fetch, member_of, needs, reader, rights_here, site_admin
from statements.actions.corpus import begin_corpus, change_corpus
from statements.errors import Refused
from statements.forms.corpus import ChangeCorpusForm, NewCorpusForm
from statements.forms.languages import named_languages
from statements.messages import sentence_for
from statements.models import Corpus
from statements.problems import status_of_page
from statements.reports.corpus import contents, pace_in, said_in, waiting_in, work_of
from statements.reports.history import people_by_pseudonym
from statements.reports.progress import Progress, coverage_in, progress_by_reviewer
from statements.reports.scheme import scheme_words
from statements.roles import May, sees_all


@require_safe
@needs(May.READ)
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, how far it is, and what to do next, as the roles of the reader ask for it."""
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    member, rights = member_of(request), rights_here(request)
    words, names = scheme_words(corpus, get_language() or ""), dict(named_languages())
    there_is = contents(corpus)
    context: dict[str, object] = {
        "corpus": corpus,
        "contents": there_is,
        "languages": [(code, names.get(code, code), count) for code, count in there_is.languages],
        "scheme": words,
    }
    if May.ANNOTATE in rights:
        context["work"] = work_of(member.user, corpus)
    if sees_all(member.roles):
        context["coverage"] = coverage = coverage_in(corpus)
        context["said"] = said_in(corpus, member.user, words)
        context["reviewers"] = _reviewers(corpus, shows_names=May.PEOPLE in rights)
        if May.MANAGE in rights:
            context["pace"] = pace_in(corpus, member.user, untouched=coverage.nobody)
    if May.UPLOAD in rights:
        context["waiting"] = waiting_in(corpus)
    return render(request, "statements/corpus/page.html", context)


def _reviewers(corpus: Corpus, *, shows_names: bool) -> list[tuple[str, str, Progress]]:
    """The pseudonym, the name where it may be seen, and the progress of each reviewer."""
    people = people_by_pseudonym(corpus) if shows_names else {}
    progress = progress_by_reviewer(corpus).items()
    return [(who, str(people[who].user) if who in people else "", one) for who, one in progress]


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
    """Its name, its languages, and who mends the split."""
    corpus = fetch(request, Corpus.objects, slug, May.MANAGE)
    begun = {"name": corpus.name, "languages": corpus.languages, "mending": corpus.mending}
    form = ChangeCorpusForm(request.POST if request.method == "POST" else None, initial=begun)
    if not form.is_valid():
        context = {"corpus": corpus, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "statements/corpus/edit.html", context, status=status)
    given = form.cleaned_data
    said = {name: given[name] for name in ("name", "languages", "mending")}
    change_corpus(corpus, **said, by=reader(request), at=timezone.now())
    messages.success(request, _("What you changed is stored."))
    return redirect("corpus", corpus.slug)

"""Statements: the list, and one to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, member_of, needs, reader, rights_here
from statements.actions.statement import correct_statement, details_of
from statements.forms.statement import AboutForm
from statements.forms.statement_list import StatementListForm
from statements.models import Corpus, Sentence, Statement
from statements.reports.progress import Coverage, Progress, coverage_of, progress_in, progress_of
from statements.reports.scheme import SchemeWords, scheme_words
from statements.reports.statement import on_page, page_of, read, reading_of
from statements.reports.statement_list import (
    Asked,
    Snippet,
    Sort,
    count_of,
    found_in,
    languages_in,
    rows_of,
    snippets_of,
    speakers_in,
)
from statements.reports.tally import decisions_on, reviewers_on, sum_up
from statements.roles import May, sees_all, sees_comments
from statements.views.sentence import sentence_number

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Column:
    """A heading of the list: where a click leads, and in which direction the rows run by it now."""

    name: str
    address: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Row:
    """A statement, how far the reader is in it or, for those who watch, all are; and what a search found."""

    statement: Statement
    progress: Progress | None
    states: Coverage | None
    snippet: Snippet | None

    @property
    def length(self) -> int:
        counted = self.states or self.progress
        return counted.total if counted else 0


@require_safe
@needs(May.READ)
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """The statements of a corpus: searched, filtered, in order, a page at a time."""
    corpus = fetch(request, Corpus.objects, slug, May.READ)
    rights = rights_here(request)
    form = StatementListForm(
        request.GET,
        languages=languages_in(corpus),
        speakers=speakers_in(corpus),
        reviews=May.ANNOTATE in rights,
    )
    status = 200 if form.is_valid() else 422
    asked = form.asked
    paginator = Paginator(found_in(corpus, asked, reader(request)), PAGE_LENGTH)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "corpus": corpus,
        "form": form,
        "asked": asked,
        "columns": _columns(form.given, asked, rights),
        "page": page,
        "kept": _address(form.given),
        "found": paginator.count,
        "total": count_of(corpus) if asked.selects else paginator.count,
        "rows": _rows(request, page.object_list, asked.about.words),
    }
    return render(request, "statements/statement/list.html", context, status=status)


def _rows(request: HttpRequest, keys: Iterable[int], words: Sequence[str]) -> list[Row]:
    statements = rows_of(keys, words)
    snippets = snippets_of(statements, words)
    if sees_all(member_of(request).roles):
        states = coverage_of(statements)
        return [Row(one, None, states.get(one.pk, Coverage()), snippets.get(one.pk)) for one in statements]
    progress = progress_of(statements, reader(request))
    return [Row(one, progress.get(one.pk, Progress()), None, snippets.get(one.pk)) for one in statements]


def _columns(given: Mapping[str, str], asked: Asked, rights: frozenset[May]) -> list[Column]:
    def by(name: str, sort: Sort) -> Column:
        other = f"-{sort}" if asked.sort == sort else sort.value
        direction = {sort.value: "ascending", f"-{sort}": "descending"}.get(asked.sort, "")
        return Column(name, _address({**given, "sort": other}), direction)

    last = by(_("Your tagging"), Sort.PROGRESS) if May.ANNOTATE in rights else Column(_("Coverage"))
    return [
        by(_("Title"), Sort.TITLE),
        Column(_("Speaker")),
        by(_("Date"), Sort.DATE),
        by(_("Length"), Sort.LENGTH),
        last,
    ]


def _address(given: Mapping[str, str]) -> str:
    return f"?{urlencode(given)}"


@require_safe
@needs(May.READ)
def statement(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One statement with what is known about it, and what its reader may see of the tags.

    Whoever reviews sees their own; those who watch see all summed up, or those of `?reviewer=`. A very long
    one is shown in pages; `?sentence=` asks for the one that this sentence is on.
    """
    among = Statement.objects.filter(corpus__slug=slug)
    found = fetch(request, among, public_id, May.READ)
    words = scheme_words(found.corpus, get_language() or "")
    context = {
        "corpus": found.corpus,
        "statement": found,
        "scheme": words,
        "progress": progress_in(found, reader(request)),
        **_tags(request, found, words, _page(request, found)),
    }
    return render(request, "statements/statement/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Correct what is known about a stored statement; its text never changes."""
    among = Statement.objects.filter(corpus__slug=slug).defer("text")
    found = fetch(request, among, public_id, May.UPLOAD)
    form = AboutForm(request.POST) if request.method == "POST" else AboutForm(about=details_of(found))
    if request.method == "POST" and form.is_valid():
        correct_statement(found, form.details, by=reader(request))
        return redirect("statement", slug, public_id)
    context = {"corpus": found.corpus, "statement": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "statements/statement/edit.html", context, status=status)


def _page(request: HttpRequest, statement: Statement) -> Page[Sentence]:
    number = sentence_number(request)
    asked = statement.sentences.filter(number=number).first() if number is not None else None
    return page_of(statement, request.GET.get("page"), around=asked and asked.as_cut_now())


def _tags(
    request: HttpRequest, statement: Statement, words: SchemeWords, page: Page[Sentence]
) -> dict[str, object]:
    """The text with the tags that were asked for, and whose there are to choose from."""
    member, asked = member_of(request), request.GET.get("reviewer", "")
    if not sees_all(member.roles):
        if asked not in {"", member.pseudonym}:
            raise Http404
        return {"reading": read(statement, page, member.user, words)}
    reviewers = reviewers_on(statement, member.user)
    if asked and asked not in reviewers:
        raise Http404
    decisions = on_page(decisions_on(statement, member.user), page)
    if asked:
        theirs = decisions.filter(reviewer=reviewers[asked]).with_labels()
        reading = reading_of(statement, page, theirs, words, shows_comments=sees_comments(member.roles))
        return {"reading": reading, "reviewers": list(reviewers), "asked": asked, "watches": True}
    return {
        "reading": sum_up(statement, page, decisions.with_labels(), words),
        "reviewers": list(reviewers),
        "is_summed_up": True,
        "watches": True,
    }

"""The split of the statements: what was flagged, to be mended at once, and by which rules each was cut."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, member_of, needs, reader
from statements.actions.flag import leave_as_it_is, list_again
from statements.actions.resplit import is_touched, may_cut_anew
from statements.actions.resplit import split_anew as cut_anew
from statements.errors import Refused
from statements.forms.errors import first_error
from statements.forms.resplit import FlagAnswerForm, FlagForm, SplitAnewForm, mend_as_asked
from statements.messages import sentence_for
from statements.models import Corpus, Resplit, ResplitKind, Sentence, Statement
from statements.problems import status_of_page
from statements.reports.splits import (
    difference_of,
    flagged,
    flags_on,
    splitting_of,
    splittings_of,
    statements_in,
)
from statements.roles import May, sees_all
from statements.text.segment import SEGMENTER
from statements.views.resplit import said_of

FLAGS_A_PAGE = 20
STATEMENTS_A_PAGE = 50
PIECES_A_PAGE = 2_000  # of a statement that is to be split anew


@require_safe
@needs(May.MEND_SETTLED)
def splits(request: HttpRequest, slug: str) -> HttpResponse:
    """The sentences that were flagged as badly split, a page at a time, each with what mends it."""
    corpus = fetch(request, Corpus.objects, slug, May.MEND_SETTLED)
    return _flags(request, corpus, request.GET.get("page"))


@require_safe
@needs(May.MEND_SETTLED)
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """By which version of the rules each statement was cut, and how often by hand."""
    corpus = fetch(request, Corpus.objects, slug, May.MEND_SETTLED)
    page = Paginator(statements_in(corpus), STATEMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "corpus": corpus,
        "page": page,
        "splittings": splittings_of(page.object_list),
        "today": SEGMENTER,
    }
    return render(request, "statements/splits/statements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MEND_SETTLED)
def mend(request: HttpRequest, slug: str) -> HttpResponse:
    """Change boundaries as a form asks for it, and come back to where it was asked."""
    corpus = fetch(request, Corpus.objects, slug, May.MEND_SETTLED)
    if request.method != "POST":
        return _to_the_page(request, slug)
    form = FlagForm(request.POST)
    if not form.is_valid():
        return _flags(request, corpus, request.POST.get("page"), error=first_error(form), status=422)
    try:
        made = mend_as_asked(form, corpus, member_of(request))
    except (Sentence.DoesNotExist, Resplit.DoesNotExist) as missing:
        raise Http404 from missing
    except Refused as refusal:
        said, status = sentence_for(refusal), status_of_page(refusal)
        return _flags(request, corpus, form.cleaned_data["page"], error=said, status=status)
    _tell(request, made)
    return redirect(_back(form, made))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MEND_SETTLED)
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave a flagged sentence as it is, or put it on the list again."""
    corpus = fetch(request, Corpus.objects, slug, May.MEND_SETTLED)
    if request.method != "POST":
        return _to_the_page(request, slug)
    form = FlagAnswerForm(request.POST)
    if not form.is_valid():
        return _flags(request, corpus, request.POST.get("page"), error=first_error(form), status=422)
    given = form.cleaned_data
    try:
        sentence = Sentence.objects.of(corpus).find(given["sentence"])
    except Sentence.DoesNotExist as missing:
        raise Http404 from missing
    is_left = given["what"] == "leave"
    try:
        (leave_as_it_is if is_left else list_again)(sentence, by=reader(request), at=timezone.now())
    except Refused as refusal:
        said, status = sentence_for(refusal), status_of_page(refusal)
        return _flags(request, corpus, given["page"], error=said, status=status)
    said = _("The sentence stays as it is.") if is_left else _("The flag waits again.")
    # A public id with a dot is that of a sentence: the page puts the button beside it that answers anew.
    messages.add_message(
        request, messages.SUCCESS if is_left else messages.INFO, said, extra_tags=sentence.public_id
    )
    return redirect(_page_at(slug, given["page"], given["onward"] if is_left else sentence.public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MEND_SETTLED)
def split_anew(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What the rules of today would change in a statement; then they do."""
    among = Statement.objects.filter(corpus__slug=slug)
    statement = fetch(request, among, public_id, May.MEND_SETTLED)
    if request.method != "POST":
        return _anew(request, statement)
    form = SplitAnewForm(request.POST)
    if not form.is_valid():
        return _anew(request, statement, error=first_error(form), status=422)
    try:
        made = cut_anew(statement, by=member_of(request), key=form.cleaned_data["key"])
    except Refused as refusal:
        return _anew(request, statement, error=sentence_for(refusal), status=status_of_page(refusal))
    _tell(request, made)
    return redirect("split-anew", slug, public_id)


def _to_the_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever signed in again, or reloads an answer, comes back to the page."""
    asked = urlencode({"page": request.GET["page"]}) if "page" in request.GET else ""
    return redirect(f"{reverse('splits', args=[slug])}{asked and '?'}{asked}")


def _flags(
    request: HttpRequest, corpus: Corpus, number: int | str | None, *, error: str = "", status: int = 200
) -> HttpResponse:
    page = Paginator(flagged(corpus, reader(request)).values_list("pk", flat=True), FLAGS_A_PAGE).get_page(
        number
    )
    context = {
        "corpus": corpus,
        "page": page,
        "flagged": flags_on(page.object_list, corpus, reader(request)),
        "sees_all": sees_all(member_of(request).roles),
        "new_key": uuid4().hex,
        "error": error,
    }
    return render(request, "statements/splits/page.html", context, status=status)


def _anew(request: HttpRequest, statement: Statement, *, error: str = "", status: int = 200) -> HttpResponse:
    may_cut, difference = may_cut_anew(member_of(request)), difference_of(statement)
    pieces = [(at, piece) for at, some in enumerate(difference.paragraphs) for piece in some]
    page = Paginator(pieces, PIECES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "corpus": statement.corpus,
        "statement": statement,
        "splitting": splitting_of(statement),
        "difference": difference,
        "page": page,
        "paragraphs": [[piece for _, piece in group] for _, group in groupby(page, key=itemgetter(0))],
        "may_cut": may_cut,
        "is_touched": may_cut and is_touched(statement),
        "today": SEGMENTER,
        "new_key": uuid4().hex,
        "error": error,
    }
    return render(request, "statements/splits/anew.html", context, status=status)


def _tell(request: HttpRequest, made: Resplit) -> None:
    """Say what was done; the page puts a button beside it that undoes it, or does it again."""
    level = messages.INFO if made.kind == ResplitKind.UNDO else messages.SUCCESS
    messages.add_message(request, level, said_of(made), extra_tags=made.public_id)


def _back(form: FlagForm, made: Resplit) -> str:
    """Where the button was pressed, at the next flag."""
    given, slug = form.cleaned_data, made.statement.corpus.slug
    if given["anew"]:
        return reverse("split-anew", args=[slug, made.statement.public_id])
    again = flagged(made.statement.corpus, made.by).filter(made_by=made).first()  # after an undo
    onward = again.public_id if again else given["onward"]
    return _page_at(slug, given["page"], onward)


def _page_at(slug: str, number: int | None, onward: str) -> str:
    """The address of a page of flags, at one of them: by its public id, or at none."""
    page = f"?page={number}" if (number or 1) > 1 else ""
    return f"{reverse('splits', args=[slug])}{page}{f'#f-{onward}' if onward else ''}"

"""The desk: a whole statement, and the decisions of one reviewer on its sentences."""

from __future__ import annotations

import json
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from statements.access import fetch, needs, reader
from statements.actions.annotation import annotate
from statements.actions.annotation import undo as take_back
from statements.actions.annotation import undo_latest as take_back_latest
from statements.errors import Refused, Stale
from statements.forms import AnnotationForm, SaveForm
from statements.messages import sentence_for
from statements.models import Annotation, Corpus, Sentence, SkipReason, Statement
from statements.reports.progress import progress_in
from statements.reports.queue import following, next_sentence
from statements.reports.scheme import SchemeWords, scheme_words
from statements.reports.statement import passage_of, read
from statements.roles import May

PAGE = "statements/annotation/page.html"


@require_safe
@needs(May.ANNOTATE)
def continue_tagging(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the next untouched sentence, or say that there is none."""
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    waiting = next_sentence(corpus, reader(request))
    if waiting is None:
        return render(request, "statements/annotation/done.html", {"corpus": corpus})
    return redirect(_address(waiting))


@require_safe
@needs(May.ANNOTATE)
def desk(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    statement = fetch(request, Statement.objects.filter(corpus__slug=slug), public_id, May.ANNOTATE)
    asked = request.GET.get("sentence", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 10
    return _desk(request, statement, number=int(asked) if is_number else None)


@require_POST
@needs(May.ANNOTATE)
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
    words = _words(sentence)
    form = AnnotationForm(request.POST, scheme=words)
    if not form.is_valid():
        return _refuse(request, sentence, words, _first_error(form), status=422)
    try:
        row = annotate(
            sentence, form.decision, reviewer=reader(request), save=form.save_as, at=timezone.now()
        )
    except Refused as refusal:
        return _refuse(request, sentence, words, sentence_for(refusal), status=409, refusal=refusal)
    return _saved(request, sentence, row, words, moves_on=True)


@require_POST
@needs(May.ANNOTATE)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back the latest decision on this sentence."""
    sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
    words = _words(sentence)
    form = SaveForm(request.POST)
    if not form.is_valid():
        return _refuse(request, sentence, words, _first_error(form), status=422)
    try:
        row = take_back(sentence, reviewer=reader(request), save=form.save_as, at=timezone.now())
    except Refused as refusal:
        return _refuse(request, sentence, words, sentence_for(refusal), status=409, refusal=refusal)
    return _saved(request, sentence, row, words, moves_on=False)


@require_POST
@needs(May.ANNOTATE)
def undo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back whatever this reviewer decided last in the corpus, and go there."""
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    form = SaveForm(request.POST)
    if not form.is_valid():
        return redirect("tag", corpus.slug)
    try:
        row = take_back_latest(corpus, reviewer=reader(request), save=form.save_as, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, sentence_for(refusal))
        return redirect("tag", corpus.slug)
    return redirect(_address(row.sentence))


def _saved(
    request: HttpRequest, sentence: Sentence, row: Annotation, words: SchemeWords, *, moves_on: bool
) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]  # the middleware adds it
        onward = following(sentence, reader(request)) if moves_on else sentence
        return redirect(_address(onward)) if onward else redirect("tag", sentence.corpus.slug)
    context = {
        "passage": passage_of(sentence, row, words),
        "statement": sentence.statement,
        "progress": progress_in(sentence.statement, reader(request)),
        "is_swap": True,
    }
    response = render(request, f"{PAGE}#saved", context)
    response.headers["Saved-Key"] = row.key  # the desk's proof that this answer is about its save
    return response


def _refuse(
    request: HttpRequest,
    sentence: Sentence,
    words: SchemeWords,
    said: str,
    *,
    status: int,
    refusal: Refused | None = None,
) -> HttpResponse:
    """Say why nothing was saved; to htmx with the sentence as it stands, so that the page can show both."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _desk(request, sentence.statement, number=sentence.number, error=said, status=status)
    standing = refusal.current if isinstance(refusal, Stale) else None
    answer = {"sentence": sentence.public_id, "message": said, "stale": isinstance(refusal, Stale)}
    context = {"passage": passage_of(sentence, standing, words), "statement": sentence.statement}
    response = render(request, f"{PAGE}#sentence", context, status=status)
    response.headers["HX-Trigger"] = json.dumps({"desk:refused": answer})
    return response


def _desk(
    request: HttpRequest, statement: Statement, *, number: int | None, error: str = "", status: int = 200
) -> HttpResponse:
    words = scheme_words(statement.corpus, get_language() or "")
    reading = read(statement, reader(request), words)
    if not reading.passages:
        raise Http404
    asked = reading.find(number) if number is not None else None
    context = {
        "corpus": statement.corpus,
        "statement": statement,
        "reading": reading,
        "current": asked or reading.first_untouched() or reading.passages[0],
        "scheme": words,
        "progress": progress_in(statement, reader(request)),
        "skip_reasons": SkipReason.choices,
        "error": error,
        "new_key": uuid4().hex,
    }
    return render(request, PAGE, context, status=status)


def _words(sentence: Sentence) -> SchemeWords:
    return scheme_words(sentence.corpus, get_language() or "")


def _first_error(form: SaveForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _address(sentence: Sentence) -> str:
    desk = reverse("desk", args=[sentence.corpus.slug, sentence.statement.public_id])
    return f"{desk}?sentence={sentence.number}#s-{sentence.number}"

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
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, needs, reader
from statements.actions.annotation import annotate
from statements.actions.annotation import undo as take_back
from statements.actions.annotation import undo_latest as take_back_latest
from statements.errors import Refused, Stale
from statements.forms.annotation import AnnotationForm, SaveForm
from statements.forms.errors import first_error
from statements.messages import sentence_for
from statements.models import Annotation, Corpus, Sentence, SkipReason, Statement
from statements.reports.progress import progress_in
from statements.reports.queue import following, next_sentence
from statements.reports.scheme import SchemeWords, scheme_words
from statements.reports.statement import Passage, own_decision, passage_of, read
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


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
    if request.method != "POST":  # who signed in again, or reloads an answer, comes back to the desk
        return redirect(_address(sentence))
    words = _words(sentence)
    form = AnnotationForm(request.POST, scheme=words)
    if not form.is_valid():
        return _refuse(request, sentence, words, Refused("invalid"), status=422, said=first_error(form))
    try:
        _same_person(request, form)
        row = annotate(
            sentence, form.decision, reviewer=reader(request), save=form.save_as, at=timezone.now()
        )
    except Refused as refusal:
        return _refuse(request, sentence, words, refusal)
    return _saved(request, sentence, row, words, moves_on=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back the latest decision on this sentence."""
    sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
    if request.method != "POST":
        return redirect(_address(sentence))
    words = _words(sentence)
    form = SaveForm(request.POST)
    if not form.is_valid():
        return _refuse(request, sentence, words, Refused("invalid"), status=422, said=first_error(form))
    try:
        _same_person(request, form)
        row = take_back(sentence, reviewer=reader(request), save=form.save_as, at=timezone.now())
    except Refused as refusal:
        return _refuse(request, sentence, words, refusal)
    return _saved(request, sentence, row, words, moves_on=False)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def undo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back whatever this reviewer decided last in the corpus, and go there."""
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    if request.method != "POST":
        return redirect("tag", corpus.slug)
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.warning(request, first_error(form))
        return redirect("tag", corpus.slug)
    try:
        _same_person(request, form)
        row = take_back_latest(corpus, reviewer=reader(request), save=form.save_as, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, sentence_for(refusal))
        return redirect("tag", corpus.slug)
    return redirect(_address(row.sentence))


def _same_person(request: HttpRequest, form: SaveForm) -> None:
    """Refuse what somebody else decided on a page that was left open."""
    decided_by = form.cleaned_data["reviewer"]
    if decided_by and decided_by != reader(request).get_username():
        raise Refused("other_person", username=reader(request).get_username())


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
    refusal: Refused,
    *,
    status: int = 409,
    said: str = "",
) -> HttpResponse:
    """Say why nothing was saved; to htmx with the sentence as it stands, so that the page can show both."""
    said = said or sentence_for(refusal)
    if not request.htmx:  # type: ignore[attr-defined]
        return _desk(request, sentence.statement, number=sentence.number, error=said, status=status)
    standing = own_decision(sentence, reader(request))
    context = {"passage": passage_of(sentence, standing, words), "statement": sentence.statement}
    response = render(request, f"{PAGE}#sentence", context, status=status)
    about = {
        "key": request.POST.get("key", ""),
        "code": refusal.code,
        "message": said,
        "stale": isinstance(refusal, Stale),
    }
    response.headers["HX-Trigger"] = json.dumps({"desk:refused": about})
    return response


def _desk(
    request: HttpRequest, statement: Statement, *, number: int | None, error: str = "", status: int = 200
) -> HttpResponse:
    words = scheme_words(statement.corpus, get_language() or "")
    reading = read(statement, reader(request), words)
    if not reading.passages:
        raise Http404
    asked = reading.find(number) if number is not None else None
    current = asked or reading.first_untouched() or reading.passages[0]
    context = {
        "corpus": statement.corpus,
        "statement": statement,
        "reading": reading,
        "current": current,
        "marks": _typed(request) if error else _marks(current),
        "scheme": words,
        "progress": progress_in(statement, reader(request)),
        "skip_reasons": SkipReason.choices,
        "error": error,
        "new_key": uuid4().hex,
    }
    return render(request, PAGE, context, status=status)


def _marks(passage: Passage) -> dict[str, object]:
    """What the form shows of the decision that stands."""
    row = passage.decision
    if row is None:
        return {}
    return {"unsure": row.unsure, "bad_split": row.bad_split, "comment": row.comment, "labels": passage.slugs}


def _typed(request: HttpRequest) -> dict[str, object]:
    """What was sent and refused: nobody types a comment twice."""
    sent = request.POST
    return {name: sent.get(name) for name in ("unsure", "bad_split", "comment")} | {
        "labels": sent.getlist("labels")
    }


def _words(sentence: Sentence) -> SchemeWords:
    return scheme_words(sentence.corpus, get_language() or "")


def _address(sentence: Sentence) -> str:
    desk = reverse("desk", args=[sentence.corpus.slug, sentence.statement.public_id])
    return f"{desk}?sentence={sentence.number}#s-{sentence.number}"

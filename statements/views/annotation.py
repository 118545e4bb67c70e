"""The desk: a whole statement, and the decisions of one reviewer on its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import fetch, member_of, needs, reader
from statements.actions import undo
from statements.actions.annotation import annotate
from statements.actions.resplit import may_mend
from statements.converters import PublicId
from statements.errors import Refused
from statements.forms.annotation import AnnotationForm, SaveForm
from statements.forms.errors import first_error
from statements.messages import sentence_for
from statements.models import Annotation, Corpus, Resplit, Sentence, SkipReason, Statement
from statements.problems import status_of_page
from statements.reports.progress import progress_beyond, progress_shown
from statements.reports.queue import first_open_in, following, next_behind, next_sentence
from statements.reports.scheme import scheme_words
from statements.reports.statement import Passage, beside, page_of, read
from statements.roles import May
from statements.views.resplit import said_of
from statements.views.sentence import sentence_number

PAGE = "statements/annotation/page.html"


@require_safe
@needs(May.ANNOTATE)
def continue_tagging(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the next untouched sentence, or say that there is none.

    `done` names a statement that the reviewer is done with: what waits behind it comes first.
    """
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    done = _statement_named(request.GET.get("done", ""), corpus)
    waiting = next_behind(done, reader(request)) if done else next_sentence(corpus, reader(request))
    if waiting is None:
        return render(request, "statements/annotation/done.html", {"corpus": corpus})
    return redirect(_address(waiting))


def _statement_named(public_id: str, corpus: Corpus) -> Statement | None:
    if not re.fullmatch(PublicId.regex, public_id):  # PostgreSQL refuses to look for a NUL
        return None
    return Statement.objects.visible().of(corpus).filter(public_id=public_id).first()


@require_safe
@needs(May.ANNOTATE)
def desk(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    statement = fetch(request, Statement.objects.filter(corpus__slug=slug), public_id, May.ANNOTATE)
    return _desk(request, statement, number=sentence_number(request))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
    if request.method != "POST":  # who signed in again, or reloads an answer, comes back to the desk
        return redirect(_address(sentence))
    form = AnnotationForm(request.POST, scheme=scheme_words(sentence.corpus, get_language() or ""))
    if not form.is_valid():
        return _refuse(request, sentence, first_error(form), status=422)
    try:
        _same_person(request, form)
        annotate(sentence, form.decision, reviewer=reader(request), save=form.save_as)
    except Refused as refusal:
        return _refuse(request, sentence, sentence_for(refusal), status=status_of_page(refusal))
    if sentence.ended_by is not None:
        messages.info(
            request, _("The sentence was cut differently meanwhile. Your decision was carried along.")
        )
        return redirect(_address(sentence.as_cut_now()))
    onward = following(sentence, reader(request))
    return redirect(_address(onward)) if onward else redirect("tag", sentence.corpus.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def undo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back whatever this reviewer did last in the corpus, and go there."""
    return _step(request, slug, undo.undo_latest)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.ANNOTATE)
def redo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """Do again whatever this reviewer undid last in the corpus, and go there."""
    return _step(request, slug, undo.redo_latest)


def _step(request: HttpRequest, slug: str, take: Callable[..., Annotation | Resplit]) -> HttpResponse:
    corpus = fetch(request, Corpus.objects, slug, May.ANNOTATE)
    if request.method != "POST":  # who signed in again, or reloads an answer, comes back to the desk
        return redirect("tag", corpus.slug)
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.warning(request, first_error(form))
        return redirect("tag", corpus.slug)
    try:
        _same_person(request, form)
        done = take(corpus, reviewer=reader(request), save=form.save_as)
    except Refused as refusal:
        messages.warning(request, sentence_for(refusal))
        return redirect(_here(form, corpus))
    if not isinstance(done, Resplit):
        if done.sentence.ended_by_id:
            messages.info(
                request,
                _("This was decided before the sentence was cut differently. The change was carried along."),
            )
        return redirect(_address(done.sentence.as_cut_now()))
    messages.success(request, said_of(done))
    return redirect(_address(done.made.earliest("start")))


def _here(form: SaveForm, corpus: Corpus) -> str:
    """The sentence at which a button was pressed: who is told that nothing happened stays there."""
    try:
        mine = Sentence.objects.filter(statement__corpus=corpus)
        return _address(mine.find(form.cleaned_data["sentence"]))
    except Sentence.DoesNotExist:
        return reverse("tag", args=[corpus.slug])


def _same_person(request: HttpRequest, form: SaveForm) -> None:
    """Refuse what somebody else decided on a page that was left open."""
    decided_by = form.cleaned_data["reviewer"]
    if decided_by and decided_by != reader(request).get_username():
        raise Refused("other_person", username=reader(request).get_username())


def _refuse(request: HttpRequest, sentence: Sentence, said: str, *, status: int) -> HttpResponse:
    """Say why nothing was saved, at the sentence as it stands."""
    return _desk(request, sentence.statement, number=sentence.number, error=said, status=status)


def _desk(
    request: HttpRequest, statement: Statement, *, number: int | None, error: str = "", status: int = 200
) -> HttpResponse:
    words = scheme_words(statement.corpus, get_language() or "")
    named = statement.sentences.filter(number=number).first() if number is not None else None
    # One that was cut differently since: what is in its place.
    place = named.as_cut_now() if named else first_open_in(statement, reader(request))
    reading = read(statement, page_of(statement, around=place), reader(request), words)
    shown = reading.passages
    if not shown:
        raise Http404
    current = (reading.find(place.number) if place else None) or shown[0]
    elsewhere = progress_beyond(reading, reader(request))
    before, behind = beside(statement, reading.page)
    context = {
        "corpus": statement.corpus,
        "statement": statement,
        "reading": reading,
        "current": current,
        # What was typed belongs to the sentence that was asked for, and to no other.
        "marks": _typed(request) if error and current.sentence == named else _marks(current),
        "was_cut": bool(error) and named is not None and named.ended_by_id is not None,
        "unsaved_comment": request.POST.get("comment", ""),
        "scheme": words,
        "progress": progress_shown(reading) + elsewhere,
        "first_paragraph": shown[0].sentence.paragraph,
        "before": before,
        "behind": behind,
        "elsewhere": elsewhere,  # for the script that counts on
        "skip_reasons": SkipReason.choices,
        "mends": may_mend(member_of(request)),
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


def _address(sentence: Sentence) -> str:
    desk = reverse("desk", args=[sentence.corpus.slug, sentence.statement.public_id])
    return f"{desk}?sentence={sentence.number}#s-{sentence.number}"

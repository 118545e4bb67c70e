"""Mending the split: one sentence is cut in two, or joined with a neighbour."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from statements.access import fetch, member_of, needs, rights_here
from statements.actions.resplit import may_challenge, may_cut_anew, may_mend
from statements.errors import Refused
from statements.forms.errors import first_error
from statements.forms.resplit import MendForm, mend_as_asked
from statements.messages import sentence_for
from statements.models import Member, Resplit, ResplitKind, Sentence
from statements.models.release import is_settled
from statements.problems import status_of_page
from statements.reports.resplit import mendable
from statements.roles import May

PAGE = "statements/resplit/page.html"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.MEND)
def mend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a sentence word by word, and change its boundaries where a button says so."""
    sentence = fetch(request, Sentence.objects, public_id, May.MEND)
    if request.method != "POST":
        return _page(request, sentence)
    form = MendForm({**request.POST.dict(), "sentence": sentence.public_id})
    if not form.is_valid():
        return _page(request, sentence, error=first_error(form), status=422)
    try:
        done = mend_as_asked(form, sentence.corpus, member_of(request))
    except (Sentence.DoesNotExist, Resplit.DoesNotExist) as missing:
        raise Http404 from missing
    except Refused as refusal:
        return _page(request, sentence, error=sentence_for(refusal), status=status_of_page(refusal))
    back = _("Redo makes it again.") if done.kind == ResplitKind.UNDO else _("Undo takes it back.")
    said = [said_of(done), back] if May.ANNOTATE in rights_here(request) else [said_of(done)]
    messages.success(request, " ".join(map(str, said)))
    return redirect(_address(request, done.made.earliest("start")))


def said_of(resplit: Resplit) -> str:
    """Return what was done, for whoever did it: one sentence."""
    return {
        ResplitKind.SPLIT: _("The sentence was split."),
        ResplitKind.MERGE: _("The sentences were merged."),
        ResplitKind.UNDO: _("The split is as it was before."),
        ResplitKind.REDO: _("The change was made again."),
        ResplitKind.RULES: _("The statement was split anew."),
    }[ResplitKind(resplit.kind)]


def _page(request: HttpRequest, sentence: Sentence, *, error: str = "", status: int = 200) -> HttpResponse:
    sentence.refresh_from_db(fields=["ended_by", "made_by"])
    if sentence.ended_by is not None:
        if error:
            messages.warning(request, error)
        return redirect(_address(request, sentence.as_cut_now()))
    member, shown = member_of(request), mendable(sentence)
    context = {
        "corpus": sentence.corpus,
        "statement": sentence.statement,
        "mendable": shown,
        "undoable": shown.undoable if _may_undo(member, shown.undoable) else None,
        "refused": _refused(member, sentence),
        "error": error,
        "back": _address(request, sentence),
        "new_key": uuid4().hex,
    }
    template = f"{PAGE}#panel" if request.htmx else PAGE  # type: ignore[attr-defined]  # the middleware adds it
    return render(request, template, context, status=status)


def _may_undo(member: Member, resplit: Resplit | None) -> bool:
    return resplit is not None and (not resplit.by_rules or may_cut_anew(member))


def _refused(member: Member, sentence: Sentence) -> str:
    """Return why they cannot mend this sentence; empty when they can."""
    if not may_mend(member):
        return sentence_for(Refused("not_your_mend"))
    if not may_challenge(member) and is_settled([sentence]):
        return sentence_for(Refused("settled"))
    return ""


def _address(request: HttpRequest, sentence: Sentence) -> str:
    """Where somebody goes on: at the desk if they review, else where the statement is read."""
    where = [sentence.corpus.slug, sentence.statement.public_id]
    if May.ANNOTATE in rights_here(request):
        return f"{reverse('desk', args=where)}?sentence={sentence.number}#s-{sentence.number}"
    return f"{reverse('statement', args=where)}?sentence={sentence.number}#s-{sentence.number}"

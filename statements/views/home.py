"""What people see first: their corpora."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from statements.access import reader, signed_in
from statements.models import Member
from statements.reports.progress import Progress, progress_by_corpus


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The corpora of whoever is signed in, with what they may do there and how far they are."""
    progress = progress_by_corpus(reader(request))
    memberships = (
        Member.objects.present()
        .filter(user=reader(request))
        .select_related("corpus")
        .order_by("corpus__name")
    )
    rows = [(member.corpus, member, progress.get(member.corpus_id, Progress())) for member in memberships]
    return render(request, "statements/home/page.html", {"rows": rows})

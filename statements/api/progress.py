"""How far reviewers are."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, member_of
from statements.api.endpoint import Endpoint, Gives
from statements.api.shapes import ProgressShape
from statements.api.statement import counts
from statements.models import Corpus
from statements.reports.progress import Progress, progress_by_reviewer, progress_by_statement
from statements.roles import May, sees_all


class CorpusProgress(Endpoint):
    """Progress."""

    asks_for = {"GET": May.READ}
    gives = {"GET": Gives(ProgressShape)}

    def get(self, request: Request, slug: str) -> Response:
        """Show how far you are in a corpus; to those who watch, also how far each reviewer is."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        member = member_of(request)
        own = sum(progress_by_statement(corpus, member.user).values(), Progress())
        reviewers = None
        if sees_all(member.roles):
            everybody = progress_by_reviewer(corpus)
            reviewers = [{"reviewer": name, **counts(progress)} for name, progress in everybody.items()]
        return Response({"own": counts(own), "reviewers": reviewers})

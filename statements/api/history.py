"""Who changed what in a corpus. Decisions are their own history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch
from statements.api.endpoint import Endpoint, Gives
from statements.api.inputs import ListQuery
from statements.api.pagination import Listing, page_of
from statements.api.shapes import EventShape
from statements.models import Corpus, Event
from statements.reports.annotation import pseudonyms
from statements.reports.rows import moment
from statements.roles import May


class History(Endpoint):
    """The history of a corpus."""

    asks_for = {"GET": May.HISTORY}
    reads = ListQuery
    gives = {"GET": Gives(EventShape, rows=True)}

    def get(self, request: Request, slug: str) -> Response:
        """List what was changed in a corpus, the newest first."""
        corpus = fetch(request, Corpus.objects, slug, May.HISTORY)
        rows = Event.objects.of(corpus)
        names = pseudonyms(corpus)
        # An event has no public id: its time is one, and its place among those of the same moment.
        listing = Listing(
            rows,
            ("at", "pk"),
            name=lambda event: f"{event.at.isoformat()}:{rows.filter(at=event.at, pk__lte=event.pk).count()}",
            find=lambda name: _find(corpus, name),
            newest_first=True,
        )
        page = page_of(request, listing, self.filters)
        return Response(page.as_json(lambda event: as_json(event, names)))


def _find(corpus: Corpus, name: str) -> Event:
    at, _colon, place = name.rpartition(":")
    same = Event.objects.of(corpus).filter(at=datetime.fromisoformat(at).astimezone(UTC)).order_by("pk")
    some = list(same[int(place[:6]) - 1 : int(place[:6])])
    if not some:
        raise Event.DoesNotExist
    return some[0]


def as_json(event: Event, names: Mapping[int, str]) -> dict[str, Any]:  # Any: JSON
    return {
        "at": moment(event.at),
        "actor": names.get(event.actor_id) if event.actor_id else None,
        "verb": event.verb,
        "noun": event.noun,
        "id": event.public_id,
        "detail": event.detail,
    }

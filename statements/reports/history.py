"""What happened in a corpus, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from statements.models import Corpus, Event, Member, Statement
from statements.models.event import EventQuerySet


def history(corpus: Corpus) -> EventQuerySet:
    """Return every change of a corpus that left an event, the newest first."""
    return Event.objects.of(corpus).newest_first()


def people_by_pseudonym(corpus: Corpus) -> Mapping[str, Member]:
    """Return all who are or were in a corpus, with their accounts, by the names that events give them."""
    return {member.pseudonym: member for member in Member.objects.of(corpus)}


def titles_of(corpus: Corpus, events: Iterable[Event]) -> Mapping[str, str]:
    """Return the titles of the statements that these events name, by public id."""
    named = {event.detail.get("statement", "") for event in events}
    named |= {event.public_id for event in events if event.noun == "statement"}
    rows = Statement.objects.filter(corpus=corpus, public_id__in=named)
    return dict(rows.values_list("public_id", "title"))

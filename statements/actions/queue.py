"""Where a reviewer's next sentence is looked for: kept up to date by whatever changes what waits for them.

`waiting_from` of a member is a statement before which nothing waits for them. It may lag behind, which only
makes the search longer; it must never be ahead. Whoever moves it locks the row of the member first, then
looks: two of them at once cannot miss what the other one changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from statements.models import Annotation, Member, State, Statement
from statements.models.queue import statement_waiting

EVERY = 16  # of the rows that are saved, one has its reviewer's place moved on


def note(member: Member, rows: Sequence[Annotation]) -> None:
    """Bring the place of the member who has just saved these rows up to date, in the same transaction."""
    reopened = [row.sentence.statement_id for row in rows if row.to_check or row.state == State.WITHDRAWN]
    if reopened:
        _move_back(Member.objects.filter(pk=member.pk), min(reopened))
    known = member.waiting_from_id or 0
    furthest = max((row.sentence.statement_id for row in rows), default=0)
    if furthest > known and (not known or any(row.pk % EVERY == 0 for row in rows)):
        _move_on(member)


def open_for_all(statement: Statement) -> None:
    """Let everybody find a statement that has just become visible, in the same transaction."""
    _move_back(Member.objects.filter(corpus=statement.corpus), statement.pk)


def _move_back(members: QuerySet[Member], statement: int) -> None:
    keys = [member.pk for member in members.select_for_update().order_by("pk")]
    Member.objects.filter(pk__in=keys, waiting_from__gt=statement).update(waiting_from=statement)


def _move_on(member: Member) -> None:
    locked = Member.objects.select_for_update().get(pk=member.pk)
    reached = statement_waiting(member.corpus, member.user, since=locked.waiting_from_id or 0)
    if reached is None:
        everything = Statement.objects.visible().of(member.corpus).in_order()
        reached = everything.values_list("pk", flat=True).last()
    Member.objects.filter(pk=member.pk).update(waiting_from=reached)

"""Decisions of reviewers: each save adds a row, none is overwritten, none is stored twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import IntegrityError, OperationalError

from statements.actions.decision import Attempt, Decision, Save, TakeBack
from statements.actions.saving import Saving
from statements.errors import Refused
from statements.models import Annotation, Corpus, Member, Sentence, User
from statements.models.prepared import look_again, membership
from statements.models.writing import is_lost_race, retrying


def annotate(
    sentence: Sentence, says: Decision | TakeBack, *, reviewer: User, save: Save, at: datetime | None = None
) -> Annotation:
    """Store the decision as the reviewer's current one on this sentence and return its row.

    It is saved `at` this moment; unless that is said, at the one at which it is written.

    The same key with the same content answers the row that is stored already. Raises Refused("key_reused")
    for the same key with other content, Stale when `save.based_on` is not current any more, Refused("busy")
    when others were faster again and again, and Refused for contradictions, unknown labels, and for taking
    back what does not stand. On a sentence that has ended it is stored too, and carried to what took its
    place.
    """
    [outcome] = annotate_all(sentence.corpus, [Attempt(sentence, says, save)], reviewer=reviewer, at=at)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def annotate_all(
    corpus: Corpus,
    attempts: Sequence[Attempt],
    *,
    reviewer: User,
    at: datetime | None = None,
    member: Member | None = None,
) -> list[Annotation | Refused]:
    """Store decisions on sentences of a corpus in their order, each as `annotate` does or refused by itself.

    What goes well together costs as many statements in the database as one decision does. `member` is the
    reviewer's membership, where it is known already. Refused("busy") is a decision that met others who were
    faster again and again: it can be sent anew.
    """
    if not attempts:
        return []
    member = member or membership(corpus, reviewer)

    def save(some: Sequence[Attempt]) -> list[Annotation | Refused]:
        return Saving(corpus, some, reviewer=reviewer, member=member, at=at).outcomes()

    def save_anew(attempt: Attempt) -> Annotation | Refused:
        look_again([attempt.sentence])
        return save([attempt])[0]

    def outcome(attempt: Attempt) -> Annotation | Refused:
        try:
            return retrying(partial(save_anew, attempt))
        except Refused as busy:
            return busy

    try:
        return save(attempts)
    except (IntegrityError, OperationalError) as lost:
        if not is_lost_race(lost):
            raise
        return [outcome(one) for one in attempts]

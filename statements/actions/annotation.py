"""Decisions of reviewers: each save adds a row, none is overwritten, none is stored twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from statements.actions.decision import Attempt, Decision, Save, TakeBack
from statements.actions.saving import Saving
from statements.errors import Refused
from statements.models import Annotation, Corpus, Member, Sentence, User
from statements.models.prepared import look_again, membership


def annotate(
    sentence: Sentence, says: Decision | TakeBack, *, reviewer: User, save: Save, at: datetime
) -> Annotation:
    """Store the decision as the reviewer's current one on this sentence and return its row.

    The same key with the same content answers the row that is stored already. Raises Refused("key_reused")
    for the same key with other content, Stale when `save.based_on` is not current any more, and
    Refused for contradictions, unknown labels, and for taking back what does not stand. On a sentence that
    has ended it is stored too, and carried to what took its place.
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
    at: datetime,
    member: Member | None = None,
) -> list[Annotation | Refused]:
    """Store decisions on sentences of a corpus in their order, each as `annotate` does or refused by itself.

    What goes well together costs as many statements in the database as one decision does. `member` is the
    reviewer's membership, where it is known already.
    """
    if not attempts:
        return []
    member = member or membership(corpus, reviewer)
    try:
        return Saving(corpus, attempts, reviewer=reviewer, member=member, at=at).outcomes()
    except IntegrityError:
        # A request at the same moment was faster, on a key or on a sentence: now its rows can be read.
        look_again([attempt.sentence for attempt in attempts])
    if len(attempts) > 1:
        return [
            outcome
            for attempt in attempts
            for outcome in annotate_all(corpus, [attempt], reviewer=reviewer, at=at, member=member)
        ]
    return Saving(corpus, attempts, reviewer=reviewer, member=member, at=at).outcomes()

"""Answers to the flag “bad split”: somebody looked, and the boundaries of the sentence stay as they are.

Whoever reviews answers their own flags only, as they see no others.
"""

from __future__ import annotations

from datetime import datetime

from statements.actions.event import record
from statements.errors import Refused
from statements.models import Annotation, AnnotationQuerySet, FlagAnswer, Sentence, Statement, User
from statements.models.writing import writing


def leave_as_it_is(sentence: Sentence, *, by: User, at: datetime) -> None:
    """Answer the flags on a sentence that `by` may see. Where none waits, nothing happens.

    Raises Refused("sentence_ended").
    """
    with writing():
        _hold(sentence)
        flags = list(_decisions(sentence, by).flagging())
        if not flags:
            return
        FlagAnswer.objects.bulk_create(FlagAnswer(annotation=flag, by=by, at=at) for flag in flags)
        statement = sentence.statement
        record(
            "left",
            "sentence",
            sentence.public_id,
            corpus=statement.corpus,
            by=by,
            at=at,
            statement=statement.public_id,
            number=sentence.number,
        )


def list_again(sentence: Sentence, *, by: User, at: datetime) -> None:
    """Take back the answers on a sentence, of those that `by` may see: its flags wait again.

    Raises Refused("sentence_ended").
    """
    with writing():
        _hold(sentence)
        standing = FlagAnswer.objects.standing().filter(annotation__in=_decisions(sentence, by).standing())
        if not standing.update(taken_back_at=at):
            return
        statement = sentence.statement
        record(
            "listed",
            "sentence",
            sentence.public_id,
            corpus=statement.corpus,
            by=by,
            at=at,
            statement=statement.public_id,
            number=sentence.number,
        )


def _hold(sentence: Sentence) -> None:
    """Keep everybody from mending the statement until the end of the transaction, as a mend does."""
    Statement.objects.select_for_update(no_key=True).get(pk=sentence.statement_id)
    sentence.refresh_from_db(fields=["ended_by"])
    if sentence.ended_by_id:
        raise Refused("sentence_ended")


def _decisions(sentence: Sentence, reader: User) -> AnnotationQuerySet:
    return Annotation.objects.visible_to(reader).filter(sentence=sentence)

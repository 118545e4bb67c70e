"""Undo and redo over everything a reviewer did in a corpus: each step is a new row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from statements.actions.annotation import annotate
from statements.actions.decision import Save, TakeBack
from statements.actions.resplit import may_challenge, may_mend, undo_resplit
from statements.errors import Refused
from statements.models import (
    Act,
    Annotation,
    AnnotationQuerySet,
    Corpus,
    Resplit,
    ResplitKind,
    Round,
    UploadState,
    User,
)
from statements.models.prepared import membership
from statements.models.release import not_settled

NEW = [ResplitKind.SPLIT, ResplitKind.MERGE]


def undo_latest(
    corpus: Corpus, *, reviewer: User, save: Save, at: datetime | None = None
) -> Annotation | Resplit:
    """Take back what the reviewer did last in the corpus and has not undone; ignores `save.based_on`.

    Undoing a first decision withdraws it; a mend of theirs is undone in its turn. Raises
    Refused("nothing_to_undo").
    """
    if (answered := _answered(reviewer, save, at=at)) is not None:
        return answered
    target = _done(corpus, reviewer).to_undo().first()
    mend = _mends(corpus, reviewer).exclude(kind=ResplitKind.UNDO).first()
    if mend is not None and (target is None or mend.at > target.saved_at):
        return _undo_mend(mend, reviewer=reviewer, save=save, at=at)
    if target is None:
        raise Refused("nothing_to_undo")
    return _take_back(target, reviewer=reviewer, save=save, at=at)


def redo_latest(
    corpus: Corpus, *, reviewer: User, save: Save, at: datetime | None = None
) -> Annotation | Resplit:
    """Do again what the reviewer undid last in the corpus, unless they have decided something since.

    Ignores `save.based_on`. Raises Refused("nothing_to_redo").
    """
    if (answered := _answered(reviewer, save, at=at)) is not None:
        return answered
    target = _done(corpus, reviewer).to_redo().first()
    mend = _mends(corpus, reviewer).filter(kind=ResplitKind.UNDO).first()
    if mend is not None and (target is None or mend.at > target.saved_at):
        if _has_moved_on(corpus, reviewer, since=mend.at):
            raise Refused("nothing_to_redo")
        return _undo_mend(mend, reviewer=reviewer, save=save, at=at)
    if target is None or _has_moved_on(corpus, reviewer, since=target.saved_at):
        raise Refused("nothing_to_redo")
    return _take_back(target, reviewer=reviewer, save=save, at=at)


def _mends(corpus: Corpus, reviewer: User) -> QuerySet[Resplit]:
    """The mends that a reviewer may undo now, the latest first.

    A whole statement that was split anew is undone where that was done.
    """
    member = membership(corpus, reviewer)
    if member is None or not may_mend(member):
        return Resplit.objects.none()
    mine = Resplit.objects.visible().of(corpus).standing().by_hand().filter(by=reviewer)
    if not may_challenge(member):
        mine = not_settled(mine)
    return mine.select_related("statement__corpus").order_by("-pk")


def _has_moved_on(corpus: Corpus, reviewer: User, *, since: datetime) -> bool:
    """Whether they decided or mended something new after an undo: that ends redo."""
    decided = Annotation.objects.by(reviewer).of(corpus).in_round(Round.FIRST).filter(act=Act.DECIDE)
    mended = Resplit.objects.of(corpus).filter(by=reviewer, kind__in=NEW)
    return mended.filter(at__gt=since).exists() or decided.filter(saved_at__gt=since).exists()


def _undo_mend(mend: Resplit, *, reviewer: User, save: Save, at: datetime | None) -> Resplit:
    member = membership(mend.corpus, reviewer)
    assert member is not None  # noqa: S101  (else there would be no mend to find)
    return undo_resplit(mend, by=member, key=save.key, at=at)


def _done(corpus: Corpus, reviewer: User) -> AnnotationQuerySet:
    """All that the reviewer did on statements they can still see, also on sentences that have ended since.

    What is taken back on one of those is carried along, as any save that comes late.
    """
    rows = Annotation.objects.by(reviewer).in_round(Round.FIRST).of(corpus)
    return rows.filter(
        sentence__statement__upload__state=UploadState.STORED,
        sentence__statement__upload__withdrawn_at=None,
    ).select_related("sentence__statement__corpus")


def _answered(reviewer: User, save: Save, *, at: datetime | None) -> Annotation | Resplit | None:
    """What an undo or redo did whose answer was lost."""
    stored = Annotation.objects.by(reviewer).filter(key=save.key, takes_back__isnull=False)
    row = stored.select_related("takes_back__sentence__statement__corpus").first()
    if row is not None and row.takes_back is not None:
        return _take_back(row.takes_back, reviewer=reviewer, save=save, at=at)
    return Resplit.objects.filter(by=reviewer, key=save.key).first()


def _take_back(target: Annotation, *, reviewer: User, save: Save, at: datetime | None) -> Annotation:
    current = Annotation.objects.by(reviewer).current().in_round(Round.FIRST).get(sentence=target.sentence_id)
    save = replace(save, based_on=current.key)
    return annotate(target.sentence, TakeBack(target.key), reviewer=reviewer, save=save, at=at)

"""Resplits: the boundaries of sentences are changed by hand, and every decision is carried along.

A resplit ends sentence rows and makes new ones in one transaction. Nothing is deleted: the old sentences and
what was decided on them stay readable, and undoing is a further resplit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Q

from statements.actions import queue
from statements.actions.carry import carry
from statements.actions.event import record
from statements.actions.sentence import write_sentences
from statements.errors import Refused
from statements.models import (
    Annotation,
    Gold,
    Member,
    Mending,
    Resplit,
    ResplitKind,
    Sentence,
    SentenceQuerySet,
    Statement,
)
from statements.models.release import is_settled
from statements.models.writing import moment, retrying, writing
from statements.roles import May, rights_of, sees_all
from statements.text.gaps import parts
from statements.text.segment import SEGMENTER
from statements.text.spans import Span, split

Plan = tuple[Sequence[Sentence], Sequence[Span]]  # which sentences end, and what comes in their place

LOCKED = "55P03"  # PostgreSQL's code for a lock that cannot be had without waiting
LONGEST_WAIT = 10.0  # seconds for those who are saving on these sentences just now


def split_sentence(
    sentence: Sentence, cut: int, *, by: Member, key: str, at: datetime | None = None
) -> Resplit:
    """Cut a sentence in two: the second part begins at `cut`, in code points of the statement's text.

    Raises Refused("not_a_gap") where it cannot be cut, and what `mend` raises.
    """

    def plan() -> Plan:
        _look_again(sentence)
        try:
            first, second = parts(sentence.statement.text, sentence.start, sentence.end, cut)
        except ValueError as wrong:
            raise Refused("not_a_gap") from wrong
        behind = _paragraph_at(sentence, cut)
        return [sentence], [Span(*first, sentence.paragraph), Span(*second, behind)]

    asked = f"{sentence.public_id} {cut}"
    return mend(sentence.statement, ResplitKind.SPLIT, plan, asked=asked, by=by, key=key, at=at)


def merge_with_next(
    sentence: Sentence, *, by: Member, key: str, at: datetime | None = None, across_paragraphs: bool = False
) -> Resplit:
    """Join a sentence with the one that follows it in the text.

    Raises Refused("no_next") for the last one, Refused("other_paragraph") when the next one begins another
    paragraph and nobody asked for that, and what `mend` raises.
    """

    def pair(current: SentenceQuerySet) -> list[Sentence | None]:
        return [sentence, current.filter(start__gt=sentence.start).first()]

    asked = f"{sentence.public_id}{' across' if across_paragraphs else ''}"
    return _merge(sentence, pair, across_paragraphs, asked=asked, by=by, key=key, at=at)


def merge_with_previous(
    sentence: Sentence, *, by: Member, key: str, at: datetime | None = None, across_paragraphs: bool = False
) -> Resplit:
    """Join a sentence with the one before it in the text.

    Raises Refused("no_next") for the first one, the rest as `merge_with_next`.
    """

    def pair(current: SentenceQuerySet) -> list[Sentence | None]:
        return [current.filter(start__lt=sentence.start).last(), sentence]

    asked = f"{sentence.public_id} before{' across' if across_paragraphs else ''}"
    return _merge(sentence, pair, across_paragraphs, asked=asked, by=by, key=key, at=at)


def _merge(
    sentence: Sentence,
    pair: Callable[[SentenceQuerySet], list[Sentence | None]],
    across_paragraphs: bool,
    **about: Any,  # as `mend` takes it
) -> Resplit:
    def plan() -> Plan:
        _look_again(sentence)
        first, second = pair(Sentence.objects.current().filter(statement=sentence.statement).in_order())
        if first is None or second is None:
            raise Refused("no_next")
        if second.paragraph != first.paragraph and not across_paragraphs:
            raise Refused("other_paragraph")
        return [first, second], [Span(first.start, second.end, first.paragraph)]

    return mend(sentence.statement, ResplitKind.MERGE, plan, **about)


def undo_resplit(undone: Resplit, *, by: Member, key: str, at: datetime | None = None) -> Resplit:
    """Bring back the boundaries that a resplit changed; undoing an undo changes them once more.

    Raises Refused("mended_since") when what it made is cut differently now, or it was undone already, and
    what `mend` raises. What was cut differently and put right again is as it made it.
    """

    def plan() -> Plan:
        made = [(one.start, one.end) for one in undone.made.in_order()]
        current = undone.statement.sentences.current().filter(start__in=[start for start, _end in made])
        stand = [one for one in current.in_order() if (one.start, one.end) in made]
        if len(stand) < len(made) or Resplit.objects.filter(undoes=undone).exists():
            raise Refused("mended_since")
        return stand, [Span(one.start, one.end, one.paragraph) for one in undone.ended.in_order()]

    kind = ResplitKind.REDO if undone.kind == ResplitKind.UNDO else ResplitKind.UNDO
    asked = undone.public_id
    return mend(undone.statement, kind, plan, asked=asked, by=by, key=key, at=at, undoes=undone)


def split_anew(statement: Statement, *, by: Member, key: str, at: datetime | None = None) -> Resplit:
    """Cut a whole statement by the rules of this version; nobody may have touched it.

    Sentences that stay as they are, in the same paragraph, stay the same rows. Raises Refused("touched"),
    Refused("same_split") when the rules cut it as it is, and what `mend` raises.
    """
    # Slow for a long text, so before the transaction.
    spans = dict.fromkeys(split(statement.text, statement.language))

    def plan() -> Plan:
        if is_touched(statement):
            raise Refused("touched")
        current = list(statement.sentences.current().in_order())
        now = {Span(one.start, one.end, one.paragraph): one for one in current}
        ended = [one for span, one in now.items() if span not in spans]
        if not ended:
            raise Refused("same_split")
        return ended, [span for span in spans if span not in now]

    return mend(statement, ResplitKind.RULES, plan, asked="", by=by, key=key, at=at, segmenter=SEGMENTER)


def _look_again(sentence: Sentence) -> None:
    sentence.refresh_from_db(fields=["ended_by"])
    if sentence.ended_by_id:
        raise Refused("sentence_ended")


def is_touched(statement: Statement) -> bool:
    """Whether anybody ever decided on a sentence of a statement, or changed its boundaries by hand."""
    return (
        Annotation.objects.filter(sentence__statement=statement).exists()
        or statement.resplits.filter(kind__in=[ResplitKind.SPLIT, ResplitKind.MERGE]).exists()
    )


def mend(
    statement: Statement,
    kind: ResplitKind,
    plan: Callable[[], Plan],
    *,
    asked: str,
    by: Member,
    key: str,
    at: datetime | None = None,
    undoes: Resplit | None = None,
    **more: Any,  # of the row
) -> Resplit:
    """Change boundaries as `plan` says once nobody else can change them, and carry all decisions.

    Without `at` it happens at the moment at which it is written. The same key again answers the resplit that
    it made. Raises Refused("key_reused") for the same key with
    another change, Refused("not_your_mend") where reviewers may not mend, Refused("not_your_rules") for a
    whole statement and Refused("settled") for sentences with gold or in a release, when `by` may not
    challenge those, Refused("sentence_ended") when a sentence was cut differently meanwhile,
    Refused("too_many_sentences"), Refused("busy").
    """
    about = {"statement": statement, "kind": kind, "asked": asked, "by": by.user, "key": key}
    about["by_rules"] = kind == ResplitKind.RULES or (undoes is not None and undoes.by_rules)
    return retrying(lambda: _mend(statement, plan, by=by, row=Resplit(**about, undoes=undoes, **more), at=at))


def _mend(
    statement: Statement, plan: Callable[[], Plan], *, by: Member, row: Resplit, at: datetime | None
) -> Resplit:
    with writing():
        Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
        stored = Resplit.objects.filter(by=by.user, key=row.key).first()
        if stored is not None:
            if (stored.statement, stored.kind, stored.asked) != (statement, row.kind, row.asked):
                raise Refused("key_reused", key=row.key)
            return stored
        if not may_mend(by):
            raise Refused("not_your_mend")
        if row.by_rules and not may_cut_anew(by):
            raise Refused("not_your_rules")
        ended, _spans = plan()
        _wait_for_savers(ended if row.kind != ResplitKind.RULES else list(statement.sentences.current()))
        ended, spans = plan()  # once more, with all that was saved meanwhile
        if not may_challenge(by) and is_settled(ended):
            raise Refused("settled")
        _bounded(statement, len(spans) - len(ended))
        row.at = at or moment()
        row.save(force_insert=True)
        statement.sentences.filter(pk__in=[one.pk for one in ended]).update(ended_by=row)
        made = write_sentences(statement, spans, made_by=row)
        carry([row.pk], at=row.at)
        queue.open_for_all(statement)
        _record(row, ended, made)
    return row


def may_mend(member: Member) -> bool:
    """Whether somebody may change boundaries, as the corpus has it now."""
    is_open = member.corpus.mending == Mending.REVIEWERS
    return (May.MEND if is_open else May.MEND_SETTLED) in rights_of(member.roles)


def may_challenge(member: Member) -> bool:
    """Whether somebody may change the boundaries of sentences with gold or in a release."""
    return May.MEND_SETTLED in rights_of(member.roles)


def may_cut_anew(member: Member) -> bool:
    """Whether somebody may cut a whole statement by rules, or undo that: who does not work blind.

    It can be done while nobody has begun, so whoever does it learns whether others have. Who is alone in a
    corpus has no others.
    """
    if not may_challenge(member):
        return False
    return sees_all(member.roles) or not Member.objects.of(member.corpus).exclude(pk=member.pk).exists()


def _bounded(statement: Statement, more: int) -> None:
    count = statement.sentences.current().count() + more
    if more > 0 and count > settings.MAX_STATEMENT_SENTENCES:
        raise Refused("too_many_sentences", count=count, most=settings.MAX_STATEMENT_SENTENCES)


def _wait_for_savers(sentences: Sequence[Sentence]) -> None:
    """Keep everybody from saving on these sentences until the end of the transaction.

    A save holds its sentences, see `prepared.insert`; who comes later waits, then finds that the sentence has
    ended. Asked for without waiting, again and again: two who wait with some locks in hand can wait for
    each other. On SQLite one transaction writes at a time anyway.
    """
    until = time.monotonic() + LONGEST_WAIT
    held = Sentence.objects.select_for_update(nowait=True).filter(pk__in=[one.pk for one in sentences])
    while True:
        try:
            with transaction.atomic():
                list(held.order_by().values_list("pk"))
        except OperationalError as locked:
            if getattr(locked.__cause__, "sqlstate", "") != LOCKED:
                raise
            if time.monotonic() > until:
                raise Refused("busy") from locked
            time.sleep(0.01)
        else:
            return


def _paragraph_at(sentence: Sentence, at: int) -> int:
    """Return the paragraph of a place inside a sentence, which may have been joined across paragraphs.

    Rules that cut the statement anew may have found other paragraphs: what they ended does not count.
    """
    covering = Sentence.objects.filter(
        Q(ended_by=None) | Q(ended_by__by_rules=False),
        statement=sentence.statement,
        start__lte=at,
        end__gt=at,
    )
    return covering.order_by("-start", "-pk").values_list("paragraph", flat=True)[0]


def _record(resplit: Resplit, ended: Sequence[Sentence], made: Sequence[Sentence]) -> None:
    statement = resplit.statement
    record(
        "mended",
        "statement",
        statement.public_id,
        corpus=statement.corpus,
        by=resplit.by,
        at=resplit.at,
        resplit=resplit.public_id,
        kind=resplit.kind,
        ended=[one.number for one in ended],
        made=[one.number for one in made],
        challenged=list(Gold.objects.current().on(ended).values_list("sentence__number", flat=True)),
    )

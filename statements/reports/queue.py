"""What a reviewer does next."""

from __future__ import annotations

from statements.models import Annotation, Corpus, Member, Round, Sentence, Statement, User
from statements.models.queue import first_to_check, first_waiting, waiting_among


def next_sentence(corpus: Corpus, reviewer: User) -> Sentence | None:
    """Return what the reviewer has to check after a mend, else the first sentence that waits for them.

    In the order of the texts. What waits is looked for from where the reviewer's membership says that nothing
    before it waits: four queries.
    """
    if (checked_next := first_to_check(corpus, reviewer)) is not None:
        return checked_next
    known = Member.objects.filter(corpus=corpus, user=reviewer).values_list("waiting_from", flat=True).first()
    return first_waiting(corpus, reviewer, since=known or 0)


def next_behind(statement: Statement, reviewer: User) -> Sentence | None:
    """Return what comes after a statement: what waits behind it, else what was left out up to it.

    What is to be checked comes before either.
    """
    onward = first_to_check(statement.corpus, reviewer) or first_waiting(
        statement.corpus, reviewer, since=statement.pk + 1
    )
    return onward or next_sentence(statement.corpus, reviewer)


def first_open_in(statement: Statement, reviewer: User) -> Sentence | None:
    """Return what the reviewer has to check in a statement, else its first untouched sentence."""
    mine = Sentence.objects.current().filter(statement=statement).in_order()
    left = Annotation.objects.to_check().by(reviewer).in_round(Round.FIRST).on(statement)
    return mine.filter(pk__in=left.values("sentence")).first() or waiting_among(mine, reviewer).first()


def following(sentence: Sentence, reviewer: User) -> Sentence | None:
    """Return where a reviewer goes after `sentence`: on in the text, else to what is untouched in it."""
    mine = Sentence.objects.current().filter(statement=sentence.statement).in_order()
    onward = mine.filter(start__gt=sentence.start).first() or waiting_among(mine, reviewer).first()
    if onward is not None:
        onward.statement = sentence.statement
    return onward

"""What a reviewer does next."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef

from statements.models import Annotation, Corpus, Round, Sentence, User


def next_sentence(corpus: Corpus, reviewer: User) -> Sentence | None:
    """Return the first sentence of the corpus this reviewer has not decided on, in the order of the texts."""
    waiting = (
        Sentence.objects.visible().current().filter(~Exists(_decided(reviewer)), statement__corpus=corpus)
    )
    return waiting.in_order().select_related("statement__corpus").first()


def following(sentence: Sentence, reviewer: User) -> Sentence | None:
    """Return where a reviewer goes after `sentence`: on in the text, else to what is untouched in it."""
    mine = Sentence.objects.current().filter(statement=sentence.statement).in_order()
    onward = mine.filter(start__gt=sentence.start).first() or mine.filter(~Exists(_decided(reviewer))).first()
    if onward is not None:
        onward.statement = sentence.statement
    return onward


def _decided(reviewer: User) -> models.QuerySet[Annotation]:
    rows = Annotation.objects.standing().by(reviewer).in_round(Round.FIRST)
    return rows.filter(sentence=OuterRef("pk"))

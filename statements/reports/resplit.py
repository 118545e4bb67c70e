"""What somebody who mends the split looks at: a sentence in pieces, beside its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from statements.models import Resplit, Sentence
from statements.text.gaps import words

MOST_WORDS = 1_500  # that are offered; in a longer sentence the first cut brings the rest into reach


@dataclass(frozen=True)
class Word:
    """A word with the white space behind it; a sentence can be cut before it at `cut`, None for the first."""

    cut: int | None
    text: str


@dataclass(frozen=True)
class Mendable:
    """A current sentence as it can be mended; its neighbours are None at the ends of the text."""

    sentence: Sentence
    before: Sentence | None
    behind: Sentence | None
    words: list[Word]
    rest: str  # what lies beyond the words that are offered
    undoable: Resplit | None  # the change that made it, when it can be undone

    @property
    def is_first_of_paragraph(self) -> bool:
        return self.before is not None and self.before.paragraph != self.sentence.paragraph

    @property
    def is_last_of_paragraph(self) -> bool:
        return self.behind is not None and self.behind.paragraph != self.sentence.paragraph


def mendable(sentence: Sentence) -> Mendable:
    """Return what can be mended at a sentence: three queries."""
    statement = sentence.statement
    others = statement.sentences.current()
    before = others.filter(start__lt=sentence.start).order_by("-start").first()
    behind = others.filter(start__gt=sentence.start).order_by("start").first()
    for one in (before, behind):
        if one is not None:
            one.statement = statement
    offered, rest = words_of(sentence)
    return Mendable(
        sentence=sentence,
        before=before,
        behind=behind,
        words=offered,
        rest=rest,
        undoable=undoable(sentence),
    )


def words_of(sentence: Sentence) -> tuple[list[Word], str]:
    """Return the words of a sentence at which it can be cut, and what lies beyond those."""
    found = words(sentence.statement.text, sentence.start, sentence.end)
    offered, rest = found[:MOST_WORDS], found[MOST_WORDS:]
    shown = [Word(at if number else None, text) for number, (at, text) in enumerate(offered)]
    return shown, "".join(text for _at, text in rest)


def undoable(sentence: Sentence) -> Resplit | None:
    """Return the change that made a sentence, when it can be undone; one query, where somebody changed it."""
    if sentence.made_by_id is None or sentence.ended_by_id is not None:
        return None
    return Resplit.objects.standing().filter(pk=sentence.made_by_id).first()


@dataclass(frozen=True)
class Lineage:
    """Where a sentence comes from and what became of it; each with the sentences on the other side."""

    made_by: Resplit | None
    made_from: list[Sentence]
    ended_by: Resplit | None
    became: list[Sentence]
    undoable: Resplit | None


def lineage_of(sentence: Sentence) -> Lineage:
    """Return the mends that made and ended a sentence: up to five queries, none where nobody mended."""
    made, ended = sentence.made_by, sentence.ended_by
    return Lineage(
        made_by=made,
        made_from=_touching(sentence, made.ended.all()) if made else [],
        ended_by=ended,
        became=_touching(sentence, ended.made.all()) if ended else [],
        undoable=undoable(sentence),
    )


def _touching(sentence: Sentence, others: QuerySet[Sentence]) -> list[Sentence]:
    """Those that share text with a sentence, in order."""
    shared = list(others.filter(start__lt=sentence.end, end__gt=sentence.start).order_by("start"))
    for one in shared:
        one.statement = sentence.statement
    return shared

"""What was decided on one sentence over time, as far as one reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from statements.models import Act, Annotation, Member, Sentence, State
from statements.reports.annotation import pseudonyms, visible_rows
from statements.reports.scheme import LabelWords, SchemeWords
from statements.roles import sees_comments

NEAR = 100  # sentences on each side


class Fate(StrEnum):
    """What became of a decision."""

    STANDS = "stands"
    REPLACED = "replaced"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True)
class Decided:
    """One row of the history of a sentence; `comment` is empty for those who may not read it."""

    row: Annotation
    who: str  # a pseudonym
    is_own: bool
    labels: list[LabelWords]
    comment: str
    fate: Fate


def history_of(sentence: Sentence, reader: Member, scheme: SchemeWords) -> list[Decided]:
    """Return all rows on a sentence that `reader` may see, the latest first: three queries."""
    seen = visible_rows(sentence.corpus, reader.user).filter(sentence=sentence)
    rows = seen.select_related("scheme").order_by("-pk").with_labels()
    followed_by = {row.supersedes_id: row for row in rows if row.supersedes_id}
    names = pseudonyms(sentence.corpus)
    reads_all = sees_comments(reader.roles)
    return [
        Decided(
            row=row,
            who=names[row.reviewer_id],
            is_own=row.reviewer_id == reader.user_id,
            labels=scheme.named({label.slug for label in row.labels.all()}),
            comment=row.comment if reads_all or row.reviewer_id == reader.user_id else "",
            fate=_fate(followed_by.get(row.pk)),
        )
        for row in rows
    ]


def surroundings(sentence: Sentence) -> tuple[str, str]:
    """Return the text before and behind a sentence in its paragraph, as far as it is near: two queries."""
    same = Sentence.objects.filter(statement=sentence.statement_id, paragraph=sentence.paragraph)
    before = same.filter(start__lt=sentence.start).order_by("-start").values_list("start", flat=True)
    behind = same.filter(end__gt=sentence.end).order_by("end").values_list("end", flat=True)
    text = sentence.statement.text
    start = min(before[:NEAR], default=sentence.start)
    end = max(behind[:NEAR], default=sentence.end)
    return text[start : sentence.start], text[sentence.end : end]


def _fate(successor: Annotation | None) -> Fate:
    """What follows a decision says what became of it."""
    if successor is None:
        return Fate.STANDS
    is_taken_back = successor.act != Act.DECIDE or successor.state == State.WITHDRAWN
    return Fate.TAKEN_BACK if is_taken_back else Fate.REPLACED

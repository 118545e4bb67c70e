"""What an export holds: its layers, and the columns of each with what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from statements.formats.base import Column, Kind


class Layer(StrEnum):
    """What a row of an export is."""

    SENTENCES = "sentences"
    ANNOTATIONS = "annotations"
    HISTORY = "history"
    STATEMENTS = "statements"


ABOUT = (
    Column("language"),
    Column("title"),
    Column("speaker"),
    Column("published_on", Kind.DAY, may_be_null=True),
    Column("source_url"),
    Column("licence"),
    Column("responds_to"),
    Column("metadata", Kind.OBJECT),
)
PLACE = (
    Column("corpus"),
    Column("statement"),
    Column("sentence"),
    Column("position", Kind.INTEGER),
    Column("paragraph", Kind.INTEGER),
    Column("start", Kind.INTEGER),
    Column("end", Kind.INTEGER),
    Column("start_utf16", Kind.INTEGER),
    Column("end_utf16", Kind.INTEGER),
    Column("text"),
    *ABOUT,
    Column("made_by", may_be_null=True),
)
DECISION = (
    Column("reviewer"),
    Column("state"),
    Column("labels", Kind.TEXTS),
    Column("reason"),
    Column("unsure", Kind.YES_NO),
    Column("bad_split", Kind.YES_NO),
    Column("comment", may_be_null=True),
    Column("scheme", Kind.INTEGER),
    Column("round"),
    Column("blind", Kind.YES_NO),
    Column("check", Kind.YES_NO),
    Column("decided_at", Kind.MOMENT),
    Column("saved_at", Kind.MOMENT),
)
GOLD = (
    Column("state"),
    Column("labels", Kind.TEXTS),
    Column("source"),
    Column("by", may_be_null=True),
    Column("scheme", Kind.INTEGER),
    Column("at", Kind.MOMENT),
)
# A sentence that ended without a decision is a row too, so none of these need say anything.
CAME_ABOUT = (
    Column("key", may_be_null=True),
    Column("based_on", may_be_null=True),
    Column("act", may_be_null=True),
    Column("takes_back", may_be_null=True),
    Column("superseded_at", Kind.MOMENT, may_be_null=True),
)
IF_ANY = tuple(Column(column.name, column.kind, may_be_null=True) for column in DECISION)

COLUMNS: Mapping[Layer, tuple[Column, ...]] = {
    Layer.SENTENCES: (
        *PLACE,
        Column("gold", Kind.RECORD, may_be_null=True, columns=GOLD),
        Column("soft", Kind.SHARES),
        Column("annotations", Kind.RECORDS, columns=DECISION),
    ),
    Layer.ANNOTATIONS: (*PLACE, *DECISION),
    Layer.HISTORY: (*PLACE, Column("ended_by", may_be_null=True), *IF_ANY, *CAME_ABOUT),
    Layer.STATEMENTS: (
        Column("corpus"),
        Column("statement"),
        *ABOUT,
        Column("sentences", Kind.INTEGER),
        Column("segmenter"),
        Column("stored_at", Kind.MOMENT),
        Column("text"),
    ),
}

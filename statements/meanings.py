"""What the columns of an export mean, in words: one sentence for each, for pages, files and the API."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.formats.base import Column, Kind
from statements.reports.columns import Layer

LAYERS: Mapping[Layer, StrOrPromise] = {
    Layer.SENTENCES: _("a sentence, with all decisions on it"),
    Layer.ANNOTATIONS: _("a decision, with its sentence"),
    Layer.HISTORY: _("a decision that ever was, with its sentence, also one that ended"),
    Layer.STATEMENTS: _("a statement, with its whole text"),
}
FORMATS: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {  # what each is called, and what it is for
    "jsonl": ("JSON Lines", _("For programs; says everything, a row a line.")),
    "csv": ("CSV", _("For spreadsheets and R; lists stand as JSON in their cell.")),
    "csv-zip": (_("CSV and README in a ZIP"), _("To hand on: the README says what each column means.")),
    "parquet": ("Parquet", _("Typed and small, for pandas, polars, DuckDB and Hugging Face.")),
    "xlsx": ("Excel", _("A workbook with a sheet of explanations; at most 50,000 rows.")),
    "lewidi": ("LeWiDi JSON", _("For learning with disagreements; sentences only.")),
}
KINDS: Mapping[Kind, StrOrPromise] = {
    Kind.TEXT: _("text"),
    Kind.INTEGER: _("whole number"),
    Kind.YES_NO: _("true or false"),
    Kind.DAY: _("day"),
    Kind.MOMENT: _("time"),
    Kind.TEXTS: _("list of texts"),
    Kind.SHARES: _("numbers by label"),
    Kind.OBJECT: _("values by name"),
    Kind.RECORD: _("record"),
    Kind.RECORDS: _("list of records"),
}
COLUMNS: Mapping[str, StrOrPromise] = {
    "corpus": _("Address of the corpus."),
    "statement": _("Public id of the statement. It never changes."),
    "sentence": _(
        "Public id of the sentence: its statement, a dot, its number. Numbers are never used again."
    ),
    "position": _("Place among the current sentences of the statement, from 1. 0 for one that ended."),
    "paragraph": _("Paragraph of the statement in which the sentence begins, from 1."),
    "start": _("Where the sentence begins in the text of its statement, in Unicode code points, from 0."),
    "end": _("Where it ends: the place behind its last character, in code points."),
    "start_utf16": _("As start, in UTF-16 units: what JavaScript, Java and .NET count."),
    "end_utf16": _("As end, in UTF-16 units."),
    "text": _("The sentence: what stands in the text of its statement from start to end."),
    "language": _("Language of the statement, as a code of BCP 47."),
    "title": _("Title of the statement."),
    "speaker": _("Who speaks in it. Empty: unknown."),
    "published_on": _("The day on which it was published. Null: unknown."),
    "source_url": _("Where it was published. Empty: unknown."),
    "licence": _("The licence under which its text may be used. Empty: unknown."),
    "responds_to": _("What it answers. Empty: unknown."),
    "metadata": _("Whatever else was said about it when it came in; it cannot hide another column."),
    "made_by": _("Id of the resplit that made the sentence. Null: as it was cut when the statement came in."),
    "gold": _("The settled decision. Null: not settled, or not to be seen by whoever works blind."),
    "soft": _(
        "For each label the share of decisions that carry it, of those that label or say “no claim”, in "
        "first rounds. Empty without any. What was carried over and not looked at since does not count."
    ),
    "annotations": _(
        "The decisions that stand and that you may see, in the order of saving. Empty: untouched, as far as "
        "you may see."
    ),
    "ended_by": _("Id of the resplit that ended the sentence. Null: it is current."),
    "reviewer": _("Pseudonym of who decided. It stays the same in the corpus."),
    "state": _(
        "labelled, none (looked at: no claim) or skipped. Untouched is what has no decision; withdrawn, in "
        "the history, is what was taken back."
    ),
    "labels": _("Slugs of the labels. Empty unless labelled."),
    "reason": _("Why it was skipped: context, fragment, language or other. Empty unless skipped."),
    "unsure": _("Whether the reviewer marked it as unsure."),
    "bad_split": _("Whether the reviewer marked the sentence as cut wrongly."),
    "comment": _("What the reviewer wrote. Null: not for you to read; it is for admins and adjudicators."),
    "scheme": _("Number of the scheme (labels and guideline) under which it was decided."),
    "round": _("first, repeat or practice."),
    "blind": _("Whether the reviewer could not know what others chose."),
    "check": _("Whether a resplit carried it here and its reviewer has not looked at it since."),
    "decided_at": _("When it was decided, by the clock of the reviewer’s device."),
    "saved_at": _("When it was saved, by the clock of the server."),
    "key": _("Name of the save."),
    "based_on": _("Name of the save that it superseded. Null: the first."),
    "act": _("How it came about: decide, undo, redo, or carry (a resplit brought it)."),
    "takes_back": _("Name of the save that an undo or a redo took back. Null: none."),
    "superseded_at": _("When another decision took its place. Null: it stands."),
    "sentences": _("How many current sentences the statement has."),
    "segmenter": _("The rules by which it was cut when it came in."),
    "stored_at": _("When it came into the corpus."),
    "source": _("unanimous or adjudicated."),
    "by": _("Pseudonym of the adjudicator. Null: unanimous."),
    "at": _("When it was settled."),
}
IN_LAYER: Mapping[tuple[Layer, str], StrOrPromise] = {
    (Layer.STATEMENTS, "text"): _("The whole text, as it was stored. It never changes."),
}
IN_GOLD: Mapping[str, StrOrPromise] = {
    "state": pgettext_lazy("gold", "labelled or none: a settled sentence is neither untouched nor skipped."),
    "scheme": pgettext_lazy("gold", "Number of the scheme under which it was settled."),
}


def meaning_of(column: Column, layer: Layer, *, within: str = "") -> StrOrPromise:
    """Return what a column means; `within` names the record in which it stands, if it stands in one."""
    if within == "gold" and column.name in IN_GOLD:
        return IN_GOLD[column.name]
    return IN_LAYER.get((layer, column.name)) or COLUMNS[column.name]

"""Exports: what one reader may see of a corpus, as it was at one moment, to be read once from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q

from statements.errors import Refused
from statements.formats.base import Row, Table
from statements.models import Corpus, Event, Member, Operator
from statements.models.snapshot import SNAPSHOT, snapshot
from statements.reports.columns import COLUMNS
from statements.reports.rows import Asked, Rows, moment


@dataclass(frozen=True)
class Exported:
    """An export that has begun: what its rows are, and the rows, to be read once."""

    table: Table
    as_of: datetime
    rows: Iterator[Row]


@dataclass(frozen=True)
class Preview:
    """What an export would be: how many rows it has, and the first of them."""

    table: Table
    as_of: datetime
    count: int
    rows: list[Row]


@contextmanager
def exporting(corpus: Corpus, asked: Asked, reader: Member | Operator) -> Iterator[Exported]:
    """Hold the state that an export shows, for as long as its rows are read. Nobody who writes waits for it.

    Rows come in the order of the texts; the keys of each stand in the order of COLUMNS. The layer of
    annotations has the decisions that stand; that of the history all that there ever were, by sentence in the
    order of saving, and each sentence that ended: without a decision if the reader may see none.

    The same state is the same rows, whenever it is asked for. Raises Refused("as_of_ahead") for a moment that
    has not passed, Refused("changed_since_then") when what is known about statements, or what the reader may
    see, is not what it was at that moment, and Refused("no_such_row") for an unknown place to go on from.
    """
    with snapshot() as newest:
        as_of = newest if asked.as_of is None else asked.as_of
        if as_of > newest:
            raise Refused("as_of_ahead", newest=moment(newest))
        if asked.as_of is not None:
            _refuse_if_changed(corpus, reader, since=as_of)
        rows = Rows(corpus, asked, reader, as_of)
        table = Table(asked.layer, COLUMNS[asked.layer], moment(as_of), slugs=rows.slugs)
        yield Exported(table, as_of, iter(rows))


def export_rows(corpus: Corpus, asked: Asked, reader: Member) -> Iterator[Row]:
    """Yield the rows of an export, which begins when the first one is asked for; see `exporting`."""
    with exporting(corpus, asked, reader) as exported:
        yield from exported.rows


def count_rows(corpus: Corpus, asked: Asked, reader: Member) -> int:
    """Return how many rows an export would have now, without reading them; `after` is not looked at."""
    with snapshot() as as_of:
        return Rows(corpus, asked, reader, as_of).count()


def preview(corpus: Corpus, asked: Asked, reader: Member, *, most: int) -> Preview:
    """Return what an export would be now: its number of rows and the first `most`, out of one state."""
    with snapshot() as as_of:
        rows = Rows(corpus, asked, reader, as_of)
        table = Table(asked.layer, COLUMNS[asked.layer], moment(as_of), slugs=rows.slugs)
        return Preview(table, as_of, rows.count(), list(islice(rows, most)))


def _refuse_if_changed(corpus: Corpus, reader: Member | Operator, *, since: datetime) -> None:
    """Raise Refused when rows of that moment cannot be made again: not all of it is kept as it was."""
    changes = Q(noun="statement", verb="corrected") | Q(noun="upload", verb="withdrew")
    if isinstance(reader, Member):
        changes |= Q(noun="member", public_id=reader.pseudonym)
    if Event.objects.using(SNAPSHOT).filter(changes, corpus=corpus, at__gte=since).exists():
        raise Refused("changed_since_then")

"""What every request or every save asks for, in SQL written by hand.

To build these statements cost far more than to run them (0.7 ms of 0.72 for the labels, measured on SQLite),
and every decision of a reviewer takes this way; so they are built already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model, prefetch_related_objects

from statements.models.annotation import Annotation
from statements.models.corpus import Corpus, Member
from statements.models.scheme import Label, Scheme
from statements.models.sentence import Sentence, parts_of
from statements.models.statement import Statement
from statements.models.user import User

T = TypeVar("T")
M = TypeVar("M", bound=Model)
MOST_AT_ONCE = 900  # variables in a statement; older SQLite takes 999

USER = 'SELECT * FROM "user" WHERE id = %s'
SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
MEMBERSHIP = """
    SELECT id, corpus_id, user_id, number, is_admin, is_adjudicator, is_reviewer, is_researcher, has_watched,
        waiting_from_id, left_at
    FROM member WHERE corpus_id = %s AND user_id = %s AND left_at IS NULL
"""
LABELS = """
    SELECT scheme.id, scheme.number, label.id, label.slug
    FROM scheme_label JOIN label ON label.id = label_id JOIN scheme ON scheme.id = scheme_id
    WHERE scheme_id = (SELECT id FROM scheme WHERE corpus_id = %s ORDER BY number DESC LIMIT 1)
    ORDER BY position
"""
MET = """
    SELECT {what} FROM annotation WHERE reviewer_id = %s AND key IN ({keys})
    UNION
    SELECT {what} FROM annotation
    WHERE sentence_id IN ({sentences}) AND reviewer_id = %s AND round = 'first' AND superseded_at IS NULL
    ORDER BY id
"""
ENDED = "SELECT id, ended_by_id FROM sentence WHERE ended_by_id IS NOT NULL AND id IN ({sentences})"
# Locked, a sentence cannot be cut differently before this transaction ends; Django's foreign keys hold it
# only at the commit.
INSERT = """
    INSERT INTO annotation ({columns}) VALUES {values}
    RETURNING id, (SELECT ended_by_id FROM sentence WHERE sentence.id = sentence_id {lock})
"""
ATTACH = "INSERT INTO annotation_label (annotation_id, label_id) VALUES {values}"
SENTENCES = """
    SELECT sentence.id, statement_id, number, start, "end", made_by_id, ended_by_id FROM sentence
    JOIN statement ON statement.id = sentence.statement_id JOIN upload ON upload.id = statement.upload_id
    WHERE statement.public_id = %s AND statement.corpus_id = %s AND sentence.number IN ({numbers})
    AND upload.state = 'stored' AND upload.withdrawn_at IS NULL
"""


def user_with(key: int) -> User | None:
    """Return the account with this primary key, if there is one."""
    return next(iter(User.objects.raw(USER, [key])), None)


def session_data(key: str, *, at: datetime) -> str | None:
    """Return what a session holds, encoded; None when it ended or never was."""
    with connection.cursor() as cursor:
        cursor.execute(SESSION, [key, connection.ops.adapt_datetimefield_value(at)])
        row = cursor.fetchone()
    return row[0] if row else None


def membership(corpus: Corpus, user: User) -> Member | None:
    """Return the membership of somebody who is signed in, and so is active; None when they are no member."""
    for member in _instances(Member, MEMBERSHIP, [corpus.pk, user.pk]):
        member.corpus, member.user = corpus, user
        return member
    return None


def labels_in_force(corpus: Corpus) -> tuple[Scheme | None, list[Label]]:
    """Return the newest scheme of a corpus, without its texts, and its labels in order: one query."""
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [corpus.pk])
        rows = cursor.fetchall()
    if not rows:
        return None, []
    scheme = _known(Scheme, {"id": rows[0][0], "number": rows[0][1], "corpus_id": corpus.pk})
    return scheme, [Label(pk=pk, corpus=corpus, slug=slug) for _scheme, _number, pk, slug in rows]


def rows_met(reviewer: User, *, keys: Collection[str], sentences: Collection[int]) -> list[Annotation]:
    """Return the rows of a reviewer with these keys, and the current ones on these sentences, with labels.

    In the order of saving. One query when there are none, three otherwise.
    """
    places = {"keys": _places(keys), "sentences": _places(sentences)}
    values: list[int | str] = [reviewer.pk, *keys, *sentences, reviewer.pk]
    with connection.cursor() as cursor:
        cursor.execute(MET.format(what="id", **places), values)
        if cursor.fetchone() is None:
            return []
    # All in one statement: what is read is what stood at one moment.
    rows = list(Annotation.objects.raw(MET.format(what="*", **places), values))
    prefetch_related_objects(rows, "labels")
    return rows


def sentences_named(corpus: Corpus, public_ids: Iterable[str]) -> Mapping[str, Sentence]:
    """Return those of a corpus that there are, by public id, without the texts: one query a statement.

    A sentence of a withdrawn statement is not there.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for public_id in public_ids:
        name, number = parts_of(public_id)
        if number and "\0" not in name:
            wanted[name].add(number)
    found = {}
    for name, numbers in wanted.items():
        sql = SENTENCES.format(numbers=_places(numbers))
        for sentence in _instances(Sentence, sql, [name, corpus.pk, *numbers]):
            about = {"id": sentence.statement_id, "public_id": name, "corpus_id": corpus.pk}
            sentence.statement = _known(Statement, about)
            sentence.statement.corpus = corpus
            found[sentence.public_id] = sentence
    return found


def look_again(sentences: Collection[Sentence]) -> None:
    """Tell sentences that were read earlier by which resplit they ended: one query."""
    keys = {sentence.pk for sentence in sentences}
    with connection.cursor() as cursor:
        cursor.execute(ENDED.format(sentences=_places(keys)), [*keys])
        ended = dict(cursor.fetchall())
    for sentence in sentences:
        sentence.ended_by_id = ended.get(sentence.pk)


def insert(rows: Sequence[Annotation]) -> None:
    """Store new rows in this order, and give them their primary keys; what they refer to is stored.

    Their sentences are told by which resplit they ended, if they did, and stay as they are until the end of
    the transaction.
    """
    if not connection.features.can_return_columns_from_insert:  # SQLite before 3.35
        for row in rows:
            row.save(force_insert=True)
        look_again([row.sentence for row in rows])
        return
    fields, columns, places = _columns()
    for run in _batched(rows, MOST_AT_ONCE // len(fields)):
        for row in run:  # what was planned with them has its primary key by now
            row.supersedes, row.takes_back, row.restores = row.supersedes, row.takes_back, row.restores
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for row in run for field in fields
        ]
        lock = "FOR KEY SHARE" if connection.features.has_select_for_update else ""
        sql = INSERT.format(columns=columns, values=", ".join([places] * len(run)), lock=lock)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            stored = cursor.fetchall()
        for row, (key, ended_by) in zip(run, stored, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
            row.sentence.ended_by_id = ended_by


def attach(links: Sequence[tuple[int, int]]) -> None:
    """Give labels to rows: pairs of their primary keys, the row's first."""
    for run in _batched(links, MOST_AT_ONCE // 2):
        values = ", ".join(["(%s, %s)"] * len(run))
        with connection.cursor() as cursor:
            cursor.execute(ATTACH.format(values=values), [key for pair in run for key in pair])


def _batched(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into runs of at most so many."""
    for at in range(0, len(values), most):
        yield values[at : at + most]


@cache
def _columns() -> tuple[list[Field[Any, Any]], str, str]:
    """What a row is made of: its fields, the names of their columns, and places for their values."""
    fields = [field for field in Annotation._meta.concrete_fields if not field.primary_key]
    return fields, ", ".join(str(field.column) for field in fields), f"({_places(fields)})"


def _instances(kind: type[M], sql: str, values: Sequence[str | int]) -> list[M]:
    """Return instances with the columns that a statement selects; the others are read when asked for.

    The columns are texts, numbers, yes or no, or NULL: what needs no conversion.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [_known(kind, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _known(kind: type[M], values: Mapping[str, object]) -> M:
    """Return an instance of which these fields are known; the others are read when asked for."""
    names = [field.attname for field in kind._meta.concrete_fields if field.attname in values]
    return kind.from_db(connection.alias, names, [values[name] for name in names])


def _places(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))

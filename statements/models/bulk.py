"""Many rows at once: drafts by COPY on PostgreSQL and by one prepared statement on SQLite, statements and
sentences out of drafts within the database.

Building instances would cost several times what the database takes. Only names of tables and columns that
the models declare go into the statements; values go beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models

from statements.models.upload import Upload

MOST = 2**31 - 1
INSERT = "INSERT INTO {table} ({columns}) VALUES ({places})"
COPY = "COPY {table} ({columns}) FROM STDIN"
STORE_STATEMENTS = """
    INSERT INTO statement (
        public_id, corpus_id, upload_id, source_id, text, fold, sketch, segmenter, title, language, speaker,
        published_on, source_url, licence, responds_to, metadata, created_at
    )
    SELECT draft.public_id, %s, draft.upload_id, draft.source_id, draft.text, draft.fold, draft.sketch, %s,
        draft.title, draft.language, draft.speaker, draft.published_on, draft.source_url, draft.licence,
        draft.responds_to, draft.metadata, %s
    FROM draft JOIN source ON source.id = draft.source_id
    WHERE draft.upload_id = %s AND draft.number BETWEEN %s AND %s
        AND NOT draft.left_out AND NOT source.left_out
        AND draft.same_as_id IS NULL AND draft.same_as_number IS NULL
    ORDER BY draft.number
"""
STORE_SENTENCES = {
    "sqlite": """
    INSERT INTO sentence (statement_id, number, start, "end", paragraph)
    SELECT statement.id, span.key + 1, json_extract(span.value, '$[0]'), json_extract(span.value, '$[1]'),
        json_extract(span.value, '$[2]')
    FROM draft JOIN statement ON statement.public_id = draft.public_id, json_each(draft.spans) AS span
    WHERE draft.upload_id = %s AND draft.number BETWEEN %s AND %s AND span.key BETWEEN %s AND %s
    ORDER BY draft.number, span.key
""",
    "postgresql": """
    INSERT INTO sentence (statement_id, number, start, "end", paragraph)
    SELECT statement.id, span.key, (span.value ->> 0)::int, (span.value ->> 1)::int, (span.value ->> 2)::int
    FROM draft JOIN statement ON statement.public_id = draft.public_id,
        jsonb_array_elements(draft.spans) WITH ORDINALITY AS span (value, key)
    WHERE draft.upload_id = %s AND draft.number BETWEEN %s AND %s AND span.key - 1 BETWEEN %s AND %s
    ORDER BY draft.number, span.key
""",
}


def insert_many(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Store rows whose values stand in the order of `names`, the attributes of the model's fields.

    Fields that are not named need a default in the database. Values are those that the fields take.
    """
    if not rows:
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields, by_column = [], []
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        field = by_name[name]
        if field.null and not any(value is not None for value in values):
            continue  # as most likenesses are: nothing has to be written
        fields.append(field)
        by_column.append(values if isinstance(field, PLAIN) else map(_preparing(field), values))
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    ready = zip(*by_column, strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(COPY.format(table=table, columns=columns)) as copy:
                for row in ready:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(INSERT.format(table=table, columns=columns, places=places), list(ready))


PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField, models.ForeignKey)
"""Fields whose values the databases take as they are."""


def _preparing(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what makes a value of a field one that the database takes; JSON as the text that both take."""
    if isinstance(field, models.JSONField):
        # Most rows hold something empty, and an encoder takes some time to begin.
        return lambda value: encode(value) if value else _EMPTY[type(value)]
    # Of times and days there are few different ones in many rows.
    return lru_cache(1_000)(lambda value: field.get_db_prep_save(value, connection))


_EMPTY: Mapping[type, str | None] = {list: "[]", dict: "{}", type(None): None}
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def store_statements(upload: Upload, first: int, last: int, *, segmenter: str, at: datetime) -> None:
    """Make statements of those drafts to be stored that have these numbers: they never leave the database."""
    values: list[Any] = [
        upload.corpus_id,
        segmenter,
        connection.ops.adapt_datetimefield_value(at),
        upload.pk,
        first,
        last,
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE_STATEMENTS, values)


def store_sentences(upload: Upload, first: int, last: int, *, begin: int = 0, end: int = MOST) -> None:
    """Make sentences of the spans of these drafts, from the `begin`th to the `end`th of each, from 0.

    Their statements were made by `store_statements`; a draft without one is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(STORE_SENTENCES[connection.vendor], [upload.pk, first, last, begin, end])

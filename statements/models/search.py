"""The index by which statements are found: their words, in what each database has for that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from statements.models.bulk import insert_many
from statements.models.upload import Upload
from statements.text.search import joined, parts_of

PARTS = 1_024  # of one statement at most: of the longest text that can come in there are 200
SHORT = 1_000  # characters of a text in which few words are there twice
STORE_PLAIN = """
    INSERT INTO statement_words (rowid, words)
    SELECT id * %s, title || char(10) || text FROM statement
    WHERE upload_id = %s AND id > %s AND length(text) <= %s
        AND length(CAST(text AS BLOB)) = length(text) AND length(CAST(title AS BLOB)) = length(title)
    ORDER BY id
"""


Kept = list[tuple[int, str]]
"""Words by the keys of their rows."""


def kept_of(statements: Iterable[tuple[int, str, str]]) -> Kept:
    """Return by what statements are found, of which these are the primary keys, titles and texts."""
    kept = []
    for pk, title, text in statements:
        for number, part in enumerate(parts_of(text)):
            kept.append((pk * PARTS + number, joined(part if number else f"{title}\n{part}")))
    return kept


class Words(models.TextField[str, str]):
    """Words in plain writing, with spaces between: a tsvector on PostgreSQL, what FTS5 indexes on SQLite.

    Neither has anything to fold, so both find the same.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


@Words.register_lookup
class Begin(Lookup[str]):
    """Rows with a word that is this one, or begins with it: `words__begin`."""

    lookup_name = "begin"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:  # Any: values of any type
        column, values = self.process_lhs(compiler, connection)
        quoted = str(self.rhs).replace("\\", "\\\\").replace("'", "''")
        return f"{column} @@ %s::tsquery", [*values, f"'{quoted}':*"]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:  # Any: values of any type
        # Of a table of FTS5 everything is asked through a column that is called like the table.
        column, values = self.process_lhs(compiler, connection)
        quoted = connection.ops.quote_name
        whole = column.removesuffix(quoted(self.lhs.target.column)) + quoted(StatementWords._meta.db_table)
        word = str(self.rhs).replace('"', '""')
        return f"{whole} MATCH %s", [*values, f'"{word}"*']


class StatementWordsQuerySet(models.QuerySet["StatementWords"]):
    def of(self, statement: int) -> StatementWordsQuerySet:
        """Those of the statement with this primary key."""
        return self.filter(key__range=(statement * PARTS, statement * PARTS + PARTS - 1))

    def statements_with(self, word: str) -> models.QuerySet[StatementWords, Any]:  # Any: a primary key
        """The primary keys of the statements that have a word that is this one, or begins with it."""
        return self.filter(words__begin=word).values_list(F("key") / PARTS, flat=True)

    def store(self, kept: Kept) -> None:
        insert_many(self.model, ("key", "words"), kept)

    def store_plain(self, upload: Upload, *, after: int) -> int:
        """Let SQLite read new short texts of an upload itself; return how many it read.

        In those of ASCII it finds the same words. Many imports have little else, and to read them here costs
        several times as much.
        """
        if connection.vendor != "sqlite":
            return 0
        with connection.cursor() as cursor:
            cursor.execute(STORE_PLAIN, [PARTS, upload.pk, after, SHORT])
            return int(cursor.rowcount)


class StatementWords(models.Model):
    """Words of a statement. Long texts have several parts, and the title stands with the first.

    The key is that of the statement times PARTS, and the number of the part: on SQLite the table is one of
    FTS5, which has no other columns to look rows up by. So nothing refers to it, and it refers to nothing.
    """

    key = models.BigIntegerField(primary_key=True, db_column="rowid")
    words = Words()

    objects = StatementWordsQuerySet.as_manager()

    class Meta:
        db_table = "statement_words"
        verbose_name = _("words of a statement")
        verbose_name_plural = _("words of statements")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.key}"

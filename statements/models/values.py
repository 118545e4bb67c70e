"""Values as a database gives them out with the least work for Python: where there are very many of them."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Func, IntegerField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler


class Rfc3339(Func):
    """A time as RFC 3339 writes it in UTC, with as many digits as `datetime.isoformat`: none or six."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        # Any: as expressions take and give it
        return self.as_sql(
            compiler, connection, template="replace(%(expressions)s, ' ', 'T') || 'Z'", **context
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        written = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        return self.as_sql(compiler, connection, template=f"replace({written}, '.000000Z', 'Z')", **context)


class Number(Cast):
    """Yes and no as 1 and 0."""

    def __init__(self, name: str) -> None:
        super().__init__(name, IntegerField())

    def get_db_converters(self, connection: Any) -> list[Any]:  # Any: as expressions take and give it
        return []  # a cast gives numbers already

"""Write the trace of a change, inside the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from statements.models import Corpus, Event, User


def record(
    verb: str,
    noun: str,
    public_id: str,
    *,
    corpus: Corpus | None,
    by: User | None,
    at: datetime,
    **detail: Any,
) -> None:
    """Write one event. `detail` is what JSON can say; `by` is None when the program itself acted."""
    Event.objects.create(
        verb=verb, noun=noun, public_id=public_id, corpus=corpus, actor=by, at=at, detail=detail
    )

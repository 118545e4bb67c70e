"""Sessions as Django keeps them in the database, read by a statement that is prepared: every request asks."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Kept
from django.utils import timezone

from statements.models.prepared import session_data


class SessionStore(Kept):
    def load(self) -> dict[str, Any]:  # Any: what sessions hold
        data = session_data(self.session_key or "", at=timezone.now())
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)

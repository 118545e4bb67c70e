"""Refusals of the use cases. They carry a code and values; the edges write the sentence people read."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An action that was not done. `code` names the reason, `values` fill the sentence."""

    def __init__(self, code: str, **values: Any) -> None:  # Any: whatever the sentence shows
        super().__init__(code, values)
        self.code = code
        self.values = values


class Stale(Refused):
    """A save that was based on a decision which is no longer the current one; `current` stands now."""

    def __init__(self, current: Any) -> None:  # Any: an Annotation or None; tables are a layer above
        super().__init__("stale")
        self.current = current


class Unreadable(Refused):
    """Bytes that are not a text this program can keep."""

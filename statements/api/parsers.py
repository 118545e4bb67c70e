"""JSON from outside: whatever is odd about it is the sender's mistake, never ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSON(BaseParser):
    """RFC 8259 in UTF-8: no NaN, no Infinity, and no nesting that Python cannot follow."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # Any: JSON can be anything; the serializers check it
        try:
            return json.loads(stream.read().decode("utf-8"), parse_constant=_refuse)
        except RecursionError as deep:
            raise ParseError(_("This JSON is nested too deeply.")) from deep
        except ValueError as wrong:
            raise ParseError(_("This is not JSON in UTF-8: %(why)s.") % {"why": wrong}) from wrong


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

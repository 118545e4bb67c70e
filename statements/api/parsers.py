"""JSON from outside: whatever is odd about it is the sender's mistake, never ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isinf
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 30


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
            text = stream.read().decode("utf-8")
            read = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        except RecursionError as deep:
            raise ParseError(_("This JSON is nested too deeply.")) from deep
        except ValueError as wrong:
            raise ParseError(_("This is not JSON in UTF-8: %(why)s.") % {"why": wrong}) from wrong
        if _is_deep(read):
            raise ParseError(_("This JSON is nested too deeply."))
        return read


def _is_deep(value: object) -> bool:
    """Whether code that follows it by calling itself could come to the end of its stack."""
    level = [value]
    for _depth in range(DEEPEST):
        inside: list[object] = []
        for one in level:
            if isinstance(one, (dict, list)):
                inside.extend(one.values() if isinstance(one, dict) else one)
        if not inside:
            return False
        level = inside
    return True


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

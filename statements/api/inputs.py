"""What comes in is what was meant: a name that nobody knows is a mistake, not something to pass over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework import serializers

T = TypeVar("T")


class Input(serializers.Serializer[T]):
    """A serializer of input that refuses fields it does not have."""

    def to_internal_value(self, data: Any) -> Any:  # Any: JSON can be anything; this checks it
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            known = ", ".join(sorted(self.fields))
            sentence = _("There is no such field. There is: %(known)s.") % {"known": known}
            raise serializers.ValidationError({_plain(name): [sentence] for name in unknown})
        return super().to_internal_value(data)


def _plain(name: str) -> str:
    """Half a surrogate pair can be read from JSON but not be sent back."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")

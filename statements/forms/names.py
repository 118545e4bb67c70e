"""Names that people give: to a corpus, a label, a person."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Characters that turn the direction of what follows: with one, a name could pass for another, or turn the
# line that it stands in.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def runs_straight(name: str) -> None:
    """See that a name holds nothing that turns text around. Raises ValidationError."""
    if TURNING.search(name):
        raise ValidationError(
            gettext("The name holds an invisible character that turns text around. Type it anew.")
        )

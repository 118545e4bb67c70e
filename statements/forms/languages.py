"""Languages people can choose from."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from statements.languages import LANGUAGES


def named_languages() -> list[tuple[str, str]]:
    """Return the languages people can choose from, each by its own name."""
    names = {**{code: str(about.get("name_local")) for code, about in LANG_INFO.items()}, "zh": "中文"}
    return [(code, names[code]) for code in LANGUAGES]


def language_choices() -> list[tuple[str, str]]:
    """Return the languages a statement can be said to be in, each by its own name."""
    return [("", str(_("Choose a language"))), *named_languages()]

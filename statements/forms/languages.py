"""Languages people can choose from."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

LANGUAGES = (
    "en",
    "fr",
    "de",
    "es",
    "it",
    "nl",
    "pt",
    "ar",
    "el",
    "hi",
    "ja",
    "pl",
    "ro",
    "ru",
    "sv",
    "tr",
    "uk",
)


def named_languages() -> list[tuple[str, str]]:
    """Return the languages people can choose from, each by its own name."""
    return [(code, str(LANG_INFO[code]["name_local"])) for code in LANGUAGES] + [("zh", "中文")]


def language_choices() -> list[tuple[str, str]]:
    """Return the languages a statement can be said to be in, each by its own name."""
    return [("", str(_("Choose a language"))), *named_languages()]

"""The languages that a statement can be in, by their codes (ISO 639-1)."""

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
    "zh",
)


def known_language(said: str) -> str:
    """Return the language that a code means, such as "fr" for "fr_CA"; empty when none is known by it."""
    code = said.strip().lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ""

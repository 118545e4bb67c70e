"""Columns of tables that others made: which of them means what, and the details that a row gives."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from statements.errors import Refused
from statements.formats.base import Record, Wrong

FIELDS = ("text", "title", "language", "speaker", "published_on", "source_url", "licence", "responds_to")
METADATA = "metadata"
IGNORED = "ignored"

MOST = {"title": 300, "speaker": 200, "licence": 200, "responds_to": 500, "source_url": 500}
"""Characters of a field."""

# The best name of a field comes first: of a file with "url" and "source" the first is the address.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text", "texte", "full text", "texte intégral", "statement", "déclaration", "content", "contenu",
        "body", "corps", "statement text", "texte de la déclaration",
    ),
    "title": ("title", "titre", "headline", "gros titre", "intitulé", "subject", "objet"),
    "language": ("language", "langue", "lang", "locale", "language code", "code langue"),
    "speaker": (
        "speaker", "locuteur", "locutrice", "author", "auteur", "autrice", "organisation", "organization",
        "company", "entreprise", "société", "issuer", "émetteur", "publisher", "éditeur",
    ),
    "published_on": (
        "published on", "publié le", "date de publication", "publication date", "date published",
        "published at", "published", "publié", "date",
    ),
    "source_url": (
        "source url", "url", "url source", "lien source", "lien", "link", "address", "adresse", "source",
    ),
    "licence": ("licence", "license", "rights", "droits"),
    "responds_to": (
        "responds to", "répond à", "en réponse à", "réponse à", "in response to", "response to", "reply to",
        "in reply to", "about", "à propos de",
    ),
}  # fmt: skip

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9]{2}:[0-9]{2}[0-9:.,]*\s?(?:Z|[+-][0-9:]+)?)?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_UNSEEN = r"\s\x00-\x1f\x7f<>\"\\"
# No name before an "@": people would take it for the host.
_ADDRESS = re.compile(
    rf"https?://(?:[^{_UNSEEN}/?#@:\[\]]+|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?:[/?#][^{_UNSEEN}]*)?",
    re.IGNORECASE,
)
_SHOWN = 80


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Return the field that each column seems to be, or "metadata".

    Names count without case, accents, spaces and signs. Of several columns that could be the same field the
    one with the best name is it, and among equals the first.
    """
    meant = dict.fromkeys(columns, METADATA)
    for field, names in NAMES.items():
        ranks = {_plain(name): rank for rank, name in reversed(list(enumerate(names)))}
        known = [(ranks[name], place) for place, name in enumerate(map(_plain, columns)) if name in ranks]
        if known:
            meant[columns[min(known)[1]]] = field
    return meant


def details(record: Record, mapping: Mapping[str, str]) -> tuple[dict[str, Any], list[Wrong]]:
    """Return the values of the fields that stand in one row, and what is wrong with the others.

    mapping: what each column means, each field at most once; a column that it does not name is metadata.
    The text stays as it is, a date becomes a `date`, "metadata" is always there. Of a column that is itself
    called "metadata" and holds an object, each entry is one of the metadata.
    The codes are `no_text`, `too_long` (most), `date` (value), `address` (value), `not_plain` and
    `column_twice` (column).
    """
    found: dict[str, Any] = {METADATA: {}}
    wrongs: list[Wrong] = []
    for column, value in record.values.items():
        field = mapping.get(column, METADATA)
        if field == METADATA:
            wrongs += _take_metadata(found[METADATA], record.line, column, value)
        elif field != IGNORED:
            wrongs += _take_field(found, record.line, column, field, value)
    if "text" not in found and not any(mapping.get(wrong.column) == "text" for wrong in wrongs):
        column = next((name for name, field in mapping.items() if field == "text"), "")
        wrongs.append(Wrong(record.line, column, "no_text"))
    return found, wrongs


def _plain(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum())


def _take_field(found: dict[str, Any], line: int, column: str, field: str, value: Any) -> list[Wrong]:
    """Keep the value under the name of its field. (Any: a JSON value.)"""
    if isinstance(value, dict | list):
        return [Wrong(line, column, "not_plain")]
    text = _text(value)
    if not text.strip():
        return []
    try:
        found[field] = text if field == "text" else _kept(field, text.strip())
    except Refused as refused:
        return [Wrong(line, column, refused.code, refused.values)]
    return []


def _kept(field: str, text: str) -> str | date:
    """Return a field as it is stored, or refuse it."""
    if len(text) > MOST.get(field, len(text)):
        raise Refused("too_long", most=MOST[field])
    if field == "source_url" and not _ADDRESS.fullmatch(text):
        raise Refused("address", value=_short(text))
    if field == "published_on":
        return _date(text)
    return text.lower().replace("_", "-") if field == "language" else text


def _take_metadata(metadata: dict[str, Any], line: int, column: str, value: Any) -> list[Wrong]:
    """Keep the value under the name of its column, or those in it under theirs. (Any: a JSON value.)"""
    wrongs = []
    is_spread = column == METADATA and isinstance(value, dict)
    for name, one in value.items() if is_spread else [(column, value)]:
        if _is_empty(one):
            continue
        if not _is_plain(one):
            wrongs.append(Wrong(line, column, "not_plain"))
        elif name in metadata:
            wrongs.append(Wrong(line, column, "column_twice", {"column": _short(name)}))
        else:
            metadata[name] = one
    return wrongs


def _text(value: Any) -> str:  # Any: a JSON value
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _date(text: str) -> date:
    """Return the day that is meant, its number before that of the month, as in Europe."""
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, _sign, month, year = found.groups()
    else:
        raise Refused("date", value=_short(text))
    try:
        return date(int(year), int(month), int(day))
    except ValueError as wrong:  # 30 February
        raise Refused("date", value=_short(text)) from wrong


def _is_empty(value: Any) -> bool:  # Any: a JSON value
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _is_plain(value: Any) -> bool:  # Any: a JSON value
    ones = value if isinstance(value, list) else [value]
    return not any(isinstance(one, dict | list) for one in ones)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

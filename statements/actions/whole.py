"""Whole files: one text each, out of plain text, Markdown, or a document with more in it than the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from django.conf import settings

from statements.actions.apart import read_apart
from statements.actions.batch import Batch, Read
from statements.actions.draft import merged
from statements.actions.source import Pieces, held
from statements.actions.statement import Details, details_from
from statements.errors import Refused
from statements.formats import markdown
from statements.formats.base import Document, Passage, Record, What, text_of
from statements.formats.columns import METADATA, details, guess
from statements.formats.kinds import Kind
from statements.languages import known_language
from statements.text.decode import decode, normalise

LONGEST_HEADING = 120
LONGEST_TITLE = 300
STATED = ("title", "language", "published_on", "source_url")
FIRST = 10  # passages among which a heading is one of all of it
WORD = re.compile(r"[^\W\d_]{3}")
DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")


def read_text(batch: Batch, pieces: Pieces, encoding: str) -> None:
    """Read a file of text as one statement. Raises Refused, and Unreadable, where that cannot be."""
    _refuse_too_large(batch.source.size)
    _refuse_too_many(batch)
    text = decode(b"".join(pieces()), encoding)
    front: Mapping[str, str] = {}
    if batch.source.kind == Kind.MD:
        front, plain = markdown.read(text)
        text = normalise(plain)
    mapping = {name: METADATA if what == "text" else what for name, what in guess(list(front)).items()}
    values, wrong = details(Record(1, {**front, "": text}), {**mapping, "": "text"})
    if wrong:
        batch.fault(*wrong)
        return
    del values["text"]
    named = Details(title=title_from(batch.source.name, text), published_on=day_in(batch.source.name))
    batch.add(Read(0, text, merged(details_from(values), merged(batch.said_of_all, named))))


def read_document(batch: Batch, pieces: Pieces, _encoding: str) -> None:
    """Read a document as one statement. Raises Refused, and Unreadable, where that cannot be."""
    _refuse_too_many(batch)
    with held(pieces) as file, read_apart(Kind(batch.source.kind), file, alive=batch.alive) as lines:
        (_document, says, warnings), *passages = lines()
    document = Document([Passage(*rest) for _passage, *rest in passages], says, warnings)
    text = text_of(document.passages)
    _refuse_too_large(len(text.encode("utf-8", "surrogatepass")))
    text = normalise(text)
    title = title_in(document.passages) or title_from(batch.source.name, text)
    named = Details(title=title, published_on=day_in(batch.source.name))
    stated = _stated_by(document, batch.said_of_all)
    batch.add(Read(0, text, merged(stated, merged(batch.said_of_all, named)), document))


def _stated_by(document: Document, said: Details) -> Details:
    """Return what a document states about itself, as far as it can be kept: nobody wrote it for us.

    Its language is often that of a program or a template: what somebody said counts more.
    """
    columns = {name: name if name in STATED else METADATA for name in document.details}
    values, _wrong = details(Record(1, document.details), columns)
    values["language"] = said.language or known_language(values.get("language", ""))
    return details_from(values)


def _refuse_too_large(size: int) -> None:
    if size > settings.MAX_STATEMENT_BYTES:
        raise Refused("too_large", most=settings.MAX_STATEMENT_BYTES)


def _refuse_too_many(batch: Batch) -> None:
    if batch.room < 1:
        raise Refused("too_many_statements", most=settings.MAX_UPLOAD_STATEMENTS)


def title_in(passages: Sequence[Passage]) -> str:
    """Return the first heading of a document, if it begins with one."""
    kept = [one for one in passages if not one.dropped][:FIRST]
    first = next((one.text for one in kept if one.what == What.HEADING), "")
    return " ".join(first.split()) if len(first) <= LONGEST_TITLE else ""


def title_from(name: str, text: str) -> str:
    """Return the title that a file proposes: its first line if it is a heading, else its name.

    Empty when the name says nothing: then the text begins in the title's place.
    """
    first = text.lstrip().partition("\n")[0].strip()
    if len(first) <= LONGEST_HEADING and "\n" in text.strip() and not first.endswith((".", ";", ",", ":")):
        return first
    stem = " ".join(re.split(r"[\s_]+", PurePosixPath(name).stem)).strip()
    return stem[:LONGEST_TITLE] if WORD.search(stem) else ""


def day_in(name: str) -> date | None:
    """Return the day that the name of a file holds, such as 2023-06-05."""
    found = DAY_IN_NAME.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

"""Reading: from the files of an upload to drafts, with all that can be said about them beforehand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Sum

from statements.actions.compare import NOTHING, Comparer, Likeness, Text, compare
from statements.actions.draft import SURE, Proposed, Seeming, merged, packed_spans, propose
from statements.actions.job import Progress
from statements.actions.source import as_problem, opened_whole, pieces_of
from statements.actions.statement import ABOUT, Details, draw, from_json
from statements.actions.sweep import drop_drafts
from statements.errors import Refused, Unreadable
from statements.formats import csv, jsonl, markdown
from statements.formats.base import Record, Wrong
from statements.formats.columns import METADATA, guess
from statements.formats.columns import details as fields_in
from statements.formats.kinds import Kind
from statements.languages import known_language
from statements.models import Draft, Fault, Source, Upload, UploadState
from statements.models.bulk import insert_many
from statements.models.public_id import new_public_ids
from statements.models.writing import writing
from statements.text.decode import decode, fold, guess_encoding_of, lines_of, normalise
from statements.text.language import detect
from statements.text.oddities import signs_in
from statements.text.segment import SEGMENTER

DRAFTS_AT_ONCE, CHARACTERS_AT_ONCE = 2_500, 1_000_000  # in one write
LOOKED_AT = 200  # records that tell which columns there are
NUMBERS = 1_000_000  # numbers of drafts that each file has for itself
MOST_FAULTS = 1_000  # of a file, that are kept; the others are counted
LONGEST_HEADING = 120
SHORT, MUCH = 80, 4_000  # characters of a text that alone tells little of its language, and of many that do
WORD = re.compile(r"[^\W\d_]{3}")
DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
COLUMNS = (
    "upload_id", "public_id", "source_id", "number", "line", "text", "fold", "sketch", *ABOUT, "detected",
    "spans", "sentences", "oddities", *Likeness._fields, "left_out",
)  # fmt: skip

Pieces = Callable[[], Iterator[bytes]]
"""Gives the bytes of a file from its beginning, as often as it is called."""


def read(upload: Upload, progress: Progress) -> None:
    """Make drafts of the files that were not read yet, compare all drafts, and stage the upload.

    What an earlier attempt left is dropped first. Raises what `progress.tell` raises.
    """
    unread = list(Source.objects.filter(upload=upload, found={}, problem__isnull=True).to_read().in_order())
    reader = _Reader(upload, progress, total=sum(source.size for source in unread))
    with ExitStack() as stack:
        wholes: dict[int, IO[bytes]] = {}
        for source in unread:
            whole = source.archive or source
            if whole.pk not in wholes:  # an archive is opened once for all that lies in it
                stack.close()
                wholes = {whole.pk: stack.enter_context(opened_whole(whole))}
            _read_source(reader, source, wholes[whole.pk])
    if reader.read_some_before:
        compare(upload, progress)
    with writing():
        progress.tell(reader.total, reader.total)
        found = {"segmenter": SEGMENTER}
        Upload.objects.move(upload, before=UploadState.READING, after=UploadState.STAGED, found=found)


def _read_source(reader: _Reader, source: Source, file: IO[bytes]) -> None:
    """Make drafts of one file; if that cannot be done, keep why."""
    _forget(source)
    reader.begin(source)
    encoding, sha256 = str(source.said.get("encoding", "")), source.sha256
    problem = None
    try:
        sha256 = sha256 or _digest(pieces_of(file, source))
        encoding = encoding or guess_encoding_of(pieces_of(file, source))
        reader.read(lambda: pieces_of(file, source), encoding)
        reader.write()
    except Refused as refusal:
        _forget(source)
        reader.give_up()
        problem = as_problem(refusal)
    reader.finished += source.size
    with writing():
        found = {"encoding": encoding, "sha256": sha256, "found": reader.found, "problem": problem}
        Source.objects.filter(pk=source.pk).update(**found)


def _forget(source: Source) -> None:
    drop_drafts(Draft.objects.filter(source=source))
    Fault.objects.filter(source=source).delete()


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


@dataclass
class _Reader:
    """Reads file after file, and writes drafts and faults in short batches."""

    upload: Upload
    progress: Progress
    total: int  # bytes
    source: Source = field(init=False)
    found: dict[str, Any] = field(init=False)
    finished: int = 0  # bytes of the files before this one
    batch: list[_Text] = field(default_factory=list)
    faults: list[Wrong] = field(default_factory=list)
    characters: int = 0  # in the batch

    def __post_init__(self) -> None:
        self.defaults = from_json(self.upload.proposal)
        self.languages = self.upload.corpus.languages
        self.most_sentences = settings.MAX_UPLOAD_SENTENCES
        kept = Draft.objects.filter(upload=self.upload).exclude(source__found={})
        counts = kept.aggregate(statements=Count("pk"), sentences=Sum("sentences"))
        self.statements, self.sentences = counts["statements"], counts["sentences"] or 0
        self.read_some_before = self.upload.sources.exclude(found={}).exists()
        # What was read before is compared anew with all the rest when everything is read.
        self.comparer = None if self.read_some_before else Comparer(self.upload.corpus)

    def begin(self, source: Source) -> None:
        self.source = source
        self.found = {"statements": 0, "sentences": 0, "paragraphs": 0, "faults": 0}
        language = str(source.said.get("language", ""))
        self.said_of_all = replace(self.defaults, language=language or self.defaults.language)

    def give_up(self) -> None:
        """Forget what was read of this file but for its columns, which may have to be named."""
        self.batch, self.faults, self.characters = [], [], 0
        self.statements -= self.found["statements"]
        self.sentences -= self.found["sentences"]
        self.found = {**self.found, "statements": 0, "sentences": 0, "paragraphs": 0, "faults": 0}

    # --- Whole files ---

    def read(self, pieces: Pieces, encoding: str) -> None:
        """Read the file. Raises Refused, and Unreadable, where it cannot be read as a whole."""
        if self.source.kind in (Kind.CSV, Kind.TSV, Kind.JSONL):
            self._read_table(pieces, encoding)
        else:
            self._read_text(pieces, encoding)

    def _read_text(self, pieces: Pieces, encoding: str) -> None:
        if self.source.size > settings.MAX_STATEMENT_BYTES:
            raise Refused("too_large", most=settings.MAX_STATEMENT_BYTES)
        if self.statements >= settings.MAX_UPLOAD_STATEMENTS:
            raise Refused("too_many_statements", most=settings.MAX_UPLOAD_STATEMENTS)
        text = decode(b"".join(pieces()), encoding)
        front: Mapping[str, str] = {}
        if self.source.kind == Kind.MD:
            front, plain = markdown.read(text)
            text = normalise(plain)
        mapping = {name: METADATA if what == "text" else what for name, what in guess(list(front)).items()}
        values, wrong = fields_in(Record(1, {**front, "": text}), {**mapping, "": "text"})
        if wrong:
            self._fault(*wrong)
            return
        del values["text"]
        named = Details(title=title_from(self.source.name, text), published_on=day_in(self.source.name))
        self._add(0, text, merged(_details(values), merged(self.said_of_all, named)))

    # --- Tables ---

    def _read_table(self, pieces: Pieces, encoding: str) -> None:
        columns = self._look_at(self._rows(pieces, encoding))
        lines = self._lines(pieces, encoding)
        mapping = {**guess(columns), **self.source.said.get("columns", {})}
        self.found |= {"columns": columns, "mapping": {name: mapping[name] for name in columns}}
        named = {what: name for name, what in self.found["mapping"].items()}
        if "text" not in named:
            raise Refused("no_text_column")
        self.text_column = named["text"]
        for one in self._rows(pieces, encoding)[1]:
            if isinstance(one, Wrong):
                self._fault(one)
            else:
                self._read_row(one, mapping)
            if len(self.batch) >= DRAFTS_AT_ONCE or self.characters >= CHARACTERS_AT_ONCE:
                self.write(part=min(1.0, one.line / lines))

    def _lines(self, pieces: Pieces, encoding: str) -> int:
        """Return about how many lines there are. Raises Refused when they hold too many rows.

        Ends of lines are counted first, which takes no time; rows only where there may be too many of them.
        """
        feeds = returns = 0
        for piece in pieces():
            feeds, returns = feeds + piece.count(b"\n"), returns + piece.count(b"\r")
        room = settings.MAX_UPLOAD_STATEMENTS - self.statements
        if feeds + returns >= room:
            more = islice(self._rows(pieces, encoding)[1], room, None)
            if next(more, None) is not None:
                raise Refused("too_many_statements", most=settings.MAX_UPLOAD_STATEMENTS)
        return max(feeds, returns) + 1

    def _rows(self, pieces: Pieces, encoding: str) -> tuple[Sequence[str], Iterator[Record | Wrong]]:
        """Return the names of the columns, where a header says them, and the rows."""
        longest = settings.MAX_STATEMENT_BYTES
        lines = lines_of(pieces(), encoding, longest=longest)
        if self.source.kind == Kind.JSONL:
            return [], jsonl.records(lines)
        if self.source.kind == Kind.TSV:
            return csv.records(lines, "\t", longest=longest)
        head = list(islice(lines, LOOKED_AT))
        return csv.records(chain(head, lines), csv.delimiter_of("".join(head)), longest=longest)

    def _look_at(self, rows: tuple[Sequence[str], Iterator[Record | Wrong]]) -> list[str]:
        """Return the names of all columns, with those that only occur in rows, in their order."""
        header, records = rows
        names = dict.fromkeys(header)
        for one in islice(records, LOOKED_AT):
            if isinstance(one, Record):
                names |= dict.fromkeys(one.values)
        return list(names)

    def _read_row(self, record: Record, mapping: Mapping[str, str]) -> None:
        values, wrong = fields_in(record, mapping)
        if not wrong and values.get("language"):
            said = values["language"]
            values["language"] = known_language(said)
            if not values["language"]:
                named = next((name for name, what in mapping.items() if what == "language"), "")
                wrong = [Wrong(record.line, named, "language", {"value": said[:40]})]
        if wrong:
            self._fault(*wrong)
            return
        try:
            text = normalise(values.pop("text"))
        except Unreadable as wrong_text:
            self._fault(Wrong(record.line, self.text_column, wrong_text.code, wrong_text.values))
            return
        self._add(record.line, text, merged(_details(values), self.said_of_all))

    # --- What becomes of it ---

    def _add(self, line: int, text: str, said: Details) -> None:
        self.batch.append(_Text(line, text, said))
        self.characters += len(text)

    def _fault(self, *wrong: Wrong) -> None:
        """Note what is wrong in a row."""
        self.found["faults"] += 1
        if self.found["faults"] <= MOST_FAULTS:
            self.faults.extend(wrong)

    def write(self, part: float = 0.0) -> None:
        """Store what was read since the last time; `part` of this file is read so far."""
        rows = self._drafts()
        faults = [(self.source.pk, one.line, one.column[:200], one.code, one.values) for one in self.faults]
        done = self.finished + int(self.source.size * part)
        with writing():
            self.progress.tell(min(done, self.total), self.total)
            insert_many(Draft, COLUMNS, rows)
            insert_many(Fault, ("source_id", "line", "column", "code", "values"), faults)
        self.batch, self.faults, self.characters = [], [], 0
        if self.comparer:
            self.comparer.forget_texts()

    def _drafts(self) -> list[tuple[Any, ...]]:
        """Return the rows of the drafts in the batch; texts that cannot be statements are faults."""
        proposed = []
        signs = signs_in(*(one.text for one in self.batch))
        for one, seems in zip(self.batch, seemings([one.text for one in self.batch]), strict=True):
            try:
                made = propose(one.text, one.said, languages=self.languages, seems=seems, signs=signs)
            except Refused as refusal:
                self._refuse(one, refusal)
                continue
            self._count(made)
            number = self.source.number * NUMBERS + self.found["statements"]
            text = Text(number, fold(one.text), draw(one.text), one.text)
            proposed.append((one, made, text))
        texts = [text for _one, _made, text in proposed]
        likenesses = self.comparer.compare(self.upload, texts) if self.comparer else [NOTHING] * len(texts)
        names = new_public_ids(len(texts))
        return [
            (
                self.upload.pk, name, self.source.pk, text.number, one.line, one.text, text.fold, text.sketch,
                *vars(made.details).values(), made.detected, packed_spans(made.spans), len(made.spans),
                made.oddities, *like, False,
            )
            for (one, made, text), like, name in zip(proposed, likenesses, names, strict=True)
        ]  # fmt: skip

    def _refuse(self, text: _Text, refusal: Refused) -> None:
        """Note a text that cannot be a statement: as a fault of its row, or as a problem of its file."""
        if not text.line:
            raise refusal
        self._fault(Wrong(text.line, self.text_column, refusal.code, refusal.values))

    def _count(self, made: Proposed) -> None:
        """Count a draft. Raises Refused when these are more sentences than an upload can hold."""
        self.statements += 1
        self.sentences += len(made.spans)
        if self.sentences > self.most_sentences:
            raise Refused("too_many_upload_sentences", most=self.most_sentences)
        self.found["statements"] += 1
        self.found["sentences"] += len(made.spans)
        self.found["paragraphs"] += made.spans[-1].paragraph


class _Text(NamedTuple):
    """A text that was read, and what is said about it; `line` is 0 for a whole file."""

    line: int
    text: str
    said: Details


def seemings(texts: Sequence[str]) -> Iterator[Seeming]:
    """Yield the language that each text seems to be in; short ones are looked at together.

    A sentence alone tells little: "Non." seems to be Esperanto. Where the texts together are surely in one
    language, each short one counts as in that one.
    """
    together = detect(" ".join(text for text in texts if len(text) < SHORT)[:MUCH])
    for text in texts:
        alike = len(text) < SHORT and together[1] >= SURE
        yield together if alike else detect(text)


def _details(values: Mapping[str, Any]) -> Details:
    return Details(**{name: value for name, value in values.items() if value is not None})


def title_from(name: str, text: str) -> str:
    """Return the title that a file proposes: its first line if it is a heading, else its name.

    Empty when the name says nothing: then the text begins in the title's place.
    """
    first = text.lstrip().partition("\n")[0].strip()
    if len(first) <= LONGEST_HEADING and "\n" in text.strip() and not first.endswith((".", ";", ",", ":")):
        return first
    stem = " ".join(re.split(r"[\s_]+", PurePosixPath(name).stem)).strip()
    return stem[:300] if WORD.search(stem) else ""


def day_in(name: str) -> date | None:
    """Return the day that the name of a file holds, such as 2023-06-05."""
    found = DAY_IN_NAME.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

"""Batches: texts become drafts, and what is wrong in rows becomes faults, in short writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Sum

from statements.actions.compare import NOTHING, Comparer, Likeness, Text
from statements.actions.draft import SURE, Proposed, Seeming, packed_spans, propose
from statements.actions.job import Progress
from statements.actions.statement import ABOUT, Details, draw, from_json
from statements.errors import Refused
from statements.formats.base import Document, Wrong
from statements.models import Draft, Fault, Source, Upload
from statements.models.bulk import insert_many
from statements.models.public_id import new_public_ids
from statements.models.writing import writing
from statements.text.decode import fold
from statements.text.language import detect
from statements.text.oddities import signs_in

DRAFTS_AT_ONCE, CHARACTERS_AT_ONCE = 2_500, 1_000_000  # in one write
NUMBERS = 1_000_000  # numbers of drafts that each file has for itself
MOST_FAULTS = 1_000  # of a file, that are kept; the others are counted
SHORT, MUCH = 80, 4_000  # characters of a text that alone tells little of its language, and of many that do
COLUMNS = (
    "upload_id", "public_id", "source_id", "number", "line", "text", "fold", "sketch", *ABOUT, "detected",
    "spans", "sentences", "oddities", "document", *Likeness._fields, "left_out",
)  # fmt: skip


class Read(NamedTuple):
    """A text that was read, and what is said about it.

    line: where its row begins in a table, 0 for a whole file. document: what it was taken from, where there
    is more in the file than the text.
    """

    line: int
    text: str
    said: Details
    document: Document | None = None


@dataclass
class Batch:
    """Takes what is read of one file after the other, and writes it once there is enough of it."""

    upload: Upload
    progress: Progress
    total: int  # bytes
    source: Source = field(init=False)
    found: dict[str, Any] = field(init=False)  # Any: JSON
    finished: int = 0  # bytes of the files before this one
    texts: list[Read] = field(default_factory=list)
    faults: list[Wrong] = field(default_factory=list)
    characters: int = 0  # in `texts`

    def __post_init__(self) -> None:
        self.defaults = from_json(self.upload.proposal)
        self.languages = self.upload.corpus.languages
        kept = Draft.objects.filter(upload=self.upload).exclude(source__found={})
        counts = kept.aggregate(statements=Count("pk"), sentences=Sum("sentences"))
        self.statements: int = counts["statements"]
        self.sentences: int = counts["sentences"] or 0
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
        self.texts, self.faults, self.characters = [], [], 0
        self.statements -= self.found["statements"]
        self.sentences -= self.found["sentences"]
        self.found = {**self.found, "statements": 0, "sentences": 0, "paragraphs": 0, "faults": 0}

    @property
    def room(self) -> int:
        """How many more statements the upload can hold."""
        most: int = settings.MAX_UPLOAD_STATEMENTS
        return most - self.statements

    @property
    def is_full(self) -> bool:
        """Whether what was taken is to be written before more of it is read."""
        return len(self.texts) >= DRAFTS_AT_ONCE or self.characters >= CHARACTERS_AT_ONCE

    def alive(self) -> None:
        """Give a sign of life while nothing is written."""
        with writing():
            self.progress.tell(min(self.finished, self.total), self.total)

    def add(self, text: Read) -> None:
        self.texts.append(text)
        self.characters += len(text.text)

    def fault(self, *wrong: Wrong) -> None:
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
        self.texts, self.faults, self.characters = [], [], 0
        if self.comparer:
            self.comparer.forget_texts()

    def _drafts(self) -> list[tuple[Any, ...]]:
        """Return the rows of the drafts in the batch; texts that cannot be statements are faults."""
        proposed = []
        signs = signs_in(*(one.text for one in self.texts))
        for one, seems in zip(self.texts, seemings([one.text for one in self.texts]), strict=True):
            try:
                made = propose(
                    one.text, one.said, languages=self.languages, seems=seems, signs=signs,
                    warnings=one.document.warnings if one.document else (),
                )  # fmt: skip
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
                made.oddities, one.document and packed(one.document), *like, False,
            )
            for (one, made, text), like, name in zip(proposed, likenesses, names, strict=True)
        ]  # fmt: skip

    def _refuse(self, text: Read, refusal: Refused) -> None:
        """Note a text that cannot be a statement: as a fault of its row, or as a problem of its file."""
        if not text.line:
            raise refusal
        named = {what: name for name, what in self.found["mapping"].items()}
        self.fault(Wrong(text.line, named["text"], refusal.code, refusal.values))

    def _count(self, made: Proposed) -> None:
        """Count a draft. Raises Refused when these are more sentences than an upload can hold."""
        self.statements += 1
        self.sentences += len(made.spans)
        if self.sentences > settings.MAX_UPLOAD_SENTENCES:
            raise Refused("too_many_upload_sentences", most=settings.MAX_UPLOAD_SENTENCES)
        self.found["statements"] += 1
        self.found["sentences"] += len(made.spans)
        self.found["paragraphs"] += made.spans[-1].paragraph


def packed(document: Document) -> Mapping[str, Any]:  # Any: JSON
    """Return a document as a draft keeps it."""
    return {"passages": [list(one) for one in document.passages], "warnings": list(document.warnings)}


def seemings(texts: Sequence[str]) -> Iterator[Seeming]:
    """Yield the language that each text seems to be in; short ones are looked at together.

    A sentence alone tells little: "Non." seems to be Esperanto. Where the texts together are surely in one
    language, each short one counts as in that one.
    """
    together = detect(" ".join(text for text in texts if len(text) < SHORT)[:MUCH])
    for text in texts:
        alike = len(text) < SHORT and together[1] >= SURE
        yield together if alike else detect(text)

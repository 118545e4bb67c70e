"""The rows of an export, read batch by batch from the snapshot: a few queries each, however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Length

from statements.errors import Refused
from statements.formats.base import Row
from statements.models import (
    Annotation,
    AnnotationQuerySet,
    Corpus,
    Gold,
    Member,
    Operator,
    Resplit,
    Round,
    Sentence,
    State,
    Statement,
    StatementQuerySet,
)
from statements.models.sentence import parts_of
from statements.models.snapshot import SNAPSHOT
from statements.models.values import Number, Rfc3339
from statements.reports.annotation import Wanted, like, sentences_where
from statements.reports.columns import CAME_ABOUT, IF_ANY, Layer
from statements.reports.statement import About, statements_where
from statements.roles import sees_all, sees_comments
from statements.text.utf16 import counter_of

BATCH = 4_000  # sentences read at a time: what bounds the memory an export takes
STATEMENTS = 500  # held at a time, and
CHARACTERS = 400_000  # of their texts; a longer one alone
AT_FIRST = 25_000  # characters: the first rows are waited for

TEXT = (
    "pk", "public_id", "text", "language", "title", "speaker", "published_on", "source_url", "licence",
    "responds_to", "metadata", "segmenter", "upload__settled_at",
)  # fmt: skip
SPAN = ("pk", "statement", "number", "start", "end", "paragraph", "made_by", "ended_by")
# Numbers for yes and no, texts for times, keys for what few have in common: what needs no work for each row.
DECIDED = (
    "sentence", "pk", "reviewer", "state", "reason", Number("unsure"), Number("bad_split"), "comment",
    "scheme", "round", Number("blind"), Number("to_check"), Rfc3339("decided_at"), Rfc3339("saved_at"),
)  # fmt: skip
HOW = ("key", "supersedes__key", "act", "takes_back__key", "superseded_at")
VOTES = frozenset({State.LABELLED, State.NONE})
NO_DECISION = dict.fromkeys(column.name for column in (*IF_ANY, *CAME_ABOUT))


class After(NamedTuple):
    """What of an export has come already: all up to this row.

    `name` is the public id of its statement or sentence, `rows` how many of that sentence have come: None for
    all of them.
    """

    name: str
    rows: int | None = None


class Place(NamedTuple):
    """Where a sentence stands in the order of all; of a whole statement, by its primary key alone."""

    statement: int
    start: int
    number: int


@dataclass(frozen=True)
class Asked:
    """What is to be exported. `as_of` is a moment that has passed, None for now."""

    layer: Layer = Layer.SENTENCES
    about: About = field(default_factory=About)
    wanted: Wanted = field(default_factory=Wanted)
    as_of: datetime | None = None
    after: After | None = None


class Text(NamedTuple):
    """A statement, as TEXT reads it."""

    pk: int
    public_id: str
    text: str
    language: str
    title: str
    speaker: str
    published_on: date | None
    source_url: str
    licence: str
    responds_to: str
    metadata: Mapping[str, Any]  # Any: JSON
    segmenter: str
    stored_at: datetime

    def about(self) -> dict[str, Any]:  # Any: JSON
        return {
            "language": self.language,
            "title": self.title,
            "speaker": self.speaker,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "source_url": self.source_url,
            "licence": self.licence,
            "responds_to": self.responds_to,
            "metadata": self.metadata,
        }


class Span(NamedTuple):
    """A sentence, as SPAN reads it: with the primary keys of the resplits that made and ended it."""

    pk: int
    statement: int
    number: int
    start: int
    end: int
    paragraph: int
    made_by: int | None
    ended_by: int | None

    @property
    def place(self) -> Place:
        return Place(self.statement, self.start, self.number)


class Rows:
    """The rows of an export, as they were at the moment `as_of`, which has passed."""

    def __init__(self, corpus: Corpus, asked: Asked, reader: Member | Operator, as_of: datetime) -> None:
        self.corpus, self.roles, self.as_of = corpus, reader.roles, as_of
        self.reader = reader if isinstance(reader, Operator) else reader.user
        self.layer, self.wanted, self.after = asked.layer, asked.wanted, asked.after
        self.shows_comments = sees_comments(self.roles)
        members = Member.objects.using(SNAPSHOT).filter(corpus=corpus)
        self.pseudonyms = {member.user_id: member.pseudonym for member in members}
        labels = corpus.labels.using(SNAPSHOT).order_by("slug")
        self.slug_of = dict(labels.values_list("pk", "slug"))
        self.slugs = tuple(self.slug_of.values())
        self.schemes = dict(corpus.schemes.using(SNAPSHOT).values_list("pk", "number"))
        self.is_filtered = bool(self.wanted.asks_of_decisions or self.wanted.state or self.wanted.reviewer)
        self.statements = self._statements(asked.about)
        self.edge = self._edge(self.after) if self.after else Place(0, 0, 0)

    def __iter__(self) -> Iterator[Row]:
        for texts in self._texts():
            yield from self._statement_rows(texts) if self.layer == Layer.STATEMENTS else self._rows(texts)

    def count(self) -> int:
        """Return how many there are, without reading them; `after` is not looked at."""
        if self.layer == Layer.STATEMENTS:
            return self.statements.count()
        among = self.statements.values("pk")
        if self.layer == Layer.SENTENCES:
            return self._matching().filter(statement__in=among).count()
        decisions = self._decisions().of(self.corpus).filter(sentence__statement__in=among)
        if self.layer == Layer.ANNOTATIONS:
            return decisions.filter(sentence__in=Sentence.objects.current(self.as_of)).count()
        if self.is_filtered:
            return decisions.count()
        ended = Sentence.objects.using(SNAPSHOT).filter(statement__in=among, ended_by__at__lt=self.as_of)
        return decisions.count() + ended.exclude(pk__in=decisions.values("sentence")).count()

    # --- What is looked for ---

    def _statements(self, about: About) -> StatementQuerySet:
        rows = statements_where(self.corpus, about).using(SNAPSHOT).filter(upload__settled_at__lt=self.as_of)
        if self.wanted.statement:
            rows = rows.filter(public_id=self.wanted.statement)
        if not self.is_filtered:
            return rows
        if self.layer in {Layer.STATEMENTS, Layer.SENTENCES}:
            return rows.filter(pk__in=self._matching().values("statement"))
        return rows.filter(pk__in=self._decisions().of(self.corpus).values("sentence__statement"))

    def _matching(self) -> QuerySet[Sentence]:
        """The current sentences of which a decision tells what is looked for."""
        return sentences_where(self.corpus, self.reader, self.wanted, self.as_of).using(SNAPSHOT)

    def _decisions(self) -> AnnotationQuerySet:
        """The decisions to be shown, as far as the reader may see them; asked of sentences of the corpus."""
        rows = Annotation.objects.using(SNAPSHOT).visible_to(self.reader, within=self.corpus)
        rows = rows.saved_before(self.as_of) if self.layer == Layer.HISTORY else rows.standing(self.as_of)
        # In their layer it picks sentences; each of these comes with all that was decided on it.
        return rows if self.layer == Layer.SENTENCES else like(rows, self.wanted, self.corpus)

    def _edge(self, after: After) -> Place:
        """Return the place behind which to go on. Raises Refused("no_such_row")."""
        name, number = parts_of(after.name)
        is_statement = "." not in after.name
        if "\0" in name or is_statement != (self.layer == Layer.STATEMENTS):
            raise Refused("no_such_row", name=after.name)
        statements = Statement.objects.using(SNAPSHOT).of(self.corpus).filter(public_id=name)
        sentences = Sentence.objects.using(SNAPSHOT).filter(statement__in=statements.values("pk"))
        places = [
            *(Place(pk, 0, 0) for pk in statements.values_list("pk", flat=True) if is_statement),
            *(Place(one.statement_id, one.start, one.number) for one in sentences.filter(number=number)),
        ]
        if not places:
            raise Refused("no_such_row", name=after.name)
        return places[0]

    # --- What is read ---

    def _texts(self) -> Iterator[list[Text]]:
        """Yield the statements in their order, some at a time: as many as their texts are not too long."""
        sizes = self.statements.order_by("pk").annotate(size=Length("text")).values_list("pk", "size")
        ahead = list(sizes.filter(pk__gte=self.edge.statement)[:STATEMENTS])
        most = AT_FIRST
        while ahead:
            keys = _fitting(ahead, most)
            most = min(4 * most, CHARACTERS)
            rows = Statement.objects.using(SNAPSHOT).filter(pk__in=keys).order_by("pk")
            yield [Text(*values) for values in rows.values_list(*TEXT)]
            ahead = ahead[len(keys) :] or list(sizes.filter(pk__gt=keys[-1])[:STATEMENTS])

    def _spans(self, texts: Sequence[Text]) -> Iterator[list[Span]]:
        """Yield the sentences of these statements in the order of the texts, those that ended too."""
        rows = Sentence.objects.using(SNAPSHOT).filter(statement__in=[text.pk for text in texts])
        rows = rows.in_full_order()
        spans = list(map(Span._make, rows.values_list(*SPAN)[:BATCH]))
        yield spans
        while len(spans) == BATCH:
            spans = list(map(Span._make, rows.behind(*spans[-1].place).values_list(*SPAN)[:BATCH]))
            yield spans

    def _resplits(self, spans: Sequence[Span]) -> Mapping[int | None, tuple[str, bool]]:
        """Return the resplits that made or ended these: the public id, and whether it was before `as_of`."""
        keys = {key for span in spans for key in (span.made_by, span.ended_by) if key is not None}
        if not keys:
            return {}
        rows = Resplit.objects.using(SNAPSHOT).filter(statement__in={span.statement for span in spans})
        return {pk: (name, at < self.as_of) for pk, name, at in rows.values_list("pk", "public_id", "at")}

    def _said(self, spans: Sequence[Span]) -> Mapping[int, list[Row]]:
        """Return what was decided on each of these sentences, in the order of saving."""
        # By their statements: to name each sentence costs more than to read it.
        statements = {span.statement for span in spans}
        there: dict[str, Any] = {"sentence__statement__in": statements}
        if len(statements) == 1:  # these may be a part of a long one
            there["sentence__start__range"] = (spans[0].start, spans[-1].start)
        labels: dict[int, list[str]] = defaultdict(list)
        links = Annotation.labels.through.objects.using(SNAPSHOT)
        links = links.filter(**{f"annotation__{name}": value for name, value in there.items()})
        for row, label in links.values_list("annotation", "label"):
            labels[row].append(self.slug_of[label])
        names = (*DECIDED, *HOW) if self.layer == Layer.HISTORY else DECIDED
        said: dict[int, list[Row]] = defaultdict(list)
        for values in self._decisions().filter(**there).order_by("pk").values_list(*names):
            said[values[0]].append(self._decision(values, labels.get(values[1])))
        return said

    def _decision(self, values: Sequence[Any], labels: list[str] | None) -> Row:  # Any: as DECIDED reads it
        reviewer = values[2]
        row = {
            "reviewer": self.pseudonyms[reviewer],
            "state": values[3],
            "labels": sorted(labels) if labels else [],
            "reason": values[4],
            "unsure": values[5] == 1,
            "bad_split": values[6] == 1,
            "comment": values[7] if self.shows_comments or reviewer == self.reader.pk else None,
            "scheme": self.schemes[values[8]],
            "round": values[9],
            "blind": values[10] == 1,
            "check": values[11] == 1,
            "decided_at": values[12],
            "saved_at": values[13],
        }
        if self.layer == Layer.HISTORY:
            key, based_on, act, takes_back, superseded = values[14:]
            has_ended = superseded is not None and superseded < self.as_of
            row |= {"key": key, "based_on": based_on, "act": act, "takes_back": takes_back}
            row["superseded_at"] = moment(superseded) if has_ended else None
        return row

    @cached_property
    def _has_gold(self) -> bool:
        return Gold.objects.using(SNAPSHOT).filter(sentence__statement__corpus=self.corpus).exists()

    def _gold(self, spans: Sequence[Span]) -> Mapping[int, Row]:
        """Return the settled decisions on these sentences, as far as the reader may see them."""
        if not self._has_gold:
            return {}
        rows = Gold.objects.using(SNAPSHOT).current(self.as_of).filter(sentence__in=[one.pk for one in spans])
        if not sees_all(self.roles):
            rows = rows.of_settled(self.as_of)
        return {
            row.sentence_id: {
                "state": row.state,
                "labels": sorted(label.slug for label in row.labels.all()),
                "source": row.source,
                "by": self.pseudonyms[row.by_id] if row.by_id else None,
                "scheme": row.scheme.number,
                "at": moment(row.at),
            }
            for row in rows.select_related("scheme").prefetch_related("labels")
        }

    # --- What comes of it ---

    def _statement_rows(self, texts: Sequence[Text]) -> Iterator[Row]:
        sentences = Sentence.objects.using(SNAPSHOT).current(self.as_of)
        counts = dict(sentences.counted_by_statement([text.pk for text in texts]))
        for text in texts:
            if self.after is None or text.pk > self.edge.statement:
                yield {
                    "corpus": self.corpus.slug,
                    "statement": text.public_id,
                    **text.about(),
                    "sentences": counts.get(text.pk, 0),
                    "segmenter": text.segmenter,
                    "stored_at": moment(text.stored_at),
                    "text": text.text,
                }

    def _rows(self, texts: Sequence[Text]) -> Iterator[Row]:
        by_key = {text.pk: (text, text.about(), counter_of(text.text)) for text in texts}
        picked = self._picked(texts)
        corpus, statement, position = self.corpus.slug, 0, 0
        for spans in self._spans(texts):
            said = self._said(spans)
            gold = self._gold(spans) if self.layer == Layer.SENTENCES else {}
            resplits = self._resplits(spans)
            for span in spans:
                pk, in_statement, number, start, end, paragraph, *between = span
                made_by, ended_by, has_ended = None, None, False
                if resplits:
                    made_by, was_made = resplits.get(between[0], (None, True))
                    ended_by, has_ended = resplits.get(between[1], (None, False))
                    if not was_made or (has_ended and self.layer != Layer.HISTORY):
                        continue
                if in_statement != statement:
                    statement, position = in_statement, 0
                position += not has_ended
                if picked is not None and pk not in picked:
                    continue
                if self.after is not None and span.place < self.edge:
                    continue
                text, about, units = by_key[statement]
                row = {
                    "corpus": corpus,
                    "statement": text.public_id,
                    "sentence": f"{text.public_id}.{number}",
                    "position": 0 if has_ended else position,
                    "paragraph": paragraph,
                    "start": start,
                    "end": end,
                    "start_utf16": units(start),
                    "end_utf16": units(end),
                    "text": text.text[start:end],
                    **about,
                    "made_by": made_by,
                }
                if self.layer == Layer.HISTORY:
                    row["ended_by"] = ended_by if has_ended else None
                rows = self._of_layer(row, said.get(pk, []), gold.get(pk), has_ended=has_ended)
                if self.after is not None:
                    rows = rows[self._come_already(span, len(rows)) :]
                yield from rows

    def _picked(self, texts: Sequence[Text]) -> set[int] | None:
        """Return which sentences of these statements are looked for; None when all of them are."""
        if self.layer != Layer.SENTENCES or not self.is_filtered:
            return None
        found = self._matching().filter(statement__in=[text.pk for text in texts])
        return set(found.values_list("pk", flat=True))

    def _of_layer(
        self, place: dict[str, Any], said: list[Row], gold: Row | None, *, has_ended: bool
    ) -> list[Row]:
        """Return what a sentence is in the layer: a row, or one for each decision on it."""
        if self.layer == Layer.SENTENCES:
            place["gold"] = gold
            place["soft"] = soft_labels(said, self.slugs)
            place["annotations"] = said
            return [place]
        if self.layer == Layer.ANNOTATIONS:
            return [{**place, **one} for one in said]
        silent = [NO_DECISION] if has_ended and not self.is_filtered else []
        return [{**place, **one} for one in said or silent]

    def _come_already(self, span: Span, count: int) -> int:
        """Return how many of the rows of a sentence have come before."""
        if self.after is None or span.place != self.edge:
            return 0
        return count if self.after.rows is None else self.after.rows


def _fitting(sizes: Sequence[tuple[int, int]], most: int) -> list[int]:
    """Return the keys of the first texts that are not too long together, or of one that is by itself."""
    keys: list[int] = []
    characters = 0
    for key, size in sizes:
        if keys and characters + size > most:
            break
        keys.append(key)
        characters += size
    return keys


def soft_labels(said: Sequence[Row], slugs: Sequence[str]) -> dict[str, float]:
    """Return for each label the share of decisions that carry it, of those that label or say “no claim”.

    Empty when there is no such decision: skipping says nothing about a label. Only first rounds count:
    nobody has two votes. What was carried and nobody has looked at since does not count: nobody decided it on
    this very sentence.
    """
    counted = [
        row["labels"]
        for row in said
        if row["state"] in VOTES and row["round"] == Round.FIRST and not row["check"]
    ]
    if len(counted) == 1:  # as it mostly is
        labels = counted[0]
        return {slug: 1.0 if slug in labels else 0.0 for slug in slugs}
    return {slug: sum(slug in labels for labels in counted) / len(counted) for slug in slugs if counted}


def moment(at: datetime) -> str:
    """Return a time in UTC, as the databases give it, as RFC 3339 writes it."""
    return f"{at.isoformat().removesuffix('+00:00')}Z"

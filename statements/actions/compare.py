"""Comparing: which drafts say what the corpus, or another draft, says already, and which nearly do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from statements.actions.job import Progress
from statements.actions.statement import TOO_SHORT, draw
from statements.models import Corpus, Draft, Statement, Upload
from statements.models.writing import writing
from statements.text.sketch import Nearby, share, unpacked

T = TypeVar("T")
AT_ONCE = 500  # drafts
NEAR = 0.8
"""So much of the runs of words of two texts has to be the same for one to count as a version of the other."""


class Likeness(NamedTuple):
    """What a draft is like: a statement or an earlier draft with the same text, or nearly the same."""

    same_as_id: int | None = None
    same_as_number: int | None = None
    near_id: int | None = None
    near_number: int | None = None
    share: float | None = None


class Text(NamedTuple):
    """What is compared of a draft."""

    number: int
    fold: str
    sketch: str
    text: str | None = None


NOTHING = Likeness()


class Comparer:
    """Compares the drafts of one upload in their order, with what the corpus shows and with each other."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.numbers: dict[bytes, int] = {}  # of the first draft with each text
        self.nearby = Nearby()  # statements under their keys, drafts under their numbers below zero
        self.texts: dict[int, str] = {}
        self.stored = Statement.objects.visible().of(corpus).filter(withdrawn_at=None)
        self.is_empty = not self.stored.exists()
        for pk, drawn in (
            self.stored.exclude(sketch=TOO_SHORT).values_list("pk", "sketch").iterator(chunk_size=2_000)
        ):
            self.nearby.add(pk, unpacked(drawn or _drawn_now(pk)))

    def compare(self, upload: Upload, texts: Sequence[Text]) -> list[Likeness]:
        """Return what these drafts are like, which come after all that were compared before."""
        folds = [text.fold for text in texts]
        found = {} if self.is_empty else dict(self.stored.filter(fold__in=folds).values_list("fold", "pk"))
        return [self._same(found, text) or self._near(upload, text) for text in texts]

    def _same(self, found: dict[str, int], text: Text) -> Likeness | None:
        if text.fold in found:
            return Likeness(same_as_id=found[text.fold])
        first = self.numbers.setdefault(bytes.fromhex(text.fold)[:16], text.number)
        return Likeness(same_as_number=first) if first != text.number else None

    def _near(self, upload: Upload, text: Text) -> Likeness:
        if text.sketch == TOO_SHORT:
            return NOTHING
        drawn = unpacked(text.sketch)
        best, best_share = 0, 0.0
        for key in self.nearby.find(drawn):
            mine = text.text if text.text is not None else self._text(upload, -text.number)
            shared = share(mine, self._text(upload, key))
            if shared > best_share:
                best, best_share = key, shared
        self.nearby.add(-text.number, drawn)
        if text.text is not None:
            self.texts[-text.number] = text.text
        if best_share < NEAR:
            return NOTHING
        known = round(best_share, 3)
        return Likeness(near_id=best, share=known) if best > 0 else Likeness(near_number=-best, share=known)

    def _text(self, upload: Upload, key: int) -> str:
        if key in self.texts:
            return self.texts[key]
        drafts = Draft.objects.filter(upload=upload, number=-key)
        rows = Statement.objects.filter(pk=key).values_list("text") if key > 0 else drafts.values_list("text")
        return str(rows.get()[0])

    def forget_texts(self) -> None:
        """Let go of the texts that lie in the database by now."""
        self.texts.clear()


def compare(upload: Upload, progress: Progress | None = None) -> None:
    """Note anew with each draft what it is like. Statements that nobody sees do not count."""
    drafts = Draft.objects.filter(upload=upload).taken_in().in_order()
    comparer, done, total = Comparer(upload.corpus), 0, drafts.count()
    rows = drafts.values_list("number", "fold", "sketch", *Likeness._fields).iterator(chunk_size=2_000)
    for batch in _in_batches(rows, AT_ONCE):
        found = comparer.compare(upload, [Text(*row[:3]) for row in batch])
        noted = {row[0]: one for row, one in zip(batch, found, strict=True) if row[3:] != one}
        done += len(batch)
        if noted or progress:
            with writing():
                if progress:
                    progress.tell(done, total)
                _note(upload, noted)


def _in_batches(rows: Iterator[T], most: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, most)):
        yield batch


def _note(upload: Upload, found: dict[int, Likeness]) -> None:
    by_likeness: dict[Likeness, list[int]] = {}
    for number, likeness in found.items():
        by_likeness.setdefault(likeness, []).append(number)
    for likeness, numbers in by_likeness.items():
        Draft.objects.filter(upload=upload, number__in=numbers).update(**likeness._asdict())


def _drawn_now(pk: int) -> str:
    """Draw the sketch of a statement that was stored before there were any, and keep it."""
    drawn = draw(Statement.objects.values_list("text", flat=True).get(pk=pk))
    Statement.objects.filter(pk=pk, sketch="").update(sketch=drawn)
    return drawn


def regroup(upload: Upload, fold: str) -> None:
    """Note anew which of the drafts with one text is the first: one was left out, or taken in again."""
    alike = Draft.objects.filter(upload=upload, fold=fold, same_as=None).in_order()
    first = alike.taken_in().first()
    if first is None:
        alike.update(same_as_number=None)
        return
    alike.filter(pk=first.pk).update(same_as_number=None)
    alike.exclude(pk=first.pk).update(same_as_number=first.number, near_id=None, near_number=None, share=None)

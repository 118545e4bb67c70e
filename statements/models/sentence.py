"""Sentences: spans of a statement's text, and the acts that change their boundaries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.models.corpus import Corpus
from statements.models.public_id import new_public_id
from statements.models.statement import Statement
from statements.models.upload import UploadState
from statements.models.user import User


class ResplitKind(models.TextChoices):
    SPLIT = "split", pgettext_lazy("resplit", "split")
    MERGE = "merge", pgettext_lazy("resplit", "merged")
    UNDO = "undo", pgettext_lazy("resplit", "undone")
    REDO = "redo", pgettext_lazy("resplit", "done again")
    RULES = "rules", pgettext_lazy("resplit", "split anew by newer rules")


class ResplitQuerySet(models.QuerySet["Resplit"]):
    def visible(self) -> ResplitQuerySet:
        return self.filter(statement__upload__state=UploadState.STORED, statement__upload__withdrawn_at=None)

    def of(self, corpus: Corpus) -> ResplitQuerySet:
        return self.filter(statement__corpus=corpus)

    def standing(self) -> ResplitQuerySet:
        """Those that can be undone: not undone yet, and what they made is cut like that now."""
        now = Sentence.objects.current().filter(
            statement=OuterRef("statement"), start=OuterRef("start"), end=OuterRef("end")
        )
        over = Sentence.objects.filter(~Exists(now), made_by=OuterRef("pk"))
        return self.filter(~Exists(over), undone_by=None)

    def by_hand(self) -> ResplitQuerySet:
        return self.filter(by_rules=False)

    def with_sentences(self) -> ResplitQuerySet:
        """Each with the sentences that it ended and made, in their order, and without the text."""
        sentences = Sentence.objects.in_order()
        with_names = self.select_related("statement", "undoes").defer("statement__text")
        return with_names.prefetch_related(
            models.Prefetch("ended", sentences), models.Prefetch("made", sentences)
        )

    def find(self, public_id: str) -> Resplit:
        """Raises Resplit.DoesNotExist, also for one in a withdrawn statement."""
        return self.visible().select_related("statement__corpus").get(public_id=public_id)


class Resplit(models.Model):
    """A change of boundaries: it ends sentence rows and makes new ones.

    `key` is made by the client and names the change, so that nobody makes it twice. An undo, and the redo
    that undoes an undo, names the change that it `undoes`; `segmenter` the rules that cut a statement anew.
    `by_rules` is what rules did to a whole statement, and what undoes or redoes that. `asked` is what was
    asked for: by it the same key with another change is told.
    """

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="resplits", verbose_name=_("statement")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ResplitKind.choices, default=ResplitKind.SPLIT)
    key = models.CharField(pgettext_lazy("save", "key"), max_length=64, default=new_public_id)
    asked = models.CharField(max_length=80, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    segmenter = models.CharField(_("segmenter"), max_length=40, blank=True)
    by_rules = models.BooleanField(_("by rules"), default=False, db_default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="resplits", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    objects = ResplitQuerySet.as_manager()

    class Meta:
        db_table = "resplit"
        verbose_name = _("resplit")
        verbose_name_plural = _("resplits")
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="resplit_key_once_per_person"),
            models.CheckConstraint(condition=Q(kind__in=ResplitKind.values), name="resplit_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[ResplitKind.UNDO, ResplitKind.REDO], undoes__isnull=False)
                | (~Q(kind__in=[ResplitKind.UNDO, ResplitKind.REDO]) & Q(undoes=None)),
                name="resplit_undo_undoes",
            ),
            models.CheckConstraint(
                condition=Q(kind=ResplitKind.RULES, by_rules=True)
                | Q(kind__in=[ResplitKind.SPLIT, ResplitKind.MERGE], by_rules=False)
                | Q(kind__in=[ResplitKind.UNDO, ResplitKind.REDO]),
                name="resplit_rules_are_by_rules",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

    @property
    def corpus(self) -> Corpus:
        return self.statement.corpus


class SentenceQuerySet(models.QuerySet["Sentence"]):
    def visible(self) -> SentenceQuerySet:
        return self.filter(statement__upload__state=UploadState.STORED, statement__upload__withdrawn_at=None)

    def of(self, corpus: Corpus) -> SentenceQuerySet:
        return self.filter(statement__corpus=corpus)

    def current(self, as_of: datetime | None = None) -> SentenceQuerySet:
        """Those that no resplit has ended: by now, or that were there at this moment."""
        if as_of is None:
            return self.filter(ended_by=None)
        return self.filter(
            Q(made_by=None) | Q(made_by__at__lt=as_of), Q(ended_by=None) | Q(ended_by__at__gte=as_of)
        )

    def with_position(self) -> SentenceQuerySet:
        """Each with its `position` among the current sentences of its statement, from 1; 0 when it ended."""
        before = Sentence.objects.current().filter(
            statement=OuterRef("statement"), start__lte=OuterRef("start")
        )
        counted = before.order_by().values("statement").annotate(count=models.Count("pk")).values("count")
        place = models.Case(
            models.When(ended_by=None, then=models.Subquery(counted)),
            default=0,
            output_field=models.IntegerField(),
        )
        return self.annotate(position=place)

    def with_resplits(self) -> SentenceQuerySet:
        """Each with the resplits that made and ended it."""
        return self.select_related("made_by", "ended_by")

    def in_order(self) -> SentenceQuerySet:
        """In the order of the text, statement by statement."""
        return self.order_by("statement_id", "start")

    def in_full_order(self) -> SentenceQuerySet:
        """As `in_order`, with those that ended: where several begin, in the order in which they were made."""
        return self.order_by("statement_id", "start", "number")

    def behind(self, statement: int, start: int, number: int) -> SentenceQuerySet:
        """Those that `in_full_order` puts behind this place; `statement` is a primary key."""
        before = Q(start__lt=start) | Q(start=start, number__lte=number)
        return self.filter(statement__gte=statement).exclude(before, statement=statement)

    def counted_by_statement(self, statements: Collection[int]) -> models.QuerySet[Sentence, tuple[int, int]]:
        """Pairs of each of these statements, by primary key, and how many of these sentences it has."""
        rows = self.filter(statement__in=statements).order_by().values("statement")
        return rows.annotate(count=models.Count("pk")).values_list("statement", "count")

    def find(self, public_id: str) -> Sentence:
        """Raises Sentence.DoesNotExist, also for a sentence of a withdrawn statement."""
        statement, number = parts_of(public_id)
        if not number:
            raise Sentence.DoesNotExist(public_id)
        mine = self.visible().select_related("statement__corpus")
        return mine.get(statement__public_id=statement, number=number)


def parts_of(public_id: str) -> tuple[str, int]:
    """Return the statement's public id and the number of the sentence; 0 when this is no public id."""
    statement, dot, number = public_id.partition(".")
    is_number = dot and number.isascii() and number.isdigit() and len(number) < 10
    return statement, int(number) if is_number else 0


def resplit_if_any(
    words: StrOrPromise, *, related_name: str
) -> models.ForeignKey[Resplit | None, Resplit | None]:
    """What few sentences have: an index of those that do is made apart."""
    return models.ForeignKey(
        Resplit,
        on_delete=models.PROTECT,
        null=True,
        related_name=related_name,
        verbose_name=words,
        db_index=False,
    )


class Sentence(models.Model):
    """The half-open span [start, end) of a statement's text, in code points. Numbers are never reused."""

    # Each index costs every sentence that is stored, and the unique ones find those of a statement.
    statement = models.ForeignKey(
        Statement,
        on_delete=models.PROTECT,
        related_name="sentences",
        verbose_name=_("statement"),
        db_index=False,
    )
    number = models.PositiveIntegerField(_("number"))
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    paragraph = models.PositiveIntegerField(_("paragraph"))
    made_by = resplit_if_any(_("made by resplit"), related_name="made")
    ended_by = resplit_if_any(_("ended by resplit"), related_name="ended")

    objects = SentenceQuerySet.as_manager()

    class Meta:
        db_table = "sentence"
        verbose_name = _("sentence")
        verbose_name_plural = _("sentences")
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="sentence_number_once"),
            models.UniqueConstraint(
                fields=["statement", "start"], condition=Q(ended_by=None), name="sentence_start_once"
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, end__gt=F("start")), name="sentence_is_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, paragraph__gte=1), name="sentence_counts_from_one"
            ),
        ]
        indexes = [
            models.Index(fields=[name], condition=Q((f"{name}__isnull", False)), name=f"sentence_{name}")
            for name in ("made_by", "ended_by")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.statement_id}.{self.number}"

    @property
    def public_id(self) -> str:
        return f"{self.statement.public_id}.{self.number}"

    @property
    def corpus(self) -> Corpus:
        return self.statement.corpus

    @property
    def text(self) -> str:
        return self.statement.text[self.start : self.end]

    def as_cut_now(self) -> Sentence:
        """Return this sentence, or the first of those that are in its place since it ended."""
        if self.ended_by_id is None:
            return self
        return self.statement.sentences.current().filter(end__gt=self.start).earliest("start")

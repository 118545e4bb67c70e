"""Sentences: spans of a statement's text, and the acts that change their boundaries."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.models.corpus import Corpus
from statements.models.public_id import new_public_id
from statements.models.statement import Statement
from statements.models.upload import UploadState
from statements.models.user import User


class Resplit(models.Model):
    """A change of boundaries: it ends sentence rows and makes new ones."""

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="resplits", verbose_name=_("statement")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="resplits", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        db_table = "resplit"
        verbose_name = _("resplit")
        verbose_name_plural = _("resplits")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"


class SentenceQuerySet(models.QuerySet["Sentence"]):
    def visible(self) -> SentenceQuerySet:
        return self.filter(statement__upload__state=UploadState.STORED, statement__upload__withdrawn_at=None)

    def current(self) -> SentenceQuerySet:
        return self.filter(ended_by=None)

    def with_position(self) -> SentenceQuerySet:
        """Each with its `position` among the current sentences of its statement, from 1; 0 when it ended."""
        before = Sentence.objects.current().filter(
            statement=models.OuterRef("statement"), start__lte=models.OuterRef("start")
        )
        counted = before.order_by().values("statement").annotate(count=models.Count("pk")).values("count")
        place = models.Case(
            models.When(ended_by=None, then=models.Subquery(counted)),
            default=0,
            output_field=models.IntegerField(),
        )
        return self.annotate(position=place)

    def in_order(self) -> SentenceQuerySet:
        """In the order of the text, statement by statement."""
        return self.order_by("statement_id", "start")

    def after(self, sentence: Sentence) -> SentenceQuerySet:
        """Those that `in_order` puts after this one."""
        later = self.filter(statement__gte=sentence.statement_id)
        return later.exclude(statement=sentence.statement_id, start__lte=sentence.start)

    def find(self, public_id: str) -> Sentence:
        """Raises Sentence.DoesNotExist, also for a sentence of a withdrawn statement."""
        statement, dot, number = public_id.partition(".")
        if not (dot and number.isascii() and number.isdigit() and len(number) < 10):
            raise Sentence.DoesNotExist(public_id)
        mine = self.visible().select_related("statement__corpus")
        return mine.get(statement__public_id=statement, number=int(number))


class Sentence(models.Model):
    """The half-open span [start, end) of a statement's text, in code points. Numbers are never reused."""

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="sentences", verbose_name=_("statement")
    )
    number = models.PositiveIntegerField(_("number"))
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    paragraph = models.PositiveIntegerField(_("paragraph"))
    made_by = models.ForeignKey(
        Resplit, on_delete=models.PROTECT, null=True, related_name="made", verbose_name=_("made by resplit")
    )
    ended_by = models.ForeignKey(
        Resplit, on_delete=models.PROTECT, null=True, related_name="ended", verbose_name=_("ended by resplit")
    )

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

"""Gold: the settled decisions on sentences. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.annotation import State
from statements.models.scheme import Label, Scheme
from statements.models.sentence import Sentence
from statements.models.user import User


class GoldSource(models.TextChoices):
    UNANIMOUS = "unanimous", pgettext_lazy("gold", "unanimous")
    ADJUDICATED = "adjudicated", pgettext_lazy("gold", "adjudicated")


class GoldQuerySet(models.QuerySet["Gold"]):
    def current(self, as_of: datetime | None = None) -> GoldQuerySet:
        """What nothing has superseded: by now, or until this moment."""
        if as_of is None:
            return self.filter(superseded_at=None)
        return self.filter(Q(superseded_at=None) | Q(superseded_at__gte=as_of), at__lt=as_of)

    def of_settled(self, as_of: datetime | None = None) -> GoldQuerySet:
        """That of statements all of whose sentences have gold: what whoever works blind may see."""
        open_ = Sentence.objects.current(as_of).filter(statement=OuterRef("sentence__statement"))
        settled = Gold.objects.current(as_of).filter(sentence=OuterRef("pk"))
        return self.filter(~Exists(open_.filter(~Exists(settled))))

    def on(self, sentences: Collection[Sentence]) -> GoldQuerySet:
        return self.filter(sentence__in=[sentence.pk for sentence in sentences])

    def challenged(self) -> GoldQuerySet:
        """Settled decisions on sentences that were cut differently since: they stand as they were made, and
        the sentences in their place have none."""
        return self.current().exclude(sentence__ended_by=None)


class Gold(models.Model):
    """The settled decision on one sentence: labels, or none when no claim is made. The newest is current."""

    sentence = models.ForeignKey(Sentence, on_delete=models.PROTECT, related_name="gold")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(State.LABELLED, State.LABELLED.label), (State.NONE, State.NONE.label)],
    )
    labels = models.ManyToManyField(
        Label, related_name="gold", db_table="gold_label", verbose_name=_("labels")
    )
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="gold", verbose_name=_("scheme")
    )
    source = models.CharField(_("source"), max_length=12, choices=GoldSource.choices)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="gold", verbose_name=_("by")
    )
    why = models.TextField(_("reason"), max_length=2000, blank=True)
    at = models.DateTimeField(_("time"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)

    objects = GoldQuerySet.as_manager()

    class Meta:
        db_table = "gold"
        verbose_name = _("gold decision")
        verbose_name_plural = _("gold decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["sentence"], condition=Q(superseded_at=None), name="gold_one_current_row"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.LABELLED, State.NONE]), name="gold_state_known"
            ),
            models.CheckConstraint(condition=Q(source__in=GoldSource.values), name="gold_source_known"),
            models.CheckConstraint(
                condition=Q(source=GoldSource.UNANIMOUS) | Q(by__isnull=False), name="gold_has_an_adjudicator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.sentence}"

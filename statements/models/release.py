"""Releases: numbered, frozen states of a corpus."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from statements.models.corpus import Corpus
from statements.models.gold import Gold
from statements.models.sentence import ResplitQuerySet, Sentence, SentenceQuerySet
from statements.models.user import User

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # after every release


class ReleaseQuerySet(models.QuerySet["Release"]):
    def newest_first(self) -> ReleaseQuerySet:
        return self.order_by(F("number").desc())


class Release(models.Model):
    """A corpus as it was at one moment: all visible statements and their current sentences."""

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="releases", verbose_name=_("corpus")
    )
    number = models.PositiveIntegerField(_("number"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="releases", verbose_name=_("by"))
    cut_at = models.DateTimeField(_("time"))

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        db_table = "release"
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(fields=["corpus", "number"], name="release_number_once_per_corpus"),
            models.CheckConstraint(condition=Q(number__gte=1), name="release_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.corpus_id}.{self.number}"


def settled(sentences: SentenceQuerySet) -> SentenceQuerySet:
    """Return those of the sentences that have gold or are in a release: one cut while they were current."""
    gold = Gold.objects.current().filter(sentence=OuterRef("pk"))
    releases = Release.objects.filter(
        corpus=OuterRef("statement__corpus"), cut_at__gte=OuterRef("came"), cut_at__lt=OuterRef("went")
    )
    dated = sentences.alias(
        came=Coalesce("made_by__at", "statement__upload__settled_at"),
        went=Coalesce("ended_by__at", "statement__withdrawn_at", Value(NEVER)),
    )
    return dated.filter(Exists(gold) | Exists(releases))


def is_settled(sentences: Collection[Sentence]) -> bool:
    """Whether one of these sentences is settled: one query."""
    return settled(Sentence.objects.filter(pk__in=[sentence.pk for sentence in sentences])).exists()


def not_settled(resplits: ResplitQuerySet) -> ResplitQuerySet:
    """Return those resplits of which nothing is settled that stands as they made it."""
    now = Sentence.objects.current().filter(
        statement=OuterRef("statement"), start=OuterRef("start"), end=OuterRef("end")
    )
    made = Sentence.objects.filter(Exists(settled(now)), made_by=OuterRef("pk"))
    return resplits.filter(~Exists(made))

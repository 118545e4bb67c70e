"""Releases: numbered, frozen states of a corpus."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from statements.models.corpus import Corpus
from statements.models.gold import Gold
from statements.models.sentence import Sentence
from statements.models.user import User


class ReleaseQuerySet(models.QuerySet["Release"]):
    def holding(self, sentences: Collection[Sentence]) -> ReleaseQuerySet:
        """Return the releases that have one of these sentences: those that were cut while it was current."""
        cut = OuterRef("cut_at")
        held = Sentence.objects.filter(
            Q(made_by=None) | Q(made_by__at__lte=cut),
            Q(ended_by=None) | Q(ended_by__at__gt=cut),
            Q(statement__withdrawn_at=None) | Q(statement__withdrawn_at__gt=cut),
            pk__in=[sentence.pk for sentence in sentences],
            statement__created_at__lte=cut,
            statement__corpus=OuterRef("corpus"),
        )
        return self.filter(Exists(held))

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


def is_settled(sentences: Sequence[Sentence]) -> bool:
    """Whether one of these sentences of a corpus has gold or is in a release: two queries."""
    held = Release.objects.filter(corpus=sentences[0].corpus).holding(sentences)
    return Gold.objects.current().on(sentences).exists() or held.exists()

"""The trace of every change that is not its own history."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.models.corpus import Corpus
from statements.models.user import User


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, corpus: Corpus) -> EventQuerySet:
        return self.filter(corpus=corpus).select_related("actor")

    def newest_first(self) -> EventQuerySet:
        return self.order_by("-pk")


class Event(models.Model):
    """Somebody did something to something; written in the transaction of the change itself."""

    at = models.DateTimeField(_("time"))
    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("corpus")
    )
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("actor")
    )
    verb = models.CharField(_("verb"), max_length=40)
    noun = models.CharField(_("noun"), max_length=40)
    public_id = models.CharField(_("public id"), max_length=80)
    detail = models.JSONField(_("details"), default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "event"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["corpus", "id"], name="event_of_corpus")]

    def __str__(self) -> str:
        return f"{self.verb} {self.noun} {self.public_id}"

"""Jobs: long work that a worker does behind the pages, and the workers that are there for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.public_id import new_public_id
from statements.models.upload import Upload
from statements.models.user import User

SILENT = timedelta(seconds=60)
"""So long a job may say nothing; then its worker counts as dead."""
GONE = timedelta(seconds=15)
"""So long a worker may say nothing; then none counts as being there."""
TRIES = 3


class JobKind(models.TextChoices):
    READ = "read", pgettext_lazy("job", "reading")
    STORE = "store", pgettext_lazy("job", "storing")


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")


OPEN = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> JobQuerySet:
        return self.filter(state__in=OPEN)

    def silent(self, at: datetime) -> JobQuerySet:
        """Those that are open and have said nothing for too long."""
        heard = Coalesce("heard_at", F("made_at"))
        return self.open().alias(last=heard).filter(last__lt=at - SILENT)

    def of_worker(self, name: str) -> JobQuerySet:
        return self.filter(state=JobState.RUNNING, worker=name)

    def newest_first(self) -> JobQuerySet:
        return self.order_by("-pk")


class Job(models.Model):
    """One piece of long work on an upload, that `by` asked for: `done` of `total` steps.

    `heard_at` is when it last gave a sign of life. Whoever asks for it to be cancelled writes
    `cancel_asked_at`; whoever runs it looks there with every sign of life.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="jobs")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="jobs")
    kind = models.CharField(max_length=5, choices=JobKind.choices)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "job"
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="job_kind_known"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.UniqueConstraint(
                fields=["upload"], condition=Q(state__in=OPEN), name="job_open_once_per_upload"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self, at: datetime) -> WorkerQuerySet:
        return self.filter(seen_at__gte=at - GONE)


class Worker(models.Model):
    """A process that does jobs. `name` stays the same when it is started again on the same data."""

    name = models.CharField(max_length=80, unique=True)
    seen_at = models.DateTimeField()

    objects = WorkerQuerySet.as_manager()

    class Meta:
        db_table = "worker"
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.name}"

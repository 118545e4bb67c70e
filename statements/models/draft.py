"""Drafts: what the files of an upload would become, to be looked at before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from statements.formats.base import Passage
from statements.models.public_id import new_public_id
from statements.models.statement import Statement
from statements.models.upload import Source, Upload


class DraftQuerySet(models.QuerySet["Draft"]):
    def in_order(self) -> DraftQuerySet:
        """As they stand in the files."""
        return self.order_by("number")

    def to_store(self) -> DraftQuerySet:
        """Those that become statements: not left out, and no text that is there already."""
        return self.taken_in().filter(same_as=None, same_as_number=None)

    def taken_in(self) -> DraftQuerySet:
        """Those that were not left out, alone or with their file."""
        return self.filter(left_out=False, source__left_out=False)

    def left_out(self) -> DraftQuerySet:
        return self.filter(Q(left_out=True) | Q(source__left_out=True))

    def with_likeness(self) -> DraftQuerySet:
        """Each with its file and the statements that it is like."""
        return self.select_related("source", "same_as", "near")

    def doubles(self) -> DraftQuerySet:
        return self.exclude(same_as=None, same_as_number=None)

    def near(self) -> DraftQuerySet:
        """Those that nearly say what another text says."""
        return self.exclude(near=None, near_number=None)

    def with_oddities(self) -> DraftQuerySet:
        return self.exclude(oddities=[])


def visible_statement() -> models.ForeignKey[Statement | None, Statement | None]:
    """A statement that is visible, and so is never removed: nothing has to be looked up by it."""
    return models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )


# Uploads and sources are never removed either: PostgreSQL would look them up with each of many thousand rows,
# which takes a tenth of the time of reading.


class Draft(models.Model):
    """A statement as it would be stored, with the public id it would have, and its sentences.

    `number` counts through the upload, `line` is where its row begins in a table (0 for a whole file).
    `spans` are the sentences, each as its start, end and paragraph. The same text is `same_as` a
    statement of the corpus, or as the draft `same_as_number` before it; `share` of its runs of words also
    stand in `near`, or in the draft `near_number`. `detected` is the language it seems to be in. `document`
    is what the text was taken from, where there is more in the file: its passages and warnings about it.
    """

    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="drafts", db_index=False, db_constraint=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="drafts", db_constraint=False)
    public_id = models.CharField(max_length=12, default=new_public_id)
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField(default=0)
    text = models.TextField()
    fold = models.CharField(max_length=64)
    sketch = models.CharField(max_length=128, blank=True)
    title = models.CharField(max_length=300)
    language = models.CharField(max_length=20)
    speaker = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True)
    source_url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    responds_to = models.CharField(max_length=500, blank=True)
    metadata = models.JSONField(default=dict)
    detected = models.CharField(max_length=20, blank=True)
    spans = models.JSONField()
    sentences = models.PositiveIntegerField()
    oddities = models.JSONField(default=list)
    document = models.JSONField(null=True)
    same_as = visible_statement()
    same_as_number = models.PositiveIntegerField(null=True)
    near = visible_statement()
    near_number = models.PositiveIntegerField(null=True)
    share = models.FloatField(null=True)
    left_out = models.BooleanField(default=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        db_table = "draft"
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="draft_number_once_per_upload"),
            models.CheckConstraint(condition=~Q(text=""), name="draft_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.upload_id}.{self.number}"

    @property
    def passages(self) -> list[Passage]:
        """What the text was taken from; nothing where the file held only the text."""
        return [Passage(*one) for one in self.document["passages"]] if self.document else []

    @property
    def warnings(self) -> list[tuple[str, Mapping[str, Any]]]:  # Any: whatever the sentence shows
        """What is to be known about the document from which the text was taken."""
        return self.document["warnings"] if self.document else []


class Fault(models.Model):
    """What is wrong in one row of a file, where, and so why it is no draft."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="faults")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    values = models.JSONField(default=dict)

    class Meta:
        db_table = "fault"
        verbose_name = _("fault")
        verbose_name_plural = _("faults")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.source_id}:{self.line} {self.code}"

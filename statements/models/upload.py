"""Uploads: acts of bringing statements in, and the bytes they brought."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.corpus import Corpus
from statements.models.public_id import new_public_id
from statements.models.user import User


class UploadState(models.TextChoices):
    STAGED = "staged", pgettext_lazy("upload", "staged")  # read and shown, nothing stored yet
    STORED = "stored", pgettext_lazy("upload", "stored")
    DISCARDED = "discarded", pgettext_lazy("upload", "discarded")


class UploadQuerySet(models.QuerySet["Upload"]):
    def find(self, public_id: str) -> Upload:
        """Raises Upload.DoesNotExist."""
        return self.select_related("corpus").get(public_id=public_id)

    def move(self, upload: Upload, *, before: UploadState, after: UploadState, at: datetime) -> bool:
        """Take `upload` from one state to the next; False when somebody else was faster."""
        moved = self.filter(pk=upload.pk, state=before).update(state=after, settled_at=at)
        return moved == 1


class Upload(models.Model):
    """One act. Its statements are visible only while it is stored and not withdrawn.

    `proposal` holds what the admin said about the text (title, language, …) until it is stored.
    """

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="uploads", verbose_name=_("corpus")
    )
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="uploads", verbose_name=_("by")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=UploadState.choices, default=UploadState.STAGED
    )
    proposal = models.JSONField(_("proposal"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        db_table = "upload"
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(state=UploadState.STORED),
                name="upload_withdrawn_was_stored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"


class Source(models.Model):
    """A file as it came, byte for byte. `encoding` is how it was read."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20)

    class Meta:
        db_table = "source"
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.name}"

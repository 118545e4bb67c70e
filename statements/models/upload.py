"""Uploads: acts of bringing statements in, and the files they brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.corpus import Corpus
from statements.models.public_id import new_public_id
from statements.models.user import User

PIECE_BYTES = 1_000_000  # of a file in one row: short writes, and little memory


class UploadState(models.TextChoices):
    READING = "reading", pgettext_lazy("upload", "being read")
    STAGED = "staged", pgettext_lazy("upload", "staged")  # read and shown, nothing stored yet
    STORING = "storing", pgettext_lazy("upload", "being stored")
    STORED = "stored", pgettext_lazy("upload", "stored")
    DISCARDED = "discarded", pgettext_lazy("upload", "discarded")


class Unseen(models.TextChoices):
    """Whether an upload is stored without a look, and then whether all of it has to be readable."""

    NO = "", pgettext_lazy("upload", "looked at first")
    WHOLE = "whole", pgettext_lazy("upload", "stored if all of it can be read")
    READABLE = "readable", pgettext_lazy("upload", "stored as far as it can be read")


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, corpus: Corpus) -> UploadQuerySet:
        return self.filter(corpus=corpus)

    def newest_first(self) -> UploadQuerySet:
        return self.order_by("-pk")

    def find(self, public_id: str) -> Upload:
        """Raises Upload.DoesNotExist."""
        return self.select_related("corpus", "by").get(public_id=public_id)

    def move(self, upload: Upload, *, before: UploadState, after: UploadState, **also: object) -> bool:
        """Take `upload` from one state to the next; False when somebody else was faster."""
        return self.filter(pk=upload.pk, state=before).update(state=after, **also) == 1


class Upload(models.Model):
    """One act. Its statements are visible only while it is stored and not withdrawn.

    `proposal` holds what was said about all of its texts (language, speaker, …). `key` is made by the client
    and names the upload, so that it is brought in once; `asked` is what came with it. `found` counts what was
    read. `problem` is why reading or storing it ended the last time, as a code and values.
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
    key = models.CharField(pgettext_lazy("save", "key"), max_length=64, null=True)
    asked = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=UploadState.choices, default=UploadState.STAGED
    )
    unseen = models.CharField(max_length=8, choices=Unseen.choices, blank=True, default=Unseen.NO)
    proposal = models.JSONField(_("proposal"), default=dict)
    found = models.JSONField(_("found"), default=dict)
    problem = models.JSONField(_("problem"), null=True)
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
            models.UniqueConstraint(fields=["by", "key"], name="upload_key_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

    @property
    def is_busy(self) -> bool:
        """Whether a job is at it, or waits to be."""
        return self.state in (UploadState.READING, UploadState.STORING)

    @property
    def is_visible(self) -> bool:
        return self.state == UploadState.STORED and self.withdrawn_at is None


class SourceQuerySet(models.QuerySet["Source"]):
    def in_order(self) -> SourceQuerySet:
        """As they came: an archive, then its members."""
        return self.order_by("number")

    def fault_count(self) -> int:
        """How many rows, and files as a whole, cannot be read; those that were left out do not count."""
        kept = self.filter(left_out=False).values_list("problem", "found")
        return sum(found.get("faults", 0) + (problem is not None) for problem, found in kept)

    def to_read(self) -> SourceQuerySet:
        """Those that hold texts, as far as they were not left out."""
        return self.exclude(kind="zip").filter(left_out=False)

    def unread(self) -> SourceQuerySet:
        return self.filter(found={}, problem__isnull=True)


class Source(models.Model):
    """A file as it came, byte for byte, in pieces; a member of an archive has none of its own.

    `encoding` is how it was read. `said` is what a person said about how to read it: its encoding, its
    language, and which of its columns are which fields. `found` is what was read: its columns, the fields
    they were taken for, how many rows and faults. `problem` is why it could not be read as a whole.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="sources")
    archive = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="members")
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(max_length=5, default="txt")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    said = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    problem = models.JSONField(null=True)
    left_out = models.BooleanField(default=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        db_table = "source"
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="source_number_once_per_upload")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.name}"


class Piece(models.Model):
    """Some of the bytes of a file: joined in order, its pieces are the file."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "piece"
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="piece_number_once_per_source")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.source_id}.{self.number}"

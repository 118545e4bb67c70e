"""Statements: public texts with their metadata."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from statements.models.corpus import Corpus
from statements.models.public_id import new_public_id
from statements.models.search import PARTS, StatementWords
from statements.models.upload import Source, Upload, UploadState


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible(self) -> StatementQuerySet:
        return self.filter(upload__state=UploadState.STORED, upload__withdrawn_at=None)

    def of(self, corpus: Corpus) -> StatementQuerySet:
        return self.filter(corpus=corpus)

    def in_order(self) -> StatementQuerySet:
        """In the order in which they came."""
        return self.order_by("pk")

    def with_word(self, word: str) -> StatementQuerySet:
        """Those of which title or text has a word that is this one, in plain writing, or begins with it."""
        return self.filter(pk__in=StatementWords.objects.statements_with(word))

    def without_words(self) -> StatementQuerySet:
        """Those that no search can find yet."""
        return self.filter(~Exists(StatementWords.objects.filter(key=OuterRef("pk") * PARTS)))

    def find(self, public_id: str) -> Statement:
        """Raises Statement.DoesNotExist, also for one that was withdrawn."""
        return self.visible().select_related("corpus").get(public_id=public_id)


class Statement(models.Model):
    """One public text. `text` is stored once and never changes; the metadata can be corrected.

    `segmenter` names the rules that made its first sentences. `fold` finds the same text again, however
    it is spaced or composed, `sketch` texts that nearly say the same (empty: not drawn yet).
    """

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="statements", verbose_name=_("corpus"), db_index=False
    )
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="statements")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField(_("text"))
    fold = models.CharField(max_length=64)
    sketch = models.CharField(max_length=128, blank=True, default="", db_default="")
    segmenter = models.CharField(_("segmenter"), max_length=40)
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=20)
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    published_on = models.DateField(_("date"), null=True, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    responds_to = models.CharField(_("responds to"), max_length=500, blank=True)
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))
    # As its upload: the uniqueness of `fold` hangs on it.
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        db_table = "statement"
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(
                fields=["corpus", "fold"],
                condition=Q(withdrawn_at=None),
                name="statement_text_once_per_corpus",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="statement_has_text"),
            models.CheckConstraint(condition=~Q(title=""), name="statement_has_title"),
        ]
        # Which finds those of a corpus, too: another index would cost every statement that is stored.
        indexes = [models.Index(fields=["corpus", "id"], name="statement_in_order")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

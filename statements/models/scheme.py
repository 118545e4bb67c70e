"""Labels, and the numbered schemes that say what they mean."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.corpus import Corpus
from statements.models.user import User

PALETTE_SIZE = 10
# Keys the desk needs for itself.
RESERVED_KEYS = frozenset("nsumzjkg/?")


class Label(models.Model):
    """Identity only: never deleted, its slug never reused. What it is called is a matter of the scheme."""

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="labels", verbose_name=_("corpus")
    )
    slug = models.SlugField(_("short name"), max_length=50)

    class Meta:
        db_table = "label"
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            models.UniqueConstraint(fields=["corpus", "slug"], name="label_slug_once_per_corpus"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9][a-z0-9_-]*$"), name="label_slug_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def newest_of(self, corpus: Corpus) -> Scheme | None:
        """The scheme in force, with its labels in order."""
        return self.filter(corpus=corpus).order_by("-number").with_labels().first()

    def of(self, corpus: Corpus) -> SchemeQuerySet:
        """All schemes of a corpus, the one in force first."""
        return self.filter(corpus=corpus).select_related("published_by").order_by("-number")

    def with_labels(self) -> SchemeQuerySet:
        return self.prefetch_related(models.Prefetch("entries", SchemeLabel.objects.select_related("label")))

    def find(self, number: str) -> Scheme:
        """Raises Scheme.DoesNotExist. Asks for rows of one corpus: each counts its schemes by itself."""
        return self.select_related("corpus", "published_by").with_labels().get(number=int(number))


class Scheme(models.Model):
    """A published version of what a corpus asks: guidelines and label texts. Never changed, only followed.

    `guidelines` maps a language to Markdown.
    """

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("corpus")
    )
    number = models.PositiveIntegerField(_("number"))
    guidelines = models.JSONField(_("guideline"), default=dict, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        db_table = "scheme"
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        constraints = [
            models.UniqueConstraint(fields=["corpus", "number"], name="scheme_number_once_per_corpus"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.corpus_id}.{self.number}"


class SchemeLabel(models.Model):
    """A label as one scheme shows it. Each text maps a language to words; examples to a list of them."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="entries")
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="entries", verbose_name=_("label")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.CharField(pgettext_lazy("keyboard", "key"), max_length=1)
    palette = models.PositiveSmallIntegerField(_("colour"))
    names = models.JSONField(_("names"))
    definitions = models.JSONField(_("definitions"), default=dict, blank=True)
    examples = models.JSONField(_("examples"), default=dict, blank=True)

    class Meta:
        db_table = "scheme_label"
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["position"]  # a scheme's labels have one order, wherever they are shown
        constraints = [
            models.UniqueConstraint(fields=["scheme", "label"], name="scheme_shows_a_label_once"),
            models.UniqueConstraint(fields=["scheme", "key"], name="scheme_key_once"),
            models.UniqueConstraint(fields=["scheme", "position"], name="scheme_position_once"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z0-9]$") & ~Q(key__in=sorted(RESERVED_KEYS)),
                name="scheme_key_is_free",
            ),
            models.CheckConstraint(
                condition=Q(palette__gte=1, palette__lte=PALETTE_SIZE), name="scheme_palette_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.scheme_id}.{self.label_id}"

"""Labels, and the numbered schemes that say what they mean."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from statements.models.corpus import Corpus
from statements.models.user import User

PALETTE_SIZE = 10
# Keys the desk needs for itself.
RESERVED_KEYS = frozenset("nsumzjkg/?")


class Label(models.Model):
    """Identity only: never deleted, its slug never reused. What it is called is a matter of the scheme."""

    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="labels")
    slug = models.SlugField(max_length=50)

    class Meta:
        db_table = "label"
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

    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="schemes")
    number = models.PositiveIntegerField()
    guidelines = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SchemeQuerySet.as_manager()

    class Meta:
        db_table = "scheme"
        constraints = [
            models.UniqueConstraint(fields=["corpus", "number"], name="scheme_number_once_per_corpus"),
        ]

    def __str__(self) -> str:
        return f"scheme {self.number} of corpus {self.corpus_id}"


class SchemeLabel(models.Model):
    """A label as one scheme shows it. Each text maps a language to words; examples to a list of them."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="entries")
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=1)
    palette = models.PositiveSmallIntegerField()
    names = models.JSONField()
    definitions = models.JSONField(default=dict, blank=True)
    examples = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "scheme_label"
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
        return f"label {self.label_id} in scheme {self.scheme_id}"

"""Annotations: the decisions of reviewers on sentences. Rows are only ever added."""

from __future__ import annotations

from collections import defaultdict

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.corpus import Corpus, Member
from statements.models.scheme import Label, Scheme
from statements.models.sentence import Sentence
from statements.models.statement import Statement
from statements.models.user import User

UNTOUCHED = "untouched"  # of a sentence without a standing decision: the state that has no row


class State(models.TextChoices):
    LABELLED = "labelled", _("labelled")
    NONE = "none", _("no claim")
    SKIPPED = "skipped", _("skipped")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SkipReason(models.TextChoices):
    CONTEXT = "context", _("I lack context")
    FRAGMENT = "fragment", _("Not a sentence")
    LANGUAGE = "language", _("A language I do not read")
    OTHER = "other", _("Another reason (say it in a comment)")


class Round(models.TextChoices):
    FIRST = "first", pgettext_lazy("round", "first")
    REPEAT = "repeat", pgettext_lazy("round", "repeat")
    PRACTICE = "practice", pgettext_lazy("round", "practice")


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def current(self) -> AnnotationQuerySet:
        return self.filter(superseded_at=None)

    def standing(self) -> AnnotationQuerySet:
        """Current decisions that say something: withdrawn ones left the sentence untouched."""
        return self.current().exclude(state=State.WITHDRAWN)

    def undoable(self) -> AnnotationQuerySet:
        """Standing decisions, the one that `undo` takes back next first: the last one made and not undone."""
        return self.standing().order_by(Coalesce("restores_id", "pk").desc())

    def by(self, reviewer: User) -> AnnotationQuerySet:
        return self.filter(reviewer=reviewer)

    def in_round(self, round_: Round) -> AnnotationQuerySet:
        return self.filter(round=round_)

    def on(self, statement: Statement) -> AnnotationQuerySet:
        """Rows on the current sentences of a statement."""
        return self.filter(sentence__statement=statement, sentence__ended_by=None)

    def of(self, corpus: Corpus) -> AnnotationQuerySet:
        return self.filter(sentence__statement__corpus=corpus)

    def with_labels(self) -> list[Annotation]:
        """Return these rows with their labels read: two queries, however many rows there are.

        As `prefetch_related("labels")`, which names every row and so asks for more variables than SQLite
        takes (32,766).
        """
        rows = list(self)
        through = Annotation.labels.through.objects.using(self.db)
        labels: dict[int, list[Label]] = defaultdict(list)
        for link in through.filter(annotation__in=self.order_by().values("pk")).select_related("label"):
            labels[link.annotation_id].append(link.label)
        for row in rows:
            row._prefetched_objects_cache = {"labels": labels[row.pk]}  # type: ignore[attr-defined]
        return rows

    def visible_to(self, user: User) -> AnnotationQuerySet:
        """What `user` may see: own rows everywhere; all rows of corpora in which they do not review.

        Whoever reviews works blind, whatever other roles they have beside it.
        """
        watching = Member.objects.present().watching().filter(user=user)
        return self.filter(
            Q(reviewer=user) & Exists(_membership(user)) | Exists(watching.filter(corpus=_corpus_of_row()))
        )

    def not_hidden_from(self, admin: User) -> AnnotationQuerySet:
        """What a site administrator may look at: all but rows of others where they review themselves."""
        reviewing = Member.objects.present().filter(user=admin, is_reviewer=True, corpus=_corpus_of_row())
        return self.filter(Q(reviewer=admin) | ~Exists(reviewing))


def _corpus_of_row() -> OuterRef:
    return OuterRef("sentence__statement__corpus")


def _membership(user: User) -> models.QuerySet[Member]:
    return Member.objects.present().filter(user=user, corpus=_corpus_of_row())


class Annotation(models.Model):
    """One reviewer's whole decision on one sentence at one time; the newest row is current.

    `key` is made by the client and names the save; `based_on` of a save is the key of the row it replaces.
    `supersedes` is that row; `restores`, in a row made by undo or redo, the row whose decision it repeats.
    `shown_ms` is how long the sentence was in front of the reviewer, in milliseconds.
    """

    sentence = models.ForeignKey(Sentence, on_delete=models.PROTECT, related_name="annotations")
    reviewer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="annotations",
        verbose_name=pgettext_lazy("role", "reviewer"),
    )
    round = models.CharField(_("round"), max_length=10, choices=Round.choices, default=Round.FIRST)
    key = models.CharField(pgettext_lazy("save", "key"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    labels = models.ManyToManyField(
        Label, related_name="annotations", db_table="annotation_label", verbose_name=_("labels")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=SkipReason.choices, blank=True)
    unsure = models.BooleanField(_("unsure"), default=False)
    bad_split = models.BooleanField(_("bad split"), default=False)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="annotations", verbose_name=_("scheme")
    )
    blind = models.BooleanField(_("blind"))
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    restores = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="restored_by",
        verbose_name=_("restores"),
    )
    shown_ms = models.PositiveIntegerField(_("shown for (ms)"), null=True)
    decided_at = models.DateTimeField(_("decided at"))
    saved_at = models.DateTimeField(_("saved at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        db_table = "annotation"
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")
        constraints = [
            models.UniqueConstraint(fields=["reviewer", "key"], name="annotation_key_once_per_reviewer"),
            models.UniqueConstraint(
                fields=["sentence", "reviewer", "round"],
                condition=Q(superseded_at=None),
                name="annotation_one_current_row",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="annotation_state_known"),
            models.CheckConstraint(condition=Q(round__in=Round.values), name="annotation_round_known"),
            models.CheckConstraint(condition=~Q(key=""), name="annotation_has_key"),
            models.CheckConstraint(
                condition=(Q(state=State.SKIPPED) & Q(reason__in=SkipReason.values))
                | (~Q(state=State.SKIPPED) & Q(reason="")),
                name="annotation_reason_if_skipped",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "superseded_at", "id"], name="annotation_of_reviewer")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.key}"

"""Annotations: the decisions of reviewers on sentences. Rows are only ever added."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.corpus import Corpus, Member, Operator
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


class Act(models.TextChoices):
    """How a row came about. Undo takes a decision or a redo back, redo takes an undo back.

    A resplit carries: its rows repeat what was decided on the sentences that it ended.
    """

    DECIDE = "decide", pgettext_lazy("act", "decided")
    UNDO = "undo", pgettext_lazy("act", "undone")
    REDO = "redo", pgettext_lazy("act", "done again")
    CARRY = "carry", pgettext_lazy("act", "carried over")


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def saved_before(self, at: datetime) -> AnnotationQuerySet:
        return self.filter(saved_at__lt=at)

    def current(self, as_of: datetime | None = None) -> AnnotationQuerySet:
        """What nothing has superseded: by now, or until this moment."""
        if as_of is None:
            return self.filter(superseded_at=None)
        return self.saved_before(as_of).filter(Q(superseded_at=None) | Q(superseded_at__gte=as_of))

    def standing(self, as_of: datetime | None = None) -> AnnotationQuerySet:
        """Current decisions that say something: withdrawn ones left the sentence untouched."""
        return self.current(as_of).exclude(state=State.WITHDRAWN)

    def to_check(self) -> AnnotationQuerySet:
        """Current ones that a resplit brought, and that their reviewers have not looked at since."""
        return self.current().filter(to_check=True)

    def checked(self) -> AnnotationQuerySet:
        """Standing decisions that people made on these very sentences."""
        return self.standing().filter(to_check=False)

    def flagging(self) -> AnnotationQuerySet:
        """Standing decisions that say “bad split”, and that nobody has answered."""
        answers = FlagAnswer.objects.standing().filter(annotation=OuterRef("pk"))
        return self.standing().filter(~Exists(answers), bad_split=True)

    def to_undo(self) -> AnnotationQuerySet:
        """What undo can take back, the one that is next first."""
        return self.exclude(act__in=[Act.UNDO, Act.CARRY]).filter(taken_back_by=None).order_by("-pk")

    def to_redo(self) -> AnnotationQuerySet:
        """What redo can take back: what was undone since the last decision among these rows."""
        decided = self.filter(act=Act.DECIDE).order_by("-pk").values("pk")[:1]
        since = self.filter(pk__gt=Coalesce(models.Subquery(decided), 0))
        return since.filter(act=Act.UNDO, taken_back_by=None).order_by("-pk")

    def by(self, reviewer: User) -> AnnotationQuerySet:
        return self.filter(reviewer=reviewer)

    def by_one_of_many(self, reviewer: User) -> AnnotationQuerySet:
        """As `by`, for rows on few sentences: they are found by their sentences.

        Without statistics SQLite takes the index on reviewers instead, and walks over all that this one ever
        decided.
        """
        return self.alias(who=F("reviewer_id") + 0).filter(who=reviewer.pk)

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

    def visible_to(self, user: User | Operator, *, within: Corpus | None = None) -> AnnotationQuerySet:
        """What `user` may see: own rows everywhere; all rows of corpora in which they do not review.

        Whoever reviews works blind, whatever other roles they have beside it; an operator sees all. Where all
        rows are known to lie `within` one corpus, the database need not ask for each in which it does.
        """
        if isinstance(user, Operator):
            return self.all()
        corpus = _corpus_of_row() if within is None else within.pk
        there = Member.objects.present().filter(user=user, corpus=corpus)
        return self.filter(Exists(there.watching()) | Q(reviewer=user) & Exists(there))

    def not_hidden_from(self, admin: User) -> AnnotationQuerySet:
        """What a site administrator may look at: all but rows of others where they review themselves."""
        reviewing = Member.objects.present().filter(user=admin, is_reviewer=True, corpus=_corpus_of_row())
        return self.filter(Q(reviewer=admin) | ~Exists(reviewing))


def _corpus_of_row() -> OuterRef:
    return OuterRef("sentence__statement__corpus")


class Annotation(models.Model):
    """One reviewer's whole decision on one sentence at one time; the newest row is current.

    `key` is made by the client and names the save; `based_on` of a save is the key of the row it replaces.
    `supersedes` is that row. A row made by undo or redo `takes_back` an earlier one, once, and `restores` the
    decision that it repeats, if there was one. A row that a resplit carried is `to_check` until its
    reviewer confirms or changes it, unless the sentence has the very text that was decided on.
    `shown_ms` is how long the sentence was in front of the reviewer, in milliseconds.
    """

    sentence = models.ForeignKey(Sentence, on_delete=models.PROTECT, related_name="annotations")
    # Every index is written with every decision: those that begin with the reviewer stand below, and nobody
    # looks for what has a scheme or was restored.
    reviewer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="annotations",
        db_index=False,
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
        Scheme,
        on_delete=models.PROTECT,
        related_name="annotations",
        db_index=False,
        verbose_name=_("scheme"),
    )
    blind = models.BooleanField(_("blind"))
    to_check = models.BooleanField(_("to check"), default=False, db_default=False)
    act = models.CharField(
        pgettext_lazy("annotation", "act"), max_length=6, choices=Act.choices, default=Act.DECIDE
    )
    takes_back = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="taken_back_by",
        verbose_name=_("takes back"),
    )
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
        db_index=False,
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
            models.CheckConstraint(condition=Q(act__in=Act.values), name="annotation_act_known"),
            models.CheckConstraint(
                condition=Q(act__in=[Act.DECIDE, Act.CARRY]) | Q(takes_back__isnull=False),
                name="annotation_undo_takes_back",
            ),
            models.CheckConstraint(
                condition=Q(to_check=False) | Q(blind=False), name="annotation_to_check_is_not_blind"
            ),
            models.CheckConstraint(
                condition=(Q(state=State.SKIPPED) & Q(reason__in=SkipReason.values))
                | (~Q(state=State.SKIPPED) & Q(reason="")),
                name="annotation_reason_if_skipped",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "superseded_at", "id"], name="annotation_of_reviewer"),
            models.Index(fields=["reviewer", "id"], name="annotation_in_order"),
            # Of few rows, and with the more columns: without statistics SQLite would take the index above.
            models.Index(
                fields=["reviewer", "round", "superseded_at"],
                condition=Q(to_check=True),
                name="annotation_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.key}"


class FlagAnswerQuerySet(models.QuerySet["FlagAnswer"]):
    def standing(self) -> FlagAnswerQuerySet:
        return self.filter(taken_back_at=None)


class FlagAnswer(models.Model):
    """Somebody looked at a “bad split” and leaves the sentence as it is.

    The decision with the flag stays as it was made. One that flags the sentence anew has no answer yet.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="flag_answers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)

    objects = FlagAnswerQuerySet.as_manager()

    class Meta:
        db_table = "flag_answer"
        verbose_name = _("answer to a flag")
        verbose_name_plural = _("answers to flags")
        constraints = [
            models.UniqueConstraint(
                fields=["annotation"], condition=Q(taken_back_at=None), name="flag_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

"""Corpora and their members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from statements.models.user import User
from statements.roles import RIGHTS, May, Role

BY_SLUG = "SELECT * FROM corpus WHERE slug = %s"  # written by hand as those in `prepared`


class CorpusQuerySet(models.QuerySet["Corpus"]):
    def of(self, user: User) -> CorpusQuerySet:
        """Corpora in which `user` is a member now."""
        return self.filter(pk__in=Member.objects.present().filter(user=user).values("corpus"))

    def where(self, user: User, right: May) -> CorpusQuerySet:
        """Corpora in which `user` may do this, by their slugs."""
        able = Q()
        for role in Role:
            if right in RIGHTS[role]:
                able |= Q(**{f"is_{role}": True})
        mine = Member.objects.present().filter(able, user=user)
        return self.filter(pk__in=mine.values("corpus")).order_by("slug")

    def find(self, slug: str) -> Corpus:
        """Return the one at this address, among all there are. Raises Corpus.DoesNotExist."""
        for corpus in self.raw(BY_SLUG, [slug]):
            return corpus
        raise Corpus.DoesNotExist(slug)


class Mending(models.TextChoices):
    """Who may change the boundaries of sentences; the others flag a bad split."""

    REVIEWERS = "reviewers", _("reviewers, adjudicators and admins")
    ADJUDICATORS = "adjudicators", _("adjudicators and admins; reviewers flag what is wrong")


MOST_LANGUAGES = 5  # in which a corpus explains itself


def only_english() -> list[str]:
    return ["en"]


class Corpus(models.Model):
    """A project: its statements, people, labels and guideline.

    `languages` are the codes of those in which it explains its labels, the most important one first.
    """

    slug = models.SlugField(_("address"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=200)
    languages = models.JSONField(_("languages"), default=only_english)
    mending = models.CharField(
        _("who may mend the split"), max_length=12, choices=Mending.choices, default=Mending.REVIEWERS
    )
    created_at = models.DateTimeField(_("created at"))

    objects = CorpusQuerySet.as_manager()

    class Meta:
        db_table = "corpus"
        verbose_name = _("corpus")
        verbose_name_plural = _("corpora")
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"), name="corpus_slug_is_plain"
            ),
            models.CheckConstraint(condition=Q(mending__in=Mending.values), name="corpus_mending_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def corpus(self) -> Corpus:
        """Itself, so that whatever is fetched by its public id knows its corpus by the same word."""
        return self


class Operator:
    """Whoever runs a command on the server: in no corpus, but with the whole database in their hands."""

    pk = None  # no row is theirs
    roles = frozenset({Role.ADMIN})


class MemberQuerySet(models.QuerySet["Member"]):
    def find(self, pseudonym: str) -> Member:
        """Raises Member.DoesNotExist. Asks for rows of one corpus: each counts its members by itself."""
        return self.select_related("corpus", "user").get(number=int(pseudonym.removeprefix("r")))

    def of(self, corpus: Corpus) -> MemberQuerySet:
        """All who are or were in a corpus, in the order in which they joined."""
        return self.filter(corpus=corpus).select_related("user").order_by("number")

    def admins(self) -> MemberQuerySet:
        return self.present().filter(is_admin=True)

    def beyond(self, user: User, admin: User) -> MemberQuerySet:
        """Where `user` is or was, outside the corpora that `admin` administers."""
        return self.filter(user=user).exclude(
            corpus__in=Member.objects.admins().filter(user=admin).values("corpus")
        )

    def other_admins(self, member: Member) -> MemberQuerySet:
        """Admins of the corpus of `member` beside them."""
        return self.admins().filter(corpus=member.corpus_id).exclude(pk=member.pk)

    def present(self) -> MemberQuerySet:
        return self.filter(left_at=None, user__is_active=True)

    def watching(self) -> MemberQuerySet:
        """Those for whom `sees_all` of their roles holds."""
        has_a_role = Q(is_admin=True) | Q(is_adjudicator=True) | Q(is_researcher=True)
        return self.filter(has_a_role, is_reviewer=False)


class Member(models.Model):
    """A person in a corpus. Never deleted: `number` makes the pseudonym under which exports show them."""

    corpus = models.ForeignKey(
        Corpus, on_delete=models.PROTECT, related_name="members", verbose_name=_("corpus")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    number = models.PositiveIntegerField()
    is_admin = models.BooleanField(pgettext_lazy("role", "admin"), default=False)
    is_adjudicator = models.BooleanField(pgettext_lazy("role", "adjudicator"), default=False)
    is_reviewer = models.BooleanField(pgettext_lazy("role", "reviewer"), default=False)
    is_researcher = models.BooleanField(pgettext_lazy("role", "researcher"), default=False)
    # Ever: what was seen cannot be unseen.
    has_watched = models.BooleanField(_("has seen the decisions of others"), default=False)
    # Every sentence of the statements before it is decided by this person: where to look for the next one.
    waiting_from = models.ForeignKey(
        "Statement", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "member"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["corpus", "user"], name="member_once_per_corpus"),
            models.UniqueConstraint(fields=["corpus", "number"], name="member_number_once_per_corpus"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.corpus_id}.{self.pseudonym}"

    @property
    def pseudonym(self) -> str:
        return f"r{self.number}"

    @property
    def is_present(self) -> bool:
        """Whether they can do anything here; asks for `user`."""
        return self.left_at is None and self.user.is_active

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role in Role if getattr(self, f"is_{role}"))

    @roles.setter
    def roles(self, roles: frozenset[Role]) -> None:
        for role in Role:
            setattr(self, f"is_{role}", role in roles)

"""People who sign in, and the tokens their programs use."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from statements.models.public_id import new_public_id
from statements.roles import Scope


class Theme(models.TextChoices):
    DEVICE = "", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """A person. Never deleted: their decisions stay in the corpora they worked on.

    `session_salt` goes into the hash that every session carries: a new one ends them all at once. `made_in`
    is the corpus whose admin made the account, if one did.
    """

    first_name = None  # type: ignore[assignment]  # one `name`, as people write it themselves
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, blank=True)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    session_salt = models.CharField(max_length=32, blank=True, editable=False)
    made_in = models.ForeignKey(
        "Corpus", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta:
        db_table = "user"
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once_however_written"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """As Django's, which knows the password only."""
        salt = "statements.models.user.User.get_session_auth_hash"
        return salted_hmac(
            salt, f"{self.password}{self.session_salt}", secret=secret, algorithm="sha256"
        ).hexdigest()


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    def open(self, at: datetime) -> PasswordLinkQuerySet:
        """Links with which a password can still be set."""
        return self.filter(ended_at=None, expires_at__gt=at, user__is_active=True)


class PasswordLink(models.Model):
    """A one-time link with which a person sets a password; only the newest one of a person opens.

    `digest` is the SHA-256 of its secret. `ended_at` is when it was used, or when a newer one took its place.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="password_links", verbose_name=_("account")
    )
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        db_table = "password_link"
        verbose_name = _("password link")
        verbose_name_plural = _("password links")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="password_link_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TokenQuerySet(models.QuerySet["Token"]):
    def of(self, user: User) -> TokenQuerySet:
        return self.filter(user=user).select_related("corpus").order_by("-created_at", "-pk")

    def unrevoked(self) -> TokenQuerySet:
        return self.filter(revoked_at=None)

    def find(self, public_id: str) -> Token:
        """Raises Token.DoesNotExist."""
        return self.get(public_id=public_id)


class Token(models.Model):
    """A secret for programs, kept only as its SHA-256: 32 random bytes need no slow hash."""

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("account"))
    corpus = models.ForeignKey(
        "Corpus", on_delete=models.PROTECT, null=True, related_name="tokens", verbose_name=_("corpus")
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scope_names = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        db_table = "token"
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset(Scope(name) for name in self.scope_names)

    def opens(self, at: datetime) -> bool:
        """Whether it lets its owner in now; asks for `user`."""
        return self.revoked_at is None and self.created_at <= at < self.expires_at and self.user.is_active


class SecondFactor(Authenticator):
    """What allauth keeps, under a name that the admin site can translate."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

"""People who sign in, and the tokens their programs use."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.models.public_id import new_public_id
from statements.roles import Scope


class User(AbstractUser):
    """A person. Never deleted: their decisions stay in the corpora they worked on."""

    first_name = None  # type: ignore[assignment]  # one `name`, as people write it themselves
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta:
        db_table = "user"

    def __str__(self) -> str:
        return self.name or self.username


class Token(models.Model):
    """A secret for programs, kept only as its SHA-256: 32 random bytes need no slow hash."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    corpus = models.ForeignKey("Corpus", on_delete=models.PROTECT, null=True, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scope_names = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.public_id}"

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset(Scope(name) for name in self.scope_names)

    def opens(self, at: datetime) -> bool:
        """Whether it lets its owner in now; asks for `user`."""
        return self.revoked_at is None and self.created_at <= at < self.expires_at and self.user.is_active

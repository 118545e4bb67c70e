"""Accounts, and what opens them, as site administrators see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from statements.access import reader
from statements.actions.account import change_account, turn_off_second_factors
from statements.actions.user import add_user, make_password_link
from statements.admin.site import Kept, site
from statements.errors import Refused
from statements.mail import link_address
from statements.messages import sentence_for
from statements.models import PasswordLink, SecondFactor, Token, User

WAYS_IN = (("is_active", gettext_lazy("Can sign in")), ("is_superuser", gettext_lazy("Site administrator")))


class AccountForm(ModelForm[User]):
    """What can be changed of an account; `save_model` decides whether it may."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("As the browser says")), *settings.LANGUAGES],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django's form
        super().__init__(*args, **kwargs)
        for name, label in WAYS_IN:
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""


@admin.register(User, site=site)
class Users(Kept[User]):
    """Accounts: added with a link to a first password, changed, closed; never deleted."""

    form = AccountForm
    list_display = ("username", "name", "email", "is_active", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_superuser", "date_joined")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    actions = ("show_link", "turn_off")
    fields = (
        "username",
        "name",
        "email",
        "language",
        "is_active",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("username", "last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("username", "name", "email")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:  # Any: Django's
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, sentence_for(refusal), messages.ERROR)
            return redirect(request.path)

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: ModelForm[User],
        change: bool,
    ) -> None:
        by, now = reader(request), timezone.now()
        if change:
            change_account(
                obj,
                name=obj.name,
                email=obj.email,
                language=obj.language,
                is_active=obj.is_active,
                is_site_admin=obj.is_superuser,
                by=by,
                at=now,
            )
        else:
            added = add_user(obj.username, password=None, name=obj.name, email=obj.email, by=by, at=now)
            obj.__dict__.update(added.__dict__)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._link_page(request, obj)

    @admin.action(description=gettext_lazy("Make a one-time link to set a password"))
    def show_link(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        if len(rows) != 1:
            self.message_user(request, _("Choose one account: each link is for one person."), messages.ERROR)
            return None
        if not rows[0].is_active:
            refusal = Refused("user_inactive", username=rows[0].username)
            self.message_user(request, sentence_for(refusal), messages.ERROR)
            return None
        if rows[0] == reader(request):
            self.message_user(request, sentence_for(Refused("link_own")), messages.ERROR)
            return None
        return self._link_page(request, rows[0])

    @admin.action(description=gettext_lazy("Turn off the second factor (for a lost device)"))
    def turn_off(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        for user in rows:
            try:
                is_changed = turn_off_second_factors(user, by=reader(request), at=timezone.now())
            except Refused as refusal:
                self.message_user(request, sentence_for(refusal), messages.ERROR)
                continue
            said = (
                _("“%(username)s” signs in with the password alone now.")
                if is_changed
                else _("“%(username)s” has no second factor.")
            )
            self.message_user(request, said % {"username": user.username})

    def _link_page(self, request: HttpRequest, user: User) -> HttpResponse:
        secret = make_password_link(user, by=reader(request), at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Link to set a password"),
            "account": user,
            "link": link_address(secret),
        }
        return TemplateResponse(request, "admin/password_link.html", context)


@admin.register(Token, site=site)
class Tokens(Kept[Token]):
    """Tokens, without what is kept of their secrets."""

    list_display = (
        "public_id",
        "user",
        "name",
        "corpus",
        "scope_names",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("user", "corpus")
    list_filter = ("expires_at", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("public_id", "name", "user__username", "corpus__slug")
    ordering = ("-pk",)
    fields = (*list_display[:5], "created_at", *list_display[5:])


@admin.register(PasswordLink, site=site)
class PasswordLinks(Kept[PasswordLink]):
    """Links to set a password, without what is kept of their secrets."""

    list_display = ("user", "made_by", "created_at", "expires_at", "ended_at")
    list_select_related = ("user", "made_by")
    list_filter = ("created_at", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("user__username",)
    ordering = ("-pk",)
    fields = list_display


# The fields are allauth's, which names them in English only; a proxy cannot name them anew.
FACTOR_WORDS = {
    "user": gettext_lazy("account"),
    "type": gettext_lazy("kind"),
    "created_at": gettext_lazy("created at"),
    "last_used_at": gettext_lazy("last used at"),
}


class SecondFactorForm(ModelForm[SecondFactor]):
    class Meta:
        labels = FACTOR_WORDS


def column(name: str) -> Callable[[SecondFactor], Any]:  # Any: whatever the field holds
    @admin.display(description=FACTOR_WORDS[name], ordering=name)
    def shown(row: SecondFactor) -> Any:  # Any: as above
        return row.get_type_display() if name == "type" else getattr(row, name)

    return shown


class KindFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django's filter
        super().__init__(*args, **kwargs)
        self.title = FACTOR_WORDS["type"]


class CreatedFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django's filter
        super().__init__(*args, **kwargs)
        self.title = FACTOR_WORDS["created_at"]


@admin.register(SecondFactor, site=site)
class SecondFactors(Kept[SecondFactor]):
    """Second factors, without their secrets."""

    form = SecondFactorForm
    list_display = tuple(column(name) for name in FACTOR_WORDS)
    list_select_related = ("user",)
    list_filter = (("type", KindFilter), ("created_at", CreatedFilter))
    search_fields = ("user__username",)
    ordering = ("-pk",)
    fields = tuple(FACTOR_WORDS)

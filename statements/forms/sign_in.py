"""Forms with which people sign in, confirm who they are, and make themselves an account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

NAME_ATTRIBUTES = {"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"}


def password_field(label: StrOrPromise, *, autocomplete: str, hint: StrOrPromise = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=hint)


class SignInForm(LoginForm):
    """allauth's, with the field names that password managers and programs know from Django."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Password"), autocomplete="current-password")
        self.fields["login"] = UsernameField(
            label=_("User name"),
            max_length=150,
            widget=forms.TextInput(attrs={**NAME_ATTRIBUTES, "autofocus": True}),
        )

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class ConfirmForm(ReauthenticateForm):
    """The password once more, before something that somebody at an open screen should not do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Password"), autocomplete="current-password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = password_field(
        _("New password"), autocomplete="new-password", hint=_("At least 10 characters, not only digits.")
    )
    again = password_field(_("Repeat the new password"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ. Type the same twice."))
        return given


class SignUpForm(NewPasswordForm):
    """A new account, made by its owner."""

    username = UsernameField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("With this you sign in. Letters, digits and @ . + - _ only."),
        widget=forms.TextInput(attrs=NAME_ATTRIBUTES),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("May stay empty."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = password_field(
        _("Password"), autocomplete="new-password", hint=_("At least 10 characters, not only digits.")
    )
    again = password_field(_("Password once more"), autocomplete="new-password")

    field_order = ["username", "email", "password", "again"]

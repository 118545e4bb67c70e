"""Forms of the second factor: allauth's, in our words."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

LONGEST_CODE = 40
LONGEST_NAME = 100


def code_field(label: StrOrPromise) -> forms.CharField:
    # No number field and no `inputmode`: a recovery code is typed here too.
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=LONGEST_CODE, widget=forms.TextInput(attrs=attributes))


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name of the passkey"),
        max_length=LONGEST_NAME,
        help_text=_("To know it again, like the device it is on."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class CodeForm(AuthenticateForm):
    """The second step of signing in: a code of the app, or a recovery code."""

    code = code_field(_("Code of your app, or a recovery code"))

    def clean_code(self) -> str:
        return _only_once(self, super().clean_code())


class ConfirmCodeForm(ReauthenticateForm):
    """The same, to confirm who is at the screen."""

    code = code_field(_("Code of your app, or a recovery code"))

    def clean_code(self) -> str:
        return _only_once(self, super().clean_code())


class ActivateForm(ActivateTOTPForm):
    code = code_field(_("Code that the app shows"))


class AddPasskeyForm(AddWebAuthnForm):
    name = name_field()

    def clean(self) -> dict[str, Any]:
        with _well_formed():
            return super().clean()


class PasskeyForm(AuthenticateWebAuthnForm):
    """The second step of signing in, with a passkey."""

    def clean_credential(self) -> Authenticator:
        with _well_formed():
            return super().clean_credential()


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):
    """The same, to confirm who is at the screen."""

    def clean_credential(self) -> Authenticator:
        with _well_formed():
            return super().clean_credential()


class RenamePasskeyForm(EditWebAuthnForm):
    name = name_field()


@contextmanager
def _well_formed() -> Iterator[None]:
    """What fido2 raises over a credential that no browser has made depends on where it stumbles."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, struct.error) as wrong:
        raise get_adapter().validation_error("incorrect_code") from wrong


def _only_once(form: CodeForm | ConfirmCodeForm, code: str) -> str:
    """allauth forgets a used code after one step of time, but takes it for as long as clocks may differ."""
    authenticator = form.authenticator
    if authenticator.type != Authenticator.Type.TOTP:
        return code
    key = f"used-code:{authenticator.pk}:{normalize_user_code(code)}"
    steps = 2 * settings.MFA_TOTP_TOLERANCE + 2
    if not cache.add(key, True, timeout=30 * steps):
        raise get_adapter().validation_error("incorrect_code")
    return code

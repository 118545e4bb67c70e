"""What allauth asks of this program at sign-in and for the second factor: rules, throttles and sentences."""

from __future__ import annotations

import base64
import ipaddress
import math
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.internal.userkit import get_user_by_username
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import clean_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from statements.models import User
from statements.models.prepared import user_with

UNKNOWN = "unknown"  # an address that the proxies in front did not tell
LONGEST_QUEUE = 10  # seconds that a sign-in waits for others to be counted
TOO_MANY = "too_many_login_attempts"  # allauth's name

# What is said after a change, by the name of the template that allauth would take; anything else is not said.
SAID: Mapping[str, StrOrPromise] = {
    "mfa/messages/totp_activated.txt": _("From now on, signing in asks for a code of your app too."),
    "mfa/messages/totp_deactivated.txt": _("Signing in asks for no code of the app any more."),
    "mfa/messages/webauthn_added.txt": _("From now on, signing in asks for your passkey too."),
    "mfa/messages/webauthn_removed.txt": _("The passkey does not work any more."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "You have new recovery codes. Keep them where you find them without your phone."
    ),
}


class Accounts(AuthenticationBackend):
    """As allauth's, but every request finds its account by a statement that is prepared."""

    def get_user(self, user_id: int) -> User | None:
        user = user_with(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by name and password. Who fails too often waits, also with the right password."""

    error_messages: dict[str, StrOrPromise] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("There is no account with this name and password. Check both."),
        "incorrect_password": _("This is not your password. Try again."),
        # Only codes are refused with this one: `pre_authenticate` says how long to wait.
        TOO_MANY: _("There were too many wrong codes. Wait 15 minutes, then try again."),
        "rate_limited": _("There were too many wrong codes. Wait 15 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.OPEN_SIGN_UP)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages answer pages, whatever a header says; programs have the API."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there after signing in: on the host that was asked, and nowhere else."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the outermost proxy of ours has seen, UNKNOWN when it did not say.

        With too few hops in the header, the request came past some of the proxies: then the outermost one
        that is named. An IPv4 address in the clothes of IPv6 counts as what it is.
        """
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        if proxies:
            hops = request.headers.get("X-Forwarded-For", "").split(",")
            seen = clean_client_ip(hops[-min(proxies, len(hops))])
        else:
            seen = clean_client_ip(request.META.get("REMOTE_ADDR", ""))
        if not seen:
            return UNKNOWN
        address = ipaddress.ip_address(seen)
        return str(getattr(address, "ipv4_mapped", None) or address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this as a failure until the password has proved right, or refuse it.

        Counted before the password is looked at: of many tries at once, none slips through.
        """
        usages: list[ratelimit.RateLimitUsage] = []
        for limit, key in limits_of(self, request, credentials.get("username", "")).items():
            usage = count_failure(request, limit, key)
            if usage is None:
                for counted in usages:
                    counted.rollback()  # what is refused counts nowhere, or a refusal would never end
                raise too_many_failures(request, limit, key)
            usages.append(usage)
        self.counted = usages

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose name and password these are; somebody whose account was closed is nobody."""
        self.pre_authenticate(request, **credentials)
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()  # closed accounts, which allauth would explain
        if not isinstance(user, User):
            return None
        for usage in self.counted:
            usage.rollback()
        return user

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **how: Any) -> HttpResponse:
        """Pages come in the language of the person; a sign-in that is minutes old need not be confirmed."""
        response = super().post_login(request, user, **how)
        reauthenticate_by_password(request)
        if isinstance(user, User) and user.language and check_for_language(user.language):
            set_language_cookie(response, user.language)
        return response

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Return allauth's, in our words, without passkeys where browsers do not make them."""
        words = {
            "reauthenticate": _("Confirm with your password"),
            "mfa_reauthenticate": _("Confirm with a code"),
            "mfa_reauthenticate:webauthn": _("Confirm with a passkey"),
        }
        return [
            {**method, "description": words[method["id"]]}
            for method in super().get_reauthentication_methods(user)
            if "webauthn" in settings.MFA_SUPPORTED_TYPES or "webauthn" not in method["id"]
        ]

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        sentence = SAID.get(message_template or "")
        if sentence:
            messages.success(request, str(sentence))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie encrypted in the database: who has only the database has no codes."""

    error_messages: dict[str, StrOrPromise] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right, or was used already. "
            "Wait for the next one of your app, or take another recovery code."
        ),
        "cannot_generate_recovery_codes": _("Turn on a second factor first."),
    }

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; one that another SECRET_KEY has closed becomes one that nobody knows."""
        try:
            return _vault().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": "Annotator"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "name": user.get_username()}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002  (allauth's name)
        return str(_("Passkey"))


def set_language_cookie(response: HttpResponse, code: str) -> None:
    """Let the next pages come in this language, as Django's `set_language` does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def limits_of(adapter: AccountAdapter, request: HttpRequest, username: str) -> dict[str, str]:
    """Return what a sign-in counts for, by the name of the limit: the address, the account, and the pair.

    However a name is written, it counts for the account that it opens. Without a known address only the
    account counts: else one guesser would keep everybody out.
    """
    user = get_user_by_username(username)
    account = f"user {user.pk}" if user else f"nobody {username.casefold()}"
    address = ratelimit.truncate_ip(adapter.get_client_ip(request))
    if address == UNKNOWN:
        return {"account": account}
    return {"address": address, "account": account, "pair": f"{account} {address}"}


def count_failure(request: HttpRequest, limit: str, key: str) -> ratelimit.RateLimitUsage | None:
    """Count one more failure for one of SIGN_IN_FAILURES; None when there are as many as it allows.

    allauth gives up after a second when others count for the same: when a class signs in at once, behind
    one address, that second is not enough.
    """
    limits = settings.SIGN_IN_FAILURES
    for _second in range(LONGEST_QUEUE):
        usage = ratelimit.consume(request, app="statements", action=limit, config=limits, key=key)
        if usage or seconds_left(request, limit, key):
            return usage
    return None


def seconds_left(request: HttpRequest, limit: str, key: str) -> int:
    """Return how long it takes until a limit that is reached allows another try; 0 when it is not reached."""
    rate = ratelimit.parse_rate(settings.SIGN_IN_FAILURES[limit])
    kept = ratelimit.get_cache_key(request, app="statements", action=limit, rate=rate, key=key)
    ends = sorted(moment + rate.duration - time.time() for moment in cache.get(kept, []))
    standing = [end for end in ends if end > 0]
    return math.ceil(standing[-rate.amount]) if len(standing) >= rate.amount else 0


def too_many_failures(request: HttpRequest, limit: str, key: str) -> ValidationError:
    """Return what refuses a sign-in; its parameter `seconds` says for how long."""
    seconds = max(1, seconds_left(request, limit, key))
    sentence = ngettext_lazy(
        "There were too many wrong passwords. Wait a minute, then try again.",
        "There were too many wrong passwords. Wait %(minutes)s minutes, then try again.",
        "minutes",
    )
    return ValidationError(
        sentence, code=TOO_MANY, params={"minutes": math.ceil(seconds / 60), "seconds": seconds}
    )


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [salted_hmac("second factor", "key", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])

"""One's own account: name, language, theme, password, sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core.internal import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import check_for_language, get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from statements.access import corpora_open_to, public, reader, signed_in
from statements.actions.user import (
    change_password,
    change_profile,
    issue_token,
    leave_all_devices,
    revoke_token,
)
from statements.adapter import set_language_cookie
from statements.errors import Refused
from statements.forms.account import PasswordForm, ProfileForm, TokenForm, scopes_in_words
from statements.messages import sentence_for
from statements.models import Token, User
from statements.roles import May, Scope

PAGE = "account/page.html"
WAIT = 15 * 60  # seconds, after too many wrong passwords: the window of ACCOUNT_LIMITS["old_password"]


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner sees it; `state` is a word for people."""

    token: Token
    scopes: list[str]
    state: str
    is_open: bool


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Everything on one page; a POST changes name, language, theme and keys."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, profile=form, status=422)
    given = form.cleaned_data
    change_profile(
        reader(request),
        name=given["name"],
        language=given["language"],
        theme=given["theme"],
        shortcuts=given["shortcuts"],
        at=timezone.now(),
    )
    with override(given["language"]):
        messages.success(request, _("Your settings are stored."))
    response = redirect("account")
    set_language_cookie(response, given["language"])
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("old", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; whoever is signed in elsewhere is out, this browser stays."""
    if request.method != "POST":
        return redirect("account")
    user, form = reader(request), PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, password=form, status=422)
    tried = ratelimit.consume(
        request,
        app="statements",
        action="old_password",
        config=settings.ACCOUNT_LIMITS,
        key=str(user.pk),
    )
    if tried is None:
        form.add_error("old", _("There were too many wrong passwords. Wait 15 minutes, then try again."))
        response = _page(request, password=form, status=429)
        response.headers["Retry-After"] = str(WAIT)
        return response
    given = form.cleaned_data
    try:
        change_password(user, old=given["old"], new=given["password"], at=timezone.now())
    except Refused as refusal:
        form.add_error("old", sentence_for(refusal))
        return _page(request, password=form, status=422)
    except ValidationError as wrong:
        tried.rollback()
        form.add_error("password", wrong)
        return _page(request, password=form, status=422)
    tried.rollback()  # only failures count
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. All other sessions of yours have ended."))
    return redirect("account")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """End the sessions in all other browsers."""
    if request.method == "POST":
        user = reader(request)
        leave_all_devices(user, at=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("All other sessions of yours have ended."))
    return redirect("account")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret stands on this answer and nowhere else."""
    if request.method != "POST":
        return redirect("account")
    form = TokenForm(request.POST, corpora=corpora_open_to(request, May.READ))
    if not form.is_valid():
        return _page(request, token=form, status=422)
    given = form.cleaned_data
    try:
        token, secret = issue_token(
            reader(request),
            name=given["name"],
            scopes=given["scopes"],
            corpus=given["corpus"],
            days=given["days"],
            at=timezone.now(),
        )
    except Refused as refusal:  # as when they were removed from the corpus meanwhile
        form.add_error(None, sentence_for(refusal))
        return _page(request, token=form, status=422)
    context = {
        "token": token,
        "scopes": scopes_in_words(token.scopes),
        "secret": secret,
        "public_url": settings.PUBLIC_URL,
        "can_export": token.corpus is not None and Scope.READ in token.scopes,
    }
    return render(request, "account/token.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let one of one's own tokens open nothing any more."""
    try:
        token = Token.objects.of(reader(request)).find(public_id)
    except Token.DoesNotExist as missing:
        raise Http404 from missing
    if request.method == "POST":
        revoke_token(token, by=reader(request), at=timezone.now())
        messages.success(request, _("The token does not work any more."))
    return redirect("account")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch the single-key shortcuts of the desk on or off; who asks from there stays there."""
    if request.method == "POST":
        _change_one(reader(request), shortcuts="shortcuts" in request.POST)
        if request.htmx:  # type: ignore[attr-defined]  # the middleware adds it
            return HttpResponse(status=204)
    return redirect("account")


@public
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages, and remember it for who is signed in."""
    response = set_language(request)
    code = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and _is_ours(code):
        user = reader(request)
        if user.language != code:
            _change_one(user, language=code)
    return response


def _change_one(user: User, **changed: Any) -> None:  # Any: as `change_profile` takes it
    """Change one thing about a profile and leave the others."""
    standing = {
        "name": user.name,
        "language": user.language,
        "theme": user.theme,
        "shortcuts": user.shortcuts,
    }
    change_profile(user, **{**standing, **changed}, at=timezone.now())


def _page(
    request: HttpRequest,
    *,
    profile: Form | None = None,
    password: Form | None = None,
    token: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the account; a form that was sent stands as it was typed, the others are fresh."""
    user = reader(request)
    started = {
        "name": user.name,
        "language": user.language or get_language(),
        "theme": user.theme,
        "shortcuts": user.shortcuts,
    }
    context = {
        "profile": profile or ProfileForm(initial=started),
        "password": password or PasswordForm(),
        "token_form": token or TokenForm(corpora=corpora_open_to(request, May.READ)),
        "rows": [_row(token, at=timezone.now()) for token in Token.objects.of(user)],
        "has_second_factor": is_mfa_enabled(user),
    }
    return render(request, PAGE, context, status=status)


def _row(token: Token, *, at: datetime) -> TokenRow:
    if token.revoked_at:
        state = _("revoked")
    elif token.expires_at <= at:
        state = _("expired")
    else:
        state = _("open")
    is_open = token.revoked_at is None and token.expires_at > at
    return TokenRow(token, scopes_in_words(token.scopes), state, is_open)


def _is_ours(code: str) -> bool:
    return code in dict(settings.LANGUAGES) and check_for_language(code)

"""Sign in and out, make an account where that is open, and confirm who is at the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import LoginView, ReauthenticateView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from statements.access import public, signed_in
from statements.actions.user import add_user
from statements.adapter import TOO_MANY, UNKNOWN, AccountAdapter
from statements.errors import Refused
from statements.forms.sign_in import SignUpForm
from statements.messages import sentence_for
from statements.views.errors import too_many

WAIT = 15 * 60  # seconds, for wrong codes: the window of ACCOUNT_RATE_LIMITS
ADDRESS_OF_SIGN_UPS = 60  # minutes, likewise

View = Callable[..., HttpResponseBase]


def telling(view: View) -> View:
    """Let a view of allauth say by its status what it says on its page: 422, or 429 with Retry-After."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        shown = getattr(response, "context_data", None) or {}
        forms = [form for form in (shown.get("form"), shown.get("webauthn_form")) if form and form.is_bound]
        wrong = [error for form in forms for error in _errors(form)]
        if request.method == "POST" and response.status_code == 200 and wrong:
            response.status_code = 422
            blocked = [error for error in wrong if error.code in {TOO_MANY, "rate_limited"}]
            if blocked:
                response.status_code = 429
                wait = (blocked[0].params or {}).get("seconds", WAIT)
                response.headers["Retry-After"] = str(wait)
        return response

    return told


def _errors(form: BaseForm) -> list[ValidationError]:
    return [error for of_field in form.errors.as_data().values() for error in of_field]


sign_in = public(
    telling(
        LoginView.as_view(
            template_name="account/sign_in.html", extra_context={"is_open": lambda: settings.OPEN_SIGN_UP}
        )
    )
)

# Public: who has shown the password but not the second factor signs out too.
sign_out = require_POST(public(LogoutView.as_view()))

confirm = signed_in(
    telling(
        sensitive_post_parameters("password")(
            ReauthenticateView.as_view(template_name="account/confirm.html")
        )
    )
)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account and sign in to it, where OPEN_SIGN_UP says so."""
    if not AccountAdapter(request).is_open_for_signup(request):
        raise Http404
    if request.user.is_authenticated:
        return redirect("home")
    is_known = AccountAdapter(request).get_client_ip(request) != UNKNOWN  # else all would count together
    if is_known and not ratelimit.consume(request, action="signup"):
        return too_many(request, minutes=ADDRESS_OF_SIGN_UPS)
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            user = add_user(
                given["username"], password=given["password"], email=given["email"], at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("username", sentence_for(refusal))
        except ValidationError as wrong:
            form.add_error(None if hasattr(wrong, "error_dict") else "password", wrong)
        else:
            login = Login(user=user, signup=True)
            return perform_password_login(request, {"username": user.username}, login)
    status = 422 if form.errors else 200
    return render(request, "account/sign_up.html", {"form": form}, status=status)

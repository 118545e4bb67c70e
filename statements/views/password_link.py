"""Set a password by a one-time link; ask for such a link when the password is forgotten."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from statements.access import public
from statements.actions.user import owner_of_link, set_password_by_link
from statements.adapter import UNKNOWN, AccountAdapter
from statements.errors import Refused
from statements.forms.account import ForgottenForm
from statements.forms.sign_in import NewPasswordForm
from statements.mail import can_mail, send_forgotten_later
from statements.messages import sentence_for
from statements.views.errors import too_many


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
@sensitive_variables("secret")
def password_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whose password the link sets, and set it. It signs nobody in: a second factor still asks."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        owner = owner_of_link(secret, at=timezone.now())
        if form.is_valid():
            set_password_by_link(secret, form.cleaned_data["password"], at=timezone.now())
            logout(request)  # of whoever was signed in here: what comes next is for the owner
            said = _("Your password is set. Sign in as %(username)s.")
            messages.success(request, said % {"username": owner.username})
            return redirect("sign-in")
    except Refused as refusal:
        # Used, replaced, too old or made up: the same answer, so that guessing teaches nothing.
        ended = {"sentence": sentence_for(refusal)}
        return render(request, "account/link_ended.html", ended, status=410)
    except ValidationError as wrong:
        form.add_error("password", wrong)
    context = {"owner": owner, "form": form}
    return render(request, "account/password_link.html", context, status=422 if form.errors else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to who forgot their password; the answer is the same whoever it is."""
    if not can_mail():
        raise Http404
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "account/forgotten.html", {"form": form}, status=422 if form.errors else 200)
    if _is_often(request):
        return too_many(request, minutes=60)
    send_forgotten_later(request, form.cleaned_data["who"])
    return render(request, "account/forgotten_sent.html")


def _is_often(request: HttpRequest) -> bool:
    """Count this for the address that it comes from; one that the proxies did not tell counts nowhere."""
    address = ratelimit.truncate_ip(AccountAdapter(request).get_client_ip(request))
    if address == UNKNOWN:
        return False
    limits = settings.ACCOUNT_LIMITS
    counted = ratelimit.consume(
        request, app="statements", action="forgotten_address", config=limits, key=address
    )
    return counted is None

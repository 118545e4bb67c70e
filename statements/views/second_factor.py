"""The second factor: allauth's views, closed as ours are, with our templates, and with a trace of changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from statements.access import public, reader, signed_in
from statements.actions.second_factor import traced_second_factors
from statements.views.sign_in import telling

View = Callable[..., HttpResponseBase]

form_page = require_http_methods(["GET", "HEAD", "POST"])  # allauth takes a PUT for a POST


def traced(view: View) -> View:
    """Write down what a view of allauth changes."""

    @wraps(view)
    def tracing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with traced_second_factors(reader(request), at=timezone.now()):
            return view(request, *args, **kwargs)

    return tracing


def where_passkeys_work(view: View) -> View:
    """Close a view where browsers make no passkeys."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "webauthn" not in settings.MFA_SUPPORTED_TYPES:
            raise Http404
        return view(request, *args, **kwargs)

    return closed


class ConfirmPasskey(webauthn.ReauthenticateWebAuthnView):
    """allauth's, which goes to the sign-in page when it is the wrong passkey; here the page says so."""

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response({**self.get_context_data(), "form": form})


# Public: who comes here has shown the password in this session, and is nobody until the code is right.
authenticate = public(form_page(telling(base.authenticate)))

overview = signed_in(require_safe(base.index))
confirm_code = signed_in(form_page(telling(base.reauthenticate)))
turn_on = signed_in(form_page(telling(traced(totp.activate_totp))))
turn_off = signed_in(form_page(telling(traced(totp.deactivate_totp))))
codes = signed_in(form_page(recovery_codes.view_recovery_codes))
make_codes = signed_in(form_page(telling(traced(recovery_codes.generate_recovery_codes))))
download_codes = signed_in(form_page(recovery_codes.download_recovery_codes))

passkeys = signed_in(form_page(where_passkeys_work(webauthn.list_webauthn)))
add_passkey = signed_in(form_page(where_passkeys_work(telling(traced(webauthn.add_webauthn)))))
confirm_passkey = signed_in(form_page(where_passkeys_work(telling(ConfirmPasskey.as_view()))))
rename_passkey = signed_in(form_page(where_passkeys_work(telling(traced(webauthn.edit_webauthn)))))
remove_passkey = signed_in(form_page(where_passkeys_work(traced(webauthn.remove_webauthn))))

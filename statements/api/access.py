"""How programs sign in: a bearer token, or the session of the browser."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from statements.actions.user import digest, note_use
from statements.models import Token, User


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`, RFC 6750."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        kind, _space, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        token = Token.objects.filter(digest=digest(secret.strip())).select_related("user").first()
        now = timezone.now()
        if token is None or not token.opens(now):
            raise AuthenticationFailed(_("This token is unknown, expired or revoked. Make a new one."))
        note_use(token, at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Session(SessionAuthentication):
    """The browser's session; unsafe methods need its CSRF token."""

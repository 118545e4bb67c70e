"""Mail to people: the link with which they set a password."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from statements.actions.user import LINK_LASTS, make_password_link
from statements.errors import Refused
from statements.models import User
from statements.reports.user import reachable_as

LOG = logging.getLogger(__name__)

# One thread for what is sent after the answer: the mail of one waits for that of another, no page does.
LATER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def can_mail() -> bool:
    """Whether a mail server is set."""
    return bool(settings.ENV.email)


def link_address(secret: str) -> str:
    """Return the whole address of a password link; on the public host, whatever host was asked."""
    return f"{settings.PUBLIC_URL}/password/{secret}/"


def send_password_link(user: User, secret: str) -> None:
    """Send somebody the link to their password, in their language.

    Raises Refused("no_address") for who has none, Refused("mail_failed") when the mail server does not take
    it. Call it after the transaction that made the link: a mail cannot be taken back.
    """
    if not user.email:
        raise Refused("no_address", username=user.username)
    if not can_mail():
        raise Refused("mail_failed")
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("Set your password for Annotator")
        context = {"user": user, "link": link_address(secret), "days": LINK_LASTS.days}
        text = render_to_string("account/email/password_link.txt", context)
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except OSError as wrong:  # of the network and of SMTP
        LOG.error("A mail could not be sent: %s: %s", type(wrong).__name__, wrong)
        raise Refused("mail_failed") from wrong


def send_forgotten_later(request: HttpRequest, given: str) -> Future[None]:
    """Send a new link to whoever has this user name or e-mail address, after the answer has gone.

    Looking for the account, too, is left for later: how long an answer takes does not tell who is known.
    """
    return LATER.submit(_send_forgotten, request, given)


def _send_forgotten(request: HttpRequest, given: str) -> None:
    try:
        for user in reachable_as(given):
            _send_unless_often(request, user)
    except Exception:
        LOG.exception("The links for a forgotten password could not be made")
        raise
    finally:
        connections.close_all()  # no request ends here that would do it


def _send_unless_often(request: HttpRequest, user: User) -> None:
    limits = settings.ACCOUNT_LIMITS
    if not ratelimit.consume(
        request, app="statements", action="forgotten_account", config=limits, key=str(user.pk)
    ):
        return  # their mailbox is not to be flooded; that nothing was sent tells nobody anything
    secret = make_password_link(user, by=None, at=timezone.now())
    try:
        send_password_link(user, secret)
    except Refused:
        return  # logged there; nobody waits for an answer here

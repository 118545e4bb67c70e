"""A forgotten password: who gets a mail, what it says, and that the page tells nobody who is known."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core import mail as outbox_of
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from statements import mail
from statements.errors import Refused
from statements.models import Event, PasswordLink, User
from tests.live import free_port
from tests.make import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mailing(settings, transactional_db) -> Iterator[None]:
    """A mail server is set; what other tests counted does not count, for the cache is no table of a model."""
    cache.clear()
    settings.ENV = replace(settings.ENV, email={"EMAIL_HOST": "mail.example.org"})
    settings.PUBLIC_URL = "https://annotator.example.org"
    yield
    cache.clear()


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", email="rosa@example.org")


def ask(who: str, *, address: str = "192.0.2.1", **headers: str) -> HttpResponse:
    """Ask from a browser of one's own, and wait until the mails are sent."""
    response = Client().post("/forgotten/", {"who": who}, REMOTE_ADDR=address, headers=headers)
    mail.LATER.submit(lambda: None).result()
    return response


def sent_to() -> list[list[str]]:
    return [message.to for message in outbox_of.outbox]


@pytest.mark.parametrize("who", ["rosa", "ROSA", "rosa@example.org", "Rosa@Example.ORG"])
def test_a_link_comes_by_mail_and_opens(rosa, who):
    ask(who)

    [message] = outbox_of.outbox
    [secret] = re.findall(r"https://annotator\.example\.org/password/([\w-]+)/", message.body)
    assert (message.to, message.subject) == (["rosa@example.org"], "Set your password for Annotator")
    assert Client().get(f"/password/{secret}/").status_code == 200
    assert secret not in str([*PasswordLink.objects.values(), *Event.objects.values()])


def test_the_mail_is_written_in_the_language_of_who_gets_it(rosa):
    User.objects.filter(pk=rosa.pk).update(language="fr")

    ask("rosa")

    assert outbox_of.outbox[0].subject != "Set your password for Annotator"


def test_the_address_in_the_mail_does_not_follow_the_host_that_was_asked(rosa):
    ask("rosa", **{"Host": "localhost:81", "X-Forwarded-Host": "evil.example"})

    body = outbox_of.outbox[0].body
    assert re.findall(r"https?://[^/]+", body) == ["https://annotator.example.org"]


def test_the_answer_is_the_same_whoever_it_is(rosa):
    make_user("mute")
    make_user("closed", email="closed@example.org")
    User.objects.filter(username="closed").update(is_active=False)

    answers = [ask(who) for who in ("rosa", "nobody", "mute", "closed", "no-one@example.org")]

    pages = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text) for answer in answers}
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(pages) == 1
    assert sent_to() == [["rosa@example.org"]]
    assert PasswordLink.objects.count() == 1


def test_everybody_with_the_address_gets_a_link_of_their_own():
    make_user("rosa", email="team@example.org")
    make_user("ben", email="Team@example.org")

    ask("team@example.org")

    assert sorted(sent_to()) == [["Team@example.org"], ["team@example.org"]]
    assert PasswordLink.objects.count() == 2


def test_one_address_asks_five_times_an_hour_from_whatever_browser(rosa):
    answers = [ask(f"nobody{number}").status_code for number in range(5)]

    refused = ask("rosa")

    assert (answers, refused.status_code) == ([200] * 5, 429)
    assert int(refused.headers["Retry-After"]) == 3600
    assert sent_to() == []
    assert ask("rosa", address="192.0.2.2").status_code == 200
    assert len(sent_to()) == 1


def test_one_mailbox_gets_five_mails_an_hour_wherever_they_are_asked_for(rosa):
    answers = [ask("rosa", address=f"192.0.2.{number}").status_code for number in range(7)]

    assert (answers, len(sent_to())) == ([200] * 7, 5)


def test_the_page_says_the_same_when_the_mail_server_is_down(rosa, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    assert (ask("rosa").status_code, ask("nobody").status_code) == (200, 200)
    with pytest.raises(Refused, match="mail_failed"):
        mail.send_password_link(rosa, "secret")


def test_what_the_mail_server_refuses_is_told(rosa, monkeypatch):
    def refuse(*_args: object, **_more: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"rosa@example.org": (550, b"no")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)

    with pytest.raises(Refused, match="mail_failed"):
        mail.send_password_link(rosa, "secret")


def test_nobody_without_an_address_is_written_to():
    with pytest.raises(Refused, match="no_address"):
        mail.send_password_link(make_user("mute"), "secret")


@pytest.mark.parametrize("who", ["", " ", "a\x00b", "x" * 255])
def test_what_can_be_nobody_is_refused(who):
    assert ask(who).status_code == 422


def test_no_form_is_taken_from_elsewhere(rosa):
    assert Client(enforce_csrf_checks=True).post("/forgotten/", {"who": "rosa"}).status_code == 403
    assert sent_to() == []


def test_the_page_for_signing_in_leads_there():
    assert 'href="/forgotten/"' in Client().get("/sign-in/").text
    assert Client().get("/forgotten/").status_code == 200

"""The page on which a one-time link sets a password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from statements.actions.user import LINK_LASTS, make_password_link
from statements.models import Event, User
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db

NEW = "a long enough password"
SENT = {"password": NEW, "again": NEW}
ENDED = "This link was used, replaced by a newer one, or is too old. Ask for a new one."


def link_for(user: User, *, ago: timedelta = timedelta()) -> str:
    return f"/password/{make_password_link(user, by=None, at=timezone.now() - ago)}/"


def test_the_link_sets_the_password_once_and_signs_nobody_in(rosa):
    link, client, elsewhere = link_for(rosa), Client(), Client()
    elsewhere.force_login(rosa)
    assert "rosa" in client.get(link).text

    page = client.post(link, SENT, follow=True)

    rosa.refresh_from_db()
    assert (page.redirect_chain, rosa.check_password(NEW)) == ([("/sign-in/", 302)], True)
    assert "Your password is set. Sign in as rosa." in page.text
    assert "_auth_user_id" not in client.session
    assert elsewhere.get("/account/").headers["Location"] == "/sign-in/?next=/account/"
    assert client.get(link).status_code == 410
    assert link.split("/")[2] not in str(list(Event.objects.values()))


def test_used_replaced_expired_and_made_up_links_answer_the_same(rosa, ben, ada, judith):
    used, replaced, expired = link_for(rosa), link_for(ben), link_for(ada, ago=LINK_LASTS)
    Client().post(used, SENT)
    link_for(ben)
    closed = link_for(judith)
    User.objects.filter(pk=judith.pk).update(is_active=False)
    pages = []

    for link in (used, replaced, expired, closed, "/password/made-up/"):
        for answer in (Client().get(link), Client().post(link, SENT)):
            assert (answer.status_code, ENDED in answer.text) == (410, True)
            pages.append(answer.text.replace(link, "").split("<main")[1].split("</main>")[0])

    assert len(set(pages)) == 1
    assert [user.has_usable_password() for user in User.objects.order_by("username")] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("password", "again"),
    [("1234567890123", "1234567890123"), ("password123", "password123"), (NEW, "other"), ("", "")],
)
def test_after_a_password_that_cannot_be_the_link_is_still_good(rosa, password, again):
    link = link_for(rosa)

    response = Client().post(link, {"password": password, "again": again})

    assert (response.status_code, NEW in response.text) == (422, False)
    assert Client().post(link, SENT).status_code == 302


def test_who_is_signed_in_here_is_named_and_signed_out(client, rosa, ben):
    client.force_login(ben)
    link = link_for(rosa)

    assert "In this browser <bdi>ben</bdi> is signed in." in client.get(link).text
    client.post(link, {"password": "weak", "again": "weak"})
    assert client.get("/account/").status_code == 200
    client.post(link, SENT)

    assert client.get("/account/").status_code == 302


def test_the_page_leaks_the_secret_to_nobody_and_runs_no_name(rosa):
    User.objects.filter(pk=rosa.pk).update(name=EVIL)

    response = Client().get(link_for(rosa))

    assert run_by(response.text) == []
    assert "https://" not in response.text
    assert (response.headers["Referrer-Policy"], response.headers["Cache-Control"]) == (
        "same-origin",
        "no-store",
    )


def test_no_form_is_taken_from_elsewhere(rosa):
    link = link_for(rosa)

    assert Client(enforce_csrf_checks=True).post(link, SENT).status_code == 403
    assert Client().get(link).status_code == 200


def test_who_may_not_ask_the_mail_server_finds_no_page_for_it(client):
    assert client.get("/forgotten/").status_code == 404
    assert "An admin of your corpus can make you a link" in client.get("/sign-in/").text
    assert "/forgotten/" not in client.get("/sign-in/").text

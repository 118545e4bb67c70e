"""Nobody gets more power over other people than the corpus they administer gives them."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.log import WithoutSecrets
from statements.actions.account import change_account
from statements.actions.corpus import change_corpus
from statements.actions.member import add_person, remove, renew_link, set_roles
from statements.actions.user import make_password_link, owner_of_link, set_password_by_link
from statements.errors import Refused
from statements.models import Annotation, Corpus, Member
from statements.roles import Role
from tests.make import LATER, NOON, make_member, make_sentence, make_user, member, tag

pytestmark = pytest.mark.django_db
NEW = "correct horse battery"


def refusal_of(act, *args, **how) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **how)
    return refused.value.code


@pytest.fixture
def vic(corpus, ada):
    """Somebody whom ada has let in, and the secret of the link she got for it."""
    return add_person(corpus, "vic", name="", email="", roles={Role.REVIEWER}, by=ada, at=NOON)


def test_a_link_ends_when_the_person_gets_into_a_corpus_of_others(vic, elsewhere):
    assert owner_of_link(vic.secret, at=LATER) == vic.member.user

    set_roles(elsewhere, vic.member.user, roles={Role.ADMIN}, by=None, at=LATER)

    assert refusal_of(set_password_by_link, vic.secret, NEW, at=LATER) == "link_ended"
    vic.member.user.refresh_from_db()
    assert vic.member.user.has_usable_password() is False


def test_a_link_ends_when_the_person_comes_to_administer_the_site(vic, root):
    user, standing = vic.member.user, {"is_active": True, "is_site_admin": True}
    change_account(user, name="", email="", language="", **standing, by=root, at=LATER)

    assert refusal_of(owner_of_link, vic.secret, at=LATER) == "link_ended"


def test_a_link_ends_when_who_made_it_is_no_admin_any_more(vic, corpus, ada):
    make_member("zoe", {Role.ADMIN})
    set_roles(corpus, ada, roles={Role.RESEARCHER}, by=None, at=LATER)

    assert refusal_of(owner_of_link, vic.secret, at=LATER) == "link_ended"


def test_nobody_is_taken_over_by_being_added(corpus, ada, elsewhere):
    own = make_user("own", password=NEW)  # of nobody's corpus
    gone = make_member("gone", {Role.REVIEWER}, corpus=elsewhere)
    remove(member(gone, elsewhere), by=ada, at=NOON)
    for user in (own, gone):
        add_person(corpus, user.username, name="", email="", roles={Role.REVIEWER}, by=ada, at=NOON)

        assert refusal_of(renew_link, member(user), by=ada, at=LATER) == "link_not_yours"


def test_an_address_is_shown_where_the_account_was_made_and_nowhere_else(client, corpus, ada, elsewhere):
    bea = make_user("bea", email="bea@example.org", made_in=elsewhere)
    add_person(corpus, "bea", name="", email="", roles={Role.RESEARCHER}, by=ada, at=NOON)
    add_person(corpus, "nina", name="", email="nina@example.org", roles={Role.RESEARCHER}, by=ada, at=NOON)
    client.force_login(ada)
    addresses = [
        f"/c/press/people/{member(bea).pseudonym}/",
        "/c/press/people/",
        "/api/v1/corpora/press/members/",
    ]

    assert ["bea@example.org" in client.get(address).text for address in addresses] == [False] * 3
    assert "nina@example.org" in client.get(addresses[2]).text


def test_who_is_removed_here_stays_signed_in_elsewhere_and_sees_nothing_here(corpus, ada, elsewhere):
    bea = make_member("bea", {Role.REVIEWER}, corpus=elsewhere)
    set_roles(corpus, bea, roles={Role.REVIEWER}, by=ada, at=NOON)
    browser = Client()
    browser.force_login(bea)

    remove(member(bea), by=ada, at=LATER)

    assert [browser.get(f"/c/{slug}/").status_code for slug in ("elsewhere", "press")] == [200, 404]


def test_who_became_the_last_admin_meanwhile_stays(corpus, ada, rosa):
    as_it_was = member(rosa)
    set_roles(corpus, rosa, roles={Role.ADMIN}, by=ada, at=NOON)
    set_roles(corpus, ada, roles={Role.RESEARCHER}, by=rosa, at=NOON)

    assert refusal_of(remove, as_it_was, by=ada, at=LATER) == "last_admin"
    assert Member.objects.admins().filter(corpus=corpus).count() == 1


def test_what_is_not_said_of_a_corpus_stays_as_it_is_by_then(corpus, ada):
    as_it_was = Corpus.objects.get(pk=corpus.pk)
    change_corpus(corpus, languages=["fr", "de"], by=ada, at=NOON)

    changed = change_corpus(as_it_was, name="Presse", by=ada, at=LATER)

    assert (changed.name, changed.languages) == ("Presse", ["fr", "de"])


def test_a_site_administrator_who_reviews_is_blind_on_the_admin_site_too(client, corpus, root, rosa):
    row = tag(make_sentence(), rosa, "allegation")
    client.force_login(root)
    change = reverse("admin:statements_annotation_change", args=[row.pk])
    seen = client.get(change).status_code

    set_roles(corpus, root, roles={Role.ADMIN, Role.REVIEWER}, by=None, at=NOON)

    assert (seen, client.get(change).status_code) == (200, 302)  # Django's way to say that it is not there
    assert row.key not in client.get(reverse("admin:statements_annotation_changelist")).text
    assert list(Annotation.objects.not_hidden_from(rosa)) == [row]


def test_nobody_makes_a_link_for_themselves_on_the_admin_site(client, root):
    client.force_login(root)
    asked = {"action": "show_link", "_selected_action": [root.pk]}

    response = client.post(reverse("admin:statements_user_changelist"), asked, follow=True)

    assert "You change your own password on your account page." in response.text
    assert "/password/" not in response.text
    assert SESSION_KEY in client.session


def test_no_secret_of_a_link_gets_into_the_log(client):
    secret = make_password_link(make_user("vic"), by=None, at=timezone.now())
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    handler.addFilter(WithoutSecrets())
    logging.getLogger("django.request").addHandler(handler)
    try:
        response = client.post(f"/password/{secret}/", {"password": "short", "again": "short"})
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    assert (response.status_code, lines) == (422, ["Unprocessable Entity: /password/…/"])

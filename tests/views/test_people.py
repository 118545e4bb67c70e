"""The people of a corpus: who sees the list, lets others in and out, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from statements.actions.user import owner_of_link, set_password_by_link
from statements.models import Annotation, Event, Member, PasswordLink, User
from statements.roles import Role, Scope
from tests.make import (
    LATER,
    make_corpus,
    make_member,
    make_sentence,
    make_token,
    make_user,
    member,
    tag,
)
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db

PEOPLE = "/c/press/people/"
ZOE = {"username": "zoe", "name": "Zoe Arp", "email": "zoe@example.org", "roles": ["reviewer"]}


@pytest.fixture
def by_ada(client, ada) -> Client:
    client.force_login(ada)
    return client


def of(user: User, end: str = "") -> str:
    return f"{PEOPLE}{member(user).pseudonym}/{end}"


def secret_in(text: str) -> str:
    found = re.search(r"/password/([\w-]+)/", text)
    assert found is not None
    return found[1]


def roles_of(user: User) -> set[Role]:
    return set(member(user).roles)


# --- The list ---


def test_the_list_names_everybody_and_what_they_are(client, ada, rosa):
    make_member("ada", {Role.ADMIN, Role.RESEARCHER})
    rosa.name = "Rosa Lima"
    rosa.set_password("a long enough password")
    rosa.save()
    zoe = make_member("zoe", {Role.REVIEWER})
    gone = make_member("gone", {Role.ADJUDICATOR})
    Member.objects.filter(user=gone).update(left_at=LATER)
    client.force_login(ada)

    text = client.get(PEOPLE).text

    rows = [re.sub(r"<[^>]*>", " ", row).split() for row in re.findall(r"(?s)<tr.*?</tr>", text)[1:]]
    assert rows == [
        ["ada", "you", "invited", "ada", "r1", "admin,", "researcher", "2", "March", "2026", "–"],
        ["Rosa", "Lima", "rosa", "r2", "reviewer", "2", "March", "2026", "–"],
        ["zoe", "invited", "zoe", f"{member(zoe).pseudonym}", "reviewer", "2", "March", "2026", "–"],
        ["gone", "gone", "r4", "adjudicator", "2", "March", "2026", "2", "March", "2026"],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_three(by_ada, count, django_assert_num_queries):
    for at in range(count - 1):
        make_member(f"more-{at}", {Role.REVIEWER})

    with django_assert_num_queries(5):
        by_ada.get(PEOPLE)


@pytest.mark.parametrize("end", ["", "r1/", "r1/link/", "r1/remove/"])
def test_whoever_is_no_admin_sees_nobody(client, ada, rosa, judith, reza, end):
    answers = []
    for person in (rosa, judith, reza):
        client.force_login(person)
        answers += [client.get(f"{PEOPLE}{end}").status_code, client.post(f"{PEOPLE}{end}", ZOE).status_code]

    assert answers == [403] * 6
    assert Member.objects.count() == 4


# --- Letting in ---


def test_a_new_person_gets_an_account_and_a_link_that_is_shown_once(by_ada, corpus, settings):
    response = by_ada.post(PEOPLE, {**ZOE, "roles": ["reviewer", "researcher"]})

    zoe = User.objects.get(username="zoe")
    assert (zoe.name, zoe.email, zoe.has_usable_password()) == ("Zoe Arp", "zoe@example.org", False)
    assert roles_of(zoe) == {Role.REVIEWER, Role.RESEARCHER}
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    secret = secret_in(response.text)
    assert f"{settings.PUBLIC_URL}/password/{secret}/" in response.text
    assert owner_of_link(secret, at=timezone.now()) == zoe
    assert [secret in by_ada.get(page).text for page in (PEOPLE, of(zoe), "/c/press/history/")] == [False] * 3
    assert not any(secret in str(event.detail) for event in Event.objects.all())
    assert not any(secret in str(value) for value in by_ada.session.values())


def test_whoever_has_an_account_joins_with_it(by_ada):
    make_user("zoe", password="a long enough password", email="old@example.org")

    response = by_ada.post(PEOPLE, {**ZOE, "username": "ZOE"}, follow=True)

    zoe = User.objects.get(username="zoe")
    assert (zoe.name, zoe.email, roles_of(zoe)) == ("", "old@example.org", {Role.REVIEWER})
    assert "zoe is in the corpus now, with the account" in response.text
    assert (PasswordLink.objects.count(), "/password/" in response.text) == (0, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "zoe arp"}, "username"),
        ({"username": "zoe\u202e"}, "username"),
        ({"username": "z\u200boe"}, "username"),
        ({"username": "<b>"}, "username"),
        ({"username": "z" * 151}, "username"),
        ({"name": "n" * 151}, "name"),
        ({"name": "Zoe \u202egnp.exe"}, "name"),
        ({"name": "Zoe \u2066"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["owner"]}, "roles"),
        ({"roles": ["reviewer", "is_staff"]}, "roles"),
        ({"send": "1", "email": ""}, "email"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_keeps_what_was_typed(by_ada, changes, field):
    before = Event.objects.count()

    response = by_ada.post(PEOPLE, {**ZOE, **changes})

    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, [field])
    assert form["name"].value() == {**ZOE, **changes}["name"]
    assert (User.objects.count(), Event.objects.count()) == (1, before)


def test_whoever_is_in_already_is_a_conflict(by_ada, rosa):
    response = by_ada.post(PEOPLE, {**ZOE, "username": "Rosa", "roles": ["admin"]})

    assert (response.status_code, roles_of(rosa)) == (409, {Role.REVIEWER})
    assert "“rosa” is in this corpus already." in response.text
    assert 'value="Zoe Arp"' in response.text


def test_a_closed_account_is_not_let_in(by_ada):
    User.objects.filter(pk=make_user("zoe").pk).update(is_active=False)

    response = by_ada.post(PEOPLE, ZOE)

    assert (response.status_code, Member.objects.count()) == (409, 1)
    assert "was closed" in response.text


def test_names_that_look_alike_to_a_computer_are_one_name(by_ada):
    make_user("zoe")

    by_ada.post(PEOPLE, {**ZOE, "username": "ｚｏｅ"})

    assert sorted(User.objects.values_list("username", flat=True)) == ["ada", "zoe"]


def test_nothing_else_than_the_fields_is_taken(by_ada, corpus, elsewhere):
    more = {
        "number": "99",
        "user": "1",
        "corpus": elsewhere.pk,
        "is_admin": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "password": "a long enough password",
        "left_at": "2026-01-01",
        "has_watched": "on",
    }

    by_ada.post(PEOPLE, {**ZOE, **more})
    zoe = User.objects.get(username="zoe")
    by_ada.post(of(zoe), {"roles": ["reviewer"], **more})

    zoe.refresh_from_db()
    row = member(zoe)
    assert (zoe.is_staff, zoe.is_superuser, zoe.has_usable_password()) == (False, False, False)
    assert (row.number, row.corpus, row.roles, row.left_at, row.has_watched) == (
        2,
        corpus,
        {Role.REVIEWER},
        None,
        False,
    )
    assert not elsewhere.members.exists()


# --- Mail ---


@pytest.fixture
def mail_server(settings) -> None:
    """As if EMAIL_URL were set; pytest-django keeps what is sent in `mail.outbox`."""
    settings.ENV = replace(settings.ENV, email={"EMAIL_HOST": "localhost"})


def test_without_a_mail_server_no_button_offers_mail(by_ada, rosa):
    User.objects.update(email="rosa@example.org")

    assert [' name="send"' in by_ada.get(page).text for page in (PEOPLE, of(rosa))] == [False, False]
    assert "/password/" in by_ada.post(PEOPLE, {**ZOE, "send": "1"}).text
    assert mail.outbox == []


def test_with_a_mail_server_the_link_goes_by_mail_and_stands_on_no_page(mail_server, by_ada):
    assert 'name="send"' in by_ada.get(PEOPLE).text

    response = by_ada.post(PEOPLE, {**ZOE, "send": "1"}, follow=True)

    assert response.redirect_chain == [(PEOPLE, 302)]
    assert ("on its way to zoe@example.org" in response.text, "/password/" in response.text) == (True, False)
    assert [one.to for one in mail.outbox] == [["zoe@example.org"]]
    zoe = User.objects.get(username="zoe")
    assert owner_of_link(secret_in(mail.outbox[0].body), at=timezone.now()) == zoe

    by_ada.post(of(zoe, "link/"), {"send": "1"})

    assert len(mail.outbox) == 2
    assert owner_of_link(secret_in(mail.outbox[1].body), at=timezone.now()) == zoe


def test_a_link_that_cannot_be_mailed_is_shown_instead(mail_server, by_ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1

    response = by_ada.post(PEOPLE, {**ZOE, "send": "1"})

    assert response.status_code == 200
    assert 'role="alert"' in response.text
    assert owner_of_link(secret_in(response.text), at=timezone.now()).username == "zoe"


# --- Changing ---


def test_roles_are_changed(by_ada, rosa):
    response = by_ada.post(of(rosa), {"roles": ["adjudicator", "researcher"]}, follow=True)

    assert response.redirect_chain == [(PEOPLE, 302)]
    assert "rosa has these roles now: adjudicator, researcher." in response.text
    assert roles_of(rosa) == {Role.ADJUDICATOR, Role.RESEARCHER}


def test_the_form_begins_with_the_roles_they_have(by_ada, rosa):
    make_member("rosa", {Role.REVIEWER, Role.ADMIN})

    ticked = re.findall(r'name="roles" value="(\w+)"[^>]* checked', by_ada.get(of(rosa)).text)

    assert ticked == ["admin", "reviewer"]


def test_roles_are_never_none(by_ada, rosa):
    response = by_ada.post(of(rosa), {})

    assert (response.status_code, roles_of(rosa)) == (422, {Role.REVIEWER})
    assert "Choose at least one role." in response.text


@pytest.mark.parametrize("end", ["", "remove/"])
def test_the_last_admin_stays(by_ada, ada, end):
    response = by_ada.post(of(ada, end), {"roles": ["reviewer"]})

    assert (response.status_code, roles_of(ada), member(ada).left_at) == (409, {Role.ADMIN}, None)
    assert "A corpus needs an admin." in response.text


@pytest.mark.parametrize("end", ["", "remove/"])
def test_the_last_admin_is_told_so_before_trying_to_leave(by_ada, ada, end):
    alone = by_ada.get(of(ada, end)).text
    make_member("zoe", {Role.ADMIN})
    not_alone = by_ada.get(of(ada, end)).text

    said = ["A corpus needs an admin." in page for page in (alone, not_alone)]
    offered = ["Leave…" in page or "Leave now" in page for page in (alone, not_alone)]
    assert (said, offered) == ([True, False], [False, True])


def test_an_admin_who_steps_down_sees_the_corpus_as_what_they_are_now(by_ada, ada):
    make_member("zoe", {Role.ADMIN})

    response = by_ada.post(of(ada), {"roles": ["reviewer"]}, follow=True)

    assert response.redirect_chain == [("/c/press/", 302)]
    assert (response.status_code, roles_of(ada)) == (200, {Role.REVIEWER})


def test_whoever_left_is_let_in_again_with_the_same_number(by_ada, rosa, ben):
    by_ada.post(of(rosa, "remove/"))
    assert "Let in again" in by_ada.get(of(rosa)).text

    by_ada.post(of(rosa), {"roles": ["researcher"], "again": "1"})

    back = member(rosa)
    assert (back.left_at, back.roles, back.pseudonym) == (None, {Role.RESEARCHER}, "r2")


def test_whoever_was_removed_meanwhile_is_not_let_in_by_a_page_that_was_open(by_ada, rosa):
    by_ada.post(of(rosa, "remove/"))

    response = by_ada.post(of(rosa), {"roles": ["researcher"]})

    assert response.status_code == 409
    assert (member(rosa).roles, member(rosa).left_at is None) == ({Role.REVIEWER}, False)


# --- Links ---


def test_a_new_link_sets_the_password_and_ends_the_one_before(by_ada, rosa):
    first, second = (secret_in(by_ada.post(of(rosa, "link/")).text) for _ in range(2))

    links = PasswordLink.objects.open(timezone.now())
    assert [one.user for one in links] == [rosa]
    assert set_password_by_link(second, "a long enough password", at=timezone.now()) == rosa
    assert first != second


def test_a_link_into_corpora_of_others_is_refused_and_not_offered(by_ada, rosa, elsewhere):
    make_member("rosa", {Role.REVIEWER}, corpus=elsewhere)

    response = by_ada.post(of(rosa, "link/"))

    assert (response.status_code, PasswordLink.objects.count()) == (409, 0)
    assert "in corpora that you do not administer" in response.text
    assert "Make a new link" not in by_ada.get(of(rosa)).text


def test_a_site_administrator_is_out_of_reach_of_admins(by_ada, root):
    make_member("root", {Role.REVIEWER})

    assert (by_ada.post(of(root, "link/")).status_code, PasswordLink.objects.count()) == (409, 0)


def test_whoever_left_gets_no_link(by_ada, rosa):
    by_ada.post(of(rosa, "remove/"))

    response = by_ada.post(of(rosa, "link/"))

    assert (response.status_code, PasswordLink.objects.count()) == (409, 0)
    assert "r2 is not in this corpus any more." in response.text


def test_an_own_link_is_refused_and_not_offered(by_ada, ada):
    response = by_ada.post(of(ada, "link/"))

    assert (response.status_code, PasswordLink.objects.count()) == (409, 0)
    assert "Make a new link" not in by_ada.get(of(ada)).text


def test_looking_at_the_address_of_a_link_makes_none(by_ada, rosa):
    response = by_ada.get(of(rosa, "link/"))

    assert (response["Location"], PasswordLink.objects.count()) == (of(rosa), 0)


# --- Letting go ---


def test_whoever_is_removed_is_out_at_once_and_their_work_stays(by_ada, rosa):
    row = tag(make_sentence(), rosa, "allegation")
    theirs = Client()
    theirs.force_login(rosa)
    secret = make_token(rosa, Scope.READ, at=timezone.now())
    api = "/api/v1/corpora/press/export/"
    bearer = {"Authorization": f"Bearer {secret}"}
    assert theirs.get("/c/press/").status_code == 200
    export = Client().get(api, headers=bearer)
    assert (export.status_code, export.getvalue() != b"") == (200, True)

    page = by_ada.get(of(rosa, "remove/"))
    assert ("closed to them at once" in page.text, "Decisions stay" in page.text) == (True, True)
    assert member(rosa).left_at is None
    response = by_ada.post(of(rosa, "remove/"), follow=True)

    assert "rosa was removed." in response.text
    assert theirs.get("/c/press/")["Location"] == "/sign-in/?next=/c/press/"
    assert Client().get(api, headers=bearer).status_code == 401
    assert Annotation.objects.get() == row
    assert member(rosa).pseudonym == "r2"


def test_removing_twice_is_a_conflict(by_ada, rosa):
    by_ada.post(of(rosa, "remove/"))

    assert by_ada.post(of(rosa, "remove/")).status_code == 409


def test_an_admin_can_go_when_another_one_stays(by_ada, ada):
    make_member("zoe", {Role.ADMIN})

    response = by_ada.post(of(ada, "remove/"), follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "You left “Press”." in response.text
    assert by_ada.get("/c/press/").status_code == 404


# --- Others' corpora ---


@pytest.mark.parametrize("end", ["", "link/", "remove/"])
def test_a_number_of_another_corpus_is_not_reached(by_ada, ada, elsewhere, end):
    for name in ("one", "two"):
        make_member(name, {Role.REVIEWER}, corpus=elsewhere)
    sent = {"roles": ["admin"]}

    answers = [
        by_ada.post(f"/c/{slug}/people/r2/{end}", sent).status_code for slug in ("press", "elsewhere")
    ] + [by_ada.get(f"/c/{slug}/people/r2/{end}").status_code for slug in ("press", "elsewhere")]

    assert answers == [404] * 4
    assert [one.roles for one in elsewhere.members.all()] == [{Role.REVIEWER}] * 2
    assert (elsewhere.members.filter(left_at=None).count(), PasswordLink.objects.count()) == (2, 0)


@pytest.mark.parametrize("number", ["r0", "r01", "1", "r9999999999", "r-1", "r1.1", "R1", "r1%00"])
def test_what_is_no_number_of_a_member_is_not_found(by_ada, number):
    assert by_ada.get(f"{PEOPLE}{number}/").status_code == 404


def test_addresses_of_people_are_seen_by_admins_only(client, ada, rosa, reza):
    User.objects.filter(pk=rosa.pk).update(email="rosa@example.org", name="Rosa Lima")
    tag(make_sentence(), rosa, "allegation")
    client.force_login(ada)
    assert "rosa@example.org" in client.get(of(rosa)).text
    client.force_login(reza)

    texts = [client.get(path).text for path in ("/", "/c/press/", "/c/press/statements/", "/c/press/scheme/")]

    assert [words in text for text in texts for words in ("rosa@example.org", "Rosa Lima")] == [False] * 8


# --- Hostile texts ---


def test_no_name_of_a_person_runs_anywhere(by_ada, corpus):
    shown = by_ada.post(PEOPLE, {**ZOE, "name": EVIL})
    zoe = User.objects.get(username="zoe")
    assert zoe.name == EVIL
    pages = [shown.text] + [
        by_ada.get(page).text for page in (PEOPLE, of(zoe), of(zoe, "remove/"), "/c/press/history/")
    ]
    pages.append(by_ada.post(of(zoe), {"roles": ["researcher"]}, follow=True).text)

    assert [("&lt;script&gt;alert(1)" in text, run_by(text)) for text in pages] == [(True, [])] * 6


@pytest.mark.parametrize("end", ["", "r2/", "r2/link/", "r2/remove/"])
def test_a_form_without_its_token_is_refused(ada, rosa, end):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    before = Event.objects.count()

    assert strict.post(f"{PEOPLE}{end}", {**ZOE, "roles": ["admin"]}).status_code == 403
    assert Event.objects.count() == before


def test_a_second_corpus_counts_its_people_by_itself(client, ada):
    other = make_corpus("other")
    make_member("ada", {Role.ADMIN}, corpus=other)
    client.force_login(ada)

    client.post("/c/other/people/", ZOE)

    assert sorted(one.pseudonym for one in Member.objects.filter(corpus=other)) == ["r1", "r2"]

"""Signing in: who gets in, where it leads, what it gives away, and after how many failures one waits."""

from __future__ import annotations

import re
import time
from importlib import import_module

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from statements.access import MARK, PUBLIC
from statements.models import Event, User
from tests.make import make_statement, make_user, new_key, sentences_of

pytestmark = pytest.mark.django_db

RIGHT = "a long enough password"
WRONG = "guessed and wrong"


@pytest.fixture
def paula(db) -> User:
    return make_user("paula", password=RIGHT)


def send(
    name: str = "paula", password: str = WRONG, *, client: Client | None = None, **more: str
) -> HttpResponse:
    """Sign in, from a browser of one's own; `REMOTE_ADDR` and headers may be given."""
    sent = {"username": name, "password": password, "next": more.pop("next", "")}
    return (client or Client()).post("/sign-in/", sent, **more)


def fail(times: int, **how: str) -> list[int]:
    return [send(**how).status_code for _ in range(times)]


def page_of(response: HttpResponse) -> str:
    """The page without what differs with every request."""
    return re.sub(
        r'(name="csrfmiddlewaretoken"|name="username") value="[^"]*"', "", response.content.decode()
    )


# --- The form, and where it leads ---


def test_the_fields_have_the_names_that_password_managers_know():
    page = Client().get("/sign-in/").content.decode()

    assert re.findall(r'<input type="(?:text|password)"[^>]* id="([^"]+)"', page) == [
        "id_username",
        "id_password",
    ]
    assert re.findall(r'name="(username|password)"[^>]*autocomplete="([^"]+)"', page) == [
        ("username", "username"),
        ("password", "current-password"),
    ]


def test_the_name_may_be_written_as_phones_write_it(paula):
    assert send(" Paula ", RIGHT).status_code == 302


def test_it_leads_to_the_page_that_was_asked_for(paula):
    client = Client()
    assert (
        'name="next" value="/c/press/?q=1"' in client.get("/sign-in/?next=/c/press/%3Fq%3D1").content.decode()
    )

    assert send(password=RIGHT, client=client, next="/c/press/?q=1")["Location"] == "/c/press/?q=1"
    assert client.get("/sign-in/?next=/c/press/")["Location"] == "/c/press/"
    assert client.get("/sign-in/")["Location"] == "/"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "///elsewhere.example",
        "https:elsewhere.example",
        "https:///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "http://testserver@elsewhere.example/",
        "http://testserver.elsewhere.example/",
        "http://127.0.0.1/",  # may be asked for health, and is still another host
        "\x01//elsewhere.example",
        " //elsewhere.example",
    ],
)
def test_it_leads_nowhere_else(paula, target):
    client = Client()

    assert send(password=RIGHT, client=client, next=target)["Location"] == "/"
    assert client.get("/sign-in/", {"next": target})["Location"] == "/"


@pytest.mark.parametrize(
    "target", ["%2F%2Felsewhere.example", "/%5Celsewhere.example", "%68ttps://elsewhere.example"]
)
def test_what_is_encoded_twice_stays_on_this_host(paula, target):
    leads = send(password=RIGHT, next=target)["Location"]

    assert leads in {"/", target}
    assert not re.match(r"(?i)[a-z]+:|[\\/]{2}", leads)


def test_pages_come_in_the_language_of_the_person(paula):
    client = Client(headers={"accept-language": "en"})
    User.objects.filter(pk=paula.pk).update(language="fr")

    signed = send(password=RIGHT, client=client)

    assert signed.cookies["django_language"].value == "fr"
    assert '<html lang="fr"' in client.get("/").content.decode()


def test_without_a_language_the_browser_is_asked(paula):
    assert "django_language" not in send(password=RIGHT).cookies


def test_a_session_lasts_twelve_hours(paula):
    assert send(password=RIGHT).cookies["sessionid"]["max-age"] == 12 * 60 * 60


# --- What a failure gives away ---


class Counting(MD5PasswordHasher):
    """Counts how often it had work to do."""

    worked = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.worked += 1
        return super().encode(password, salt)


def test_no_failure_says_or_takes_more_than_another(settings, paula):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    make_user("gone", password=RIGHT)
    User.objects.filter(username="gone").update(is_active=False)
    make_user("invited")
    tries = [("paula", WRONG), ("nobody", WRONG), ("gone", RIGHT), ("gone", WRONG), ("invited", WRONG)]
    pages, work = [], []

    for name, password in tries:
        Counting.worked = 0
        answer = send(name, password)
        pages.append((answer.status_code, page_of(answer), "sessionid" in answer.cookies))
        work.append(Counting.worked)

    assert pages == [pages[0]] * len(tries)
    assert work == [1] * len(tries)
    assert (pages[0][0], pages[0][2]) == (422, False)
    assert "There is no account with this name and password. Check both." in pages[0][1]


def test_a_program_gets_no_other_answer(paula):
    answer = Client().post(
        "/sign-in/",
        {"username": "paula", "password": WRONG},
        headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"},
    )

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/html; charset=utf-8")


def test_nothing_is_open_but_what_is_marked_public():
    """allauth opens some of its views itself; the mark decides, and the tests of doors look at it."""
    urlpatterns = import_module("statements.urls").urlpatterns  # now that their converters are known
    opened = {page.name for page in urlpatterns if not getattr(page.callback, "login_required", True)}

    assert opened == {page.name for page in urlpatterns if getattr(page.callback, MARK, None) == PUBLIC}
    assert {"sign-in", "sign-up", "mfa_authenticate"} <= opened


# --- Too many failures ---


def test_after_ten_failures_the_right_password_is_refused_too(paula):
    assert fail(10) == [422] * 10

    refused = send(password=RIGHT)

    assert refused.status_code == 429
    assert 880 < int(refused.headers["Retry-After"]) <= 900
    assert "There were too many wrong passwords. Wait 15 minutes, then try again." in refused.content.decode()
    assert "sessionid" not in refused.cookies


def test_after_a_quarter_of_an_hour_it_opens_again(paula, monkeypatch):
    fail(10)
    now = time.time()

    monkeypatch.setattr("time.time", lambda: now + 890)
    almost = send(password=RIGHT)
    monkeypatch.setattr("time.time", lambda: now + 901)
    opened = send(password=RIGHT)

    assert (almost.status_code, opened.status_code) == (429, 302)
    assert "Wait a minute, then try again." in almost.content.decode()


def test_a_success_does_not_count(paula):
    fail(9)

    assert [send(password=RIGHT).status_code for _ in range(5)] == [302] * 5
    assert fail(2) == [422, 429]


def test_however_the_name_is_written_it_is_the_same_account(paula):
    assert [send(name).status_code for name in ("paula", "PAULA", " paula", "ｐaula") * 3] == [422] * 10 + [
        429
    ] * 2


def test_others_at_the_same_address_sign_in_meanwhile(paula):
    make_user("oscar", password=RIGHT)
    fail(11)

    assert send("oscar", RIGHT).status_code == 302


def test_the_owner_signs_in_elsewhere_meanwhile(paula):
    fail(11, REMOTE_ADDR="192.0.2.1")

    assert send(password=RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_who_guesses_from_many_addresses_is_stopped_by_the_account(paula):
    addresses = [f"192.0.2.{number}" for number in range(25)]

    assert [fail(2, REMOTE_ADDR=address) for address in addresses] == [[422, 422]] * 25
    assert send(password=RIGHT, REMOTE_ADDR="192.0.2.99").status_code == 429


def test_who_guesses_at_many_accounts_is_stopped_by_the_address(paula):
    assert {send(f"guess-{number}").status_code for number in range(100)} == {422}
    assert send(password=RIGHT).status_code == 429
    assert send(password=RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_what_is_refused_counts_for_nobody(settings, paula):
    settings.SIGN_IN_FAILURES = {**settings.SIGN_IN_FAILURES, "account": "12/15m/key"}

    assert fail(40, REMOTE_ADDR="192.0.2.1") == [422] * 10 + [429] * 30
    assert fail(1, REMOTE_ADDR="192.0.2.2") == [422]


def test_a_refusal_says_the_same_of_names_that_nobody_has(paula):
    fail(10)
    fail(10, name="nobody")

    assert page_of(send("paula", RIGHT)) == page_of(send("nobody", RIGHT))


# --- Whose address it is ---


def test_an_ipv6_network_counts_as_one(paula):
    hosts = [f"2001:db8:0:1::{number:x}" for number in range(1, 12)]

    assert [send(REMOTE_ADDR=host).status_code for host in hosts] == [422] * 10 + [429]
    assert send(REMOTE_ADDR="2001:db8:0:2::1").status_code == 422


def test_ipv4_in_the_clothes_of_ipv6_is_not_one_network(paula):
    fail(11, REMOTE_ADDR="::ffff:192.0.2.1")

    assert send(REMOTE_ADDR="192.0.2.1").status_code == 429
    assert send(REMOTE_ADDR="::ffff:192.0.2.2").status_code == 422


def test_without_a_proxy_a_header_changes_nothing(paula):
    claimed = [{"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"} for number in range(11)]

    assert [send(**header).status_code for header in claimed] == [422] * 10 + [429]


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings, paula):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    claimed = [{"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}, 192.0.2.1"} for number in range(11)]

    assert [send(**header).status_code for header in claimed] == [422] * 10 + [429]
    assert send(HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.2").status_code == 422


def test_past_one_of_two_proxies_the_other_is_believed(settings, paula):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    fail(11, HTTP_X_FORWARDED_FOR="192.0.2.1")

    assert send(HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 429
    assert send(HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 422


@pytest.mark.parametrize(
    "said", [{}, *({"HTTP_X_FORWARDED_FOR": said} for said in ("", ",", "unknown", "_x, y", "1.2.3"))]
)
def test_a_proxy_that_tells_nothing_locks_nobody_else_out(settings, paula, said):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SIGN_IN_FAILURES = {"address": "3/15m/key", "account": "5/15m/key", "pair": "2/15m/key"}
    make_user("oscar", password=RIGHT)

    assert fail(6, **said) == [422] * 5 + [429]
    assert send("oscar", RIGHT, **said).status_code == 302


# --- An account of one's own ---

WISHES = {"username": "nora", "email": "", "password": RIGHT, "again": RIGHT}


def test_nobody_makes_an_account_unless_a_setting_opens_it():
    assert Client().get("/sign-up/").status_code == 404
    assert Client().post("/sign-up/", WISHES).status_code == 404
    assert User.objects.count() == 0
    assert "/sign-up/" not in Client().get("/sign-in/").content.decode()


def test_where_it_is_open_people_make_their_account_and_are_in(settings):
    settings.OPEN_SIGN_UP = True
    client = Client()
    assert 'href="/sign-up/"' in client.get("/sign-in/").content.decode()
    assert client.get("/sign-up/").status_code == 200

    made = client.post(
        "/sign-up/", {**WISHES, "email": "nora@example.org", "is_superuser": "on", "is_staff": "on"}
    )

    assert (made.status_code, made["Location"]) == (302, "/")
    nora = User.objects.get()
    assert (nora.username, nora.email, nora.is_staff, nora.is_superuser) == (
        "nora",
        "nora@example.org",
        False,
        False,
    )
    assert [(event.verb, event.noun, event.public_id) for event in Event.objects.all()] == [
        ("added", "user", "nora")
    ]
    assert client.get("/").status_code == 200
    assert client.get("/sign-up/")["Location"] == "/"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"username": ""}, "This field is required."),
        ({"username": "no spaces"}, "Enter a valid username."),
        ({"username": "PAULA"}, "There is already somebody called “PAULA”."),
        ({"email": "nora"}, "Enter a valid email address."),
        ({"password": "1234567890", "again": "1234567890"}, "This password is too common."),
        ({"password": "short", "again": "short"}, "This password is too short."),
        ({"again": WRONG}, "The two passwords differ. Type the same twice."),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_next_to_it(settings, paula, wish, said):
    settings.OPEN_SIGN_UP = True

    answer = Client().post("/sign-up/", {**WISHES, **wish})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert User.objects.count() == 1


def test_accounts_are_not_made_by_the_dozen(settings):
    settings.OPEN_SIGN_UP = True
    tries = [Client().post("/sign-up/", {**WISHES, "again": ""}).status_code for _ in range(30)]

    refused = Client().post("/sign-up/", WISHES)

    assert tries == [422] * 30
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "Nothing was changed; try again in 60 minutes." in refused.content.decode()
    assert User.objects.count() == 0


# --- What is never throttled ---


def test_sixty_saves_in_a_row_are_all_taken(rosa, client):
    client.force_login(rosa)
    sentence = sentences_of(make_statement())[0]
    page = reverse("annotation-save", args=[sentence.public_id])
    base, answers = "", []

    for number in range(60):
        key = new_key()
        choice = "none" if number % 2 else "label:allegation"
        answers.append(client.post(page, {"key": key, "based_on": base, "choose": choice}).status_code)
        base = key

    assert answers == [302] * 60
    assert sentence.annotations.count() == 60

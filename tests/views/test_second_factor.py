"""A second factor: turned on, asked for, replaced by a recovery code, turned off; and what it leaves."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as project
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from statements.models import Event, User
from tests.make import make_user

pytestmark = pytest.mark.django_db

RIGHT = "a long enough password"
OVERVIEW = "/account/second-factor/"
ON, OFF = f"{OVERVIEW}app/on/", f"{OVERVIEW}app/off/"
CODES, NEW_CODES, CODE_FILE = f"{OVERVIEW}codes/", f"{OVERVIEW}codes/new/", f"{OVERVIEW}codes/file/"
SECOND_STEP = f"{OVERVIEW}code/"
PASSKEYS = f"{OVERVIEW}passkeys/"
CONFIRM = "/account/confirm/"


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Time stands still, so that no code ends while a test looks at it; `later(301)` moves on."""
    now = time.time() // 30 * 30 + 15
    monkeypatch.setattr("time.time", lambda: now)
    return lambda seconds: monkeypatch.setattr("time.time", lambda: now + seconds)


@pytest.fixture
def paula(db) -> User:
    return make_user("paula", password=RIGHT)


@pytest.fixture
def named(settings) -> None:
    """A public address that is a name, where browsers make passkeys."""
    settings.PUBLIC_URL = "http://localhost:8000"
    settings.MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]


def send(client: Client, password: str = RIGHT, **sent: str) -> HttpResponse:
    return client.post("/sign-in/", {"username": "paula", "password": password, **sent})


def signed_in() -> Client:
    client = Client()
    assert send(client).status_code == 302
    return client


def code_of(secret: str, *, step: int = 0) -> str:
    """What the app shows: now, or so many steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def wrong_code_of(secret: str) -> str:
    near = {code_of(secret, step=step) for step in range(-2, 4)}
    return next(code for code in ("000000", "111111", *map(str, range(222222, 222230))) if code not in near)


def shown_secret(page: HttpResponse) -> str:
    return re.search(r'id="secret">([A-Z2-7]+)<', page.content.decode()).group(1)


def shown_codes(page: HttpResponse) -> list[str]:
    return re.findall(r"<li><code>(\d{8})</code></li>", page.content.decode())


def turn_on(client: Client) -> tuple[str, list[str]]:
    """Turn the app on and return its secret and the recovery codes."""
    secret = shown_secret(client.get(ON))
    done = client.post(ON, {"code": code_of(secret)})
    assert (done.status_code, done["Location"]) == (302, CODES)
    return secret, shown_codes(client.get(CODES))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def traces() -> list[tuple[str, str, str, str | None]]:
    rows = Event.objects.exclude(noun="user").order_by("pk").select_related("actor")
    return [(row.actor.username, row.verb, row.noun, row.detail["kind"]) for row in rows]


# --- Turned on ---


def test_with_the_app_turned_on_the_password_alone_opens_nothing(paula):
    secret, codes = turn_on(signed_in())
    assert len(set(codes)) == 10
    client = Client()

    first = send(client, next="/account/second-factor/")
    between = is_in(client)
    second = client.post(SECOND_STEP, {"code": code_of(secret)})

    assert (first["Location"], between) == (SECOND_STEP, False)
    assert (second["Location"], is_in(client)) == (OVERVIEW, True)


def test_a_code_opens_nothing_without_the_password(paula):
    secret, _codes = turn_on(signed_in())
    client = Client()

    assert client.post(SECOND_STEP, {"code": code_of(secret)})["Location"] == "/sign-in/"
    assert not is_in(client)


def test_a_wrong_code_turns_nothing_on(paula):
    client = signed_in()
    secret = shown_secret(client.get(ON))

    answer = client.post(ON, {"code": wrong_code_of(secret)})

    assert (answer.status_code, shown_secret(answer)) == (422, secret)
    assert "This code is not right, or was used already." in answer.content.decode()
    assert (Authenticator.objects.count(), traces()) == (0, [])


def test_the_page_shows_the_key_as_text_and_as_a_picture_that_the_policy_allows(paula):
    page = signed_in().get(ON)

    assert re.search(r'<img class="qr" src="data:image/svg\+xml;base64,[^"]+"', page.content.decode())
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"].count("no-store") == 1


# --- At sign-in ---


def test_a_wrong_code_is_refused(paula):
    secret, _codes = turn_on(signed_in())
    client = Client()
    send(client)

    answer = client.post(SECOND_STEP, {"code": wrong_code_of(secret)})

    assert (answer.status_code, is_in(client)) == (422, False)
    assert "This code is not right, or was used already." in answer.content.decode()


@pytest.mark.parametrize("written", ["{}{}", "{} {}", "{}-{}"])
def test_a_code_opens_once_for_as_long_as_it_would_be_right(paula, written):
    secret, _codes = turn_on(signed_in())
    code = code_of(secret, step=1)  # of a phone whose clock is fast: right for the longest time
    first, again = Client(), Client()
    send(first), send(again)

    opened = first.post(SECOND_STEP, {"code": code})
    # allauth remembers it for half a minute, which the cache measures by a clock of its own.
    cache.delete(f"allauth.mfa.totp.used?user={paula.pk}&code={code}")
    answer = again.post(SECOND_STEP, {"code": written.format(code[:3], code[3:])})

    assert (opened.status_code, answer.status_code) == (302, 422)
    assert not is_in(again)


def test_a_phone_may_be_half_a_minute_off(paula):
    secret, _codes = turn_on(signed_in())
    answers = []

    for step in (-2, -1, 1, 2):
        client = Client()
        send(client)
        answers.append(client.post(SECOND_STEP, {"code": code_of(secret, step=step)}).status_code)

    assert answers == [422, 302, 302, 422]


def test_a_recovery_code_opens_once(paula):
    _secret, codes = turn_on(signed_in())
    first, again = Client(), Client()
    send(first), send(again)

    opened = first.post(SECOND_STEP, {"code": codes[3]})
    answer = again.post(SECOND_STEP, {"code": codes[3]})

    assert (opened.status_code, is_in(first)) == (302, True)
    assert (answer.status_code, is_in(again)) == (422, False)
    assert shown_codes(first.get(CODES)) == [code for code in codes if code != codes[3]]


def test_after_ten_wrong_codes_the_right_one_is_refused_too(paula):
    secret, codes = turn_on(signed_in())
    client = Client()
    send(client)
    wrong = [client.post(SECOND_STEP, {"code": wrong_code_of(secret)}).status_code for _ in range(10)]

    with_app = client.post(SECOND_STEP, {"code": code_of(secret)})
    with_paper = client.post(SECOND_STEP, {"code": codes[0]})

    assert wrong == [422] * 10
    assert [with_app.status_code, with_paper.status_code] == [429, 429]
    assert with_app.headers["Retry-After"] == "900"
    assert "There were too many wrong codes. Wait 15 minutes, then try again." in with_app.content.decode()
    assert not is_in(client)


def test_whoever_cannot_take_the_second_step_can_go_back(paula):
    turn_on(signed_in())
    client = Client()
    send(client)
    assert client.get("/sign-in/")["Location"] == SECOND_STEP

    left = client.post("/sign-out/")

    assert left["Location"] == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200


# --- Changed ---


def test_a_sign_in_that_is_old_is_confirmed_with_the_password(paula, later):
    client = signed_in()
    assert client.get(ON).status_code == 200
    later(301)

    asked = client.get(ON)
    wrong = client.post(f"{CONFIRM}?next={ON}", {"password": "guessed"})
    right = client.post(f"{CONFIRM}?next={ON}", {"password": RIGHT})

    assert asked["Location"] == f"{CONFIRM}?next={quote(ON, safe='')}"
    assert (wrong.status_code, "This is not your password. Try again." in wrong.content.decode()) == (
        422,
        True,
    )
    assert right["Location"] == ON
    assert client.get(ON).status_code == 200


def test_confirming_leads_nowhere_else(paula):
    answer = signed_in().post(CONFIRM, {"password": RIGHT, "next": "//elsewhere.example"})

    assert answer["Location"] == "/"


def test_a_change_is_not_made_before_it_is_confirmed(paula, later):
    client = signed_in()
    turn_on(client)
    later(301)

    answers = [client.post(page)["Location"] for page in (OFF, NEW_CODES)]
    seen = [client.get(page)["Location"] for page in (CODES, CODE_FILE)]

    assert {answer.partition("?")[0] for answer in [*answers, *seen]} == {CONFIRM}
    assert Authenticator.objects.count() == 2


def test_a_code_confirms_as_well(paula, later):
    client = signed_in()
    secret, _codes = turn_on(client)
    later(301)
    assert f'href="{CONFIRM}code/?next=' in client.get(f"{CONFIRM}?next={OFF}").content.decode()
    assert client.get(f"{CONFIRM}code/").status_code == 200

    wrong = client.post(f"{CONFIRM}code/", {"code": wrong_code_of(secret), "next": OFF})
    right = client.post(f"{CONFIRM}code/", {"code": code_of(secret), "next": OFF})

    assert (wrong.status_code, right["Location"]) == (422, OFF)
    assert client.get(OFF).status_code == 200


def test_who_guesses_at_an_open_screen_has_to_wait(paula):
    client = signed_in()
    guesses = [client.post(CONFIRM, {"password": f"guess {number}"}).status_code for number in range(10)]

    refused = client.post(CONFIRM, {"password": RIGHT})

    assert guesses == [422] * 10
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "That was too often in a short time." in refused.content.decode()
    assert send(Client()).status_code == 429  # they count as what they are, wrong passwords


def test_turned_off_the_password_is_enough_again(paula):
    client = signed_in()
    turn_on(client)
    assert client.get(OFF).status_code == 200

    done = client.post(OFF)

    assert done["Location"] == OVERVIEW
    assert (Authenticator.objects.count(), is_in(signed_in())) == (0, True)


def test_new_codes_end_the_old_ones(paula):
    client = signed_in()
    _secret, old = turn_on(client)
    assert client.get(NEW_CODES).status_code == 200

    assert client.post(NEW_CODES)["Location"] == CODES
    new = shown_codes(client.get(CODES))

    assert set(old) & set(new) == set()
    file = client.get(CODE_FILE)
    assert (file.content.decode().split(), file.headers["Content-Type"]) == (new, "text/plain")
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'


def test_every_change_leaves_its_trace(paula):
    client = signed_in()
    turn_on(client)
    client.get(OVERVIEW)
    client.post(NEW_CODES)
    client.post(OFF)

    assert traces() == [
        ("paula", "turned on", "second factor", "totp"),
        ("paula", "made", "recovery codes", "recovery_codes"),
        ("paula", "made", "recovery codes", "recovery_codes"),
        ("paula", "turned off", "second factor", "totp"),
    ]


def test_the_overview_says_what_is_on(paula):
    client = signed_in()
    before = client.get(OVERVIEW).content.decode()
    turn_on(client)
    after = client.get(OVERVIEW).content.decode()

    assert ("It is off." in before, "It is on:" in before) == (True, False)
    assert ("It is off." in after, "It is on:" in after) == (False, True)
    assert "10 codes are left." in after


# --- At rest ---


def test_who_has_only_the_database_has_no_codes(paula):
    secret, codes = turn_on(signed_in())

    stored = json.dumps([row.data for row in Authenticator.objects.order_by("pk")])

    assert secret not in stored
    assert [code for code in codes if code in stored] == []


def test_with_another_secret_key_no_code_is_right(paula, settings):
    secret, codes = turn_on(signed_in())
    settings.SECRET_KEY = "another key " * 8
    client = Client()
    send(client)

    answers = [client.post(SECOND_STEP, {"code": code}).status_code for code in (code_of(secret), codes[0])]

    assert answers == [422, 422]


def test_a_key_that_was_replaced_in_order_still_opens(paula, settings):
    secret, _codes = turn_on(signed_in())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 8
    client = Client()
    send(client)

    assert client.post(SECOND_STEP, {"code": code_of(secret)}).status_code == 302


# --- Passkeys ---


def test_on_a_bare_address_nobody_hears_of_passkeys(paula):
    client = signed_in()

    assert "passkey" not in client.get(OVERVIEW).content.decode().lower()
    assert [client.get(f"{PASSKEYS}{page}").status_code for page in ("", "add/", "1/", "1/remove/")] == [
        404
    ] * 4


def test_with_a_name_there_are_passkeys_of_that_name(paula, named):
    client = signed_in()

    assert "Add a passkey" in client.get(OVERVIEW).content.decode()
    assert client.get(PASSKEYS).status_code == 200
    page = client.get(f"{PASSKEYS}add/").content.decode()
    options = json.loads(
        re.search(r'id="passkey-options" type="application/json">(.*?)</script>', page).group(1)
    )
    assert options["publicKey"]["rp"] == {"id": "localhost", "name": "Annotator"}
    assert options["publicKey"]["user"]["name"] == "paula"


@pytest.mark.parametrize(
    "sent", ["", "no", "{}", "[]", "1", '"x"', "null", '{"id": 1}', '{"response": {"userHandle": 3}}']
)
def test_what_is_no_passkey_is_refused(paula, named, sent):
    client = signed_in()
    client.get(f"{PASSKEYS}add/")
    turn_on(client)
    half = Client()
    send(half)

    added = client.post(f"{PASSKEYS}add/", {"name": "Phone", "credential": sent})
    opened = half.post(SECOND_STEP, {"credential": sent})

    assert (added.status_code, opened.status_code) == (422, 422)
    assert not is_in(half)
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_passkeys_of_others_are_not_there(paula, named):
    make_user("oscar", password=RIGHT)
    theirs = Authenticator.objects.create(
        user=User.objects.get(username="oscar"), type="webauthn", data={"name": "Phone", "credential": {}}
    )
    client = signed_in()

    for page in (f"{PASSKEYS}{theirs.pk}/", f"{PASSKEYS}{theirs.pk}/remove/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"


# --- Templates ---


def test_no_page_of_allauth_shows_through():
    """Its own templates have neither our look nor our words."""
    ours = Path(project.BASE_DIR, "templates")
    pages = ["authenticate", "index", "reauthenticate", "totp/activate_form", "totp/deactivate_form"]
    pages += ["recovery_codes/index", "recovery_codes/generate", "webauthn/authenticator_list"]
    pages += ["webauthn/add_form", "webauthn/edit_form", "webauthn/reauthenticate"]
    pages += ["webauthn/authenticator_confirm_delete"]

    assert [page for page in pages if not (ours / "mfa" / f"{page}.html").exists()] == []

"""A person protects their account with an app, with recovery codes, with a passkey, in a real browser."""

from __future__ import annotations

import base64
import hmac
import struct
import time

import pytest
from playwright.sync_api import Page, expect

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def shown_by_the_app(key: str, *, step: int = 0) -> str:
    """What any app makes of the key (RFC 6238), now or some steps of 30 seconds later."""
    moment = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(key), moment, "sha1").digest()
    offset = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def turn_the_app_on(page: Page) -> tuple[str, list[str]]:
    """Return the key that the app was given, and the recovery codes."""
    page.goto("/account/second-factor/")
    page.get_by_role("link", name="Turn the app on").click()
    key = page.locator("#secret").inner_text()
    page.get_by_label("Code that the app shows").fill(shown_by_the_app(key))
    page.get_by_role("button", name="Turn the app on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.wait_for_load_state()
    return key, page.locator(".codes code").all_inner_texts()


def take_the_first_step(page: Page, name: str, password: str, *, at: str = "") -> None:
    page.goto(f"{at}/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()


def take_the_second_step(page: Page, code: str) -> None:
    page.get_by_label("Code of your app, or a recovery code").fill(code)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_with_the_app_on_signing_in_takes_the_password_and_a_code(
    signed_in_page, server, allow_console, scripts
):
    allow_console("status of 422")
    name = "petra" if scripts else "paul"
    password = server.add_user(name, "reviewer")
    page = signed_in_page(name, password, java_script_enabled=scripts)
    key, codes = turn_the_app_on(page)
    assert len(codes) == 10
    page.get_by_role("button", name="Sign out").click()

    take_the_first_step(page, name, password)
    take_the_second_step(page, "no code")
    expect(page.locator(".error")).to_contain_text("This code is not right, or was used already.")
    take_the_second_step(page, shown_by_the_app(key))
    page.wait_for_url("**/")
    page.get_by_role("button", name="Sign out").click()

    take_the_first_step(page, name, password)
    take_the_second_step(page, codes[0])
    page.wait_for_url("**/")

    page.goto("/account/second-factor/")
    expect(page.get_by_text("9 codes are left.")).to_be_visible()


def test_the_picture_can_be_seen(signed_in_page, server):
    page = signed_in_page("pia", server.add_user("pia", "reviewer"))
    page.goto("/account/second-factor/app/on/")

    picture = page.locator("img.qr").evaluate("image => [image.complete, image.naturalWidth > 0]")
    assert picture == [True, True]


def test_a_passkey_is_made_used_and_removed_where_the_address_is_a_name(start_server, new_page):
    server = start_server(PUBLIC_URL="http://localhost")
    password = server.add_user("paula")
    page, here = new_page(), f"http://localhost:{server.port}"
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{here}/sign-in/?next=/account/second-factor/")
    page.get_by_label("User name").fill("paula")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    page.wait_for_load_state()
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The passkey was not used. Try again, or take another way."
    )
    page.reload()
    page.get_by_label("Name of the passkey").fill("Telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    take_the_first_step(page, "paula", password, at=here)
    page.get_by_role("button", name="Use a passkey").wait_for()
    page.wait_for_load_state()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{here}/")

    page.goto(f"{here}/account/second-factor/passkeys/")
    expect(page.get_by_role("rowheader")).to_have_text("Telephone")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("You have none.")).to_be_visible()

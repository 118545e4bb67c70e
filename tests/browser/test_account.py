"""Somebody looks after their account: dark and French at once, a token that opens until it is revoked."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

DARK = "rgb(27, 26, 23)"


def status_with(address: str, secret: str) -> int:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_theme_and_language_show_at_once_and_a_token_opens_until_revoked(signed_in_page, server, scripts):
    name = "marta" if scripts else "milo"
    page = signed_in_page(name, server.add_user(name, "reviewer"), java_script_enabled=scripts)
    page.get_by_role("link", name=name).click()
    page.get_by_label("What it is for").fill("notebook")
    page.get_by_label("Where", exact=True).select_option("seed")
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_label("Copy it now").input_value()
    export = f"{server.url}/api/v1/corpora/seed/export/?layer=sentences&format=jsonl"
    expect(page.locator("pre code")).to_contain_text(export)
    assert status_with(export, secret) == 200

    page.get_by_role("link", name="Back to your account").click()
    page.get_by_role("button", name="Revoke the token “notebook”").click()
    expect(page.locator(".tokens .badge")).to_have_text("revoked")
    assert status_with(export, secret) == 401

    page.get_by_label("Theme").select_option("dark")
    page.get_by_label("Language of the pages").select_option("fr")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("html")).to_have_css("background-color", DARK)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_token_with_a_long_name_fits_320_pixels(signed_in_page, server):
    password = server.add_user("mona", "reviewer")
    page = signed_in_page("mona", password, viewport={"width": 320, "height": 640})
    page.goto("/account/")
    page.get_by_label("What it is for").fill("x" * 100)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("Copy it now")).to_be_visible()
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    page.goto("/account/")
    widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [320, 320]

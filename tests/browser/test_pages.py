"""Every page, as everybody has it: by keyboard, on a small screen, in the dark, in French."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "home": "/",
    "corpus": "/c/seed/",
    "statements": "/c/seed/statements/",
    "scheme": "/c/seed/scheme/",
    "export": "/c/seed/export/",
    "upload": "/c/seed/upload/",
    "desk": "/c/seed/tag/",
    "not found": "/c/seed/nothing/",
}


@pytest.fixture
def admin_page(server, signed_in_page):
    """Open a page of the admin, who is a reviewer of the seed corpus too."""
    return lambda **context: signed_in_page("admin", server.admin_password, **context)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_meet_wcag_aa(admin_page, allow_console, scheme):
    allow_console("status of 404")
    page = admin_page(color_scheme=scheme)
    found = {}

    for name, address in PAGES.items():
        page.goto(address)
        violations = Axe().run(page, options=WCAG).response["violations"]
        found[name] = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in violations]

    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_fit_a_screen_of_320_pixels(admin_page, allow_console, language):
    allow_console("status of 404")
    page = admin_page(viewport={"width": 320, "height": 640})
    page.set_extra_http_headers({"Accept-Language": language})
    widths = {}

    for name, address in PAGES.items():
        page.goto(address)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(PAGES, 320)


def test_the_sign_in_page_meets_wcag_aa_and_says_what_is_wrong(page, allow_console):
    allow_console("status of 422")
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text(
        "There is no account with this name and password. Check both."
    )
    assert Axe().run(page, options=WCAG).response["violations"] == []


def test_nothing_is_fetched_from_elsewhere(admin_page, server, allow_console):
    allow_console("status of 404")
    page = admin_page()
    asked = set()
    page.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))

    for address in PAGES.values():
        page.goto(address)

    assert asked == {server.url}


def test_the_skip_link_is_the_first_stop_of_the_keyboard(admin_page):
    page = admin_page()
    page.goto("/c/seed/")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

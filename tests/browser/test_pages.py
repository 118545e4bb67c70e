"""What holds on every page by keyboard; each page in each state is in `test_states.py`."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.fixture
def admin_page(server, signed_in_page):
    """Open a page of the admin, who is a reviewer of the seed corpus too."""
    return lambda **context: signed_in_page("admin", server.admin_password, **context)


def test_the_sign_in_page_says_what_is_wrong(page, allow_console):
    allow_console("status of 422")
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text(
        "There is no account with this name and password. Check both."
    )


def test_the_skip_link_is_the_first_stop_of_the_keyboard(admin_page):
    page = admin_page()
    page.goto("/c/seed/")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

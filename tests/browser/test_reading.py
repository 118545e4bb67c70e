"""The history of a sentence opens beside the text, and gives the place back that one came from."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.chromium import intercept


@pytest.fixture
def reading(signed_in_page, reviewer):
    """Open the seed as a reviewer made for this test, who has tagged nothing."""

    def opened(**context):
        page = signed_in_page(reviewer.name, reviewer.password, **context)
        page.goto("/c/seed/statements/")
        page.get_by_role("link", name="Binance répond").click()
        page.wait_for_load_state()  # before that a sentence is a plain link
        return page

    return opened


def test_a_history_opens_by_keyboard_takes_the_focus_and_gives_it_back(reading, allow_console):
    allow_console("htmx:")  # closing may come before the answer
    page = reading()
    panel, first = page.locator("#sentence-panel"), page.locator("#s-1")
    first.focus()
    page.keyboard.press("Enter")

    expect(panel.get_by_role("heading", name="Sentence 1")).to_be_focused()
    expect(panel).to_contain_text("You have not decided on this sentence yet.")
    expect(first).to_have_attribute("aria-current", "true")

    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(first).to_be_focused()
    expect(first).not_to_have_attribute("aria-current", "true")

    page.locator("#s-2").click()
    page.locator("#s-3").click()
    expect(panel.get_by_role("heading", name="Sentence 3")).to_be_focused()
    expect(page.locator(".sentence[aria-current]")).to_have_id("s-3")
    panel.get_by_role("link", name="Close").click()
    expect(panel).to_be_empty()
    expect(page.locator("#s-3")).to_be_focused()


def test_without_javascript_a_history_is_a_page_that_leads_back(reading):
    page = reading(java_script_enabled=False)
    page.locator("#s-2").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sentence 2")
    page.get_by_role("main").get_by_role("link", name="Binance répond").click()
    expect(page).to_have_url(re.compile(r"/statements/\w+/\?sentence=2#s-2$"))


def test_whoever_was_signed_out_meanwhile_comes_to_the_sign_in_page(reading):
    page = reading()
    page.context.clear_cookies()
    page.locator("#s-1").click()

    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/sentences/"))
    expect(page.get_by_label("User name")).to_be_visible()


def test_an_answer_that_comes_late_opens_nothing_any_more(reading, allow_console):
    allow_console("htmx:")  # says that a request was given up
    page = reading()
    late = []
    intercept(page, re.compile(r"/sentences/\w+\.1/"), lambda route: late.append(route))
    page.locator("#s-1").click()
    page.locator("#s-2").click()
    expect(page.get_by_role("heading", name="Sentence 2")).to_be_focused()
    page.keyboard.press("Escape")
    for route in late:
        route.fulfill(body="<h2 tabindex='-1'>Sentence 1</h2>", content_type="text/html")
    page.wait_for_timeout(300)

    expect(page.locator("#sentence-panel")).to_be_empty()
    expect(page.locator("#s-2")).to_be_focused()

"""A corpus is made, somebody is let in, signs in, and is out again, all without a shell."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PASSWORD = "correct horse battery"


@pytest.fixture
def admin_page(server, signed_in_page):
    """Open a page of the site administrator, who is an admin of the seed corpus too."""
    return lambda **context: signed_in_page("admin", server.admin_password, **context)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_person_is_let_in_by_a_link_and_is_out_at_once_when_removed(
    server, admin_page, new_page, allow_console, java_script_enabled
):
    name = f"visitor-{java_script_enabled}".lower()
    admin = admin_page(java_script_enabled=java_script_enabled)
    admin.get_by_role("link", name="New corpus").click()
    admin.get_by_label("Name of the corpus").fill(f"Answers for {name}")
    admin.get_by_role("button", name="Make the corpus").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(f"Answers for {name}")

    admin.get_by_role("link", name="Invite reviewers").click()
    admin.get_by_label("User name").fill(name)
    admin.get_by_label("Full name").fill("Rosa Lima")
    admin.get_by_role("button", name="Add and show the link").click()
    link = admin.get_by_label("Copy this link").input_value()
    assert link.startswith(f"{server.url}/password/")

    visitor = new_page(java_script_enabled=java_script_enabled)
    visitor.goto(link)
    for field in visitor.locator("input[type=password]").all():
        field.fill(PASSWORD)
    visitor.locator("form:has(input[type=password]) button").click()
    expect(visitor.locator("input[name=username]")).to_be_visible()
    visitor.fill("input[name=username]", name)
    visitor.fill("input[name=password]", PASSWORD)
    visitor.locator("form:has(input[name=password]) button").click()
    visitor.get_by_role("link", name=f"Answers for {name}").click()
    expect(visitor.get_by_text("There is nothing here yet.")).to_be_visible()

    admin.get_by_role("link", name="Back to the people").click()
    admin.get_by_role("link", name="Rosa Lima").click()
    admin.get_by_role("link", name="Remove…").click()
    admin.get_by_role("button", name="Remove now").click()
    expect(admin.get_by_text("Rosa Lima was removed.")).to_be_visible()

    visitor.get_by_role("link", name="Statements").click()
    expect(visitor).to_have_url(re.compile("/sign-in/"))


def test_labels_are_changed_by_keyboard_and_shown_at_the_next_reading(admin_page):
    page = admin_page()
    page.goto("/corpora/new/")
    page.get_by_label("Name of the corpus").fill("By keyboard")
    page.get_by_label("Name of the corpus").press("Enter")
    page.goto("/c/by-keyboard/scheme/edit/")
    page.get_by_label("Key").first.fill("1")
    page.get_by_label("English", exact=True).fill("# New rules")
    page.get_by_role("button", name="Preview the guideline").press("Enter")
    expect(page.locator("#preview h3", has_text="New rules")).to_be_visible()
    expect(page.locator("#preview")).to_be_focused()
    page.get_by_role("button", name="Publish").press("Enter")

    expect(page.get_by_text("Version 2 is in force now.")).to_be_visible()
    expect(page.locator(".labels kbd").first).to_have_text("1")

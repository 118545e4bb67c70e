"""The first day: from an empty corpus to rows in a researcher's hands, and nobody needs a shell."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_second_factor import shown_by_the_app, take_the_second_step, turn_the_app_on

PASSWORD = "correct horse battery"
TEXT = "They hid the losses. We hid nothing."


def fetched(address: str, token: str) -> list[dict[str, object]]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return [json.loads(line) for line in answer]


def make_the_corpus(admin: Page) -> None:
    admin.get_by_role("link", name="New corpus").click()
    admin.get_by_label("Name of the corpus").fill("First answers")
    admin.get_by_role("button", name="Make the corpus").click()
    admin.get_by_role("link", name="Add the first statements").click()
    admin.get_by_label("Paste one text").fill(TEXT)
    admin.get_by_label("Title").fill("An answer")
    admin.get_by_label("Language", exact=True).select_option("en")
    admin.get_by_role("button", name="Read and show").click()
    admin.get_by_role("button", name="Store").click()
    expect(admin.get_by_text("Stored: 2 sentences.")).to_be_visible()


def let_in(admin: Page, name: str) -> str:
    """Add a person who reviews, and return the link that is for them."""
    admin.goto("/c/first-answers/people/")
    admin.get_by_label("User name").fill(name)
    admin.get_by_role("button", name="Add and show the link").click()
    return admin.get_by_label("Copy this link").input_value()


def set_password(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("Repeat the new password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text(f"Your password is set. Sign in as {name}.")).to_be_visible()


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def make_token(page: Page) -> str:
    page.goto("/account/")
    page.get_by_label("What it is for").fill("notebook")
    page.get_by_label("Read and export").check()
    page.get_by_role("button", name="Make the token").click()
    return page.get_by_label("Copy it now").input_value()


@pytest.mark.server
def test_from_an_empty_corpus_to_rows_and_out_again(server, signed_in_page, new_page, allow_console):
    allow_console("status of 40[14]")
    admin = signed_in_page("admin", server.admin_password)
    make_the_corpus(admin)
    link = let_in(admin, "nora")

    nora = new_page()
    set_password(nora, link, "nora")
    sign_in(nora, "nora")
    key, _codes = turn_the_app_on(nora)
    nora.get_by_role("button", name="Sign out").click()
    sign_in(nora, "nora")
    take_the_second_step(nora, shown_by_the_app(key, step=1))

    nora.get_by_role("link", name="Start tagging").click()
    expect(nora.locator("#s-1")).to_be_focused()
    nora.keyboard.press("a")
    nora.keyboard.press("n")
    expect(nora.locator("#save-state")).to_have_text("All saved")

    token = make_token(nora)
    export = f"{server.url}/api/v1/corpora/first-answers/export/?layer=sentences"
    said = [(row["text"], [one["labels"] for one in row["annotations"]]) for row in fetched(export, token)]
    assert said == [("They hid the losses.", [["allegation"]]), ("We hid nothing.", [[]])]

    admin.goto("/c/first-answers/people/")
    admin.get_by_role("link", name="nora").click()
    admin.get_by_role("link", name="Remove…").click()
    admin.get_by_role("button", name="Remove now").click()

    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(export, token)
    assert refused.value.code == 401
    nora.goto("/c/first-answers/")
    expect(nora).to_have_url(re.compile("/sign-in/"))
    admin.goto("/c/first-answers/history/")
    expect(admin.get_by_text("removed nora (r2).")).to_be_visible()


def test_a_used_link_opens_nothing_any_more(server, signed_in_page, new_page, allow_console):
    allow_console("status of 410")
    admin = signed_in_page("admin", server.admin_password)
    admin.goto("/c/seed/people/")
    admin.get_by_label("User name").fill("olga")
    admin.get_by_role("button", name="Add and show the link").click()
    link = admin.get_by_label("Copy this link").input_value()
    page = new_page()
    set_password(page, link, "olga")

    page.goto(link)

    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()

"""The whole job: sign in, tag a statement, download what was tagged."""

from __future__ import annotations

from itertools import cycle, islice

import pytest
from playwright.sync_api import expect

ALL_SAVED = "All saved"
KEYS = {"a": ["allegation"], "r": ["rebuttal"], "c": ["commitment"], "n": []}


@pytest.mark.server
def test_a_statement_is_tagged_by_keyboard_and_exported_as_pressed(signed_in_page, reviewer, rows):
    page = signed_in_page(reviewer.name, reviewer.password)
    page.get_by_role("link", name="Start tagging").click()
    expect(page.locator(".sentence[aria-current]")).to_be_focused()
    pressed = list(islice(cycle("aracn"), 29))

    for key in pressed:
        page.keyboard.press(key)
    expect(page.locator("#finished")).to_be_visible()
    page.keyboard.press("z")  # takes back the last one
    expect(page.locator("#save-state")).to_have_text(ALL_SAVED)
    expect(page.locator("#progress")).to_contain_text("28 of 29")

    said = rows(reviewer)
    assert {at: (one["state"], one["labels"]) for at, one in said.items()} == {
        at: ("labelled" if KEYS[key] else "none", KEYS[key]) for at, key in enumerate(pressed[:-1], start=1)
    }


def test_a_statement_is_tagged_without_javascript(signed_in_page, reviewer, rows):
    page = signed_in_page(reviewer.name, reviewer.password, java_script_enabled=False)
    page.get_by_role("link", name="Start tagging").click()

    page.get_by_role("button", name="Allegation").click()
    page.get_by_role("button", name="No claim").click()
    page.locator("#skip summary").click()
    page.get_by_role("button", name="I lack context").click()
    page.locator("#note summary").click()
    page.get_by_label("Rebuttal").check()
    page.get_by_label("Commitment").check()
    page.get_by_label("Comment").fill("both, I think")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Unsure").check()
    page.get_by_role("button", name="Commitment").click()
    page.get_by_role("button", name="Rebuttal").click()
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#progress")).to_contain_text("5 of 29")
    said = rows(reviewer).values()
    assert [(one["state"], one["labels"], one["reason"], one["unsure"], one["comment"]) for one in said] == [
        ("labelled", ["allegation"], "", False, ""),
        ("none", [], "", False, ""),
        ("skipped", [], "context", False, ""),
        ("labelled", ["commitment", "rebuttal"], "", False, "both, I think"),
        ("labelled", ["commitment"], "", True, ""),
    ]


def test_an_admin_pastes_a_statement_sees_its_split_and_stores_it(
    start_server, signed_in_page, allow_console
):
    server = start_server()  # of its own: whoever tags the seed elsewhere is to find one statement there
    allow_console("status of 422")
    page = signed_in_page("admin", server.admin_password, base_url=server.url)
    page.goto("/c/seed/upload/")
    page.get_by_label("Paste one text").fill("Nous répondons. La SEC. se trompe ?\n\nC'est tout.")
    page.get_by_label("Title").fill("Une réponse")
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("button", name="Read and show").click()

    expect(page.locator(".split li")).to_have_text(
        ["Nous répondons.", "La SEC. se trompe ?", "C'est tout."], use_inner_text=True
    )
    page.get_by_role("button", name="Store it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Une réponse")

    page.goto("/c/seed/upload/")
    page.get_by_label("Paste one text").fill("Nous  répondons. La SEC. se trompe ?\nC'est tout.")
    page.get_by_label("Title").fill("La même")
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("button", name="Read and show").click()
    expect(page.locator("main")).to_contain_text("There is nothing in it to be stored.")
    page.get_by_role("link", name="Une réponse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Une réponse")

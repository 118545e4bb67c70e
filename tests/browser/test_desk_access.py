"""The desk by ear and by other hands: what assistive technology is told, and work without single keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import saved

# Between the bars that stick to the top and to the bottom of the window, nothing of it is to be seen.
HIDDEN = """() => {
  const one = document.activeElement;
  if (one === document.body || one.closest(".masthead, .bar, .skip-link")) return null;
  const edge = (selector) => document.querySelector(selector).getBoundingClientRect();
  const top = edge(".masthead").bottom, bottom = edge(".bar").top;
  const isSeen = [...one.getClientRects()].some((box) => box.bottom > top + 4 && box.top < bottom - 4);
  return isSeen ? null : one.outerHTML.slice(0, 100);
}"""


def roles_of(page, selector):
    names = ["role", "aria-selected", "aria-posinset", "aria-setsize", "tabindex"]
    return page.locator(selector).evaluate("(one, names) => names.map(name => one.getAttribute(name))", names)


def test_the_text_is_a_list_box_of_sentences_in_paragraphs(desk):
    text = desk.get_by_role("listbox", name="Binance répond à la plainte de la SEC")

    expect(text.get_by_role("option")).to_have_count(29)
    expect(text.get_by_role("group")).to_have_count(8)
    expect(text.get_by_role("group").first).to_have_accessible_name("Paragraph 1")
    assert roles_of(desk, "#s-1") == ["option", "true", "1", "29", "0"]
    assert roles_of(desk, "#s-2") == ["option", "false", "2", "29", "-1"]


def test_a_decision_is_heard_with_its_sentence_and_its_place(desk):
    desk.keyboard.press("a")
    saved(desk)

    expect(desk.locator("#s-2")).to_be_focused()
    assert roles_of(desk, "#s-1") == ["option", "false", "1", "29", "-1"]  # also after the swap
    assert roles_of(desk, "#s-2") == ["option", "true", "2", "29", "0"]
    expect(desk.locator("#s-1")).to_have_accessible_name(re.compile(r"^Allegation ?: "))


def test_what_was_chosen_and_how_far_it_is_are_announced(desk):
    desk.keyboard.press("a")
    expect(desk.locator("#said")).to_have_text("Allegation")
    desk.keyboard.press("a")  # the same again is said again: the text of the region is another one
    expect(desk.locator("#said")).to_have_text("Allegation\u00a0")

    expect(desk.locator("#said")).to_have_text("All saved. 2 of 29 sentences")
    assert [desk.locator(f"#{one}").get_attribute("role") for one in ("said", "warned")] == [
        "status",
        "alert",
    ]


def test_trouble_is_announced_once_and_so_is_its_end(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    expect(desk.locator("#warned")).to_have_text("Not saved yet: 1, kept in this browser. Trying again…")
    desk.keyboard.press("r")
    expect(desk.locator("#save-state")).to_have_text("Not saved yet: 2, kept in this browser. Trying again…")
    expect(desk.locator("#warned")).to_have_text("Not saved yet: 1, kept in this browser. Trying again…")

    desk.context.set_offline(False)
    saved(desk)
    expect(desk.locator("#said")).to_have_text("All saved. 2 of 29 sentences")
    expect(desk.locator("#warned")).to_have_text("")


def test_undo_without_a_server_is_announced(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.context.set_offline(True)
    desk.keyboard.press("z")

    expect(desk.locator("#warned")).to_have_text("The server cannot be reached. Nothing was changed.")


def test_a_mark_is_announced_with_what_it_is_now(desk):
    heard = []
    for _ in range(2):
        desk.keyboard.press("u")
        heard.append(desk.locator("#said").inner_text())
    desk.keyboard.press("a")
    desk.keyboard.press("k")
    desk.keyboard.press("u")
    heard.append(desk.locator("#said").inner_text())

    assert heard == ["Unsure: on", "Unsure: off", "Unsure: on"]


def test_home_and_end_lead_to_the_first_and_the_last_sentence(desk):
    desk.keyboard.press("End")
    expect(desk.locator("#s-29")).to_be_focused()
    desk.keyboard.press("Home")
    expect(desk.locator("#s-1")).to_be_focused()


def test_closing_the_list_of_keys_leads_back_to_the_sentence(desk):
    desk.keyboard.press("j")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(desk.get_by_role("button", name="Close")).to_be_focused()
    desk.keyboard.press("a")  # not a decision now
    desk.keyboard.press("Escape")

    expect(desk.get_by_role("dialog")).to_be_hidden()
    expect(desk.locator("#s-2")).to_be_focused()
    expect(desk.locator("#progress")).to_contain_text("0 of 29")


def switch_the_keys_off(page):
    page.keyboard.press("?")
    with page.expect_response("**/account/shortcuts/") as answered:
        page.get_by_label("Single keys decide and move").uncheck()
    assert answered.value.status == 204
    page.keyboard.press("Escape")


def test_without_single_keys_letters_do_nothing_and_arrows_move(desk, rows, reviewer):
    switch_the_keys_off(desk)
    for key in ("a", "n", "s", "u", "m", "z", "j", "k", "g", "?", "Shift+R"):
        desk.keyboard.press(key)
    expect(desk.locator("#s-1")).to_be_focused()
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("#s-2")).to_be_focused()

    desk.reload()
    expect(desk.locator("#s-2")).to_be_focused()
    desk.keyboard.press("a")
    saved(desk)
    assert rows(reviewer) == {}
    assert desk.locator("[aria-keyshortcuts]").count() == 0
    assert desk.locator(".bar kbd:visible").count() == 0


def test_without_single_keys_whoever_works_with_the_buttons_stays_at_them(desk, rows, reviewer):
    switch_the_keys_off(desk)
    allegation = desk.get_by_role("button", name="Allegation")
    second = desk.locator("#s-2").inner_text()

    allegation.focus()
    desk.keyboard.press("Enter")

    expect(allegation).to_be_focused()
    expect(desk.locator("#said")).to_have_text(f"Allegation. {second}")
    desk.keyboard.press("Enter")
    saved(desk)
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["allegation"]}


def test_without_single_keys_a_menu_gives_the_focus_back_when_it_closes(desk, rows, reviewer):
    switch_the_keys_off(desk)
    skip, more = desk.locator("#skip summary"), desk.locator("#note summary")

    skip.focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Not a sentence").press("Enter")
    expect(skip).to_be_focused()
    desk.get_by_role("button", name="Back").press("Enter")
    expect(desk.locator("#said")).to_contain_text("Skipped: Nous sommes déçus")
    expect(desk.get_by_role("button", name="Back")).to_be_focused()
    desk.locator("#next").press("Enter")
    more.press("Enter")
    desk.locator("#note").get_by_label("Rebuttal").check()
    desk.locator("#save-several").press("Enter")
    expect(more).to_be_focused()
    saved(desk)

    said = rows(reviewer)
    assert {at: one["reason"] or one["labels"] for at, one in said.items()} == {
        1: "fragment",
        2: ["rebuttal"],
    }


def test_a_switch_that_could_not_be_stored_says_so_and_stays_as_it_was(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.keyboard.press("?")
    desk.context.set_offline(True)
    box = desk.get_by_label("Single keys decide and move")
    box.click()

    expect(desk.get_by_role("dialog").get_by_role("alert")).to_contain_text("This could not be stored.")
    expect(box).to_be_checked()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    expect(desk.locator("#s-2")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 320])
def test_what_has_the_focus_is_never_hidden_behind_a_bar(desk, width):
    desk.set_viewport_size({"width": width, "height": 640})
    hidden = []
    for _ in range(40):
        desk.keyboard.press("Tab")
        covered = desk.evaluate(HIDDEN)
        if covered:
            hidden.append(covered)

    assert hidden == []

"""One statement on two devices or in two tabs: neither takes back unseen what was decided on the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.people import keys_of, saved
from tests.chromium import intercept


@pytest.fixture
def other_device(desk, desk_of, reviewer):
    """The same reviewer at the same statement, in another browser."""
    return desk_of(reviewer)


@pytest.mark.parametrize(
    ("button", "stands", "history"),
    [
        ("Save my choice anyway", "allegation", ["decide rebuttal", "decide allegation"]),
        ("Keep what stands", "rebuttal", ["decide rebuttal", "decide allegation", "undo rebuttal"]),
    ],
)
def test_a_decision_made_elsewhere_is_shown_and_both_stay_in_the_history(
    desk, other_device, server, rows, reviewer, button, stands, history
):
    other_device.keyboard.press("r")
    saved(other_device)

    desk.keyboard.press("a")

    expect(desk.locator("#refused")).to_contain_text("“Rebuttal” stands, you chose “Allegation” here")
    expect(desk.locator("#s-1")).to_have_class("sentence failed")
    expect(desk.locator("#s-2")).to_have_attribute("aria-current", "true")  # typing goes on where it was
    desk.get_by_role("button", name=button).click()
    saved(desk)
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: [stands]}
    assert keys_of(server, reviewer) == history


def test_a_newer_choice_settles_what_came_too_late(desk, other_device, server, reviewer):
    other_device.keyboard.press("r")
    saved(other_device)
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_be_visible()

    desk.reload()  # what is not settled is there again
    expect(desk.locator("#refused")).to_contain_text("“Rebuttal” stands, you chose “Allegation” here")
    desk.locator("#s-1").click()
    desk.keyboard.press("c")
    saved(desk)

    expect(desk.locator("#refused")).to_be_hidden()
    assert keys_of(server, reviewer) == ["decide rebuttal", "decide allegation", "decide commitment"]


def test_what_is_chosen_after_keeping_what_stands_comes_on_top_of_it(
    desk, other_device, server, rows, reviewer
):
    other_device.keyboard.press("r")
    saved(other_device)
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_be_visible()
    asked = []
    intercept(desk, "**/annotations/", lambda route: route.continue_() if asked else asked.append(route))

    with desk.expect_request("**/annotations/"):
        desk.get_by_role("button", name="Keep what stands").click()
    desk.locator("#s-1").click()
    desk.keyboard.press("c")
    asked[0].continue_()
    saved(desk)

    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Commitment")
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["commitment"]}
    said = ["decide rebuttal", "decide allegation", "undo rebuttal", "decide commitment"]
    assert keys_of(server, reviewer) == said


def test_the_same_choice_on_two_devices_asks_nothing(desk, other_device, server, reviewer):
    other_device.keyboard.press("r")
    saved(other_device)

    desk.keyboard.press("r")
    saved(desk)

    expect(desk.locator("#refused")).to_be_hidden()
    assert keys_of(server, reviewer) == ["decide rebuttal", "decide rebuttal"]


def test_undo_in_one_tab_takes_back_what_was_done_last_in_any(desk, server, rows, reviewer):
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#desk[data-ready]")).to_be_visible()
    desk.keyboard.press("a")
    saved(desk)
    expect(other.locator("#s-1 .tag")).to_have_attribute("title", "Allegation")
    other.locator("#s-1").click()
    other.keyboard.press("r")
    saved(other)
    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Rebuttal")

    desk.keyboard.press("z")
    saved(desk)

    expect(other.locator("#s-1 .tag")).to_have_attribute("title", "Allegation")
    assert keys_of(server, reviewer) == ["decide allegation", "decide rebuttal", "undo allegation"]

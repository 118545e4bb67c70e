"""A statement of more sentences than a page holds: the desk turns the page, and what was decided is there."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people import saved
from tests.browser.pressing import Row, is_at_work

LAST = 2000  # on the first page


def test_the_desk_turns_the_page_and_counts_the_whole(ground, desk_of):
    rosa = ground.reviewer()
    desk = desk_of(rosa, length=2003)
    desk.goto(ground.address(2003, at=LAST))
    is_at_work(desk, at=LAST)

    desk.keyboard.press("a")
    is_at_work(desk, at=2001)
    expect(desk.locator("#progress")).to_contain_text("1 of 2,003")
    here = desk.locator(".sentence[aria-current]")
    assert (here.get_attribute("aria-posinset"), here.get_attribute("aria-setsize")) == ("2001", "2003")
    expect(desk.locator('#text [role="group"]')).to_have_attribute("aria-label", "Paragraph 401")

    desk.keyboard.press("k")
    is_at_work(desk, at=LAST)
    expect(here).to_have_attribute("data-labels", "allegation")
    desk.keyboard.press("j")
    is_at_work(desk, at=2001)

    for key in "rcn":
        desk.keyboard.press(key)
    is_at_work(desk)  # behind the last one is the first that waits
    saved(desk)
    expect(desk.locator("#progress")).to_contain_text("4 of 2,003")
    assert rosa.stored() == [
        Row(LAST, "allegation"),
        Row(2001, "rebuttal"),
        Row(2002, "commitment"),
        Row(2003, "none"),
    ]

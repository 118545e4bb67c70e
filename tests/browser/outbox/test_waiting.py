"""What waits is shown, told and kept apart by person, for as long as it takes."""

from __future__ import annotations

import time
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser import pressing
from tests.browser.outbox.doing import (
    LETTERS,
    PRESSED,
    another_tab,
    fill_in,
    waits,
)
from tests.browser.pressing import (
    Row,
    all_arrived,
    as_pressed,
    is_at_work,
    press,
)
from tests.chromium import intercept


def test_somebody_else_in_the_same_browser_neither_sends_nor_sees_what_waits(
    ground, desk_of, console, allow_console
):
    allow_console("ERR_CONNECTION_REFUSED")
    rosa, ben = ground.reviewer(), ground.reviewer()
    desk = desk_of(rosa)
    intercept(desk, LETTERS, lambda route: route.abort("connectionrefused"), everywhere=True)
    press(desk, PRESSED[:10])
    waits(desk, 10)
    desk.get_by_role("button", name="Sign out").click()
    desk.wait_for_url("**/sign-in/**")
    desk.context.unroute(LETTERS)

    fill_in(desk, ben)
    desk.wait_for_url(lambda url: "/sign-in/" not in url)
    desk.goto(ground.address())
    is_at_work(desk)
    all_arrived(desk, 0)
    expect(desk.locator('.sentence:has(.words:not([class="words untouched"]))')).to_have_count(0)
    press(desk, "nn")
    all_arrived(desk, 2)
    assert (rosa.stored(), ben.stored()) == ([], as_pressed("nn"))

    desk.get_by_role("button", name="Sign out").click()
    fill_in(desk, rosa)
    desk.wait_for_url(lambda url: "/sign-in/" not in url)
    desk.goto(ground.address())
    is_at_work(desk)
    all_arrived(desk, 10)
    assert (rosa.stored(), ben.stored()) == (as_pressed(PRESSED[:10]), as_pressed("nn"))


def test_a_desk_shows_what_another_tab_sends_while_it_is_on_its_way(ground, desk_of, console):
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    tab = desk.context.new_page()
    console.watch(tab)

    def comes_late(route):
        made = route.fetch()
        press(desk, "arn")
        all_arrived(desk, 3)
        route.fulfill(response=made)

    tab.route("**/tag/**", comes_late)
    tab.goto(ground.address())
    is_at_work(tab)

    expect(tab.locator("#progress")).to_contain_text("3 of 112")
    expect(tab.locator("#s-1 .tag")).to_have_attribute("title", "Allegation")
    press(tab, "c")  # on top of what stands, not beside it
    all_arrived(tab, 3)
    assert rosa.stored() == [
        Row(1, "allegation", stands=False),
        *as_pressed("rn", at=2),
        Row(1, "commitment"),
    ]


TELL_TRIES = """
const send = window.fetch;
window.tries = [];
window.fetch = (address, options) => {
  if (options?.method === "PUT") window.tries.push(Date.now());
  return send(address, options);
};
"""


ITS_TURN = "(owner) => navigator.locks.request(`annotator outbox of ${owner}`, () => {})"


def test_ten_minutes_without_a_server_lose_nothing(ground, new_page, allow_console):
    allow_console("ERR_CONNECTION_REFUSED")
    rosa, desk = ground.reviewer(), new_page()
    desk.clock.install()
    desk.add_init_script(TELL_TRIES)
    pressing.sign_in(desk.context, rosa)
    desk.goto(ground.address())
    is_at_work(desk)
    intercept(desk, LETTERS, lambda route: route.abort("connectionrefused"))
    desk.clock.pause_at(desk.evaluate("Date.now() / 1000 + 1"))

    press(desk, PRESSED[:20], every=0)
    for _second in range(600):
        desk.evaluate(ITS_TURN, rosa.name)  # after a try that is on its way, in real time
        desk.clock.run_for(1000)
    tries = desk.evaluate("tries")
    desk.unroute(LETTERS)
    desk.clock.resume()
    desk.clock.fast_forward(pressing.LONGEST_PAUSE)

    all_arrived(desk, 20)
    assert rosa.stored() == as_pressed(PRESSED[:20])
    pauses = [round((after - before) / 1000) for before, after in pairwise(tries)]
    assert sum(pauses) > 600 - 15
    assert max(pauses) <= 15  # 12, and what the browser does in real time
    assert min(pauses[5:]) >= 8


TELL_ALERTS = """
const watch = () => new MutationObserver(() => {
  window.heard = [...(window.heard || []), document.getElementById("warned").textContent];
}).observe(document.getElementById("warned"), { childList: true, characterData: true, subtree: true });
addEventListener("DOMContentLoaded", watch);
"""


def test_trouble_is_said_once_however_often_it_is_tried_again(ground, new_page, allow_console):
    allow_console("ERR_CONNECTION_REFUSED")
    rosa, desk = ground.reviewer(), new_page()
    desk.add_init_script(TELL_ALERTS)
    desk.add_init_script(TELL_TRIES)
    pressing.sign_in(desk.context, rosa)
    desk.goto(ground.address())
    is_at_work(desk)
    intercept(desk, LETTERS, lambda route: route.abort("connectionrefused"))

    press(desk, "a")
    desk.wait_for_function("() => tries.length >= 3")

    [said] = desk.evaluate("heard")
    assert said.startswith("Not saved yet: 1")
    desk.unroute(LETTERS)
    all_arrived(desk, 1)
    assert desk.evaluate("heard.slice(1)") == [""]


def test_what_waits_is_named_to_who_hears_it(ground, desk_of, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    heard = desk.locator("#s-1 .tags")

    desk.context.set_offline(True)
    press(desk, "a")
    waits(desk, 1)
    expect(heard).to_have_text("AAllegation not saved yet: ")
    desk.context.set_offline(False)
    all_arrived(desk, 1)
    expect(heard).to_have_text("AAllegation: ")


# Deaf until then: neither tab hears of the other before it has pressed its own key.
PRESS_AT = """([key, at]) => setTimeout(() => {
  while (Date.now() < at);
  const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(pressed);
}, at - Date.now() - 200)"""


def test_two_tabs_that_decide_at_once_show_the_same(ground, desk_of, console):
    rosa = ground.reviewer()
    one = desk_of(rosa)
    two = another_tab(one, console, ground.address())
    at = time.time() * 1000 + 600
    for tab, key in ((one, "a"), (two, "r")):
        tab.evaluate(PRESS_AT, [key, at])

    for tab in (one, two):
        expect(tab.locator("#refused")).to_contain_text("you chose")
    shown = [tab.locator("#s-1 .tag").first.get_attribute("title") for tab in (one, two)]
    told = [tab.locator("#refused p").inner_text() for tab in (one, two)]
    assert shown[0] == shown[1]
    assert told[0] == told[1]
    assert f"you chose “{shown[0]}” here" in told[0]

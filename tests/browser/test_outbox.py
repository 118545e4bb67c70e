"""No decision is ever lost: what was pressed is stored once, in order, whatever happens meanwhile.

With OUTBOX=off in the environment the desks work without an outbox, and these tests have to fail. Those in
which the server has a part run on both databases.
"""

from __future__ import annotations

import json
import signal
import time
from contextlib import contextmanager
from itertools import pairwise

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser import pressing
from tests.browser.pressing import (
    Ground,
    Row,
    all_arrived,
    as_pressed,
    is_at_work,
    keys,
    press,
    press_at_once,
)
from tests.browser.world import PASSWORD
from tests.live import intercept, running

PRESSED = keys(100)
HALF = 56  # sentence at which the second of two tabs begins
LETTERS = "**/annotations/"  # where decisions go
KILLED = "ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH)"  # a server, at any moment


@pytest.fixture(scope="session")  # tests of several modules may take turns on one server
def ground(server):
    """The server of all tests, with long statements in a corpus of their own."""
    return Ground.on(server, people=28, lengths=[112, 200, 2000])


@pytest.fixture(scope="session")
def shaky_ground(tmp_path_factory, tables):
    """The same on a server that tests kill and start again."""
    with running(tmp_path_factory.mktemp("shaky"), tables) as server:
        yield Ground.on(server, people=3, lengths=[112])


@pytest.fixture
def new_context(new_context):
    def opened(**options):
        context = new_context(**options)
        if pressing.IS_OFF:
            pressing.take_outbox_away(context)
        return context

    return opened


@pytest.fixture
def desk_of(new_page, ground):
    """Open the long statement in a browser in which a reviewer is signed in."""

    def opened(reviewer, *, on=ground, length=112):
        page = new_page()
        pressing.sign_in(page.context, reviewer)
        page.goto(on.address(length))
        is_at_work(page)
        return page

    return opened


def another_tab(desk, console, address, *, at=1):
    tab = desk.context.new_page()
    console.watch(tab)
    tab.goto(address)
    is_at_work(tab, at=at)
    return tab


def waits(desk, count):
    """Wait until the page says that so many decisions wait."""
    expect(desk.locator("#save-state")).to_contain_text(f"Not saved yet: {count}")


# --- In the middle of a hundred keys ----------------------------------------------------------------------


@pytest.mark.server
def test_a_network_that_is_cut_loses_nothing(ground, desk_of, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)

    press(desk, PRESSED[:30])
    desk.context.set_offline(True)
    press(desk, PRESSED[30:70])
    desk.context.set_offline(False)
    press(desk, PRESSED[70:])

    all_arrived(desk, 100)
    assert rosa.stored() == as_pressed(PRESSED)


@pytest.mark.server
def test_a_server_that_is_killed_and_started_again_loses_nothing(shaky_ground, desk_of, allow_console):
    allow_console(KILLED)
    rosa, server = shaky_ground.reviewer(), shaky_ground.server
    desk = desk_of(rosa, on=shaky_ground)

    press(desk, PRESSED[:30])
    server.kill()
    press(desk, PRESSED[30:60])
    server.begin()
    press(desk, PRESSED[60:])
    server.wait_until_healthy(within=40)

    all_arrived(desk, 100)
    assert rosa.stored() == as_pressed(PRESSED)


@pytest.mark.server
def test_a_session_that_ended_loses_nothing_once_one_signs_in_again(ground, desk_of, allow_console):
    allow_console("status of 401")
    rosa = ground.reviewer()
    desk = desk_of(rosa)

    press(desk, PRESSED[:30])
    end_session(rosa)
    press(desk, PRESSED[30:60])
    expect(desk.locator("#save-state")).to_contain_text("You are signed out.")
    with desk.context.expect_page() as opened:
        desk.get_by_role("link", name="Sign in again").click()
    fill_in(opened.value, rosa)
    opened.value.wait_for_url("**/tag/**")
    desk.bring_to_front()
    press(desk, PRESSED[60:])

    all_arrived(desk, 100)
    assert rosa.stored() == as_pressed(PRESSED)


@pytest.mark.server
def test_requests_and_answers_that_get_lost_lose_nothing(ground, desk_of, allow_console):
    allow_console("ERR_FAILED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    way = iter(["back", "there", "", "there", "back"])  # the page cannot tell one from the other
    stored = []

    def lose(route):
        lost = next(way, "")
        if lost != "there":
            stored.append(route.fetch())
        if lost:
            route.abort()
        else:
            route.fulfill(response=stored[-1])

    intercept(desk, LETTERS, lose)
    press(desk, PRESSED[:40])
    all_arrived(desk, 40)  # on a slow machine everything pressed so far travels in the third request
    press(desk, PRESSED[40:])

    all_arrived(desk, 100)
    assert [answer.status for answer in stored] == [200] * len(stored)
    assert next(way, None) is None
    assert rosa.stored() == as_pressed(PRESSED)


def test_a_server_that_asks_for_patience_is_given_it_and_loses_nothing(ground, desk_of, allow_console):
    allow_console("status of 503")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    tries = []

    def refuse_once(route):
        tries.append(time.monotonic())
        if len(tries) == 1:
            route.fulfill(status=503, headers={"Retry-After": "3"}, body="Busy")
        else:
            route.continue_()

    press(desk, PRESSED[:30])
    intercept(desk, LETTERS, refuse_once)
    press(desk, PRESSED[30:])

    all_arrived(desk, 100)
    assert rosa.stored() == as_pressed(PRESSED)
    assert tries[1] - tries[0] > 2.5  # of itself it would have tried again after a second


def test_a_decision_that_met_others_too_often_is_sent_again_and_what_follows_waits_for_it(
    ground, desk_of, allow_console
):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    sent = []

    def tenth_is_busy_once(route):
        rows = route.request.post_data_json
        sent.append([row["sentence"].partition(".")[2] for row in rows])
        if len(sent) > 1:
            return route.continue_()
        answer = route.fetch(post_data=json.dumps([*rows[:9], rows[10]]))
        results = answer.json()["results"]
        busy = {"type": "urn:annotator:problem:busy", "detail": "Try again.", "status": 503}
        results.insert(9, {"sentence": rows[9]["sentence"], "status": 503, "problem": busy})
        return route.fulfill(json={"results": results})

    desk.context.set_offline(True)
    press(desk, PRESSED[:10])
    desk.keyboard.press("ArrowUp")
    press(desk, "n")
    waits(desk, 11)
    intercept(desk, LETTERS, tenth_is_busy_once)
    desk.context.set_offline(False)

    all_arrived(desk, 10)
    assert sent == [[*map(str, range(1, 11)), "10"], ["10", "10"]]
    first_try = as_pressed(PRESSED[:10])
    assert rosa.stored() == [*first_try[:9], Row(10, first_try[9].says, stands=False), Row(10, "none")]


@pytest.mark.parametrize(
    ("status", "code"), [(200, "busy"), (200, "other_person"), (503, "")], ids=["busy", "other person", "503"]
)
def test_tabs_that_cannot_send_do_not_wake_each_other(ground, desk_of, console, allow_console, status, code):
    allow_console("status of 503")
    desk = desk_of(ground.reviewer())
    tabs = (desk, another_tab(desk, console, ground.address(at=HALF), at=HALF))
    tries = []

    def refuse(route):
        tries.append(time.monotonic())
        problem = {"type": f"urn:annotator:problem:{code}", "detail": "Not now."}
        results = [{"sentence": row["sentence"], "problem": problem} for row in route.request.post_data_json]
        route.fulfill(status=status, json={"results": results})

    for tab in tabs:
        intercept(tab, LETTERS, refuse)
    for tab, number in zip(tabs, (1, HALF), strict=True):
        press(tab, "n")
        kept(tab, number)

    began = time.monotonic()
    desk.wait_for_timeout(3000)
    assert len([at for at in tries if at > began]) < 10  # two tabs, each after one second, then after two


def test_a_tab_closed_without_a_network_loses_nothing(ground, desk_of, console, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)

    press(desk, PRESSED[:30])
    desk.context.set_offline(True)
    press(desk, PRESSED[30:60])
    kept(desk, 60)
    desk.close()
    desk.context.set_offline(False)
    tab = another_tab(desk, console, ground.address(at=61), at=61)
    press(tab, PRESSED[60:])

    all_arrived(tab, 100)
    assert rosa.stored() == as_pressed(PRESSED)


@pytest.mark.usefixtures("browser")  # which is not used: it says with which tests this one runs
@pytest.mark.parametrize("end", ["closed", "killed"])
def test_a_browser_that_is_started_again_loses_nothing(
    ground, browser_type, browser_type_launch_args, tmp_path, end
):
    rosa = ground.reviewer()
    profile = {"user_data_dir": tmp_path / "profile", "locale": "en-GB", **browser_type_launch_args}

    def started():
        context = browser_type.launch_persistent_context(**profile)
        if pressing.IS_OFF:
            pressing.take_outbox_away(context)
        pressing.sign_in(context, rosa)
        return context

    first = started()
    desk = first.pages[0]
    desk.goto(ground.address())
    is_at_work(desk)
    press(desk, PRESSED[:30])
    first.set_offline(True)
    press(desk, PRESSED[30:60])
    kept(desk, 60)
    if end == "closed":
        first.close()
    else:
        with first.expect_event("close"):
            kill_browser(profile["user_data_dir"])

    second = started()
    desk = second.pages[0]
    desk.goto(ground.address(at=61))
    is_at_work(desk, at=61)
    press(desk, PRESSED[60:])

    all_arrived(desk, 100)
    second.close()
    assert rosa.stored() == as_pressed(PRESSED)


@pytest.mark.server
def test_two_tabs_at_once_lose_nothing(shaky_ground, desk_of, console, allow_console):
    allow_console(f"ERR_INTERNET_DISCONNECTED|{KILLED}")
    rosa, server = shaky_ground.reviewer(), shaky_ground.server
    one = desk_of(rosa, on=shaky_ground)
    two = another_tab(one, console, shaky_ground.address(at=HALF), at=HALF)
    tabs, pressed = (one, two), (keys(50), keys(50)[::-1])

    press_at_once(tabs, [some[:10] for some in pressed])
    one.context.set_offline(True)
    press_at_once(tabs, [some[10:20] for some in pressed])
    one.context.set_offline(False)
    press_at_once(tabs, [some[20:30] for some in pressed])
    server.kill()
    press_at_once(tabs, [some[30:40] for some in pressed])
    server.begin()
    press_at_once(tabs, [some[40:] for some in pressed])
    server.wait_until_healthy(within=40)

    for tab in tabs:
        all_arrived(tab, 100)
    rows = rosa.stored()
    assert [row for row in rows if row.number < HALF] == as_pressed(pressed[0])
    assert [row for row in rows if row.number >= HALF] == as_pressed(pressed[1], at=HALF)


# --- Who, how long, and what is said meanwhile ------------------------------------------------------------


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


# --- Signing in again -------------------------------------------------------------------------------------


def sign_in_again(desk, reviewer):
    with desk.context.expect_page() as opened:
        desk.get_by_role("link", name="Sign in again").click()
    fill_in(opened.value, reviewer)
    opened.value.wait_for_url(lambda url: "/sign-in/" not in url)
    opened.value.close()
    desk.bring_to_front()
    desk.evaluate("dispatchEvent(new Event('focus'))")  # which a browser without a window leaves out


def test_whoever_signed_in_again_undoes_mends_and_switches_without_a_reload(ground, desk_of, allow_console):
    allow_console("status of 401")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    press(desk, "ar")
    all_arrived(desk, 2)
    desk.reload()  # now what was done is for the server to find
    is_at_work(desk, at=3)
    end_session(rosa)
    press(desk, "c")
    expect(desk.locator("#save-state")).to_contain_text("You are signed out.")
    sign_in_again(desk, rosa)
    all_arrived(desk, 3)
    expect(desk.locator("#s-4")).to_be_focused()  # the button that had the focus is gone

    desk.keyboard.press("?")
    with desk.expect_response("**/account/shortcuts/") as switched:
        desk.get_by_label("Single keys decide and move").uncheck()
    assert switched.value.status == 204
    desk.get_by_label("Single keys decide and move").check()
    expect(desk.locator("#desk")).to_have_attribute("data-shortcuts", "on")
    desk.keyboard.press("Escape")
    press(desk, "z")
    all_arrived(desk, 2)
    with desk.expect_navigation():
        desk.keyboard.press("z")
    is_at_work(desk, at=2)
    all_arrived(desk, 1)


def test_undo_without_a_session_says_so_and_goes_on_after_signing_in(ground, desk_of, allow_console):
    allow_console("status of 401")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    press(desk, "a")
    all_arrived(desk, 1)
    desk.reload()
    is_at_work(desk, at=2)
    end_session(rosa)

    desk.keyboard.press("z")
    expect(desk.locator("#save-state")).to_have_text("You are signed out. Nothing was changed.")
    sign_in_again(desk, rosa)
    expect(desk.locator("#save-state")).to_have_text("All saved")
    with desk.expect_navigation():
        desk.keyboard.press("z")
    is_at_work(desk, at=1)
    all_arrived(desk, 0)


def test_leaving_with_unsent_work_warns_also_after_a_reload(ground, desk_of, allow_console):
    allow_console("ERR_CONNECTION_REFUSED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    intercept(desk, LETTERS, lambda route: route.abort("connectionrefused"))
    press(desk, "arc")
    waits(desk, 3)
    assert warns(desk) == "beforeunload"

    desk.wait_for_url("**/tag/?sentence=4")
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.reload()
    is_at_work(desk, at=4)
    waits(desk, 3)
    desk.keyboard.press("j")  # browsers do not ask before somebody has touched the page
    assert warns(desk) == "beforeunload"

    desk.unroute(LETTERS)
    all_arrived(desk, 3)
    with desk.expect_event("close"):
        desk.close(run_before_unload=True)
    assert rosa.stored() == as_pressed("arc")


def test_what_waits_is_marked_and_counted_until_it_is_stored(ground, desk_of, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    press(desk, "arcn")
    all_arrived(desk, 4)

    desk.context.set_offline(True)
    press(desk, "arc")
    waits(desk, 3)
    marked = desk.eval_on_selector_all(".sentence.waiting", "all => all.map(one => one.id)")
    assert marked == ["s-5", "s-6", "s-7"]
    expect(desk.locator("#progress")).to_contain_text("7 of 112")

    desk.context.set_offline(False)
    all_arrived(desk, 7)
    assert rosa.stored() == as_pressed("arcnarc")


HOLD_THE_DISK = """async () => {
  const open = indexedDB.open("annotator", 1);
  await new Promise((done) => { open.onsuccess = done; });
  const busy = open.result.transaction("decisions", "readwrite").objectStore("decisions");
  (function hold() { if (!window.isFree) busy.count().onsuccess = hold; })();
  const begin = IDBDatabase.prototype.transaction;
  window.writes = 0;
  IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
    if (mode === "readwrite") window.writes += 1;
    return begin.call(this, stores, mode, ...more);
  };
}"""


def test_on_a_slow_disk_fast_keys_are_kept_together(ground, desk_of, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa = ground.reviewer()
    desk = desk_of(rosa)
    desk.context.set_offline(True)
    desk.evaluate(HOLD_THE_DISK)

    press(desk, PRESSED[:20], every=0)
    expect(desk.locator("#progress")).to_contain_text("20 of 112")
    desk.evaluate("isFree = true")
    kept(desk, 20)

    assert desk.evaluate("writes") == 2  # of the first key, and of all that came while it took its time
    desk.context.set_offline(False)
    all_arrived(desk, 20)
    assert rosa.stored() == as_pressed(PRESSED[:20])


# --- How fast ---------------------------------------------------------------------------------------------

WATCH = """() => {
  const watched = window.watched = { long: [], shown: [], slowest: 0, frames: [] };
  const note = (list) => watched.long.push(...list.getEntries().map((one) => Math.round(one.duration)));
  watched.longTasks = new PerformanceObserver(note);
  watched.longTasks.observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.slowest = Math.max(watched.slowest, duration);
  }).observe({ type: "event", durationThreshold: 16 });
  addEventListener("keydown", () => {
    const words = document.querySelector(".sentence[aria-current] .words");
    const before = words.className;
    requestAnimationFrame(() => watched.shown.push(words.className !== before));
  }, { capture: true });
  let last = performance.now();
  requestAnimationFrame(function tick(now) {
    watched.frames.push(Math.round(now - last));
    last = now;
    requestAnimationFrame(tick);
  });
}"""
SEEN = """() => {
  watched.long.push(...watched.longTasks.takeRecords().map((one) => Math.round(one.duration)));
  const sent = performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/annotations/"));
  return { ...watched, longTasks: null, answers: sent.map((one) => Math.round(one.duration)) };
}"""


# The browser may have to tidy up once after a page of 2,000 sentences was loaded: that is not the desk.
@pytest.mark.parametrize(("length", "count", "longer"), [(200, 80, 0), (2000, 40, 1)])
def test_every_key_is_shown_in_its_frame_at_eight_keys_a_second(
    ground, desk_of, record_property, length, count, longer
):
    rosa, pressed = ground.reviewer(), keys(count)
    desk = desk_of(rosa, length=length)
    slow_down(desk)
    desk.wait_for_load_state("networkidle")
    tidy_up(desk)
    desk.evaluate(WATCH)

    with main_thread_of(desk) as tasks:
        began = time.monotonic()
        for at, key in enumerate(pressed, start=1):
            desk.keyboard.press(key)
            desk.wait_for_timeout(max(0, (began + at / 8 - time.monotonic()) * 1000))
        all_arrived(desk, count)

    seen = desk.evaluate(SEEN)
    figures = {
        "longest tasks, ms of work": tasks[:5],
        "tasks of 50 ms or more, with the work of others": seen["long"],
        "slowest key, ms until the next frame": seen["slowest"],
        "longest frame, ms": max(seen["frames"]),
        "answers, and the fastest, ms": [len(seen["answers"]), min(seen["answers"])],
    }
    for name, figure in figures.items():
        record_property(f"{length} sentences: {name}", figure)
    assert rosa.stored() == as_pressed(pressed)
    assert min(seen["answers"]) >= 150
    assert seen["shown"] == [True] * count
    assert tasks[longer] < 50


DAWDLE = """() => addEventListener("keydown", (event) => {
  event.stopImmediatePropagation();
  const until = performance.now() + 600; // of the clock: on a busy machine a part of it is work
  while (performance.now() < until);
}, { capture: true })"""


def test_a_slow_key_and_a_mark_that_comes_late_would_be_seen(ground, desk_of):
    desk = desk_of(ground.reviewer())
    desk.evaluate(WATCH)
    desk.evaluate(DAWDLE)

    with main_thread_of(desk) as tasks:
        press(desk, "a", every=100)

    assert desk.evaluate(SEEN)["shown"] == [False]
    assert tasks[0] >= 50


# --- The proof of the proof -------------------------------------------------------------------------------


def test_without_the_outbox_a_cut_network_would_lose_decisions(ground, desk_of, new_page, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    rosa, desk = ground.reviewer(), new_page()
    pressing.take_outbox_away(desk.context)
    pressing.sign_in(desk.context, rosa)
    desk.goto(ground.address())
    is_at_work(desk)

    press(desk, PRESSED[:10])
    all_arrived(desk, 10)
    desk.context.set_offline(True)
    press(desk, PRESSED[10:20])
    all_arrived(desk, 20)  # so it says
    desk.context.set_offline(False)
    press(desk, PRESSED[20:30])
    all_arrived(desk, 30)

    assert sorted(row.number for row in rosa.stored()) == [*range(1, 11), *range(21, 31)]


# --- What these tests do ----------------------------------------------------------------------------------


END_SESSION = """
from django.contrib.sessions.models import Session
print(Session.objects.filter(pk="{key}").delete()[0])
"""


def end_session(reviewer):
    ended = reviewer.server.manage(
        "shell", "--no-imports", "-v0", "-c", END_SESSION.format(key=reviewer.session)
    )
    assert ended == "1\n"


def kept(desk, number):
    """Wait until the decision on this sentence is on the disk of the browser."""
    if pressing.IS_OFF:
        return  # then nothing ever is, and that is to be seen on the server
    until = time.monotonic() + 10
    while not desk.evaluate(IS_KEPT, f".{number}"):  # `wait_for_function` takes a promise for a yes
        assert time.monotonic() < until, f"the decision on sentence {number} is not kept"


IS_KEPT = """async (end) => {
  const answer = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const database = await answer(indexedDB.open("annotator", 1));
  const store = database.transaction("decisions").objectStore("decisions");
  return (await answer(store.getAll())).some((entry) => entry.sentence.endsWith(end));
}"""


def fill_in(page, reviewer):
    page.fill("input[name=username]", reviewer.name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def kill_browser(profile):
    """Kill every process of the browser that uses this profile, as a power cut would."""
    ours = [
        process
        for process in psutil.Process().children(recursive=True)
        if f"--user-data-dir={profile}" in process.cmdline()
    ]
    assert ours
    for process in ours:
        process.send_signal(signal.SIGKILL)


def warns(desk):
    """Return what the browser asks before it closes this tab; the answer is to stay."""
    with desk.expect_event("dialog") as asked:
        desk.close(run_before_unload=True)
    asked.value.dismiss()
    return asked.value.type


@contextmanager
def main_thread_of(desk):
    """Yield a list that in the end holds how long the page worked at each task, in ms, the longest first.

    Time of the processor, not of the clock: on a busy machine the page also waits for its turn.
    """
    tasks = []
    desk.context.browser.start_tracing(page=desk, categories=["toplevel"])
    try:
        yield tasks
    finally:
        events = json.loads(desk.context.browser.stop_tracing())["traceEvents"]
        names = {
            (one["pid"], one["tid"]): one["args"]["name"] for one in events if one["name"] == "thread_name"
        }
        tasks += sorted(
            (
                one["tdur"] / 1000
                for one in events
                if "tdur" in one and names.get((one["pid"], one["tid"])) == "CrRendererMain"
            ),
            reverse=True,
        )


def tidy_up(desk):
    """Let the browser collect what loading the page left behind, so that it need not do so at a key."""
    desk.context.new_cdp_session(desk).send("HeapProfiler.collectGarbage")


def slow_down(desk):
    """Let every answer come 150 ms late."""
    session = desk.context.new_cdp_session(desk)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 150, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", conditions)

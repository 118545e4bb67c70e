"""No decision is ever lost: what was pressed is stored once, in order, whatever happens meanwhile.

With OUTBOX=off in the environment the desks work without an outbox, and these tests have to fail. Those in
which the server has a part run on both databases.
"""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser import pressing
from tests.browser.outbox.doing import (
    HALF,
    KILLED,
    LETTERS,
    PRESSED,
    another_tab,
    end_session,
    fill_in,
    kept,
    kill_browser,
    waits,
)
from tests.browser.pressing import (
    Row,
    all_arrived,
    as_pressed,
    is_at_work,
    keys,
    press,
    press_at_once,
)
from tests.chromium import intercept


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

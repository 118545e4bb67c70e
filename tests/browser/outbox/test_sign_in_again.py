"""Who signed in again goes on; what is unsent is warned of, marked and kept."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.outbox.doing import (
    LETTERS,
    PRESSED,
    end_session,
    fill_in,
    kept,
    waits,
    warns,
)
from tests.browser.pressing import (
    all_arrived,
    as_pressed,
    is_at_work,
    press,
)
from tests.chromium import intercept


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

"""What the tests of the outbox do, and wait for."""

from __future__ import annotations

import signal
import time

import psutil
from playwright.sync_api import expect

from tests.browser import pressing
from tests.browser.pressing import (
    is_at_work,
    keys,
)
from tests.browser.world import PASSWORD

PRESSED = keys(100)
HALF = 56  # sentence at which the second of two tabs begins
LETTERS = "**/annotations/"  # where decisions go
KILLED = "ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH)"  # a server, at any moment


def another_tab(desk, console, address, *, at=1):
    tab = desk.context.new_page()
    console.watch(tab)
    tab.goto(address)
    is_at_work(tab, at=at)
    return tab


def waits(desk, count):
    """Wait until the page says that so many decisions wait."""
    expect(desk.locator("#save-state")).to_contain_text(f"Not saved yet: {count}")


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

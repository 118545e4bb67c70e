"""Chromium itself, as the tests start it."""

from __future__ import annotations

from contextlib import suppress

import psutil

LEAVES_OUT = "--disable-features="


def test_chromium_leaves_out_all_that_playwright_has_it_leave_out(browser):
    assert browser.is_connected()
    (playwrights, ours), *_others = [lists for words in started() if len(lists := left_out(words)) > 1]

    assert playwrights < ours


def started() -> list[list[str]]:
    """Return the command lines of all processes that run below this one."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it ended meanwhile
            found.append(process.cmdline())
    return found


def left_out(words: list[str]) -> list[set[str]]:
    return [set(word.removeprefix(LEAVES_OUT).split(",")) for word in words if word.startswith(LEAVES_OUT)]

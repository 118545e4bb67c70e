"""Chromium in front of the running server.

`new_page(**context)`   opens a page in a browser context of its own, which fails the test on console errors
`page`                  `new_page()`
`signed_in_page(name, password, **context)`  the same after signing in through the form
`allow_console(pattern)`  says which console errors a test provokes on purpose

    def test_a_key_tags_a_sentence(server, signed_in_page):
        rosa = server.add_user("rosa", "reviewer")
        page = signed_in_page("rosa", rosa)
        page.goto("/c/seed/tag/")
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.live import Server

CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# What Chromium leaves out. The first two are its address bar, which no test sees: it would start a process
# for every window and take up to half of the work. The spare renderer is kept ready for another site, where
# no test goes. The others are what Playwright leaves out: Chromium heeds only the last list it is given, and
# ours comes last.
LEFT_OUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in the test's thread
expect.set_options(timeout=15_000)  # milliseconds, on a machine that does something else too


def find_chromium() -> str | None:
    """Return the path of a Chromium that is installed: the one CHROMIUM names, or one on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """How Chromium is started; without a path Playwright takes its own."""
    found = find_chromium()
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        **browser_type_launch_args,
        **({"executable_path": found} if found else {}),
        "args": [
            f"--disable-features={','.join(LEFT_OUT)}",
            *(["--no-sandbox"] if as_root else []),  # the sandbox does not start for root
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """What every browser context has: dates and texts are English."""
    return {**browser_context_args, "locale": "en-GB"}


@dataclass
class Console:
    """What pages complained about: script errors, refused resources, violations of the security policy."""

    said: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def watch(self, page) -> None:
        page.on("console", lambda message: message.type == "error" and self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(f"uncaught: {error}"))
        page.on("crash", lambda _page: self.said.append("the page crashed"))

    def unexpected(self) -> list[str]:
        return [text for text in self.said if not any(pattern.search(text) for pattern in self.allowed)]


@pytest.fixture
def console() -> Iterator[Console]:
    """What the test's pages complain about; anything that was not allowed fails the test."""
    watching = Console()
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def allow_console(console: Console) -> Callable[[str], None]:
    """Allow console errors that match a pattern: `allow_console("status of 409")`."""
    return lambda pattern: console.allowed.append(re.compile(pattern))


@pytest.fixture
def new_page(new_context, server: Server, console: Console):
    """Open a page in a new browser context: `new_page(java_script_enabled=False, color_scheme="dark")`.

    It is addressed without the host; `base_url` names another server than `server`.
    """

    def opened(**context):
        page = new_context(**{"base_url": server.url, **context}).new_page()
        console.watch(page)
        return page

    return opened


INTERCEPTED = "/healthz?is-intercepted"


def intercept(page, pattern, answer, *, everywhere: bool = False) -> None:
    """Let `answer` deal with the requests of a page that match, or with those of all pages of its context.

    Returns once the browser does so: a request that a page sends meanwhile can go past it, and is never told.
    """
    (page.context if everywhere else page).route(pattern, answer)
    page.route(f"**{INTERCEPTED}", lambda route: route.fulfill(status=204))
    until = time.monotonic() + 10
    while page.evaluate("(address) => fetch(address).then(({ status }) => status)", INTERCEPTED) != 204:
        assert time.monotonic() < until, "the browser does not let requests be intercepted"
    page.unroute(f"**{INTERCEPTED}")


@pytest.fixture
def page(new_page):
    """A page of nobody in particular."""
    return new_page()


@pytest.fixture
def signed_in_page(new_page):
    """Open a page and sign in through the form: `signed_in_page("rosa", password)`; it is then at `/`."""

    def signed_in(name: str, password: str, **context):
        page = new_page(**context)
        page.goto("/sign-in/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", password)
        page.click("form:has(input[name=password]) button")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return signed_in

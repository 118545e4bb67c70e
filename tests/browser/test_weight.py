"""What a page costs before it can be used: bytes on the wire, requests, and things that jump."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

MOST_AT_FIRST, MOST_AFTERWARDS = 60_000, 20_000  # bytes
MOST_REQUESTS = 8
SHIFTS = """() => new Promise((done) => {
  const shifts = [];
  const note = (list) => list.getEntries().forEach((one) => shifts.push(one.value));
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(shifts), 500);
})"""


FORTY_KB_A_SECOND = {"offline": False, "latency": 0, "downloadThroughput": 40_000, "uploadThroughput": 40_000}
PAINTED = """() => new Promise((done) => {
  const [{ responseStart, domInteractive }] = performance.getEntriesByType("navigation");
  const note = (list) => done([responseStart, domInteractive, list.getEntries()[0].startTime]);
  new PerformanceObserver(note).observe({ type: "paint", buffered: true });
})"""


@dataclass
class Wire:
    """What went over the wire for one page: bytes by address, headers included."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page) -> Wire:
        wire = cls()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent",
            lambda event: wire.addresses.update({event["requestId"]: event["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: wire.sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        return wire

    @property
    def total(self) -> float:
        return sum(self.sizes.values())

    @property
    def requests(self) -> list[str]:
        return list(self.addresses.values())

    def begin(self) -> None:
        self.addresses.clear()
        self.sizes.clear()


@pytest.fixture
def rosas_page(context_of):
    return context_of("rosa").new_page()


def test_the_desk_of_200_sentences_is_light(rosas_page, world, record_property):
    wire = Wire.of(rosas_page)
    desk = f"/c/press/statements/{world.places['long']}/tag/"

    rosas_page.goto(desk, wait_until="networkidle")

    assert rosas_page.locator(".sentence").count() == 200
    first, requests = wire.total, wire.requests
    record_property("first load of the desk, bytes", first)
    assert first < MOST_AT_FIRST
    assert len(requests) <= MOST_REQUESTS
    assert {"/".join(address.split("/")[:3]) for address in requests} == {world.url}

    wire.begin()
    rosas_page.goto(desk, wait_until="networkidle")
    record_property("second load of the desk, bytes", wire.total)
    assert wire.total < MOST_AFTERWARDS


@pytest.mark.parametrize("page", ["c/press/", "c/press/statements/", "c/press/scheme/", "account/"])
def test_the_next_page_is_its_html_alone(rosas_page, world, page):
    rosas_page.goto("/", wait_until="networkidle")
    wire = Wire.of(rosas_page)

    rosas_page.goto(f"/{page}", wait_until="networkidle")

    sent = {
        wire.addresses[request].removeprefix(world.url): size for request, size in wire.sizes.items() if size
    }
    assert list(sent) == [f"/{page}"]
    assert wire.total < MOST_AFTERWARDS


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 860}, {"width": 320, "height": 640}])
@pytest.mark.parametrize("page", ["tag/", "", "../", "../../"])
def test_nothing_jumps_while_a_page_loads(context_of, world, page, viewport):
    rosas = context_of("rosa", viewport=viewport).new_page()

    rosas.goto(f"/c/press/statements/{world.places['long']}/{page}", wait_until="load")

    assert rosas.evaluate(SHIFTS) == []


def test_a_page_that_comes_slowly_is_painted_once_it_is_whole(rosas_page, world):
    desk = f"/c/press/statements/{world.places['long']}/tag/"
    rosas_page.goto(desk, wait_until="networkidle")  # style and scripts are at hand from now on
    wire = rosas_page.context.new_cdp_session(rosas_page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", FORTY_KB_A_SECOND)

    rosas_page.goto(desk, wait_until="load")

    begun, whole, painted = rosas_page.evaluate(PAINTED)
    assert begun + 100 < whole <= painted  # milliseconds


def test_a_jump_would_be_seen(rosas_page):
    rosas_page.goto("/c/press/", wait_until="load")
    rosas_page.evaluate("document.querySelector('main').prepend(document.createElement('textarea'))")

    assert len(rosas_page.evaluate(SHIFTS)) > 0

"""Reviewers who press many keys fast, and what the server has of it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import saved
from tests.live import Server

BUILD = "import json; from tests.browser.ground import build; print(json.dumps(build({people}, {lengths})))"
SAYS = {"a": "allegation", "r": "rebuttal", "c": "commitment", "n": "none"}
EVERY = 25  # ms between two keys
LONGEST_PAUSE = 12_000  # ms between two tries to send


def keys(count: int) -> str:
    """What is pressed: a missing or doubled decision changes what all sentences behind it say."""
    return "".join(islice(cycle("arcn"), count))


@dataclass(frozen=True)
class Row:
    """A stored decision: on which sentence, what it says, and whether it stands."""

    number: int
    says: str
    stands: bool = True


@dataclass(frozen=True)
class Reviewer:
    name: str
    session: str
    token: str
    server: Server

    def stored(self) -> list[Row]:
        """Return all that is stored of this reviewer, in the order in which it was stored."""
        address = f"{self.server.url}/api/v1/corpora/ground/annotations/?history=true&limit=200"
        found = []
        while address:
            asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.token}"})
            with urllib.request.urlopen(asked, timeout=20) as answer:
                page = json.load(answer)
            found += page["results"]
            address = page["next"]
        assert len({row["key"] for row in found}) == len(found)
        return [
            Row(
                int(row["sentence"].split(".")[1]),
                *(row["labels"] or [row["state"]]),
                not row["superseded_at"],
            )
            for row in found
        ]


@dataclass
class Ground:
    """Long statements on a server, and reviewers nobody else has used."""

    server: Server
    statements: dict[str, str]
    cast: Iterator[list[str]] = field(repr=False)

    @classmethod
    def on(cls, server: Server, *, people: int, lengths: list[int]) -> Ground:
        build = BUILD.format(people=people, lengths=lengths)
        made = json.loads(server.manage("shell", "--no-imports", "-v0", "-c", build).splitlines()[-1])
        return cls(server, made["statements"], iter(made["cast"]))

    def reviewer(self) -> Reviewer:
        return Reviewer(*next(self.cast), self.server)

    def address(self, length: int = 112, *, at: int = 1) -> str:
        """The desk of the statement of that many sentences."""
        statement = self.statements[str(length)]
        return f"{self.server.url}/c/ground/statements/{statement}/tag/?sentence={at}"


def sign_in(context: BrowserContext, reviewer: Reviewer) -> None:
    """Sign in without the form, which would take most of a second."""
    session = {"name": "sessionid", "value": reviewer.session, "url": reviewer.server.url}
    context.add_cookies([session])


def is_at_work(desk: Page, *, at: int = 1) -> None:
    """Wait until the script of the desk is at work and has read what this browser kept."""
    expect(desk.locator("#desk[data-ready]")).to_be_attached()
    expect(desk.locator(f"#s-{at}")).to_be_focused()


def press(desk: Page, pressed: str, *, every: float = EVERY) -> None:
    for key in pressed:
        desk.keyboard.press(key)
        desk.wait_for_timeout(every)


def press_at_once(desks: Sequence[Page], pressed: Sequence[str]) -> None:
    """Press a key on each desk in turn; desks get as many keys as the longest has."""
    for chord in zip(*pressed, strict=True):
        for desk, key in zip(desks, chord, strict=True):
            press(desk, key, every=EVERY / len(desks))


def as_pressed(pressed: str, *, at: int = 1) -> list[Row]:
    """What has to be stored when these keys were pressed, from that sentence on."""
    return [Row(number, SAYS[key]) for number, key in enumerate(pressed, start=at)]


def all_arrived(desk: Page, decided: int, *, within: float = 30) -> None:
    """Wait until the desk says that all is saved, and how much."""
    saved(desk, within=within)
    expect(desk.locator("#progress")).to_contain_text(f"{decided} of ")
    expect(desk.locator(".sentence.waiting, .sentence.failed")).to_have_count(0)


# --- The same without an outbox ---------------------------------------------------------------------------

NO_OUTBOX = Path(__file__).with_name("no_outbox.js")
IS_OFF = os.environ.get("OUTBOX") == "off"  # to see that the tests fail without it


def take_outbox_away(context: BrowserContext) -> None:
    """Let desks of this browser work without an outbox."""
    context.route(
        "**/static/desk/outbox*.js",
        lambda route: route.fulfill(path=NO_OUTBOX, content_type="text/javascript"),
    )

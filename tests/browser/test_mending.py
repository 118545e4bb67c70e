"""Mending the split in the browser: by key, by pointer, by touch, without JavaScript and on a bad network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import saved
from tests.chromium import intercept
from tests.live import Server

BUILD = "import json; from tests.browser.ground import build_torn; print(json.dumps(build_torn({count})))"
STATEMENTS = 26
WHOLE = "They hid the losses and we did not."
REST = ["Nobody knew.", "The bank denies it."]


@dataclass
class Torn:
    """Statements to mend, each with a reviewer nobody else has used, and one adjudicator."""

    server: Server
    statements: Iterator[str]
    people: Iterator[list[str]]
    adjudicator: list[str]
    first: str = field(default="", init=False)

    def next(self) -> tuple[str, list[str]]:
        return next(self.statements), next(self.people)


@pytest.fixture(scope="session")
def torn(server) -> Torn:
    said = server.manage("shell", "--no-imports", "-v0", "-c", BUILD.format(count=STATEMENTS))
    made = json.loads(said.splitlines()[-1])
    *people, adjudicator = made["people"]
    return Torn(server, iter(made["statements"]), iter(people), adjudicator)


@pytest.fixture
def page_of(new_page, torn):
    """Open a page in which somebody is signed in."""

    def page_of(person: list[str], **context: object) -> Page:
        page = new_page(**context)
        page.context.add_cookies([{"name": "sessionid", "value": person[1], "url": torn.server.url}])
        return page

    return page_of


@pytest.fixture
def mine(torn):
    """A statement and a reviewer nobody else has used."""
    return torn.next()


@pytest.fixture
def desk(page_of, mine):
    statement, reviewer = mine
    return at_desk(page_of(reviewer), statement)


def at_desk(page: Page, statement: str) -> Page:
    page.goto(f"/c/torn/statements/{statement}/tag/")
    expect(page.locator("#desk[data-ready]")).to_be_attached()
    return page


def sentences(page: Page) -> list[str]:
    return page.locator(".sentence .words").all_inner_texts()


def labels(page: Page) -> list[str]:
    """What each sentence has been given, in letters; “A?” is to be checked."""
    return [
        "".join(tag.inner_text() for tag in one.locator(".tag [aria-hidden]").all())
        for one in page.locator(".sentence").all()
    ]


def from_now(page: Page) -> None:
    """Remember the page that is open: `mended` waits for another one."""
    page.evaluate("document.documentElement.dataset.before = 'yes'")


def mended(page: Page) -> None:
    """Wait until the desk shows the statement anew."""
    expect(page.locator("html:not([data-before]) #desk[data-ready]")).to_be_attached()


def split_by_the_adjudicator(page_of, torn: Torn, statement: str) -> None:
    page = page_of(torn.adjudicator)
    page.goto(f"/sentences/{statement}.1/mend/")
    page.get_by_role("button", name="and").click()
    expect(page.locator(".words").first).to_have_text("They hid the losses")


def test_a_sentence_is_split_with_two_keys_and_undone_with_one(desk):
    desk.keyboard.press("a")
    desk.keyboard.press("k")
    saved(desk)
    from_now(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator(".gap").first).to_be_focused()
    for _ in range(3):
        desk.keyboard.press("ArrowRight")
    expect(desk.get_by_role("button", name="and")).to_be_focused()
    desk.keyboard.press("Enter")
    mended(desk)

    assert sentences(desk)[:2] == ["They hid the losses", "and we did not."]
    assert labels(desk)[:3] == ["A↻", "A↻", ""]
    expect(desk.locator("#progress")).to_contain_text("2 to check")
    expect(desk.locator(".sentence[aria-current]")).to_have_text(re.compile("They hid the losses"))

    from_now(desk)
    desk.keyboard.press("z")
    mended(desk)
    assert sentences(desk)[0] == WHOLE
    assert labels(desk)[0] == "A"
    expect(desk.locator(".meter-check")).to_be_hidden()

    from_now(desk)
    desk.keyboard.press("z")  # and on to what was decided before the split
    mended(desk)
    expect(desk.get_by_text("The change was carried along.")).to_be_visible()
    assert labels(desk)[0] == ""
    from_now(desk)
    desk.keyboard.press("Shift+Z")
    mended(desk)
    assert labels(desk)[0] == "A"


def test_sentences_are_merged_with_two_keys_and_undone_with_one(desk):
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    desk.locator("#s-1").click()
    saved(desk)
    from_now(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()
    desk.keyboard.press("m")
    mended(desk)

    assert sentences(desk)[0] == f"{WHOLE} {REST[0]}"
    assert labels(desk)[:2] == ["AR↻", ""]

    from_now(desk)
    desk.keyboard.press("z")
    mended(desk)
    assert sentences(desk)[:2] == [WHOLE, REST[0]]
    assert labels(desk)[:2] == ["A", "R"]


def test_what_a_mend_left_to_check_is_kept_with_space_or_changed_with_a_label(desk):
    desk.keyboard.press("a")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    from_now(desk)
    desk.get_by_role("button", name="and").click()
    mended(desk)

    desk.keyboard.press("Space")
    desk.keyboard.press("r")
    saved(desk)

    assert labels(desk)[:2] == ["A", "R"]
    expect(desk.locator(".meter-check")).to_be_hidden()
    desk.reload()
    expect(desk.locator("#desk[data-ready]")).to_be_attached()
    assert labels(desk)[:2] == ["A", "R"]


def test_what_is_to_check_comes_first(page_of, mine):
    statement, reviewer = mine
    desk = at_desk(page_of(reviewer), statement)
    desk.locator("#s-3").click()
    desk.keyboard.press("a")
    desk.locator("#s-3").click()
    desk.keyboard.press("Enter")
    from_now(desk)
    desk.get_by_role("button", name="denies").click()
    mended(desk)

    desk.goto("/c/torn/tag/")
    expect(desk.locator(".sentence[aria-current]")).to_have_text(re.compile("The bank"))
    desk.keyboard.press("Space")
    expect(desk.locator(".sentence[aria-current]")).to_have_text(re.compile("denies it"))


def test_a_word_is_tapped_on_a_telephone(page_of, mine):
    statement, reviewer = mine
    phone = page_of(reviewer, viewport={"width": 320, "height": 640}, has_touch=True)
    at_desk(phone, statement)
    from_now(phone)
    phone.locator("#mend").tap()
    word = phone.get_by_role("button", name="and")
    assert word.bounding_box()["height"] >= 24
    word.tap()
    mended(phone)

    assert sentences(phone)[:2] == ["They hid the losses", "and we did not."]
    assert phone.evaluate("document.documentElement.scrollWidth") == 320


def test_without_javascript_buttons_split_merge_and_undo(page_of, mine):
    statement, reviewer = mine
    plain = page_of(reviewer, java_script_enabled=False)
    plain.goto(f"/c/torn/statements/{statement}/tag/")
    plain.get_by_role("link", name="Resplit").click()
    first, second = (plain.locator(".sentence .words").nth(place) for place in (0, 1))
    plain.get_by_role("button", name="and").click()
    expect(first).to_have_text("They hid the losses")
    expect(second).to_have_text("and we did not.")

    plain.get_by_role("link", name="Resplit").click()
    plain.get_by_role("button", name="Merge with the next one").click()
    expect(first).to_have_text(WHOLE)

    plain.get_by_role("button", name="Undo").click()
    expect(first).to_have_text("They hid the losses")
    expect(second).to_have_text("and we did not.")


def test_across_paragraphs_is_asked_for_by_name(desk):
    desk.locator("#s-3").click()
    desk.keyboard.press("Enter")
    from_now(desk)
    desk.get_by_role("button", name="Merge with the next one, across the paragraph").click()
    mended(desk)

    assert re.fullmatch(r"The bank denies it\.\s+We will open book \d+\.", sentences(desk)[2])


def test_the_plain_key_does_not_reach_across_a_paragraph(desk):
    desk.locator("#s-3").click()
    from_now(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()
    desk.keyboard.press("m")
    expect(desk.locator("#mending")).to_be_visible()
    desk.keyboard.press("Shift+M")
    mended(desk)

    assert len(sentences(desk)) == 3


def test_a_comment_that_waits_for_its_decision_is_not_given_up(desk):
    desk.keyboard.press("m")
    desk.keyboard.type("half a thought")
    desk.locator("#s-2").click()
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()
    desk.keyboard.press("m")
    expect(desk.locator("[data-trouble]")).to_contain_text("A comment or a mark waits for its decision.")
    desk.keyboard.press("Escape")
    desk.locator("#s-1").click()
    desk.keyboard.press("a")
    saved(desk)
    from_now(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()
    desk.keyboard.press("p")
    mended(desk)

    assert labels(desk)[0] == ""


def test_without_a_network_nothing_is_mended_and_nothing_is_lost(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()
    desk.context.set_offline(True)
    desk.get_by_role("button", name="and").click()
    expect(desk.locator("[data-trouble]")).to_contain_text("The server cannot be reached.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    desk.context.set_offline(False)
    saved(desk, within=20)

    assert sentences(desk)[0] == WHOLE
    assert labels(desk)[0] == "A"


# --- Whoever changes their mind, types on, or comes too late -----------------------------------------------

SAVES = "**/annotations/"


@pytest.fixture
def held(desk):
    """What the desk sends to be saved, kept on its way; to be let go or answered by the test."""
    letters = []
    intercept(desk, SAVES, lambda route: letters.append(route))
    return letters


def test_closing_the_dialog_while_what_waits_is_saved_takes_the_mend_back(desk, held):
    desk.keyboard.press("a")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="and").click()
    expect(desk.get_by_text("Saving first what waits…")).to_be_visible()

    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.keyboard.press("m")
    desk.keyboard.type("half a thought")
    held[0].continue_()
    saved(desk)
    desk.wait_for_timeout(300)

    expect(desk.locator("#comment")).to_have_value("half a thought")
    assert sentences(desk)[0] == WHOLE
    desk.keyboard.press("Escape")
    desk.unroute(SAVES)
    from_now(desk)
    desk.locator("#s-1").click()
    desk.keyboard.press("Enter")  # and it can still be asked for
    desk.get_by_role("button", name="and").click()
    mended(desk)
    assert labels(desk)[:2] == ["A↻", "A↻"]


def test_a_save_that_fails_before_a_mend_says_that_nothing_was_changed(desk, held, allow_console):
    allow_console("status of 503")
    desk.keyboard.press("a")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="and").click()

    held[0].fulfill(status=503, body="")

    expect(desk.locator("[data-trouble]")).to_have_text("The server cannot be reached. Nothing was changed.")
    expect(desk.get_by_text("Saving first what waits…")).to_be_hidden()
    desk.unroute(SAVES)
    saved(desk, within=20)
    from_now(desk)
    desk.get_by_role("button", name="and").click()
    mended(desk)
    assert labels(desk)[:2] == ["A↻", "A↻"]


def test_a_dialog_that_comes_late_does_not_open_over_what_is_typed(desk):
    asked = []
    intercept(desk, "**/mend/", lambda route: asked.append(route))
    with desk.expect_request("**/mend/"):
        desk.keyboard.press("Enter")

    desk.keyboard.press("m")
    desk.keyboard.type("half a ")
    asked[0].fulfill(body="<form class='mending'><button>Merge</button></form>")
    desk.keyboard.type("memory")
    desk.wait_for_timeout(300)

    expect(desk.locator("#mending")).to_be_hidden()
    expect(desk.locator("#comment")).to_have_value("half a memory")
    desk.keyboard.press("Escape")
    desk.unroute("**/mend/")
    desk.keyboard.press("Enter")
    expect(desk.locator("#mending")).to_be_visible()


def test_a_server_that_is_busy_leaves_the_desk_as_it_is(desk, allow_console):
    allow_console("status of 503")
    intercept(desk, "**/mend/", lambda route: route.fulfill(status=503, body="Busy"))

    desk.keyboard.press("Enter")

    expect(desk.locator("#save-state")).to_have_text("The server cannot be reached. Nothing was changed.")
    desk.keyboard.press("a")
    saved(desk)


@pytest.mark.parametrize(("answer", "stands"), [("Save my choice anyway", "R↻"), ("Keep what stands", "A↻")])
def test_a_conflict_on_a_sentence_that_was_cut_meanwhile_is_settled(
    page_of, mine, allow_console, answer, stands
):
    allow_console("ERR_INTERNET_DISCONNECTED")
    statement, reviewer = mine
    one, two = (at_desk(page_of(reviewer), statement) for _device in range(2))
    two.context.set_offline(True)
    two.keyboard.press("r")
    one.keyboard.press("a")
    saved(one)
    one.keyboard.press("k")
    one.keyboard.press("Enter")
    from_now(one)
    one.get_by_role("button", name="and").click()
    mended(one)
    two.context.set_offline(False)
    expect(two.locator("#refused")).to_contain_text("you chose “Rebuttal” here", timeout=20_000)

    two.once("dialog", lambda dialog: dialog.accept())
    two.reload()
    expect(two.locator("#desk[data-ready]")).to_be_attached()
    expect(two.locator("#refused p")).to_have_text(
        "“a sentence that was cut differently since” was decided elsewhere meanwhile: "
        "“Allegation” stands, you chose “Rebuttal” here."
    )
    two.get_by_role("button", name=answer).click()
    saved(two)

    expect(two.locator("#refused")).to_be_hidden()
    two.reload()
    expect(two.locator("#desk[data-ready]")).to_be_attached()
    assert labels(two)[:2] == [stands, stands]


def test_what_was_refused_is_settled_before_its_sentence_is_mended(page_of, mine, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    statement, reviewer = mine
    one, two = (at_desk(page_of(reviewer), statement) for _device in range(2))
    two.context.set_offline(True)
    two.keyboard.press("r")
    one.keyboard.press("a")
    saved(one)
    two.context.set_offline(False)
    expect(two.locator("#refused")).to_contain_text("you chose “Rebuttal” here", timeout=20_000)

    two.keyboard.press("Enter")  # on the sentence behind it, which could be merged with it
    expect(two.locator("#mending")).to_be_visible()
    two.keyboard.press("p")
    expect(two.locator("[data-trouble]")).to_contain_text("Settle that first")
    two.keyboard.press("Escape")
    two.get_by_role("button", name="Save my choice anyway").click()
    saved(two)
    from_now(two)
    two.keyboard.press("Enter")  # on the first sentence, with which the conflict was
    expect(two.locator("#mending")).to_be_visible()
    two.keyboard.press("m")
    mended(two)

    assert sentences(two)[0] == f"{WHOLE} {REST[0]}"


def test_what_was_carried_along_elsewhere_is_not_said_of_the_statement_that_is_open(
    page_of, torn, mine, allow_console
):
    allow_console("ERR_INTERNET_DISCONNECTED")
    statement, reviewer = mine
    desk = at_desk(page_of(reviewer), statement)
    elsewhere = at_desk(desk.context.new_page(), torn.next()[0])
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    split_by_the_adjudicator(page_of, torn, statement)

    desk.context.set_offline(False)
    saved(desk, within=20)
    saved(elsewhere, within=20)

    expect(desk.locator("#mended")).to_be_visible()
    expect(elsewhere.locator("#mended")).to_be_hidden()


@pytest.mark.server
def test_what_is_decided_while_somebody_else_mends_is_carried_along(page_of, torn, mine, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    statement, reviewer = mine
    desk = at_desk(page_of(reviewer), statement)
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    split_by_the_adjudicator(page_of, torn, statement)

    desk.context.set_offline(False)
    saved(desk, within=20)
    expect(desk.locator("#mended")).to_be_visible()
    desk.get_by_role("link", name="Show it as it is").click()
    expect(desk.locator("#desk[data-ready]")).to_be_attached()

    assert sentences(desk)[:2] == ["They hid the losses", "and we did not."]
    assert labels(desk)[:2] == ["A↻", "A↻"]

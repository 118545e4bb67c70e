"""What becomes of a decision that cannot be saved now: network, session or server are not there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.people import keys_of, saved
from tests.chromium import intercept


def test_what_waits_is_sent_from_any_other_page(desk, allow_console, rows, reviewer):
    allow_console("status of 503|Service Unavailable")
    intercept(desk, "**/annotations/", lambda route: route.fulfill(status=503), everywhere=True)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet: 2, kept in this browser.")

    desk.goto("/c/seed/")
    expect(desk.locator("#unsent")).to_contain_text("that are not saved yet: 2.")
    desk.context.unroute("**/annotations/")
    expect(desk.locator("#unsent")).to_contain_text("are saved now", timeout=15_000)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_what_is_tagged_while_the_network_is_away_arrives_in_order(desk, allow_console, rows, reviewer):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.context.set_offline(True)
    for key in "arcn":
        desk.keyboard.press(key)
    expect(desk.locator("#save-state")).to_contain_text("4")
    desk.locator("#s-1").click()
    desk.keyboard.press("n")
    desk.context.set_offline(False)
    saved(desk)

    said = rows(reviewer)
    assert {at: (one["state"], one["labels"]) for at, one in said.items()} == {
        1: ("none", []),
        2: ("labelled", ["rebuttal"]),
        3: ("labelled", ["commitment"]),
        4: ("none", []),
    }


def test_a_save_whose_answer_was_lost_is_not_stored_twice(server, desk, allow_console, reviewer):
    allow_console("ERR_FAILED")
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch())  # the server stored it; the page never hears of it
            route.abort()
        else:
            route.continue_()

    intercept(desk, "**/annotations/", lose)
    with desk.expect_event("requestfailed"):
        desk.keyboard.press("a")
    saved(desk)

    assert lost[0].status == 200
    history = server.manage("shell", "-c", "from statements.models import Annotation; "
        f"print(Annotation.objects.filter(reviewer__username='{reviewer.name}').count())")  # fmt: skip
    assert history.strip().splitlines()[-1] == "1"


def test_what_the_server_does_not_take_is_told_with_its_reason_and_can_be_given_up(desk, rows, reviewer):
    desk.keyboard.press("r")
    saved(desk)
    desk.evaluate("document.querySelector('[data-slug=allegation]').dataset.slug = 'retired'")
    desk.locator("#s-1").click()
    desk.keyboard.press("a")

    expect(desk.locator("#refused")).to_contain_text("There is no label “retired” in this corpus.")
    expect(desk.locator("#s-1 .tag").last).to_have_attribute("title", "not saved")
    desk.get_by_role("button", name="Give it up").click()
    saved(desk)

    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Rebuttal")
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["rebuttal"]}


# Says what stands at each sentence at the very moment in which the page says that all is saved.
WATCH = """
const state = document.getElementById("save-state");
window.whileSaved = [];
new MutationObserver(() => {
  const tags = [...document.querySelectorAll(".tags .tag")].map((tag) => tag.title);
  if (state.classList.contains("saved")) window.whileSaved.push(tags.join());
}).observe(state, { childList: true });
"""


@pytest.mark.parametrize("give_up", ["the button", "undo"])
def test_nothing_is_shown_as_unsaved_once_all_is_said_to_be_saved(desk, give_up):
    desk.keyboard.press("r")
    saved(desk)
    desk.evaluate("document.querySelector('[data-slug=allegation]').dataset.slug = 'retired'")
    desk.locator("#s-1").click()
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_be_visible()
    desk.evaluate(WATCH)

    if give_up == "undo":
        desk.keyboard.press("z")
    else:
        desk.get_by_role("button", name="Give it up").click()
    saved(desk)

    assert desk.evaluate("window.whileSaved") == ["Rebuttal"]


def test_what_is_chosen_while_giving_up_is_not_given_up_too(desk, allow_console, rows, reviewer):
    allow_console("status of 503|Service Unavailable")
    desk.evaluate("document.querySelector('[data-slug=allegation]').dataset.slug = 'retired'")
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_be_visible()
    asked = []
    intercept(desk, "**/annotation/", lambda route: asked.append(route))
    intercept(desk, "**/annotations/", lambda route: route.fulfill(status=503))
    with desk.expect_request("**/annotation/"):
        desk.get_by_role("button", name="Give it up").click()
    desk.locator("#s-1").click()
    desk.keyboard.press("c")
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet: 1")
    with desk.expect_event("requestfinished", lambda request: request.url.endswith("/annotation/")):
        asked[0].continue_()
    desk.unroute("**/annotations/")
    saved(desk)

    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Commitment")
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["commitment"]}


def test_a_newer_choice_gets_past_one_that_the_server_does_not_take(desk, server, reviewer):
    desk.evaluate("document.querySelector('[data-slug=allegation]').dataset.slug = 'retired'")
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_contain_text("“Allegation” could not be saved")
    desk.locator("#s-1").click()
    desk.keyboard.press("r")
    saved(desk)
    expect(desk.locator("#refused")).to_be_hidden()

    desk.locator("#s-2").click()
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_be_visible()
    desk.keyboard.press("z")  # what was never stored is simply gone
    saved(desk)

    assert keys_of(server, reviewer) == ["decide rebuttal"]


def test_undo_reaches_what_waits_also_after_a_reload(desk, allow_console, rows, reviewer):
    allow_console("status of 503|Service Unavailable")
    desk.on("dialog", lambda dialog: dialog.accept())
    intercept(desk, "**/annotations/", lambda route: route.fulfill(status=503), everywhere=True)
    for key in "arc":
        desk.keyboard.press(key)
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet: 3")
    desk.reload()
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet: 3")
    desk.keyboard.press("z")
    desk.keyboard.press("z")
    desk.keyboard.press("Shift+Z")
    desk.context.unroute("**/annotations/")
    expect(desk.locator("#save-state")).to_have_text("All saved", timeout=15_000)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_a_corpus_that_takes_nothing_any_more_does_not_stop_the_others(desk, allow_console, rows, reviewer):
    allow_console("status of 404")
    desk.evaluate("document.getElementById('desk').dataset.saves = '/api/v1/corpora/gone/annotations/'")
    desk.keyboard.press("a")
    expect(desk.locator("#refused")).to_contain_text("There is nothing at this address")
    desk.evaluate("document.getElementById('desk').dataset.saves = '/api/v1/corpora/seed/annotations/'")
    desk.keyboard.press("r")
    expect(desk.locator("#progress")).to_contain_text("2 of 29")
    expect(desk.locator("#s-2")).not_to_have_class("sentence waiting")
    desk.get_by_role("button", name="Give it up").click()
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {2: ["rebuttal"]}


def test_a_session_that_ended_loses_nothing(desk, allow_console, rows, reviewer):
    allow_console("status of 401")
    desk.keyboard.press("a")
    saved(desk)
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name="sessionid")

    desk.keyboard.press("r")
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet: 1. You are signed out.")
    desk.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    desk.get_by_role("button", name="Retry").click()
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {
        1: ["allegation"],
        2: ["rebuttal"],
    }


def test_leaving_with_unsaved_work_warns(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet")

    desk.close(run_before_unload=True)
    desk.wait_for_timeout(500)

    assert asked == ["beforeunload"]


def test_a_request_that_never_answers_is_given_up_and_sent_again(desk, rows, reviewer):
    desk.evaluate("document.getElementById('decision').dataset.patience = 500")
    hung = []
    intercept(desk, "**/annotations/", lambda route: hung.append(route) if not hung else route.continue_())
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    saved(desk)

    assert len(hung) == 1
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_a_word_of_a_proxy_is_no_word_of_ours(desk, allow_console, rows, reviewer):
    allow_console("status of 409")
    answers = ["<h1>Conflict</h1>", None]

    def meddle(route):
        answer = answers.pop(0) if answers else None
        if answer:
            route.fulfill(status=409, body=answer)
        else:
            route.continue_()

    intercept(desk, "**/annotations/", meddle)
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_nothing_is_saved_under_the_name_of_whoever_signs_in_next(desk, server, rows, reviewer, reviewers):
    somebody = next(reviewers)
    desk.context.clear_cookies()
    other = desk.context.new_page()
    other.goto("/sign-in/")
    other.fill("input[name=username]", somebody.name)
    other.fill("input[name=password]", somebody.password)
    other.keyboard.press("Enter")
    other.wait_for_url(f"{server.url}/")

    desk.keyboard.press("a")

    expect(desk.locator("#save-state")).to_contain_text("Somebody else is signed in")
    assert (rows(reviewer), rows(somebody)) == ({}, {})


def test_undo_says_so_when_there_is_nothing_or_nobody_to_ask(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.keyboard.press("z")
    expect(desk.get_by_text("There is nothing to undo.")).to_be_in_viewport()

    expect(desk.locator("#s-1")).to_be_focused()
    desk.context.set_offline(True)
    desk.keyboard.press("z")
    expect(desk.locator("#save-state")).to_contain_text("The server cannot be reached")

"""The desk: what keys do, and what becomes of a decision when the network or the session is not there."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people import saved


def test_shift_and_a_key_adds_a_label_and_stays(desk, rows, reviewer):
    desk.keyboard.press("Shift+A")
    desk.keyboard.press("Shift+R")
    desk.keyboard.press("Shift+A")
    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-1")
    desk.keyboard.press("Shift+C")
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["commitment", "rebuttal"]}


def test_skip_unsure_and_comment_are_saved_with_the_decision(desk, rows, reviewer):
    desk.keyboard.press("s")
    desk.keyboard.press("2")
    desk.keyboard.press("u")
    desk.keyboard.press("n")
    desk.keyboard.press("m")
    desk.keyboard.type("a note of mine")
    desk.keyboard.press("Enter")
    desk.keyboard.press("r")
    saved(desk)

    said = rows(reviewer)
    assert {at: (one["state"], one["reason"], one["unsure"], one["comment"]) for at, one in said.items()} == {
        1: ("skipped", "fragment", False, ""),
        2: ("none", "", True, ""),
        3: ("labelled", "", False, "a note of mine"),
    }


def test_a_comment_left_behind_is_kept(desk, rows, reviewer):
    desk.keyboard.press("a")
    desk.locator("#s-1").click()
    for words in ("on a decision", "before one"):
        desk.keyboard.press("m")
        desk.keyboard.type(words)
        desk.locator("#s-7").click()
        desk.locator("#s-2").click()
    desk.keyboard.press("n")
    saved(desk)

    assert {at: one["comment"] for at, one in rows(reviewer).items()} == {
        1: "on a decision",
        2: "before one",
    }


def test_undo_walks_back_also_over_a_reload(desk, rows, reviewer):
    for key in "arc":
        desk.keyboard.press(key)
    saved(desk)
    desk.keyboard.press("z")
    saved(desk)
    desk.reload()
    expect(desk.locator("#s-3")).to_be_focused()
    desk.keyboard.press("z")
    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-2")
    expect(desk.locator("#progress")).to_contain_text("1 of 29")

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"]}


def test_moving_changes_nothing(desk, rows, reviewer):
    for key in ("j", "j", "ArrowDown", "k", "ArrowUp"):
        desk.keyboard.press(key)

    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-2")
    desk.locator("#s-9").click()
    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-9")
    assert rows(reviewer) == {}


def test_what_is_tagged_while_the_network_is_away_arrives_in_order(desk, allow_console, rows, reviewer):
    allow_console("ERR_INTERNET_DISCONNECTED|htmx:")
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
    allow_console("ERR_FAILED|htmx:")
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch())  # the server stored it; the page never hears of it
            route.abort()
        else:
            route.continue_()

    desk.route("**/annotation/", lose)
    with desk.expect_event("requestfailed"):
        desk.keyboard.press("a")
    saved(desk)

    assert lost[0].status == 200
    history = server.manage("shell", "-c", "from statements.models import Annotation; "
        f"print(Annotation.objects.filter(reviewer__username='{reviewer.name}').count())")  # fmt: skip
    assert history.strip().splitlines()[-1] == "1"


def test_a_decision_made_elsewhere_is_shown_and_the_reviewer_chooses(desk, allow_console, rows, reviewer):
    allow_console("status of 409|htmx:")
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#s-1")).to_be_focused()
    other.keyboard.press("r")
    saved(other)

    desk.keyboard.press("a")

    expect(desk.locator("#refused")).to_contain_text("“Rebuttal” stands, you chose “Allegation” here")
    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Rebuttal")
    expect(desk.locator("#s-2")).to_have_attribute("aria-current", "true")  # typing goes on where it was
    desk.keyboard.press("c")
    desk.get_by_role("button", name="Save my choice anyway").click()
    saved(desk)
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["commitment"]}


def test_a_session_that_ended_loses_nothing(desk, allow_console, rows, reviewer):
    allow_console("status of 403|htmx:")
    desk.keyboard.press("a")
    saved(desk)
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name="sessionid")

    desk.keyboard.press("r")
    expect(desk.locator("#save-state")).to_contain_text("signed out")
    desk.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    desk.get_by_role("button", name="Retry").click()
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {
        1: ["allegation"],
        2: ["rebuttal"],
    }


def test_leaving_with_unsaved_work_warns(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED|htmx:")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet")

    desk.close(run_before_unload=True)
    desk.wait_for_timeout(500)

    assert asked == ["beforeunload"]


def test_the_help_lists_every_shortcut_of_the_page(desk):
    desk.keyboard.press("?")

    listed = set(desk.locator("#help dt kbd").all_inner_texts())
    shortcuts = desk.eval_on_selector_all(
        "[aria-keyshortcuts]", "all => all.map(one => one.getAttribute('aria-keyshortcuts'))"
    )
    assert set(shortcuts) - {"?"} <= listed


def test_taking_the_last_label_away_touches_no_other_sentence(desk, rows, reviewer):
    for key in "arc":
        desk.keyboard.press(key)
    desk.locator("#s-1").click()
    desk.keyboard.press("Shift+A")
    saved(desk)
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {2: ["rebuttal"], 3: ["commitment"]}

    desk.keyboard.press("z")
    saved(desk)
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {
        1: ["allegation"],
        2: ["rebuttal"],
        3: ["commitment"],
    }


def test_a_request_that_never_answers_is_given_up_and_sent_again(desk, allow_console, rows, reviewer):
    allow_console("htmx:")
    desk.evaluate("htmx.config.timeout = 500")
    hung = []
    desk.route("**/annotation/", lambda route: hung.append(route) if not hung else route.continue_())
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    saved(desk)

    assert len(hung) == 1
    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_a_word_of_a_proxy_is_no_word_of_ours(desk, allow_console, rows, reviewer):
    allow_console("status of 409|htmx:")
    answers = ["<h1>Conflict</h1>", None]

    def meddle(route):
        answer = answers.pop(0) if answers else None
        if answer:
            route.fulfill(status=409, body=answer)
        else:
            route.continue_()

    desk.route("**/annotation/", meddle)
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_nothing_is_saved_under_the_name_of_whoever_signs_in_next(
    desk, server, allow_console, rows, reviewer, reviewers, browser
):
    allow_console("status of 409|htmx:")
    somebody = next(reviewers)
    desk.context.clear_cookies()
    other = desk.context.new_page()
    other.goto("/sign-in/")
    other.fill("input[name=username]", somebody.name)
    other.fill("input[name=password]", somebody.password)
    other.keyboard.press("Enter")
    other.wait_for_url(f"{server.url}/")

    desk.keyboard.press("a")

    expect(desk.locator("#save-state")).to_contain_text("somebody else is signed in")
    assert (rows(reviewer), rows(somebody)) == ({}, {})


def test_a_held_key_tags_one_sentence_and_capitals_tag_too(desk, rows, reviewer):
    for repeat in ("false", "true", "true"):
        desk.evaluate(
            "repeat => document.body.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'a', code: 'KeyA', bubbles: true, cancelable: true, repeat: repeat === 'true'}))",
            repeat,
        )
    desk.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'R', code: 'KeyR', bubbles: true}))"
    )
    saved(desk)

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {1: ["allegation"], 2: ["rebuttal"]}


def test_reasons_to_skip_are_chosen_on_a_french_keyboard(desk, rows, reviewer):
    desk.keyboard.press("s")
    desk.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'é', code: 'Digit2', bubbles: true, cancelable: true}))"
    )
    saved(desk)

    assert {at: one["reason"] for at, one in rows(reviewer).items()} == {1: "fragment"}


def test_escape_takes_back_what_was_typed(desk, rows, reviewer):
    desk.keyboard.press("m")
    desk.keyboard.type("never mind")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    saved(desk)

    assert {at: one["comment"] for at, one in rows(reviewer).items()} == {1: ""}


def test_a_comment_before_its_decision_is_shown_as_waiting(desk):
    desk.keyboard.press("m")
    desk.keyboard.type("to be decided")
    desk.keyboard.press("Enter")

    expect(desk.locator("#s-1 .tag")).to_have_attribute("title", "Comment")
    expect(desk.locator("#s-1")).to_have_class("sentence waiting")


def test_undo_says_so_when_there_is_nothing_or_nobody_to_ask(desk, allow_console):
    allow_console("ERR_INTERNET_DISCONNECTED")
    desk.keyboard.press("z")
    expect(desk.get_by_text("There is nothing to undo.")).to_be_in_viewport()

    expect(desk.locator("#s-1")).to_be_focused()
    desk.context.set_offline(True)
    desk.keyboard.press("z")
    expect(desk.locator("#save-state")).to_contain_text("the server cannot be reached")

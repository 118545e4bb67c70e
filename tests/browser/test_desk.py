"""The desk: what keys do, what it shows of each decision, and what it keeps."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.people import keys_of, saved


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


def test_redo_walks_forward_again_also_over_a_reload(desk, server, rows, reviewer):
    for key in "arc":
        desk.keyboard.press(key)
    desk.keyboard.press("z")
    desk.keyboard.press("z")
    desk.keyboard.press("Shift+Z")
    saved(desk)
    desk.reload()
    expect(desk.locator("#s-2")).to_be_focused()
    desk.keyboard.press("Shift+Z")
    expect(desk.locator("#s-3")).to_be_focused()
    expect(desk.locator("#progress")).to_contain_text("3 of 29")

    assert {at: one["labels"] for at, one in rows(reviewer).items()} == {
        1: ["allegation"],
        2: ["rebuttal"],
        3: ["commitment"],
    }
    assert keys_of(server, reviewer)[3:] == [
        "undo withdrawn", "undo withdrawn", "redo rebuttal", "redo commitment",
    ]  # fmt: skip


def test_the_place_is_that_of_the_desk_and_not_where_the_browser_jumps_to(desk):
    """Chromium focuses the target of the fragment after our script, and after a reload when it is slow."""
    place = desk.url.split("?")[0]
    desk.goto("/c/seed/")
    desk.goto(f"{place}?sentence=7#s-1")

    expect(desk).to_have_url(f"{place}?sentence=7")
    desk.wait_for_load_state("load")
    expect(desk.locator("#s-7")).to_be_focused()


def test_the_current_sentence_keeps_its_height(desk):
    heights = []
    for _ in range(20):
        desk.keyboard.press("j")
        heights.append(
            desk.evaluate("document.querySelector('[aria-current] .words').getClientRects()[0].top")
        )

    assert max(heights[3:]) - min(heights[3:]) <= 2  # the first ones begin where the text begins


def test_the_current_sentence_is_in_sight_where_there_is_little_height(desk):
    """As at 400 % zoom: neither bar is fixed there, since nothing would be left between them."""
    desk.set_viewport_size({"width": 320, "height": 256})

    for _time in range(8):
        desk.keyboard.press("j")
        box = desk.locator(".sentence[aria-current] .words").bounding_box()
        assert 0 <= box["y"] < 200


def test_the_keys_are_listed_from_the_first_one_on(desk):
    desk.set_viewport_size({"width": 1280, "height": 600})
    desk.keyboard.press("?")

    expect(desk.get_by_role("heading", name="Keys")).to_be_in_viewport()
    assert desk.locator("#help").evaluate("one => one.scrollTop") == 0
    desk.keyboard.press("Enter")
    expect(desk.locator("#help")).to_be_hidden()


def test_the_map_shows_what_was_decided_and_leads_there(desk):
    desk.keyboard.press("a")
    desk.keyboard.press("n")
    desk.keyboard.press("u")
    desk.keyboard.press("r")

    shown = desk.eval_on_selector_all("#map rect", "all => all.map(one => one.getAttribute('class'))")
    assert shown[:8] == ["palette-1", "", "none", "", "palette-2", "flag", "untouched", ""]
    box = desk.locator("#map").bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 9.5 / 29)
    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-10")


def test_what_the_statement_is_can_be_read_from_everywhere_in_it(desk):
    desk.keyboard.press("End")

    desk.locator("#about summary").click()

    expect(desk.locator("#about")).to_contain_text("Responds to")
    expect(desk.locator("#about h2")).to_be_in_viewport()
    desk.keyboard.press("Escape")
    expect(desk.locator("#about .menu")).to_be_hidden()


def test_labels_are_pressed_while_the_guideline_is_read_and_it_keeps_its_place(desk, rows, reviewer):
    guideline = desk.locator(".side-scroll")
    guideline.focus()
    guideline.evaluate("one => { one.scrollTop = 60; }")
    desk.keyboard.press("a")
    desk.keyboard.press("r")
    saved(desk)

    expect(guideline).to_be_focused()
    assert guideline.evaluate("one => one.scrollTop") == 60
    assert list(rows(reviewer)) == [1, 2]
    desk.reload()
    expect(desk.locator("#s-3")).to_be_focused()
    assert guideline.evaluate("one => one.scrollTop") == 60


def test_statement_done_asks_about_what_is_untouched(desk):
    desk.keyboard.press("a")
    desk.keyboard.press(".")
    expect(desk.locator("#left")).to_contain_text("28 sentences of this statement are untouched.")
    desk.get_by_role("button", name="Go to the first of them").click()
    expect(desk.locator("#s-2")).to_be_focused()

    desk.keyboard.press(".")
    desk.get_by_role("button", name="Leave them for later").click()
    desk.wait_for_url("**/tag/?sentence=2*")  # there is no other statement: what was left comes back


def test_statement_done_opens_the_next_one_after_all_is_saved(desk, allow_console, rows, reviewer):
    allow_console("ERR_INTERNET_DISCONNECTED")
    for _ in range(28):
        desk.keyboard.press("n")
    saved(desk)
    desk.context.set_offline(True)
    desk.keyboard.press("n")
    expect(desk.locator("#done")).to_be_focused()
    expect(desk.locator("#save-state")).to_contain_text("Not saved yet")
    desk.keyboard.press("Enter")
    expect(desk.locator("#save-state")).to_contain_text("What waits is saved first")
    desk.context.set_offline(False)

    expect(desk.get_by_role("heading", name="Nothing left to tag")).to_be_visible()
    assert len(rows(reviewer)) == 29


def test_the_time_before_each_decision_is_stored_without_idle_time(desk, server, reviewer):
    desk.keyboard.press("j")
    desk.clock.install()
    for spent in (4, 90):  # seconds; half a minute after the last sign of life nobody is counted as reading
        desk.mouse.move(200 + spent, 300)
        desk.clock.fast_forward(spent * 1000)
        desk.keyboard.press("a")
    desk.clock.run_for(2000)
    saved(desk)

    said = server.manage("shell", "-v0", "--no-imports", "-c", "from statements.models import Annotation\n"
        f"for row in Annotation.objects.filter(reviewer__username='{reviewer.name}').order_by('pk'):\n"
        "    print(row.sentence.number, row.shown_ms)")  # fmt: skip
    spent = {int(number): int(ms) for number, ms in (line.split() for line in said.splitlines())}
    assert list(spent) == [2, 3]
    assert 4_000 <= spent[2] < 12_000
    assert 29_000 <= spent[3] < 38_000


def test_moving_changes_nothing(desk, rows, reviewer):
    for key in ("j", "j", "ArrowDown", "k", "ArrowUp"):
        desk.keyboard.press(key)

    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-2")
    desk.locator("#s-9").click()
    expect(desk.locator(".sentence[aria-current]")).to_have_attribute("id", "s-9")
    assert rows(reviewer) == {}


def test_what_was_typed_outlives_its_last_label(desk, rows, reviewer):
    desk.keyboard.press("Shift+R")
    desk.keyboard.press("m")
    desk.keyboard.type("think again")
    desk.keyboard.press("Enter")
    desk.locator("#s-1").click()
    desk.keyboard.press("Shift+R")
    desk.keyboard.press("Shift+C")
    saved(desk)

    said = rows(reviewer)[1]
    assert (said["labels"], said["comment"]) == (["commitment"], "think again")


def test_the_help_lists_every_shortcut_of_the_page(desk):
    desk.keyboard.press("?")

    listed = set(desk.locator("#help dt kbd").all_inner_texts())
    shortcuts = desk.eval_on_selector_all(
        "[aria-keyshortcuts]", "all => all.map(one => one.getAttribute('aria-keyshortcuts'))"
    )
    assert {key.lower() for keys in shortcuts for key in keys.split("+")} <= {key.lower() for key in listed}


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


def test_what_was_typed_before_its_decision_outlives_a_reload(desk, rows, reviewer):
    desk.keyboard.press("m")
    desk.keyboard.type("half a thought")
    desk.locator("#s-2").click()
    desk.keyboard.press("m")
    desk.keyboard.type("and anoth")
    desk.once("dialog", lambda dialog: dialog.accept())

    desk.reload()

    expect(desk.locator("#s-2")).to_be_focused()
    expect(desk.locator("#comment")).to_have_value("and anoth")
    expect(desk.locator(".sentence.waiting")).to_have_count(2)
    desk.keyboard.press("a")
    desk.locator("#s-1").click()
    desk.keyboard.press("r")
    saved(desk)
    assert {at: row["comment"] for at, row in rows(reviewer).items()} == {1: "half a thought", 2: "and anoth"}
    desk.reload()
    expect(desk.locator("#desk[data-ready]")).to_be_attached()
    expect(desk.locator(".sentence.waiting")).to_have_count(0)

"""The page of the splits by single keys: one key a mend, and the page goes on at the next flag."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.live import Server

BUILD = """
import json
from django.utils import timezone
from statements.actions.annotation import annotate
from statements.actions.corpus import begin_corpus
from statements.actions.decision import Decision, Save
from statements.actions.member import set_roles
from statements.actions.user import add_user
from statements.models import State
from statements.roles import Role
from tests.browser.world import BEGAN, TORN, _store, session_of

name = {name!r}
boss, admin, reviewer = (add_user(one + name, password=None, at=BEGAN) for one in ("b-", "a-", "r-"))
corpus = begin_corpus(name, name=name, languages=["en"], by=boss, at=BEGAN)
set_roles(corpus, admin, roles={{Role.ADJUDICATOR}}, by=None, at=BEGAN)
set_roles(corpus, reviewer, roles={{Role.REVIEWER}}, by=None, at=BEGAN)
statement = _store(corpus, TORN, title="On the letter", at=BEGAN)
for sentence in statement.sentences.filter(number__in={flagged}).order_by("start"):
    save = Save(f"flag-{{sentence.number}}-" + name)
    annotate(sentence, Decision(State.NONE, bad_split=True), reviewer=reviewer, save=save, at=BEGAN)
if {is_off}:
    admin.shortcuts = False
    admin.save()
print(json.dumps(session_of(admin)))
"""


@pytest.fixture
def open_page(new_page, server: Server) -> Callable[..., Page]:
    """Open the page of the splits of a new corpus, in which these sentences are flagged."""

    def open_page(name: str, *flagged: int, is_off: bool = False) -> Page:
        build = BUILD.format(name=name, flagged=list(flagged), is_off=is_off)
        session = json.loads(server.manage("shell", "--no-imports", "-c", build).splitlines()[-1])
        page = new_page()
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        page.goto(f"/c/{name}/splits/")
        return page

    return open_page


def marked(page: Page) -> list[str]:
    return page.locator(".flag mark").all_inner_texts()


FEES, LETTER = "They say that the fees were hidden.", "On p. 4 of the letter they say so twice."
STANDS, COURTS, WAIT = "That is where it stands.", "The rest is for the courts.", "We will wait."


def test_one_key_mends_and_the_next_flag_has_the_focus(open_page):
    page = open_page("keys", 2, 5, 7)
    assert marked(page) == [LETTER, STANDS, WAIT]

    page.keyboard.press("p")  # outside of the flags nothing is merged that nobody looks at
    expect(page.locator(".flag").first).to_be_focused()
    assert marked(page) == [LETTER, STANDS, WAIT]
    page.keyboard.press("p")

    expect(page.locator(".flag mark")).to_have_text([STANDS, WAIT])
    expect(page.locator(".flag").first).to_be_focused()
    expect(page.locator(".flag").first).to_have_accessible_description("The sentences were merged.")
    page.keyboard.press("j")
    expect(page.locator(".flag").last).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("m")
    expect(page.locator(".flag mark")).to_have_text([WAIT])
    page.keyboard.press("z")
    expect(page.locator(".flag mark")).to_have_text([STANDS, WAIT])
    expect(page.locator(".flag").first).to_be_focused()


def test_a_key_leaves_a_sentence_as_it_is_and_z_puts_it_back(open_page):
    page = open_page("left", 2, 5)
    page.keyboard.press("j")

    page.keyboard.press("l")

    expect(page.locator(".flag mark")).to_have_text([STANDS])
    expect(page.locator(".flag").first).to_be_focused()
    expect(page.locator(".flag").first).to_have_accessible_description("The sentence stays as it is.")
    page.keyboard.press("z")
    expect(page.locator(".flag mark")).to_have_text([LETTER, STANDS])
    expect(page.locator(".flag").first).to_be_focused()


def test_over_the_end_of_a_paragraph_a_key_merges_with_shift_alone(open_page):
    page = open_page("across", 5)
    page.keyboard.press("j")

    page.keyboard.press("p")
    assert marked(page) == [STANDS]
    page.keyboard.press("Shift+P")

    expect(page.locator(".empty")).to_be_visible()


def test_arrows_find_the_word_at_which_a_sentence_is_split(open_page):
    page = open_page("words", 1, 6)
    page.keyboard.press("j")

    page.keyboard.press("Enter")
    expect(page.locator(".gap:focus")).to_have_text("say ")
    page.keyboard.press("Escape")
    expect(page.locator(".flag").first).to_be_focused()
    expect(page.locator(".cutting[open]")).to_have_count(0)
    page.keyboard.press("s")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".gap:focus")).to_have_text("that ")
    page.keyboard.press("Enter")

    expect(page.locator(".flag mark")).to_have_text([COURTS])
    expect(page.locator("#said")).to_have_text("The sentence was split.")


def test_switched_off_letters_do_nothing_and_enter_still_opens(open_page):
    page = open_page("off", 2, is_off=True)
    page.locator(".flag").focus()

    page.keyboard.press("p")
    page.keyboard.press("s")
    assert (marked(page), page.locator(".cutting[open]").count()) == ([LETTER], 0)
    page.keyboard.press("Enter")

    expect(page.locator(".gap:focus")).to_have_text("p. ")

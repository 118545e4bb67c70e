"""Every form of the site does its work without JavaScript; and every address is known to a sweep or a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Page, expect

from tests.browser.states import NOBODY, STATES
from tests.browser.world import PASSWORD
from tests.test_guards import VIEWS

NEW = "correct horse battery"
TEXT = "They say we hid losses. We hid nothing.\n\nWe will open our books."


@dataclass(frozen=True)
class Run:
    """What somebody does on a page without JavaScript, what it then says, and the addresses that answered."""

    name: str
    who: str
    url: str
    args: tuple[str, ...]
    do: Callable[[Page], object]
    says: str
    sends: tuple[str, ...]


def fill(*, press: str, **given: str) -> Callable[[Page], None]:
    """Fill in fields by their labels, `_` for a space and `__` for a hyphen, then press the button."""

    def do(page: Page) -> None:
        for label, value in given.items():
            field = page.get_by_label(label.replace("__", "-").replace("_", " "), exact=True)
            is_choice = field.evaluate("one => one.tagName === 'SELECT'")
            field.select_option(value) if is_choice else field.fill(value)
        page.get_by_role("button", name=press, exact=True).click()

    return do


def in_turn(*steps: Callable[[Page], object]) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        for step in steps:
            step(page)

    return do


def click(role: str, name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role(role, name=name, exact=True).first.click()


def tick(label: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_label(label, exact=True).first.check()


def opened(summary: str) -> Callable[[Page], None]:
    return lambda page: page.locator("summary", has_text=summary).click()


WALK = ("walk",)
WALKED = ("walk", "walked")
new_statement = fill(
    Paste_one_text=TEXT, Title="An answer", Language="en", Speaker="Norvane Bank", press="Read and show"
)

RUNS = [
    Run("sign in", NOBODY, "sign-in", (), fill(User_name="walt", Password=PASSWORD, press="Sign in"),
        "Your corpora", ("sign-in", "home")),
    Run("sign up", NOBODY, "sign-up", (),
        fill(User_name="wendy", Password=NEW, Password_once_more=NEW, press="Make the account and sign in"),
        "Your corpora", ("sign-up", "home")),
    Run("ask for a link", NOBODY, "forgotten", (),
        fill(User_name_or_e__mail_address="walt", press="Send me a link"),
        "If", ("forgotten",)),
    Run("set a password", NOBODY, "password-link", ("walker's secret",),
        fill(New_password=NEW, Repeat_the_new_password=NEW, press="Set the password"),
        "Your password is set.", ("password-link",)),
    Run("switch the language", NOBODY, "sign-in", (), click("button", "français"),
        "Nom d’utilisateur", ("language", "sign-in")),
    Run("sign out", "wolf", "home", (), click("button", "Sign out"), "Sign in", ("sign-out", "sign-in")),
    Run("change the profile", "walt", "account", (), fill(Full_name="Walt Weber", press="Save"),
        "Your settings are stored.", ("account",)),
    Run("change the password", "wim", "account", (),
        fill(Current_password=PASSWORD, New_password=NEW, Repeat_the_new_password=NEW,
             press="Change the password"),
        "Your password is changed.", ("account-password", "account")),
    Run("end other sessions", "wren", "account", (), click("button", "End all other sessions"),
        "All other sessions of yours have ended.", ("account-sessions", "account")),
    Run("make a token and revoke it", "walt", "account", (),
        in_turn(fill(What_it_is_for="notebook", press="Make the token"),
                click("link", "Back to your account"), click("button", "Revoke the token “notebook”")),
        "The token does not work any more.", ("account-tokens", "account-token-revoke")),
    Run("confirm who it is", "walt", "account_reauthenticate", (),
        fill(Password=PASSWORD, press="Confirm"), "Your corpora", ("account_reauthenticate",)),
    Run("make a corpus", "boss", "corpus-new", (),
        fill(Name_of_the_corpus="Made by hand", press="Make the corpus"),
        "The corpus is there, and you are its admin.", ("corpus-new", "corpus")),
    Run("rename a corpus", "walt", "corpus-edit", WALK, fill(Name_of_the_corpus="Walked", press="Save"),
        "What you changed is stored.", ("corpus-edit",)),
    Run("add a statement", "walt", "upload", WALK, in_turn(new_statement, click("button", "Store it")),
        "Stored: 3 sentences.", ("upload", "upload-preview", "upload-store", "statement")),
    Run("discard a statement", "walt", "upload", WALK,
        in_turn(fill(Paste_one_text="Not this one.", Title="No", Language="en", press="Read and show"),
                click("button", "Discard it")),
        "Add statements", ("upload-discard",)),
    Run("read a file again", "walt", "upload", WALK,
        in_turn(fill(Paste_one_text="Read me twice.", press="Read and show"),
                opened("Read it differently"), click("button", "Read it again")),
        "To be stored: 1 statement, 1 sentence.", ("upload-source",)),
    Run("leave a text out", "walt", "upload", WALK,
        in_turn(fill(Paste_one_text="Leave me out.", press="Read and show"),
                click("link", "Change what is known about it"), click("button", "Leave it out")),
        "Left out.", ("upload-choose", "upload-draft")),
    Run("take a part of a document in", "walt", "upload-preview", ("walk", "walk document"),
        in_turn(click("button", "Take it in"), click("button", "Leave it out")),
        "left out by hand", ("upload-parts", "upload-preview")),
    Run("take an upload back", "walt", "upload", WALK,
        in_turn(fill(Paste_one_text="Take me back.", press="Read and show"), click("button", "Store it"),
                lambda page: page.goto(reverse("upload", args=["walk"])),
                lambda page: page.locator(".uploads a").first.click(),
                click("link", "Take it back"), click("button", "Take it back now")),
        "Its statements are out of sight.", ("upload-take-back", "upload-preview")),
    Run("correct what is known", "walt", "statement-edit", WALKED, fill(Speaker="Walked", press="Save"),
        "Walked", ("statement-edit", "statement")),
    Run("publish labels", "walt", "scheme-edit", WALK,
        in_turn(lambda page: page.locator("textarea[name$='en']").last.fill("## New rules"),
                click("button", "Publish")),
        "New rules", ("scheme-edit", "scheme")),
    Run("add a person", "walt", "people", WALK, fill(User_name="wally", press="Add and show the link"),
        "Copy this link and hand it over", ("people",)),
    Run("change roles", "walt", "person", ("walk", "walker"),
        in_turn(lambda page: page.locator("[name=roles][value=researcher]").check(),
                click("button", "Save the roles")),
        "has these roles now", ("person", "people")),
    Run("make a new link", "walt", "person", ("walk", "walker"), click("button", "Make a new link"),
        "Copy this link and hand it over", ("person-link",)),
    Run("remove a person", "walt", "person-remove", ("walk", "leaver"), click("button", "Remove now"),
        "was removed. What they decided stays.", ("person-remove",)),
    Run("decide", "wilma", "desk", WALKED, click("button", "Allegation a"),
        "1 of 5 sentences", ("annotation-save", "desk")),
    Run("skip", "wilma", "desk", WALKED, in_turn(opened("Skip"), click("button", "2 Not a sentence")),
        "Skipped", ("annotation-save",)),
    Run("decide with several labels and a comment", "wilma", "desk", WALKED,
        in_turn(opened("More"), tick("Allegation"), tick("Rebuttal"),
                fill(Comment="Both at once.", press="Save")),
        "Comment", ("annotation-save",)),
    Run("undo", "wilma", "desk", WALKED,
        in_turn(click("button", "No claim n"), click("button", "Undo z")),
        "sentences", ("undo-latest",)),
    Run("redo", "wilma", "desk", WALKED,
        in_turn(click("button", "No claim n"), click("button", "Undo z"), click("button", "Redo ⇧z")),
        "sentences", ("redo-latest",)),
    Run("split a sentence", "wyn", "desk", ("mended corpus", "mended"),
        in_turn(click("link", "Resplit ⏎"), click("button", "hid")),
        "The sentence was split.", ("sentence-mend", "desk")),
    Run("merge sentences", "wyn", "desk", ("mended corpus", "mended"),
        in_turn(click("link", "Resplit ⏎"), click("button", "Merge with the next one m")),
        "The sentences were merged.", ("sentence-mend", "desk")),
    Run("keep what a mend left to check", "wyn", "desk", ("mended corpus", "mended"),
        click("button", "Keep it as it is Space"), "to check", ("annotation-save", "desk")),
    Run("merge what was flagged, and undo it", "walt", "splits", ("cut",),
        in_turn(click("button", "Merge with the next one"), click("button", "Undo")),
        "The split is as it was before.", ("splits-mend", "splits")),
    Run("leave what was flagged as it is, and undo it", "walt", "splits", ("cut",),
        in_turn(click("button", "Leave it as it is"), click("button", "Undo")),
        "The flag waits again.", ("splits-answer", "splits")),
    Run("split what was flagged", "walt", "splits", ("cut",),
        in_turn(lambda page: page.locator(".flag summary").first.click(), click("button", "letter ")),
        "The sentence was split.", ("splits-mend", "splits")),
    Run("split a statement anew, and undo it", "walt", "split-anew", ("cut", "old"),
        in_turn(click("button", "Split anew"), click("button", "Undo"), click("button", "Redo")),
        "The change was made again.", ("splits-mend", "split-anew")),
    Run("search", "rosa", "statements", ("corpus",),
        fill(Words_in_titles_and_texts="autorite MAI", press="Search"),
        "Statements found: 1 of 55", ("statements",)),
    Run("filter one's own decisions", "rosa", "my-work", ("corpus",),
        in_turn(lambda page: page.locator("[name=only][value=commented]").check(),
                fill(What_you_said="label:rebuttal", press="Show")),
        "Decisions found: 18 of 147", ("my-work",)),
    Run("read the tags of one", "judith", "statement", ("corpus", "statement"),
        fill(Whose_tags="r4", press="Show"), "On the inquiry", ("statement",)),
    Run("read a history", "judith", "statement", ("corpus", "statement"),
        lambda page: page.locator("#s-2").click(), "Sentence 2", ("sentence",)),
]  # fmt: skip

# Neither a page nor the target of a plain form, each with the reason.
NOT_FOR_A_BROWSER = {
    "health": "for programs that watch the service",
    "account_login": "the name that allauth has for sign-in",
    "account-shortcuts": "the switch in the list of keys, which are there only with JavaScript",
    "mfa_download_recovery_codes": "a text file",
    "upload-progress": "a part of the page of an upload, asked for by its script",
    "upload-cancel": "while a job runs, which is over before a test could press it",
    "upload-original": "a file as it came",
    "mfa_authenticate": "the second step of signing in: the state “second step” ends there",
}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_form_works_without_javascript(run, world, context_of):
    page = context_of(run.who, java_script_enabled=False).new_page()
    answered = set()
    page.on("response", lambda answer: answered.add(answer.url.split("?")[0].removeprefix(world.url)))
    page.goto(reverse(run.url, args=[world.places[name] for name in run.args]))

    run.do(page)

    expect(page.locator("body")).to_contain_text(run.says)
    pages = [path for path in answered if not path.startswith("/static/")]
    assert {resolve(path).view_name for path in pages} >= set(run.sends)


def test_every_address_of_the_site_is_swept_or_run_or_left_out_with_a_reason():
    pages = {name for name in VIEWS if not name.startswith("api-")}
    swept = {state.url for state in STATES} - {"api-docs", "admin:index"}
    run = {name for run in RUNS for name in run.sends}

    assert swept | run | set(NOT_FOR_A_BROWSER) == pages
    assert (swept | run) & set(NOT_FOR_A_BROWSER) == set()

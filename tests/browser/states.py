"""Every page in every state that it can be in.

This list drives the sweep of `test_states.py`; with the forms of `test_forms.py` it names every address
of the site, or a test fails. `who` is somebody of the cast in `world.py`, `args` are names of its `places`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

NOBODY = ""
CORPUS = ("corpus",)
EMPTY = ("empty",)
Steps = Callable[[Page], object]


@dataclass(frozen=True)
class State:
    """A page as somebody finds it: opened, and brought into its state by `steps`."""

    name: str
    url: str
    who: str = NOBODY
    args: tuple[str, ...] = ()
    query: str = ""
    status: int = 200  # of the last whole page
    steps: Steps | None = None
    repeats: str = ""  # what is the same again and again, and need not be checked each time


def sends(*, form: str = "main form", press: str = "button.primary", **given: str) -> Steps:
    """Type into fields of a form by their names and press a button of it."""

    def steps(page: Page) -> None:
        # The server answers what the browser would hold back.
        page.eval_on_selector_all("main form", "all => all.forEach(form => { form.noValidate = true; })")
        for name, value in given.items():
            field = page.locator(f"{form} [name='{name}']").first
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with page.expect_navigation():
            page.locator(f"{form} {press}").first.click()

    return steps


def press(*keys: str) -> Steps:
    """Press keys on the desk, once it is at work."""

    def steps(page: Page) -> None:
        page.locator(".sentence[role=option]").first.wait_for()
        for key in keys:
            page.keyboard.press(key)

    return steps


def opens(selector: str, then: str) -> Steps:
    """Click, and wait until something is there."""

    def steps(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(then).first.wait_for()

    return steps


def follows(selector: str) -> Steps:
    """Click a link that leads to another page."""

    def steps(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return steps


def shows_the_password(page: Page) -> None:
    """The first of two steps of signing in."""
    sends(username="tove", password="not for signing in: 1 + 1 = 2")(page)


def splits_elsewhere(page: Page) -> None:
    """Press a word behind which the sentence cannot be cut, as on a page that is old."""
    page.locator(".cutting summary").first.click()
    page.locator(".gap").first.evaluate("one => { one.value = '0'; }")
    with page.expect_navigation():
        page.locator(".gap").first.click()


LONG_DESK, SHORT_DESK = ("corpus", "long"), ("corpus", "french")

STATES = [
    # --- Nobody is signed in ---
    State("sign-in", "sign-in"),
    State("sign-in, wrong", "sign-in", status=422, steps=sends(username="nobody", password="wrong")),
    State("sign-up", "sign-up"),
    State("sign-up, wrong", "sign-up", status=422, steps=sends(username="a b", password="1", again="2")),
    State("forgotten", "forgotten"),
    State("forgotten, sent", "forgotten", steps=sends(who="nobody")),
    State("password link", "password-link", args=("secret",)),
    State("password link, ended", "password-link", args=("ended",), status=410),
    State("second step", "sign-in", steps=shows_the_password),
    # --- Corpora ---
    State("home", "home", "rosa"),
    State("home, of no corpus", "home", "stranger"),
    State("home, site administrator", "home", "boss"),
    State("corpus, reviewer", "corpus", "rosa", CORPUS),
    State("corpus, reviewer who is done", "corpus", "fiona", ("seed corpus",)),
    State("corpus, admin", "corpus", "ada", CORPUS),
    State("corpus, admin who reviews", "corpus", "milo", CORPUS),
    State("corpus, adjudicator", "corpus", "judith", CORPUS),
    State("corpus, researcher", "corpus", "reza", CORPUS),
    State("empty corpus, reviewer", "corpus", "rosa", EMPTY),
    State("empty corpus, admin", "corpus", "ada", EMPTY),
    State("empty corpus, researcher", "corpus", "reza", EMPTY),
    State("new corpus", "corpus-new", "boss"),
    State("new corpus, wrong", "corpus-new", "boss", status=422, steps=sends(name="", slug="A B")),
    State("name and languages", "corpus-edit", "ada", CORPUS),
    State("name and languages, wrong", "corpus-edit", "ada", CORPUS, status=422, steps=sends(name="")),
    # --- Statements ---
    State("statements, reviewer", "statements", "rosa", CORPUS),
    State("statements, researcher", "statements", "reza", CORPUS),
    State("statements, last page", "statements", "rosa", CORPUS, "?page=2"),
    State("statements, found", "statements", "rosa", CORPUS, "?q=autorit%C3%A9+mai&sort=-title"),
    State("statements, none found", "statements", "rosa", CORPUS, "?q=zeppelin"),
    State("statements, wrong filter", "statements", "rosa", CORPUS, "?language=xx&q=mai", status=422),
    State("statements, none yet, admin", "statements", "ada", EMPTY),
    State("statements, none yet, researcher", "statements", "reza", EMPTY),
    State("statement, reviewer", "statement", "rosa", ("corpus", "french")),
    State("statement, right to left", "statement", "rosa", ("corpus", "arabic")),
    State("statement, researcher", "statement", "reza", ("corpus", "statement")),
    State("statement, of one reviewer", "statement", "judith", ("corpus", "statement"), "?reviewer=r4"),
    State(
        "statement, a history open",
        "statement",
        "judith",
        ("corpus", "statement"),
        steps=opens("#s-2", "#sentence-panel h2"),
    ),
    State("sentence, reviewer", "sentence", "rosa", ("sentence",)),
    State("sentence, adjudicator", "sentence", "judith", ("sentence",)),
    State("sentence, of which nobody said anything", "sentence", "judith", ("unsaid",)),
    State("add a statement", "upload", "ada", CORPUS),
    State("add a statement, wrong", "upload", "ada", CORPUS, status=422, steps=sends(title="", text="")),
    State("preview of a statement", "upload-preview", "ada", ("corpus", "upload")),
    State("upload of several files", "upload-preview", "ada", ("corpus", "several")),
    State("upload of a document", "upload-preview", "ada", ("corpus", "document")),
    State("document before it is stored", "upload-draft", "ada", ("corpus", "document", "part")),
    State(
        "upload, a file read differently",
        "upload-preview",
        "ada",
        ("corpus", "several"),
        steps=lambda page: page.locator("summary").nth(1).click(),
    ),
    State(
        "text before it is stored",
        "upload-draft",
        "ada",
        ("corpus", "several", "draft"),
        steps=lambda page: page.locator("summary").first.click(),
    ),
    State("upload that was taken back", "upload-preview", "ada", ("corpus", "taken back")),
    State("take an upload back", "upload-take-back", "ada", ("corpus", "taken back")),
    State("correct what is known", "statement-edit", "ada", ("corpus", "statement")),
    # --- The desk ---
    State("desk", "desk", "rosa", LONG_DESK),
    State("desk, right to left", "desk", "rosa", ("corpus", "arabic")),
    State("desk, complete", "desk", "fiona", ("seed corpus", "seed")),
    State("desk, keys", "desk", "rosa", SHORT_DESK, steps=press("?")),
    State("desk, skip", "desk", "rosa", SHORT_DESK, steps=press("s")),
    State("desk, more", "desk", "rosa", SHORT_DESK, steps=press("m")),
    State("desk, mending", "desk", "rosa", LONG_DESK, steps=opens("#mend", ".gap")),
    State("mend the split", "sentence-mend", "rosa", ("sentence",)),
    State("mend the split, adjudicator", "sentence-mend", "judith", ("sentence",)),
    State("desk, to check", "desk", "wyn", ("mended corpus", "mended")),
    State("sentence, mended", "sentence", "wyn", ("mended part",)),
    State("sentence, that ended", "sentence", "wyn", ("mended whole",)),
    State("desk, done with some untouched", "desk", "rosa", LONG_DESK, steps=press(".")),
    State(
        "desk, about the statement",
        "desk",
        "rosa",
        LONG_DESK,
        steps=lambda page: page.locator("#about summary").click(),
    ),
    State("nothing left to tag", "tag", "fiona", ("seed corpus",)),
    # --- The split ---
    State("splits, flags", "splits", "judith", CORPUS),
    State("splits, last page", "splits", "judith", CORPUS, "?page=2"),
    State("splits, one open", "splits", "walt", ("cut",), steps=opens(".cutting summary", ".gap")),
    State("splits, refused", "splits", "judith", CORPUS, status=422, steps=splits_elsewhere),
    State("splits, none of one's own", "splits", "milo", CORPUS),
    State("splits, none", "splits", "ada", EMPTY),
    State("splits, statements", "splits-statements", "judith", CORPUS),
    State("splits, older rules", "splits-statements", "walt", ("cut",)),
    State("splits, difference", "split-anew", "walt", ("cut", "old")),
    State("splits, difference, touched", "split-anew", "walt", ("cut", "worked")),
    State("splits, no difference", "split-anew", "judith", ("corpus", "statement")),
    # --- One's own decisions ---
    State("my work", "my-work", "rosa", CORPUS),
    State("my work, changed and older", "my-work", "fiona", ("seed corpus",)),
    State("my work, older page", "my-work", "rosa", CORPUS, steps=follows(".pages a[rel=next]")),
    State("my work, filtered", "my-work", "rosa", CORPUS, "?said=label%3Arebuttal&only=commented"),
    State("my work, wrong filter", "my-work", "rosa", CORPUS, "?said=label%3Axx&only=unsure", status=422),
    State("my work, none found", "my-work", "rosa", CORPUS, "?said=none&only=changed"),
    State("my work, none yet", "my-work", "milo", CORPUS),
    # --- Labels and guideline ---
    State("scheme", "scheme", "rosa", CORPUS),
    State("scheme, admin", "scheme", "ada", CORPUS),
    State("scheme, a version", "scheme-version", "rosa", ("corpus", "scheme")),
    State("scheme, change", "scheme-edit", "ada", CORPUS),
    State("scheme, change before any decision", "scheme-edit", "ada", EMPTY),
    State(
        "scheme, wrong",
        "scheme-edit",
        "ada",
        CORPUS,
        status=422,
        steps=sends(**{"label-0-key": "n"}),
    ),
    State(
        "scheme, preview",
        "scheme-edit",
        "ada",
        CORPUS,
        steps=sends(press="button[name=preview]"),
    ),
    # --- People, history, export ---
    State("people", "people", "ada", CORPUS),
    State("people, wrong", "people", "ada", CORPUS, status=422, steps=sends(username="a b")),
    State("person", "person", "ada", ("corpus", "member")),
    State("person, invited", "person", "ada", ("corpus", "invited")),
    State("person, who left", "person", "ada", ("corpus", "gone")),
    State(
        "link for a person",
        "person",
        "ada",
        ("corpus", "member"),
        steps=sends(form="form[action$='/link/']", press="button"),
    ),
    State("remove a person", "person-remove", "ada", ("corpus", "member")),
    State("history", "history", "ada", CORPUS),
    State("export", "export", "reza", CORPUS),
    State("export, reviewer", "export", "rosa", CORPUS, "?layer=history&format=csv&state=labelled"),
    State("export, whole texts", "export", "ada", CORPUS, "?layer=statements&format=xlsx&q=autorit%C3%A9"),
    State("export, none found", "export", "judith", CORPUS, "?statement=2a3b4c5d6e7f&unsure=true"),
    State(
        "export, wrong filter", "export", "reza", CORPUS, "?format=lewidi&layer=history&scheme=0", status=422
    ),
    # --- One's own account ---
    State("account", "account", "rosa"),
    State("account, with tokens", "account", "ada"),
    State("account, wrong", "account", "rosa", status=422, steps=sends(name="a\u2066b")),
    State(
        "new token",
        "account",
        "reza",
        steps=sends(form="form[action$='/tokens/']", press="button", name="notebook"),
    ),
    State("second factor, off", "mfa_index", "rosa"),
    State("second factor, on", "mfa_index", "tove"),
    State("app, turn on", "mfa_activate_totp", "rosa"),
    State("app, wrong code", "mfa_activate_totp", "rosa", status=422, steps=sends(code="0")),
    State("app, turn off", "mfa_deactivate_totp", "tove"),
    State("recovery codes", "mfa_view_recovery_codes", "tove"),
    State("recovery codes, new", "mfa_generate_recovery_codes", "tove"),
    State("passkeys", "mfa_list_webauthn", "tove"),
    State("passkeys, none", "mfa_list_webauthn", "rosa"),
    State("passkeys, add", "mfa_add_webauthn", "rosa"),
    State("passkeys, rename", "mfa_edit_webauthn", "tove", ("passkey",)),
    State("passkeys, remove", "mfa_remove_webauthn", "tove", ("passkey",)),
    State("confirm with the password", "account_reauthenticate", "rosa"),
    State("confirm with a code", "mfa_reauthenticate", "tove"),
    State("confirm with a passkey", "mfa_reauthenticate_webauthn", "tove"),
    # --- Beside the corpora ---
    State("api reference", "api-docs", "reza", repeats=".operation ~ .operation ~ .operation"),
    State("admin site", "admin:index", "boss"),
    State("not found", "corpus", "stranger", CORPUS, status=404),
    State("not allowed", "people", "rosa", CORPUS, status=403),
]

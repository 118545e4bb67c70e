"""Files come in: chosen or dropped, sent, looked at, put right, stored, found, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.server.conftest import run_python

ROWS = 25_000  # as many as keep the worker busy for more than a second
LETTER = "We deny all of it.\n\nNobody was hurt, and nothing was hidden.\n"
OLD = "Une société répond. Elle n’a rien caché."
MAKE_CORPUS = """
from django.utils import timezone
from statements.actions.corpus import begin_corpus
from statements.models import User
admin = User.objects.get(username="admin")
begin_corpus("letters", name="Letters", languages=["en", "fr"], by=admin, at=timezone.now())
"""
DROPPED = """(name) => {
  const all = new DataTransfer();
  all.items.add(new File(["We deny all of it."], name));
  return all;
}"""


def table(rows: int) -> bytes:
    """A CSV in cp1252 of which the third row has no text."""
    lines = ["titre;texte", *(f"Lettre {at};La lettre n° {at} reste sans réponse." for at in range(rows))]
    lines[3] = "Lettre vide;"
    return "\n".join(lines).encode("cp1252")


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.fixture(scope="module")
def _letters(server) -> None:
    run_python(server, MAKE_CORPUS)


@pytest.fixture
def page(_letters, server, signed_in_page) -> Page:
    """The page that takes files, before somebody who administers the site."""
    page = signed_in_page("admin", server.admin_password)
    page.goto("/c/letters/upload/")
    return page


def heading(page: Page, words: str, *, timeout: float = 30_000) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words, timeout=timeout)


def test_three_files_of_which_one_is_broken_are_seen_put_right_stored_found_and_taken_back(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 2)[1]))
    old = OLD.encode("utf-16-le")  # without a mark, nobody can tell
    files = [
        file("letter.txt", LETTER.encode()), file("table.csv", table(ROWS)), file("old.txt", old)
    ]  # fmt: skip
    page.get_by_label("Files").set_input_files(files)
    expect(page.locator("#chosen li")).to_have_text(
        ["letter.txt · 61 byte", "table.csv · 1.28 MB", "old.txt · 80 byte"]
    )
    page.get_by_role("button", name="Read and show").click()

    heading(page, "Being read")
    heading(page, "Check before it is stored")
    assert "progress" in asked
    cards = page.locator(".file")
    expect(cards.nth(0)).to_contain_text("Read as UTF-8. 1 statement, 2 sentences, 2 paragraphs.")
    expect(cards.nth(1)).to_contain_text("Read as CP1252. 24,999 statements, 24,999 sentences")
    expect(cards.nth(1)).to_contain_text("Line 4, texte: There is no text in this row.")
    expect(cards.nth(2)).to_contain_text("U+0000")

    cards.nth(2).get_by_text("Read it differently").click()
    cards.nth(2).get_by_label("Encoding").select_option("utf-16")
    cards.nth(2).get_by_role("button", name="Read it again").click()
    expect(cards.nth(2)).to_contain_text("Read as UTF-16. 1 statement, 2 sentences", timeout=30_000)
    expect(page.locator(".lead").first).to_contain_text("To be stored: 25,001 statements, 25,003 sentences.")
    page.get_by_label("Leave out what cannot be read: 1 row or file").check()
    page.get_by_role("button", name="Store it").click()

    heading(page, "Stored", timeout=60_000)
    page.get_by_role("link", name="See the statements").click()
    page.locator("input[name=q]").fill("rien cache")
    page.keyboard.press("Enter")
    expect(page.locator("tbody mark").first).to_have_text("rien")
    page.locator("tbody .first a").first.click()
    expect(page.locator(".text .words")).to_have_text(["Une société répond.", "Elle n’a rien caché."])

    page.goto("/c/letters/upload/")
    page.locator(".uploads a").first.click()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back now").click()
    heading(page, "Taken back")
    page.goto("/c/letters/statements/")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_sending_shows_how_far_it_is_and_can_be_cancelled(page):
    slow = page.context.new_cdp_session(page)
    throttled = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 500_000}
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", throttled)
    page.get_by_label("Files").set_input_files([file("large.txt", b"We deny it. " * 500_000)])
    send = page.get_by_role("button", name="Read and show")
    send.click()

    bar = page.locator("#sent")
    expect(bar).to_be_visible()
    expect(send).to_be_disabled()
    expect(bar).not_to_have_js_property("value", 0)
    begun = bar.evaluate("one => one.value")
    expect(bar).not_to_have_js_property("value", begun)
    expect(page.locator("#sent-share")).to_contain_text("%")
    page.get_by_role("button", name="Cancel").click()

    expect(bar).not_to_be_visible()
    expect(send).to_be_enabled()
    page.goto("/c/letters/upload/")
    expect(page.locator(".uploads")).not_to_contain_text("large.txt")


def test_files_can_be_dropped_one_after_the_other(page):
    for name in ("one.txt", "two.txt"):
        dropped = page.evaluate_handle(DROPPED, name)
        page.locator("#drop").dispatch_event("drop", {"dataTransfer": dropped})

    expect(page.locator("#chosen li bdi")).to_have_text(["one.txt", "two.txt"])
    page.get_by_role("button", name="Read and show").click()
    heading(page, "Check before it is stored")
    expect(page.locator(".file h3")).to_have_text(["one.txt", "two.txt"])

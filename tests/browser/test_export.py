"""The export page at work: a download that shows how far it is, goes on where it broke, can be stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from statements.streams import BROKEN_OFF
from tests.chromium import intercept
from tests.server.conftest import run_python

TEXTS = 60
EXPORTS = "**/api/v1/corpora/odd/export/**"
LOST = "The connection broke. It goes on in 1 s, from the last whole row."
MAKE_CORPUS = f"""
from django.utils import timezone
from statements.actions.corpus import begin_corpus
from statements.actions.decision import Decision
from statements.actions.statement import Details
from statements.actions.upload import add_text
from statements.models import Sentence, State, User
from tests.make import tag
now, admin = timezone.now(), User.objects.get(username="admin")
corpus = begin_corpus("odd", name="Odd texts", languages=["en", "fr"], by=admin, at=now)
text = (
    "\U0001f914 He \U0001f468\u200d\U0001f469\u200d\U0001f467 said \\"no\\",\\nand that\u2019s all. "
    "Une socie\u0301te\u0301 re\u0301pond. \U0001d518\U0001d52b\U0001d526 code. Yes.\\n\\nEnd \U0001f6d1."
)
for number in range({TEXTS}):
    add_text(corpus, f"{{text}} {{number}}.".encode(), Details(title=f"Text {{number}}", language="en"),
             name="a.txt", by=admin, at=now)
from statements.actions.member import set_roles
from statements.roles import Role
from statements.actions.user import add_user
rita = add_user("rita", password=None, at=now)
set_roles(corpus, rita, roles={{Role.REVIEWER}}, by=admin, at=now)
for sentence in Sentence.objects.filter(statement__corpus=corpus).select_related("statement__corpus"):
    for label in (("rebuttal",), ()):
        tag(sentence, rita, *label, at=now)
"""
OFFSETS = """async () => {
  const rows = async (layer) => {
    const answer = await fetch(`/api/v1/corpora/odd/export/?layer=${layer}&format=jsonl`);
    return (await answer.text()).trim().split("\\n").map((line) => JSON.parse(line));
  };
  const texts = new Map((await rows("statements")).map((one) => [one.statement, one.text]));
  const sentences = await rows("sentences");
  const wrong = sentences.filter((one) =>
    texts.get(one.statement).slice(one.start_utf16, one.end_utf16) !== one.text);
  const moved = sentences.filter((one) => one.start !== one.start_utf16);
  return [texts.size, wrong.length, moved.length > 0];
}"""

# The first two answers are lost after some bytes of each.
LOSING = """() => {
  const real = window.fetch;
  window.losses = 0;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (window.losses === 2) return answer;
    window.losses += 1;
    const reader = answer.body.getReader();
    const body = new ReadableStream({
      async start(out) {
        out.enqueue((await reader.read()).value.subarray(0, 5000));
        setTimeout(() => out.error(new TypeError("lost")), 100);
      },
    });
    return new Response(body, { headers: answer.headers });
  };
}"""


@pytest.fixture(scope="module")
def _odd(server) -> None:
    run_python(server, MAKE_CORPUS)


@pytest.fixture
def page(_odd, server, signed_in_page) -> Page:
    page = signed_in_page("admin", server.admin_password)
    page.goto("/c/odd/export/?layer=history&format=csv")
    return page


def downloaded(page: Page, then: str = "Saved as") -> bytes:
    with page.expect_download() as begun:
        page.locator("#download").click()
    expect(page.locator("#download-state")).to_contain_text(then)
    return Path(begun.value.path()).read_bytes()


def asked_again(page: Page, as_of: str) -> bytes:
    """The same export once more, from the API, as it was at that moment."""
    address = page.locator("#download").get_attribute("href")
    return page.request.get(f"{address}&as_of={as_of}").body()


def test_a_file_that_the_page_downloads_is_that_of_the_api(page):
    for format_name in ("csv", "parquet"):
        page.goto(f"/c/odd/export/?layer=history&format={format_name}")
        with page.expect_response(lambda answer: "/api/v1/" in answer.url) as answered:
            content = downloaded(page)

        assert len(content) > 10_000
        assert content == asked_again(page, answered.value.headers["annotator-as-of"])
        expect(page.locator("#download-state")).to_contain_text("Saved as odd-history-")
        expect(page.locator("#stop-download")).to_be_hidden()


def test_where_a_download_breaks_it_goes_on_from_the_last_whole_row(page, allow_console):
    """Cut in a row, told to wait, cut again, broken off by the server: the file is whole."""
    allow_console("status of 503")
    for format_name, layer in (("csv", "history"), ("jsonl", "sentences")):
        page.goto(f"/c/odd/export/?layer={layer}&format={format_name}")
        asked: list[str] = []
        moments: list[str] = []
        intercept(page, EXPORTS, cutting(asked, moments))
        content = downloaded(page)
        page.unroute(EXPORTS)

        assert content == asked_again(page, moments[0])
        assert (len(asked), asked[0], asked[2], set(moments)) == (5, "", asked[1], {moments[0]})
        pattern = r"[0-9a-z]+\.\d+:[12]" if layer == "history" else r"[0-9a-z]+\.\d+"
        assert [bool(re.fullmatch(pattern, one)) for one in asked[1:]] == [True] * 4


def cutting(asked: list[str], moments: list[str]) -> Callable[[Route], None]:
    """Answer an export in pieces; note where each is asked to go on, and of which moment it is."""

    def cut(route: Route) -> None:
        asked.append(parse_qs(urlsplit(route.request.url).query).get("after", [""])[0])
        if len(asked) == 2:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
            return
        answer = route.fetch()
        moments.append(answer.headers["annotator-as-of"])
        body = answer.body()
        inside = body.rindex(b"\n", 0, len(body) // 2) - 20
        some = body[:inside] if len(asked) < 5 else body
        route.fulfill(response=answer, body=_broken_off(some) if len(asked) == 4 else some)

    return cut


def _broken_off(body: bytes) -> bytes:
    return body[: body.rindex(b"\n") + 1] + BROKEN_OFF


def test_a_connection_that_is_lost_is_waited_for_and_told(page):
    page.evaluate(LOSING)
    with (
        page.expect_response(lambda answer: "/api/v1/" in answer.url) as answered,
        page.expect_download() as begun,
    ):
        page.locator("#download").click()
        expect(page.locator("#download-state")).to_have_text(LOST)

    content = Path(begun.value.path()).read_bytes()
    assert content == asked_again(page, answered.value.headers["annotator-as-of"])
    assert page.evaluate("losses") == 2


def test_it_can_be_cancelled_and_tells_what_the_server_refuses(page, allow_console):
    allow_console("409")
    held: list[Route] = []
    intercept(page, EXPORTS, lambda route: held.append(route))
    page.locator("#download").click()
    page.get_by_role("button", name="Cancel").press("Enter")

    expect(page.locator("#download-state")).to_have_text("Cancelled. Nothing was saved.")
    expect(page.locator("#download")).to_be_focused()
    expect(page.locator("#stop-download")).to_be_hidden()

    page.unroute(EXPORTS)
    refusal = {"detail": "It has changed meanwhile."}
    page.route(EXPORTS, lambda route: route.fulfill(status=409, json=refusal))
    page.locator("#download").click()
    expect(page.locator("#download-state")).to_have_text("The server refused it: It has changed meanwhile.")


def test_the_form_shows_what_it_changes_and_offsets_are_those_of_javascript(page, allow_console):
    allow_console("status of 422")
    expect(page.locator("#take")).to_have_text("720 rows")
    page.get_by_label("a sentence, with all decisions on it").check()

    expect(page.locator("#take")).to_have_text("360 rows")
    expect(page.locator("#told")).to_have_text("360 rows")
    assert page.url.endswith("/c/odd/export/?layer=sentences&format=csv")
    page.get_by_text("Only some of the rows").click()
    page.get_by_label("Reviewer").select_option("r2")
    page.get_by_label("Guideline version").fill("1")
    page.get_by_label("LeWiDi JSON").check()
    page.get_by_label("a decision, with its sentence").check()
    error = page.locator("#id_format_error")
    expect(error).to_have_text("This format holds sentences only. Take another format, or another layer.")
    page.get_by_label("a sentence, with all decisions on it").check()
    expect(page.locator("#take")).to_have_text("360 rows")
    expect(error).to_have_count(0)
    assert page.url.endswith("?layer=sentences&format=lewidi&reviewer=r2&scheme=1")

    assert page.evaluate(OFFSETS) == [TEXTS, 0, True]

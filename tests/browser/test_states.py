"""Every page in every state: by assistive technology, in the dark, on a small screen, enlarged, in French.

With `--screens` screenshots of all of them are left in `test-results/screens/`, to be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf.locale import LANG_INFO
from django.urls import reverse
from playwright.sync_api import Page

from statements.text.decode import ENCODINGS
from tests.browser.states import STATES, State
from tests.browser.world import World
from tests.live import ROOT

LANGUAGES = [str(one["name_local"]) for one in LANG_INFO.values() if "name_local" in one]
# What English and French write alike: words, names of languages, encodings, formats and tools.
THE_SAME = {
    "Annotations", "Annotator", "Corpus", "Date", "MFA", "Licence", "Pages", "Sessions", "Source", "Versions",
    "olive", "violet", "Format", "JSONL", "CSV", "JSON Lines", "Parquet", "Excel", "LeWiDi JSON", "curl",
    "Python", "R (httr2)", "中文",
    *LANGUAGES, *(name.capitalize() for name in LANGUAGES),
    *(name.upper() for name in ENCODINGS),
}  # fmt: skip
SCREENS = ROOT / "test-results" / "screens"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}
EVERY_RULE = {"runOnly": {"type": "tag", "values": LEVELS}, **ONLY_WHAT_IS_WRONG}
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    **ONLY_WHAT_IS_WRONG,
}
SMALL, ENLARGED, WIDE = (
    {"width": 320, "height": 640},
    {"width": 640, "height": 430},  # 1280 × 860 at 200 %
    {"width": 1280, "height": 860},
)

BROKEN = """([context, options]) => axe.run(context ?? document, options)
  .then(({ violations }) => violations
    .map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))]))"""

# WCAG 1.4.12: what a reader may do to the spacing of a text. The security policy keeps out style elements.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    + " word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}"""

# Django's own pages let colours change slowly, reduced motion or not.
SETTLED = """() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))
  .then(() => Promise.all(document.getAnimations().map((one) => one.finished)))"""

# What is said in the language of the page. Data stands in bdi, code and the like, or under its own language.
WORDS = """() => {
  const here = document.documentElement.lang, said = new Set([document.title]);
  const isOurs = (element) => !element.closest("bdi, code, kbd, pre, time, textarea, .prose")
    && element.closest("[lang]").lang === here;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (isOurs(text.parentElement)) said.add(text.data.trim());
  }
  for (const name of ["aria-label", "title", "alt", "placeholder", "data-label", "data-done"]) {
    for (const element of document.querySelectorAll(`body [${name}]`)) {
      if (isOurs(element)) said.add(element.getAttribute(name).trim());
    }
  }
  return [...said];
}"""

# What runs out of the window sideways, though the page as a whole does not scroll.
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 0.5
    && getComputedStyle(one).position !== "absolute" && !one.closest(".scroller, .code, pre, .unseen"))
  .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""


def address_of(state: State, world: World) -> str:
    return reverse(state.url, args=[world.places[name] for name in state.args]) + state.query


def bring(page: Page, state: State, world: World) -> None:
    """Open a page and bring it into its state; see that it answered as it should, all from our own site."""
    answers = []
    asked = set()
    page.on(
        "response", lambda answer: answer.request.is_navigation_request() and answers.append(answer.status)
    )
    page.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
    page.goto(address_of(state, world))
    if state.steps:
        state.steps(page)
    else:
        assert page.url == world.url + address_of(state, world)
    page.wait_for_load_state()
    folds = page.locator("main:not(:has(.desk)) details")
    folds.evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert answers[-1] == state.status, (answers, page.url)
    assert asked == {world.url}


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[Page, State, str], None]:
    return _photograph if request.config.getoption("--screens") else lambda page, state, variant: None


def _photograph(page: Page, state: State, variant: str) -> None:
    folder = SCREENS / variant
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", state.name)
    # The desk has bars that stick to the edges of the window: only the window shows it as it is seen.
    is_desk = page.locator(".at-desk").count() > 0
    page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=80, full_page=not is_desk)


def violations(page: Page, rules: dict[str, object], *, but_for: str = "") -> list[list[str]]:
    """Return what breaks a rule: its name, then the elements that do."""
    if not page.evaluate("'axe' in window"):  # half a megabyte, once for a page
        page.evaluate(Axe().axe_script)
    context = {"exclude": [[but_for]]} if but_for else None
    found: list[list[str]] = page.evaluate(BROKEN, [context, rules])
    return found


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_open_to_everyone(state, world, context_of, console, allow_console, photograph):
    if state.status >= 400:
        allow_console(f"status of {state.status}")
    page = context_of(state.who, viewport=WIDE, reduced_motion="reduce").new_page()
    console.watch(page)
    bring(page, state, world)

    assert page.locator("h1").count() == 1
    assert violations(page, EVERY_RULE, but_for=state.repeats) == []
    english = words(page, "en")
    photograph(page, state, "light")
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    assert violations(page, CONTRAST, but_for=state.repeats) == []
    photograph(page, state, "dark")
    page.emulate_media(color_scheme="light")
    fits(page, state, ENLARGED)
    fits(page, state, SMALL)
    photograph(page, state, "small")
    page.evaluate(SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]

    page.set_viewport_size(WIDE)
    if not state.who:
        page.context.clear_cookies()  # of a sign-in that had begun
    page.context.add_cookies([{"name": "django_language", "value": "fr", "url": world.url}])
    bring(page, state, world)

    both = {text.removesuffix(" · Annotator") for text in english & words(page, "fr")}
    both -= THE_SAME | set(world.written)
    assert {text for text in both if re.search(r"[^\W\d_]{2}", text)} == set()
    photograph(page, state, "french")
    fits(page, state, SMALL)


def words(page: Page, language: str) -> set[str]:
    assert page.locator("html").get_attribute("lang") == language
    return set(page.evaluate(WORDS))


def fits(page: Page, state: State, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)
    if "admin:" not in state.url:  # Django's own pages hide their headings by other means
        assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_what_breaks_the_security_policy_would_be_seen(context_of, console, allow_console):
    page = context_of("").new_page()
    console.watch(page)
    page.goto("/sign-in/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")

    assert ["Content Security Policy" in text for text in console.unexpected()] == [True]
    allow_console("Content Security Policy")


def test_what_breaks_a_rule_would_be_seen(context_of):
    page = context_of("").new_page()
    page.goto("/sign-in/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('label').remove()")

    assert [rule for rule, *_where in violations(page, EVERY_RULE)] == ["html-has-lang", "label"]


def test_a_statement_prints_with_its_tags_whose_they_are_and_what_they_mean(context_of, world):
    page = context_of("judith").new_page()
    page.goto(f"/c/press/statements/{world.places['statement']}/?reviewer=r4")
    page.emulate_media(media="print")

    shown = [
        page.locator(one).first.is_visible() for one in ("h1", ".about", ".tag", ".legend", ".only-print")
    ]
    hidden = [page.locator(one).first.is_visible() for one in (".masthead", ".rooms", "form", ".footer")]
    assert (shown, hidden) == ([True] * 5, [False] * 4)
    assert page.locator(".only-print").inner_text() == "Tags of r4"
    page.emulate_media(media="screen")
    assert not page.locator(".only-print").is_visible()

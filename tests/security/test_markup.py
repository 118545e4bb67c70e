"""Nothing that people type is run by a page, and no page needs anything inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from statements.actions.corpus import change_corpus
from statements.admin import site
from statements.models import (
    Annotation,
    Corpus,
    Event,
    Scheme,
    SchemeLabel,
    Sentence,
    Source,
    Statement,
    Token,
    Upload,
    User,
)
from statements.roles import Role, Scope
from tests.make import NOON, make_member, make_token, tag
from tests.security.conftest import READ, paths_of
from tests.test_guards import World, client_of

ROOT = Path(__file__).resolve().parent.parent.parent
HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></textarea>{{7*7}}",
    "attribute": "x\" onmouseover=alert(1) style='color:red' a=\"",
    "address": "javascript:alert(1)//",
    "markdown": "[a](javascript:alert(1)) ![b](https://elsewhere.example/b.png) <iframe src=//e.example>",
    "comment": "<!-- ]]> --> <svg/onload=alert(1)> &lt;script&gt;",
    "direction": "\u202egnp.exe\u202c \u2066over\u2069 \u200b",
    "wide": "👩🏽‍🔬 𝔘𝔫𝔦 \U0001f4a9",
    "nothing": "null None undefined NaN '; DROP TABLE user; -- %00 %s {0} ${7*7}",
}
pytestmark = pytest.mark.once
BANNED = {"style", "iframe", "frame", "object", "embed", "base", "applet"}
ADDRESSES = {"href", "src", "action", "formaction", "srcset", "poster", "data", "xlink:href"}


class Wrong(HTMLParser):
    """What the policy of the pages would stop, or what would leave the site by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in BANNED:
            self.found.append((tag, "", ""))
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append((tag, "", ""))
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.found.append((tag, name, value))
            if name in ADDRESSES and not is_harmless(tag, value):
                self.found.append((tag, name, value))


def is_harmless(tag: str, address: str) -> bool:
    """Whether an address is local, a picture that is written out, or a link that only a click follows."""
    if tag == "img" and address.startswith("data:image/"):
        return True
    if tag == "a" and re.match(r"https?://", address):
        return True
    return not re.match(r"\s*([a-z][a-z0-9+.-]*:|//|/\\|\\)", address, re.IGNORECASE)


def wrong_on(html: str) -> list[tuple[str, str, str]]:
    wrong = Wrong()
    wrong.feed(html)
    wrong.close()
    return wrong.found


def admin_pages() -> list[str]:
    """Every list and the newest row of every table of the admin site."""
    found = [reverse("admin:index")]
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        for row in model.objects.order_by("-pk")[:1]:
            found += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
    return found


def fill_everything(world: World, boss: User, text: str) -> None:
    """Put `text` into every field that takes words, whether or not a form would let it in."""
    sentence = Sentence.objects.find(world.places["sentence"])
    tag(sentence, boss, "rebuttal", comment=text)
    make_token(boss, Scope.READ, at=timezone.now())
    corpus = Corpus.objects.get(slug=world.places["corpus"])
    change_corpus(corpus, name=text, languages=["en", "fr"], by=boss, at=NOON)
    words = {"en": text, "fr": text}
    Statement.objects.update(
        title=text, speaker=text, licence=text, responds_to=text, metadata={text: text, "source": text}
    )
    about = Upload.objects.get(public_id=world.places["upload"]).proposal
    Upload.objects.update(
        proposal={**about, "title": text, "speaker": text, "licence": text, "responds_to": text}
    )
    Source.objects.update(name=text[:255])
    Scheme.objects.update(guidelines=words)
    SchemeLabel.objects.update(names=words, definitions=words, examples={"en": [text], "fr": [text]})
    User.objects.update(name=text, email="")
    Token.objects.update(name=text)
    Annotation.objects.update(comment=text)


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_people_runs_on_any_page(world, boss, by_boss, text):
    fill_everything(world, boss, text)
    shown = ""

    for path in [*(path for _name, path in paths_of(READ, world)), *admin_pages()]:
        response = by_boss.get(path)
        if response.headers["Content-Type"].startswith("text/html"):
            assert wrong_on(response.text) == [], path
            assert "<script>alert" not in response.text, path
            assert "<img src=x" not in response.text, path
            shown += response.text

    assert shown.count(escape(text)) > 10  # it is shown, as it was typed: nothing was cut out of it
    assert Event.objects.filter(detail__after__name=text).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*Role, None])
def test_no_page_has_anything_inline_or_from_elsewhere(world, role):
    client = client_of(make_member("mia", {role})) if role else Client()

    for _name, path in paths_of(READ, world):
        response = client.get(path)
        if response.headers["Content-Type"].startswith("text/html"):
            assert wrong_on(response.text) == [], path


def test_this_test_sees_what_is_wrong():
    page = (
        '<a href="javascript:x">a</a><p style="a"><img src="//e.example/a"><script>x</script>'
        '<a href="https://e.example/">a</a><script src="/a.js"></script><b onclick=x><form action="/a">'
        '<a href=" JavaScript:x">'
    )

    assert [(tag, name) for tag, name, _value in wrong_on(page)] == [
        ("a", "href"),
        ("p", "style"),
        ("img", "src"),
        ("script", ""),
        ("b", "onclick"),
        ("a", "href"),
    ]


@pytest.mark.parametrize("word", [r"\|\s*safe", r"autoescape", r"safeseq", r"mark_safe"])
def test_no_template_switches_escaping_off(word):
    found = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    written = [str(path) for path in found if re.search(word, path.read_text("utf-8"))]

    # What is not HTML, a mail, is not escaped.
    assert [path for path in written if not path.endswith(".txt")] == []
    assert len(found) > 20


ESCAPING = [
    "statements/forms/upload.py",
    "statements/templatetags/reading.py",
    "statements/views/history.py",
]


@pytest.mark.parametrize(
    ("word", "where"),
    [
        (r"mark_safe\(|SafeString\(|html_safe", ["statements/templatetags/reading.py"]),  # Markdown
        # What it is given is escaped.
        (r"format_html", ESCAPING),
    ],
)
def test_what_becomes_html_in_python_is_known(word, where):
    sources = [*(ROOT / "statements").rglob("*.py"), *(ROOT / "annotator").rglob("*.py")]
    found = [path for path in sources if re.search(word, path.read_text("utf-8"))]

    assert sorted(path.relative_to(ROOT).as_posix() for path in found) == where


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//e.example"]
)
def test_a_source_that_is_no_web_address_is_not_stored(world, by_boss, address):
    about = {"title": "T", "language": "en", "text": "A new one.", "source_url": address}
    before = Upload.objects.count()

    page = by_boss.post(f"/c/{world.places['corpus']}/upload/", about)
    api = by_boss.post(f"/api/v1/corpora/{world.places['corpus']}/statements/", about, "application/json")

    assert api.status_code == 400
    assert page.status_code == 422 or address == "//e.example"  # which is read as https://e.example
    assert not Statement.objects.filter(source_url__istartswith=address).exists()
    assert Upload.objects.count() == before + (page.status_code == 302)

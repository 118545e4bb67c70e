"""The reading view and the history of a sentence, as tests ask for them and read them."""

from __future__ import annotations

import html
import re

from django.test import Client

from statements.models import Scheme, Sentence, User
from statements.roles import Role
from tests.make import LATER, the_corpus

WATCHERS = [Role.ADMIN, Role.ADJUDICATOR, Role.RESEARCHER]


def by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reading(sentence: Sentence) -> str:
    return f"/c/press/statements/{sentence.statement.public_id}/"


def page(sentence: Sentence) -> str:
    return f"/sentences/{sentence.public_id}/"


def plain(markup: str) -> str:
    """What a piece of HTML says, each blank as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def tags(text: str) -> list[list[str]]:
    """The tags of each sentence as they are seen."""
    seen = r'<b class="tag [^>]*><span aria-hidden="true">(.*?)</span>'
    return [re.findall(seen, link) for link in re.findall(r'(?s)<a class="sentence".*?</a>', text)]


def lines(text: str) -> list[str]:
    """The classes of the words of each sentence."""
    return re.findall(r'<span class="(words[^"]*)"', text)


def told(text: str) -> list[str]:
    """The rows of a history as people read them."""
    history = re.search(r'(?s)<ol class="decisions".*?</ol>', text)
    rows = re.findall(r"(?s)<li>(.*?)</li>", history[0] if history else "")
    return [plain(re.sub(r'(?s)<b class="tag.*?</b>|<time.*?</time>', "", row)) for row in rows]


def leave_out(slug: str) -> None:
    """A next version without this label: what no page does any more once something was decided."""
    entries = list(Scheme.objects.newest_of(the_corpus()).entries.exclude(label__slug=slug))
    scheme = Scheme.objects.create(corpus=the_corpus(), number=2, published_at=LATER)
    for entry in entries:
        entry.pk, entry.scheme = None, scheme
        entry.save(force_insert=True)

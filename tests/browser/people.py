"""Who uses the browser in these tests, and what the export says they did."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.live import Server

ALL_SAVED = "All saved"

MAKE_REVIEWERS = """
import json, secrets
from django.utils import timezone
from statements.actions.member import set_roles
from statements.actions.user import add_user
from statements.models import Corpus
from statements.roles import Role
from tests.browser.world import at_once, session_of

now, corpus, made = timezone.now(), Corpus.objects.get(slug="seed"), []
password = secrets.token_urlsafe(12)
with at_once():
    for number in range{numbers}:
        user = add_user(f"reviewer-{{number}}", password=password, at=now)
        member = set_roles(corpus, user, roles={{Role.REVIEWER}}, by=None, at=now)
        made.append((user.username, password, member.pseudonym, session_of(user)))
print(json.dumps(made))
"""


@dataclass(frozen=True)
class Person:
    name: str
    password: str
    pseudonym: str
    session: str  # one that is open already


def exported(server: Server, token: str, person: Person) -> dict[int, dict[str, object]]:
    """Return the decisions of one person by the position of their sentence."""
    request = urllib.request.Request(
        f"{server.url}/api/v1/corpora/seed/export/?layer=sentences",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        sentences = [json.loads(line) for line in answer]
    return {
        row["position"]: decision
        for row in sentences
        for decision in row["annotations"]
        if decision["reviewer"] == person.pseudonym
    }


def keys_of(server: Server, person: Person) -> list[str]:
    """What is stored of a person: the act and the labels or the state of every row, in order."""
    said = server.manage("shell", "-v0", "--no-imports", "-c", "from statements.models import Annotation\n"
        f"for row in Annotation.objects.filter(reviewer__username='{person.name}').order_by('pk'):\n"
        "    print(row.act, *[label.slug for label in row.labels.all()] or [row.state])")  # fmt: skip
    return said.split("\n")[:-1]


def saved(page: Page, *, within: float = 15) -> None:
    """Wait until all that was decided on this desk is stored."""
    # A key counts as pressed before the page has dealt with it: two frames later it surely has.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.locator("#save-state")).to_have_text(ALL_SAVED, timeout=within * 1000)

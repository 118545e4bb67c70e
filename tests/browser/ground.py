"""Long statements and many reviewers, for tests that press many keys.

`build()` runs inside the server's own process environment (`manage.py shell`) and returns plain values.
"""

from __future__ import annotations

from django.utils import timezone

from statements.actions.corpus import begin_corpus
from statements.actions.member import set_roles
from statements.actions.statement import Details
from statements.actions.upload import add_text
from statements.actions.user import add_user, issue_token
from statements.roles import Role, Scope
from tests.browser.world import PASSWORD, at_once, session_of

SLUG = "ground"
PARAGRAPH = 5  # sentences


@at_once()
def build(people: int, lengths: list[int]) -> dict[str, object]:
    """Make a corpus with a statement of each of these lengths, in sentences, and that many reviewers.

    Return the statements' public ids by length, and of each reviewer name, session key and token to read.
    """
    now = timezone.now()
    boss = add_user("ground-boss", password=PASSWORD, at=now)
    corpus = begin_corpus(SLUG, name="Ground", languages=["en"], by=boss, at=now)
    cast = []
    for number in range(people):
        user = add_user(f"{SLUG}-{number}", password=PASSWORD, at=now)
        set_roles(corpus, user, roles={Role.REVIEWER}, by=boss, at=now)
        token = issue_token(user, scopes={Scope.READ}, days=1, at=now)[1]
        cast.append([user.username, session_of(user), token])
    return {"statements": {length: _statement(corpus, boss, length, now) for length in lengths}, "cast": cast}


TORN = "They hid the losses and we did not. Nobody knew. The bank denies it.\n\nWe will open book"


def build_torn(statements: int) -> dict[str, object]:
    """Make a corpus with that many statements to mend: of four sentences, the last in a paragraph of its own.

    Return their public ids, and of a reviewer for each and an adjudicator the name and the session key.
    """
    now = timezone.now()
    boss = add_user("torn-boss", password=None, at=now)
    corpus = begin_corpus("torn", name="Torn", languages=["en"], by=boss, at=now)
    people = []
    for number in range(statements + 1):
        user = add_user(f"mender-{number}", password=None, at=now)
        role = Role.REVIEWER if number < statements else Role.ADJUDICATOR
        set_roles(corpus, user, roles={role}, by=boss, at=now)
        people.append([user.username, session_of(user)])
    made = [
        add_text(
            corpus, f"{TORN} {number}.".encode(), Details(f"Torn {number}", "en"), name="t", by=boss, at=now
        ).public_id
        for number in range(statements)
    ]
    return {"statements": made, "people": people}


def _statement(corpus, boss, length, now) -> str:
    said = [f"The bank denies point {number} of the letter." for number in range(1, length + 1)]
    text = "\n\n".join(" ".join(said[at : at + PARAGRAPH]) for at in range(0, length, PARAGRAPH))
    details = Details(title=f"In {length} sentences", language="en")
    statement = add_text(corpus, text.encode(), details, name="ground.txt", by=boss, at=now)
    assert statement.sentences.count() == length
    return statement.public_id

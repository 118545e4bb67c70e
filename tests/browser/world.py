"""A world to look at: corpora in every state, and somebody of every kind who is signed in to see them.

`build()` runs inside the server's own process environment (`manage.py shell`) and returns plain
values, as JSON can carry them: session keys by person, and what stands in addresses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from unittest.mock import patch
from uuid import uuid4

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from annotator.sessions import SessionStore
from statements.actions.annotation import annotate
from statements.actions.corpus import begin_corpus
from statements.actions.decision import Decision, Save
from statements.actions.member import add_person, remove, renew_link, set_roles
from statements.actions.resplit import split_sentence
from statements.actions.scheme import publish, texts_of
from statements.actions.statement import Details
from statements.actions.upload import add_text, withdraw
from statements.actions.user import add_user, issue_token
from statements.models import (
    Annotation,
    Corpus,
    Draft,
    Member,
    Scheme,
    Sentence,
    SkipReason,
    State,
    Statement,
    User,
)
from statements.roles import Role, Scope
from tests.letter import letter
from tests.make import bring, make_upload, store


@dataclass(frozen=True)
class World:
    """Where the world is served, and what is in it.

    `sessions` are the keys by person, `places` the parts of addresses, `written` all that people have written
    and that is the same in every language: names, titles, comments.
    """

    url: str
    sessions: Mapping[str, str]
    places: Mapping[str, str]
    written: Sequence[str]


BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BACKEND = "statements.adapter.Accounts"
PASSWORD = "not for signing in: 1 + 1 = 2"
PRESS, EMPTY = "Answers to regulators", "A corpus without a text"
TITLE = "The whole record of the talks, as Norvane Bank tells it"
LONG = 200  # sentences of the long statement

SPEAKERS = ("Norvane Bank", "Helix Mobility", "Corail Santé", "Port of Varde", "Lumen Grid")
ASKED = (
    ("the inquiry into overnight fees", "the supervisor’s letter of March"),
    ("the recall of 2025 batteries", "the safety board’s interim report"),
    ("the hospital billing review", "the audit chamber’s findings"),
    ("the dredging complaint", "an open letter by three fishing villages"),
    ("the blackout of 9 January", "questions of the energy regulator"),
)
OPENINGS = (
    "We have read the letter that the authority published this morning.",
    "The letter leaves out what our own engineers told its staff in May.",
    "None of the accounts it names was ever closed to its owner.",
    "We will publish the full record of the talks before the end of the month.",
    "Nobody at our company was told of these figures before they appeared in print.",
    "Two of the three witnesses it quotes have since withdrawn what they said.",
    "That is wrong.",
    "From July every customer can see on one page what a transfer costs.",
    "The authority waited nine months before it asked for a single document.",
    "An outside auditor will look at our books, and we will not choose the auditor.",
)
FRENCH = (
    "Nous avons lu ce matin la lettre de l’autorité.",
    "Elle passe sous silence ce que nos ingénieurs ont dit à ses agents au mois de mai.",
    "Aucun des comptes cités n’a jamais été fermé à son titulaire.",
    "Nous publierons l’ensemble des échanges avant la fin du mois.",
    "C’est faux.",
    "Dès juillet, chaque client verra sur une seule page le prix d’un virement.",
)
ARABIC = (
    "قرأنا هذا الصباح الرسالة التي نشرتها الهيئة.",
    "لم تذكر الرسالة ما قاله مهندسونا في شهر مايو.",
    "هذا غير صحيح.",
    "سننشر محضر الاجتماعات كاملا قبل نهاية الشهر.",
)
SAID = (
    Decision(State.NONE),
    Decision(State.LABELLED, frozenset({"allegation"})),
    Decision(State.LABELLED, frozenset({"rebuttal"})),
    Decision(State.LABELLED, frozenset({"commitment"}), unsure=True),
    Decision(
        State.LABELLED, frozenset({"allegation", "rebuttal"}), comment="It denies, and accuses in turn."
    ),
    Decision(State.SKIPPED, reason=SkipReason.CONTEXT),
    Decision(State.LABELLED, frozenset({"rebuttal"}), bad_split=True),
    Decision(State.LABELLED, frozenset({"commitment"})),
)


@contextmanager
def at_once() -> Iterator[None]:
    """Make many people in one transaction, and the hash of a password that they share only once."""
    hashed = cache(make_password)
    as_ever = "django.contrib.auth.base_user.make_password"
    with patch(as_ever, lambda raw: make_password(raw) if raw is None else hashed(raw)), transaction.atomic():
        yield


@at_once()
def build() -> dict[str, object]:
    """Make everything; return what `World` holds, but for its address."""
    boss = add_user("boss", password=None, is_site_admin=True, at=BEGAN)
    press = begin_corpus("press", name=PRESS, languages=["en", "fr"], by=boss, at=BEGAN)
    people = {"boss": boss, **_people(press)}
    empty = begin_corpus("empty", name=EMPTY, languages=["en"], by=boss, at=BEGAN)
    for name, role in (("ada", Role.ADMIN), ("rosa", Role.REVIEWER), ("reza", Role.RESEARCHER)):
        set_roles(empty, people[name], roles={role}, by=boss, at=BEGAN)
    people["stranger"] = add_user("stranger", password=None, at=BEGAN)
    people["tove"] = add_user("tove", password=PASSWORD, at=BEGAN)
    places = {**_statements(press), **_pending(press, people["ada"]), "passkey": _protect(people["tove"])}
    _decide(press, people)
    walkers, walked = _walk(boss)
    people |= walkers
    places |= _cut(boss, people["walt"], people["wyn"])
    seed = Corpus.objects.get(slug="seed")
    set_roles(seed, people["fiona"], roles={Role.REVIEWER}, by=None, at=BEGAN)
    _decide_all(Statement.objects.get(corpus=seed), people["fiona"])
    _reconsider(seed, people["fiona"])
    token, _secret = issue_token(
        people["ada"], name="notebook", scopes=[Scope.READ], days=90, corpus=press, at=timezone.now()
    )
    return {
        "sessions": {name: session_of(user) for name, user in people.items()},
        "places": {
            **places,
            **walked,
            "token": token.public_id,
            "empty": empty.slug,
            "seed corpus": seed.slug,
        },
        "written": _written(),
    }


def _written() -> list[str]:
    rows = [
        *Corpus.objects.values_list("name"),
        *User.objects.values_list("name", "username"),
        *Statement.objects.values_list("title", "speaker", "responds_to", "licence", "source_url"),
        *Draft.objects.values_list("title", "speaker"),
        *Annotation.objects.values_list("comment"),
    ]
    return sorted({text for row in rows for text in row if text})


def _people(press: Corpus) -> dict[str, User]:
    cast: dict[str, tuple[str, Collection[Role]]] = {
        "ada": ("Ada Brunel", {Role.ADMIN}),
        "rosa": ("Rosa Lindqvist", {Role.REVIEWER}),
        "ben": ("Ben Okafor", {Role.REVIEWER}),
        "fiona": ("Fiona Marchetti", {Role.REVIEWER}),
        "judith": ("Judith Sommer", {Role.ADJUDICATOR}),
        "reza": ("Reza Haddad", {Role.RESEARCHER}),
        "milo": ("Milo Verne", {Role.ADMIN, Role.REVIEWER}),
    }
    people = {}
    for name, (full, roles) in cast.items():
        joined = add_person(press, name, name=full, email="", roles=roles, by=None, at=BEGAN)
        people[name] = joined.member.user
        people[name].set_password(PASSWORD)
        people[name].save(update_fields=["password"])
    add_person(press, "ivan", name="Ivan Petit", email="", roles={Role.REVIEWER}, by=None, at=BEGAN)
    gone = add_person(press, "gita", name="Gita Rao", email="", roles={Role.REVIEWER}, by=None, at=BEGAN)
    remove(gone.member, by=people["ada"], at=BEGAN + timedelta(days=2))
    return people


def _statements(press: Corpus) -> dict[str, str]:
    """Fifty-five statements: enough for a second page; one long, one in French, one from right to left."""
    for at in range(52):
        matter, answered = ASKED[at % len(ASKED)]
        body = _text(
            islice(cycle(OPENINGS), at % 7, at % 7 + 4 + at % 5), tail=f"This is our answer no. {at + 1}."
        )
        _store(
            press,
            body,
            title=f"On {matter}, part {at // len(ASKED) + 1}",
            speaker=SPEAKERS[at % len(SPEAKERS)],
            published_on=date(2026, 1, 5) + timedelta(days=at),
            responds_to=answered,
            at=BEGAN + timedelta(hours=at),
        )
    french = _store(
        press,
        _text(islice(cycle(FRENCH), 11)),
        title="Réponse à l’autorité de régulation",
        language="fr",
        speaker="Corail Santé",
        published_on=date(2026, 3, 12),
        at=BEGAN + timedelta(hours=60),
    )
    arabic = _store(
        press,
        _text(islice(cycle(ARABIC), 7)),
        title="رد على رسالة الهيئة",
        language="ar",
        speaker="شركة الساحل",
        at=BEGAN + timedelta(hours=61),
    )
    long = _store(
        press,
        _text(islice(cycle(OPENINGS), LONG)),
        title=TITLE,
        speaker="Norvane Bank",
        published_on=date(2026, 4, 2),
        responds_to="The supervisor’s letter of March",
        source_url="https://norvane.example/answers/record",
        licence="CC BY 4.0",
        metadata={"collected_by": "the press team", "pages": 14},
        at=BEGAN + timedelta(hours=62),
    )
    first = Statement.objects.filter(corpus=press).order_by("pk")[0]
    return {
        "corpus": "press",
        "statement": first.public_id,
        "french": french.public_id,
        "arabic": arabic.public_id,
        "long": long.public_id,
        "sentence": f"{first.public_id}.2",
        "unsaid": f"{long.public_id}.150",
        "seed": Statement.objects.get(corpus__slug="seed").public_id,
        "scheme": "1",
        "member": Member.objects.get(corpus=press, user__username="ben").pseudonym,
        "gone": Member.objects.get(corpus=press, user__username="gita").pseudonym,
        "invited": Member.objects.get(corpus=press, user__username="ivan").pseudonym,
    }


def _text(sentences: Collection[str] | islice[str], *, tail: str = "") -> str:
    """Paragraphs of four sentences."""
    every = [*sentences, *([tail] if tail else [])]
    return "\n\n".join(" ".join(every[at : at + 4]) for at in range(0, len(every), 4))


def _store(
    corpus: Corpus, text: str, *, title: str, at: datetime, language: str = "en", **about: object
) -> Statement:
    details = Details(title=title, language=language, **about)
    return add_text(corpus, text.encode(), details, name="statement.txt", encoding="", by=None, at=at)


def _pending(press: Corpus, ada: User) -> dict[str, str]:
    """An upload that waits for its yes, and a link with which somebody sets a password."""
    details = Details(title="A text that nobody has stored", language="en", speaker="Helix Mobility")
    text = "We stopped the line. It is safe.\n\nWe will say when it starts again."
    staged = make_upload(text, corpus=press, name="waiting.txt", by=ada, at=timezone.now(), **vars(details))
    files = {
        "réponse.txt": "Nous avons répondu à la lettre.\n\nIl n’y a rien à cacher.",
        "again.txt": text,
        "table.csv": "Titre;Texte;Date\nUn;Nous nions tout.;2023-06-05\nDeux;;hier\n",
        "broken.txt": b"caf\x81\x8d",
    }
    several = bring(files, corpus=press, by=ada, at=timezone.now())
    document = bring({"norvane.docx": letter()}, corpus=press, by=ada, at=timezone.now())
    taken_in = store(make_upload("What was stored.", corpus=press, by=ada), by=ada, at=timezone.now())
    withdraw(taken_in, by=ada, at=timezone.now())
    invited = Member.objects.get(corpus=press, user__username="ivan")
    secret = renew_link(invited, by=ada, at=timezone.now())
    return {
        "upload": staged.public_id,
        "several": several.public_id,
        "document": document.public_id,
        "part": str(document.drafts.get().number),
        "draft": str(several.drafts.in_order()[0].number),
        "taken back": taken_in.public_id,
        "secret": secret,
        "ended": "a-link-that-was-used",
    }


def _walk(boss: User) -> tuple[dict[str, User], dict[str, str]]:
    """A corpus for the runs that change something, and people whose sessions and passwords may end."""
    walk = begin_corpus("walk", name="To be changed", languages=["en"], by=boss, at=BEGAN)
    roles = {
        "walt": {Role.ADMIN},
        "wilma": {Role.REVIEWER},
        "wolf": {Role.RESEARCHER},
        "wim": {Role.RESEARCHER},
        "wren": {Role.RESEARCHER},
    }
    people, walked = {}, {}
    for name, cast in roles.items():
        people[name] = add_user(name, password=PASSWORD, at=BEGAN)
        set_roles(walk, people[name], roles=cast, by=boss, at=BEGAN)
    for name in ("walker", "leaver", "willa"):
        joined = add_person(walk, name, name="", email="", roles={Role.REVIEWER}, by=boss, at=timezone.now())
        walked[name] = joined.member.pseudonym
    statement = _store(walk, _text(islice(OPENINGS, 5)), title="Five sentences to walk on", at=BEGAN)
    document = bring({"norvane.docx": letter()}, corpus=walk, by=people["walt"], at=timezone.now())
    both = begin_corpus("mended", name="Mended by hand", languages=["en", "fr"], by=boss, at=BEGAN)
    torn = _store(both, "They hid it and we did not. So it is.", title="Mended", at=BEGAN)
    wyn = people["wyn"] = add_user("wyn", password=PASSWORD, at=BEGAN)
    set_roles(both, wyn, roles={Role.REVIEWER}, by=boss, at=BEGAN)
    whole = torn.sentences.get(number=1)
    annotate(whole, Decision(State.NONE, bad_split=True), reviewer=wyn, save=Save("before-mend"), at=BEGAN)
    mender = Member.objects.get(corpus=both, user=wyn)
    split_sentence(whole, 12, by=mender, key="mend-of-wyn", at=BEGAN)
    mended = {
        "mended corpus": both.slug,
        "mended": torn.public_id,
        "mended whole": whole.public_id,
        "mended part": f"{torn.public_id}.3",
    }
    secret = renew_link(joined.member, by=boss, at=timezone.now())
    return people, {
        **walked,
        **mended,
        "walk": walk.slug,
        "walked": statement.public_id,
        "walk document": document.public_id,
        "walker's secret": secret,
    }


TORN = (
    "They say that the fees were hidden. On p. 4 of the letter they say so twice.\n\n"
    "We paid back 4.2 million before anybody asked, and we published the list. Nobody answered.\n\n"
    "That is where it stands. The rest is for the courts. We will wait. We will not wait in silence."
)


def _cut(boss: User, walt: User, wyn: User) -> dict[str, str]:
    """A corpus with flags to mend, a statement that older rules cut, and one of those with a decision."""
    corpus = begin_corpus("cut", name="To be mended", languages=["en"], by=boss, at=BEGAN)
    set_roles(corpus, walt, roles={Role.ADMIN}, by=boss, at=BEGAN)
    set_roles(corpus, wyn, roles={Role.REVIEWER}, by=boss, at=BEGAN)
    torn = _store(corpus, TORN, title="On the letter about fees", at=BEGAN)
    says = Decision(State.NONE, bad_split=True, comment="It goes on in the next one.")
    for sentence in torn.sentences.filter(number__in=[2, 3, 5, 6, 7]).order_by("start"):
        annotate(sentence, says, reviewer=wyn, save=Save(uuid4().hex), at=BEGAN)
    old = _age(_store(corpus, _text(islice(OPENINGS, 9)), title="Cut by older rules", at=BEGAN))
    worked = _age(_store(corpus, _text(islice(OPENINGS, 4)), title="Cut, then worked on", at=BEGAN))
    first = worked.sentences.earliest("start")
    annotate(first, Decision(State.NONE), reviewer=wyn, save=Save(uuid4().hex), at=BEGAN)
    return {"cut": corpus.slug, "torn": torn.public_id, "old": old.public_id, "worked": worked.public_id}


def _age(statement: Statement) -> Statement:
    """Cut a statement as older rules would have: two sentences as one, and another one in two."""
    first, second, third = statement.sentences.order_by("start")[:3]
    second.delete()
    Sentence.objects.filter(pk=first.pk).update(end=second.end)
    half = third.start + third.text.index(" of ")
    Sentence.objects.filter(pk=third.pk).update(end=half)
    statement.sentences.create(number=99, start=half + 1, end=third.end, paragraph=third.paragraph)
    Statement.objects.filter(pk=statement.pk).update(segmenter="rules-0")
    return statement


def _protect(tove: User) -> str:
    """Turn on every second factor there is; return the key of the passkey."""
    TOTP.activate(tove, generate_totp_secret())
    RecoveryCodes.activate(tove)
    data = {"name": "Phone", "credential": _credential()}
    passkey = Authenticator.objects.create(user=tove, type=Authenticator.Type.WEBAUTHN, data=data)
    return str(passkey.pk)


def _credential() -> dict[str, object]:
    """What a browser would have sent when the passkey was made (WebAuthn 2, RegistrationResponseJSON)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(b"\0" * 16, b"a passkey of Tove", key)
    seen = AuthenticatorData.create(sha256(b"localhost").digest(), 0x45, 0, attested)
    client = b'{"type":"webauthn.create","challenge":"","origin":"http://localhost"}'
    return {
        "id": websafe_encode(b"a passkey of Tove"),
        "rawId": websafe_encode(b"a passkey of Tove"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
    }


def _decide(press: Corpus, people: dict[str, User]) -> None:
    """Rosa has begun, Ben is further, Fiona has said something on the first statement only."""
    statements = list(Statement.objects.visible().of(press).in_order())
    for number, statement in enumerate(statements[:6]):
        _decide_all(statement, people["rosa"], most=4 if number == 5 else None)
    for number, statement in enumerate(statements[:9]):
        _decide_all(statement, people["ben"], shift=number % 3)
    _decide_all(statements[0], people["fiona"], shift=1)
    for statement in statements[-3:]:
        _decide_all(statement, people["rosa"], most=90)


def _decide_all(statement: Statement, who: User, *, shift: int = 0, most: int | None = None) -> None:
    sentences = (
        Sentence.objects.filter(statement=statement).select_related("statement__corpus").order_by("start")
    )
    for at, sentence in enumerate(sentences[:most]):
        when = BEGAN + timedelta(days=3, minutes=at)
        annotate(sentence, SAID[(at + shift) % len(SAID)], reviewer=who, save=Save(key=uuid4().hex), at=when)


def _reconsider(corpus: Corpus, who: User) -> None:
    """Change two decisions, one before and one after a new version of the guideline."""
    first, second = Annotation.objects.of(corpus).by(who).order_by("pk")[8:10]
    _change(first, Decision(State.NONE, unsure=True, comment="On second thoughts: no claim."))
    scheme = Scheme.objects.newest_of(corpus)
    assert scheme is not None
    guidelines = {**scheme.guidelines, "en": f"{scheme.guidelines['en']}\n\nA question is no claim."}
    publish(corpus, texts_of(scheme), guidelines=guidelines, by=None, at=BEGAN + timedelta(days=5))
    _change(second, Decision(State.SKIPPED, reason=SkipReason.CONTEXT))


def _change(row: Annotation, decision: Decision) -> None:
    save = Save(key=uuid4().hex, based_on=row.key)
    annotate(row.sentence, decision, reviewer=row.reviewer, save=save, at=BEGAN + timedelta(days=6))


def session_of(user: User) -> str:
    """Sign in without a password; it counts as shown a moment ago for as long as the tests run."""
    user.refresh_from_db()
    request = RequestFactory().get("/")
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] += timedelta(hours=2).total_seconds()
    request.session.save()
    return str(request.session.session_key)

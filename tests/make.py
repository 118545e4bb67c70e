"""Small builders: each makes one thing, and what it cannot stand without."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from statements.actions.annotation import annotate
from statements.actions.corpus import create_corpus
from statements.actions.decision import Decision, Save, TakeBack
from statements.actions.member import set_roles
from statements.actions.resplit import merge_with_next, split_sentence, undo_resplit
from statements.actions.scheme import LabelText, publish
from statements.actions.source import Incoming
from statements.actions.statement import Details
from statements.actions.upload import add_text, confirm, receive
from statements.actions.user import add_user, issue_token
from statements.actions.work import work
from statements.models import (
    Annotation,
    Corpus,
    Gold,
    GoldSource,
    Job,
    Member,
    Release,
    Resplit,
    Round,
    Sentence,
    SkipReason,
    State,
    Statement,
    Upload,
    User,
)
from statements.roles import Role, Scope

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
EVENING = NOON + timedelta(hours=7)

LABELS = (
    LabelText("allegation", "a", 1, {"en": "Allegation", "fr": "Allégation"}, {"en": "Names a wrong."}),
    LabelText("rebuttal", "r", 2, {"en": "Rebuttal", "fr": "Réfutation"}),
    LabelText("commitment", "c", 3, {"en": "Commitment", "fr": "Engagement"}),
)
SLUGS = [label.slug for label in LABELS]
THREE = "They hid the losses.\n\nWe hid nothing.\n\nWe will open our books.\n"


def make_user(
    name: str,
    *,
    password: str | None = None,
    email: str = "",
    made_in: Corpus | None = None,
    at: datetime = NOON,
) -> User:
    return add_user(name, password=password, email=email, made_in=made_in, at=at)


def make_corpus(
    slug: str = "press",
    *,
    labels: Sequence[LabelText] = LABELS,
    guidelines: dict[str, str] | None = None,
    at: datetime = NOON,
) -> Corpus:
    corpus = create_corpus(slug, name=slug.title(), by=None, at=at)
    if labels:
        publish(corpus, labels, guidelines=guidelines or {"en": "# Rules"}, by=None, at=at)
    return corpus


def the_corpus(slug: str = "press") -> Corpus:
    """The corpus of a test that needs only one; made when it is not there yet."""
    return Corpus.objects.filter(slug=slug).first() or make_corpus(slug)


def make_member(
    name: str, roles: Collection[Role], *, corpus: Corpus | None = None, at: datetime = NOON
) -> User:
    """Somebody with these roles in the corpus; made when nobody has that name yet."""
    corpus = corpus or the_corpus()
    user = User.objects.filter(username=name).first() or make_user(name, made_in=corpus, at=at)
    set_roles(corpus, user, roles=roles, by=None, at=at)
    return user


def make_reviewer(name: str = "rosa", *, corpus: Corpus | None = None) -> User:
    return make_member(name, {Role.REVIEWER}, corpus=corpus)


def member(user: User, corpus: Corpus | None = None) -> Member:
    return Member.objects.get(user=user, corpus=corpus or the_corpus())


def make_upload(
    text: str | bytes = THREE,
    *,
    corpus: Corpus | None = None,
    title: str = "An answer",
    language: str = "en",
    name: str = "answer.txt",
    by: User | None = None,
    at: datetime = NOON,
    **details: object,
) -> Upload:
    """A staged upload of one file."""
    about = Details(title=title, language=language, **details)
    return bring({name: text}, about=about, corpus=corpus, by=by, at=at)


def bring(
    files: Mapping[str, str | bytes],
    *,
    about: Details | None = None,
    corpus: Corpus | None = None,
    by: User | None = None,
    at: datetime = NOON,
    **more: object,
) -> Upload:
    """An upload of files, by name, that were read."""
    incoming = [Incoming(name, io.BytesIO(as_bytes(content))) for name, content in files.items()]
    upload = receive(corpus or the_corpus(), incoming, proposal=about or Details(), by=by, at=at, **more)
    return done(upload, at=at)


def as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def done(upload: Upload, *, at: datetime = NOON) -> Upload:
    """The upload after the job that waits for it, as it is then."""
    for job in Job.objects.open().filter(upload=upload):
        work(job, worker="test", clock=lambda: at)
    return Upload.objects.select_related("corpus", "by").get(pk=upload.pk)


def problems(upload: Upload) -> list[str | None]:
    """Why its files cannot be read as a whole: a code each, None where they can."""
    return [source.problem and source.problem["code"] for source in upload.sources.in_order()]


def store(upload: Upload, *, by: User | None = None, at: datetime = LATER, **how: bool) -> Upload:
    """The upload after somebody has confirmed it and the worker has stored it."""
    confirm(upload, by=by, at=at, **how)
    return done(upload, at=at)


def make_statement(
    text: str | bytes = THREE,
    *,
    corpus: Corpus | None = None,
    title: str = "An answer",
    language: str = "en",
    at: datetime = NOON,
    **details: object,
) -> Statement:
    about = Details(title=title, language=language, **details)
    return add_text(corpus or the_corpus(), as_bytes(text), about, name="answer.txt", by=None, at=at)


def make_sentence(text: str = "They hid the losses.", **details: object) -> Sentence:
    return sentences_of(make_statement(text, **details))[0]


def sentences_of(statement: Statement) -> list[Sentence]:
    return list(statement.sentences.current().in_order().select_related("statement__corpus"))


def decision(*labels: str, unsure: bool = False, bad_split: bool = False, comment: str = "") -> Decision:
    """The decision for these labels; without any, “no claim”."""
    state = State.LABELLED if labels else State.NONE
    return Decision(state, frozenset(labels), unsure=unsure, bad_split=bad_split, comment=comment)


def skipped(reason: SkipReason = SkipReason.CONTEXT, *, comment: str = "") -> Decision:
    return Decision(State.SKIPPED, reason=reason, comment=comment)


WITHDRAWN = Decision(State.WITHDRAWN)


def new_key() -> str:
    return uuid4().hex


def current_row(sentence: Sentence, reviewer: User) -> Annotation | None:
    rows = Annotation.objects.by(reviewer).current().in_round(Round.FIRST)
    return rows.filter(sentence=sentence).first()


def next_save(sentence: Sentence, reviewer: User, key: str = "") -> Save:
    """A save with its own key, based on what stands now."""
    current = current_row(sentence, reviewer)
    return Save(key=key or new_key(), based_on=current.key if current else "")


def tag(
    sentence: Sentence, reviewer: User, *labels: str, at: datetime | None = NOON, **marks: object
) -> Annotation:
    """One more decision on top of whatever stands: these labels, or “no claim”."""
    return say(sentence, reviewer, decision(*labels, **marks), at=at)


def say(sentence: Sentence, reviewer: User, what: Decision, *, at: datetime | None = NOON) -> Annotation:
    return annotate(sentence, what, reviewer=reviewer, save=next_save(sentence, reviewer), at=at)


def take_back(sentence: Sentence, reviewer: User, *, at: datetime = LATER) -> Annotation:
    """Undo what this reviewer did last on the sentence."""
    mine = Annotation.objects.by(reviewer).in_round(Round.FIRST).filter(sentence=sentence)
    return _change_back(sentence, reviewer, mine.to_undo().first(), at)


def do_again(sentence: Sentence, reviewer: User, *, at: datetime = LATER) -> Annotation:
    """Redo what this reviewer undid last on the sentence."""
    mine = Annotation.objects.by(reviewer).in_round(Round.FIRST).filter(sentence=sentence)
    return _change_back(sentence, reviewer, mine.to_redo().first(), at)


def _change_back(sentence: Sentence, reviewer: User, row: Annotation | None, at: datetime) -> Annotation:
    save = next_save(sentence, reviewer)
    return annotate(sentence, TakeBack(row.key if row else ""), reviewer=reviewer, save=save, at=at)


def mender(name: str = "ada", *roles: Role) -> Member:
    """Somebody who mends the split; an adjudicator when nothing else is said."""
    return member(make_member(name, set(roles) or {Role.ADJUDICATOR}))


def split_at(sentence: Sentence, word: str, *, by: Member | None = None, at: datetime = LATER) -> Resplit:
    """Cut a sentence before this word."""
    cut = sentence.start + sentence.text.index(word)
    return split_sentence(sentence, cut, by=by or mender(), key=new_key(), at=at)


def merge(sentence: Sentence, *, by: Member | None = None, at: datetime = LATER, **asked: bool) -> Resplit:
    return merge_with_next(sentence, by=by or mender(), key=new_key(), at=at, **asked)


def unmend(resplit: Resplit, *, by: Member | None = None, at: datetime = LATER) -> Resplit:
    return undo_resplit(resplit, by=by or mender(), key=new_key(), at=at)


def make_gold(sentence: Sentence, *labels: str, by: User, at: datetime = NOON) -> Gold:
    """What an adjudicator settled on: these labels, or “no claim”."""
    state = State.LABELLED if labels else State.NONE
    scheme = sentence.corpus.schemes.latest("number")
    about = {"state": state, "scheme": scheme, "source": GoldSource.ADJUDICATED, "by": by, "at": at}
    made = Gold.objects.create(sentence=sentence, **about)
    made.labels.set(sentence.corpus.labels.filter(slug__in=labels))
    return made


def make_release(*, by: User, corpus: Corpus | None = None, at: datetime = NOON) -> Release:
    corpus = corpus or the_corpus()
    number = corpus.releases.count() + 1
    return Release.objects.create(corpus=corpus, number=number, by=by, cut_at=at)


def make_token(
    user: User, *scopes: Scope, corpus: Corpus | None = None, at: datetime = NOON, days: int = 365
) -> str:
    _token, secret = issue_token(user, scopes=scopes or [Scope.READ], days=days, corpus=corpus, at=at)
    return secret

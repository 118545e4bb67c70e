"""Files are taken in, read, looked at, and stored whole or not at all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import transaction

from statements.actions.source import Incoming, content_of
from statements.actions.statement import Details
from statements.actions.upload import (
    add_text,
    cancel,
    confirm,
    discard,
    receive,
    withdraw,
)
from statements.errors import Refused, Unreadable
from statements.models import (
    Draft,
    Event,
    Job,
    Piece,
    Sentence,
    Source,
    Statement,
    Unseen,
    Upload,
    UploadState,
)
from tests.actions.crowd import at_once, until_somebody_waits
from tests.make import (
    LATER,
    NOON,
    THREE,
    bring,
    done,
    make_corpus,
    make_release,
    make_reviewer,
    make_statement,
    make_upload,
    problems,
    store,
    the_corpus,
)

ABOUT = Details(
    "Titre", "fr", "Banque", date(2023, 6, 5), "https://example.org", "CC0", "une plainte", {"n": [1, "é"]}
)
SPANS = [(0, 20, 1), (22, 37, 2), (39, 62, 3)]


def spans(rows) -> list[tuple[int, int, int]]:
    return [(row.start, row.end, row.paragraph) for row in rows]


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


# --- One text at once ---


@pytest.mark.django_db
def test_one_text_is_stored_at_once_with_all_that_is_known(corpus, ada):
    statement = add_text(corpus, THREE.encode(), ABOUT, name="answer.txt", by=ada, at=NOON)

    statement.refresh_from_db()
    assert {name: getattr(statement, name) for name in vars(ABOUT)} == vars(ABOUT)
    assert (statement.text, statement.created_at) == (THREE, NOON)
    assert spans(Sentence.objects.in_order()) == SPANS
    upload = statement.upload
    assert (upload.state, upload.settled_at, upload.by) == (UploadState.STORED, NOON, ada)
    assert [(event.verb, event.noun) for event in Event.objects.filter(actor=ada)] == [("stored", "upload")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [THREE, "\ufeffUne phrase.\r\nEt une autre, à l’été.\r\n", "Œuf 🤔 e\u0301."]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_bytes_are_kept_as_they_came(corpus, text, encoding):
    content = text.encode(encoding)

    make_statement(content)

    source = Source.objects.get()
    assert b"".join(content_of(source)) == content
    assert (source.sha256, source.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert source.encoding == encoding


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "refusal", "code"),
    [
        (b"", Unreadable, "empty"),
        (b" \r\n\t", Unreadable, "empty"),
        ("\u200b\u2060\n\ufeff".encode(), Refused, "empty"),
        (b"\xff\xfeabc", Unreadable, "encoding"),
        (b"a\x00b", Unreadable, "character"),
        ("fine, but\ufffe not".encode(), Unreadable, "character"),
    ],
)
def test_what_is_no_text_is_refused_and_leaves_nothing(corpus, content, refusal, code):
    events = Event.objects.count()

    with pytest.raises(refusal, match=code):
        make_statement(content)

    assert (Upload.objects.count(), Source.objects.count(), Event.objects.count()) == (0, 0, events)


@pytest.mark.django_db
def test_a_text_over_the_limits_is_refused_and_one_at_them_is_taken(corpus, settings):
    settings.MAX_STATEMENT_BYTES, settings.MAX_STATEMENT_SENTENCES = len(THREE), 2
    with pytest.raises(Refused) as large:
        make_statement(THREE + " ")
    with pytest.raises(Refused) as many:
        make_statement(THREE)
    assert (large.value.code, large.value.values) == ("too_large", {"most": len(THREE)})
    assert (many.value.code, many.value.values) == ("too_many_sentences", {"count": 3, "most": 2})
    assert Upload.objects.count() == 0

    settings.MAX_STATEMENT_SENTENCES = 3
    assert make_statement(THREE).sentences.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "again", [THREE, THREE.replace("\n", "\r\n"), f"\n{THREE}\n\n", THREE.replace(" ", "  ")]
)
def test_the_same_text_is_refused_with_the_one_that_is_there(corpus, elsewhere, again):
    statement = make_statement(THREE)

    with pytest.raises(Refused) as refusal:
        make_statement(again)

    assert (refusal.value.code, refusal.value.values) == ("duplicate", {"statement": statement})
    assert make_statement(again, corpus=elsewhere).corpus == elsewhere


@pytest.mark.django_db(transaction=True)
def test_two_of_one_text_at_once_make_one_statement():
    corpus = the_corpus()

    answers = at_once(lambda n: add_text(corpus, THREE.encode(), ABOUT, name="a", by=None, at=NOON), times=4)

    statement = Statement.objects.get()
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer for answer in answers if not isinstance(answer, Refused)] == [statement]
    assert [(one.code, one.values) for one in refused] == [("duplicate", {"statement": statement})] * 3


@pytest.mark.django_db(transaction=True)
def test_a_text_that_is_stored_between_look_and_write_is_a_duplicate_too():
    corpus = the_corpus()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            statement = make_statement(THREE)
            # It does not see the text yet, and has to wait with its own until this transaction ends.
            meanwhile = pool.submit(at_once, lambda n: make_statement(THREE, corpus=corpus), times=1)
            until_somebody_waits()
        (refused,) = meanwhile.result(timeout=30)

    assert (refused.code, refused.values) == ("duplicate", {"statement": statement})
    assert Upload.objects.count() == 1


# --- Files to be looked at first ---


@pytest.mark.django_db
def test_files_are_read_and_shown_and_nothing_is_stored(corpus, ada):
    upload = bring({"answer.txt": THREE, "two.txt": "Nous nions tout.".encode("cp1252")}, by=ada)

    assert (upload.state, problems(upload)) == (UploadState.STAGED, [None, None])
    assert [source.encoding for source in upload.sources.in_order()] == ["utf-8", "utf-8"]
    drafts = list(upload.drafts.in_order())
    assert [(draft.text, draft.language, draft.sentences) for draft in drafts] == [
        (THREE, "en", 3),
        ("Nous nions tout.", "fr", 1),
    ]
    assert drafts[0].spans == [list(one) for one in SPANS]
    assert (Statement.objects.count(), Sentence.objects.count()) == (0, 0)
    assert [event.verb for event in Event.objects.filter(noun="upload")] == ["staged"]


@pytest.mark.django_db
def test_storing_makes_exactly_what_was_shown(corpus, ada):
    upload = make_upload(THREE, **{**vars(ABOUT), "by": ada})
    draft = upload.drafts.get()

    stored = store(upload, by=ada)

    statement = Statement.objects.get()
    assert {name: getattr(statement, name) for name in vars(ABOUT)} == vars(ABOUT)
    assert (statement.public_id, statement.text, statement.fold) == (draft.public_id, draft.text, draft.fold)
    assert (statement.segmenter, statement.sketch) == (upload.found["segmenter"], draft.sketch)
    rows = Sentence.objects.in_order()
    assert [row.number for row in rows] == [1, 2, 3]
    assert spans(rows) == SPANS
    assert (stored.state, stored.settled_at) == (UploadState.STORED, LATER)
    assert (stored.found["statements"], stored.found["sentences"]) == (1, 3)
    assert Draft.objects.count() == 0
    (event,) = Event.objects.filter(verb="stored")
    assert (event.actor, event.at, event.detail) == (ada, LATER, {"statements": 1, "sentences": 3})


@pytest.mark.django_db
def test_what_cannot_be_read_is_told_of_each_file_and_row(corpus):
    table = "Titre;Texte;Date;lieu\nUn;Nous nions tout.;2023-06-05;Lyon\nDeux;;hier;Paris\n"

    upload = bring({"a.csv": table, "b.txt": b"caf\x81\x8d", "c.png": b"\x89PNG", "d.txt": "We deny it."})

    assert problems(upload) == [None, "encoding", "kind", None]
    faults = [
        (fault.line, fault.column, fault.code) for fault in upload.sources.get(number=1).faults.order_by("pk")
    ]
    assert faults == [(3, "Date", "date"), (3, "Texte", "no_text")]
    draft = upload.drafts.in_order()[0]
    assert (draft.line, draft.title, draft.published_on) == (2, "Un", date(2023, 6, 5))
    assert draft.metadata == {"lieu": "Lyon"}
    assert Piece.objects.filter(source__name="c.png").count() == 0


@pytest.mark.django_db
def test_nothing_is_stored_while_something_cannot_be_read_unless_it_is_left_out(corpus):
    upload = bring({"a.txt": THREE, "b.txt": b"caf\x81\x8d"})

    with pytest.raises(Refused) as refusal:
        confirm(upload, by=None, at=LATER)
    assert (refusal.value.code, refusal.value.values) == ("has_faults", {"count": 1})
    assert Statement.objects.count() == 0

    assert store(upload, without_faults=True).state == UploadState.STORED
    assert Statement.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no_files"),
        ({"a.exe": b"MZ"}, "kind"),
        ({"a.zip": b"not at all"}, "not_a_zip"),
        ({"a.txt": b"PK\x03\x04 and more"}, "disguised"),
        ({f"{n}.txt": b"A." for n in range(4)}, "too_many_files"),
        ({"a.txt": b"A" * 3000, "b.txt": b"B" * 3000}, "upload_too_large"),
        ({"a.zip": zipped(**{f"{n}.txt": b"A." for n in range(4)})}, "zip_members"),
        ({"a.zip": zipped(**{"b.zip": zipped(c=b"deep")})}, "zip_nested"),
        ({"a.zip": zipped(**{"../etc/cron.txt": b"A."})}, "zip_name"),
    ],
)
def test_what_cannot_be_taken_at_all_leaves_nothing(corpus, settings, files, code):
    settings.MAX_UPLOAD_FILES, settings.MAX_UPLOAD_BYTES = 3, 5000

    with pytest.raises(Refused, match=code):
        bring(files)

    assert (Upload.objects.count(), Source.objects.count(), Piece.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_the_files_of_an_archive_are_read_and_name_their_archive(corpus):
    upload = bring({"all.zip": zipped(**{"in/one.txt": b"One text.", "two.csv": b"text\nTwo texts.\n"})})

    sources = list(upload.sources.in_order())
    assert [(one.name, one.kind, one.archive) for one in sources] == [
        ("all.zip", "zip", None),
        ("in/one.txt", "txt", sources[0]),
        ("two.csv", "csv", sources[0]),
    ]
    assert sources[1].sha256 == hashlib.sha256(b"One text.").hexdigest()
    assert [draft.text for draft in upload.drafts.in_order()] == ["One text.", "Two texts."]


@pytest.mark.django_db
def test_a_name_in_an_archive_that_is_too_long_is_told_and_the_others_are_read(corpus):
    upload = bring({"all.zip": zipped(**{f"{'x' * 252}.txt": b"One text.", "two.txt": b"Two texts."})})

    assert problems(upload) == [None, "zip_name", None]
    assert [draft.text for draft in upload.drafts.all()] == ["Two texts."]


@pytest.mark.django_db
def test_an_archive_that_unpacks_to_more_than_it_says_is_not_read(corpus, settings):
    settings.MAX_UNPACKED_BYTES = 100

    with pytest.raises(Refused, match="zip_bytes"):
        bring({"a.zip": zipped(**{"a.txt": b"A" * 101})})


@pytest.mark.django_db
def test_more_rows_than_an_upload_holds_are_refused_before_they_are_read(corpus, settings):
    settings.MAX_UPLOAD_STATEMENTS = 3
    rows = "text\n" + "".join(f"Number {n}.\n" for n in range(4))

    upload = bring({"a.csv": rows})

    assert (problems(upload), Draft.objects.count()) == (["too_many_statements"], 0)


@pytest.mark.django_db
def test_files_beyond_what_an_upload_holds_are_refused_whatever_they_are(corpus, settings):
    settings.MAX_UPLOAD_STATEMENTS = 3
    full = "text\n" + "".join(f"Number {n}.\n" for n in range(3))

    upload = bring({"a.csv": full, "b.txt": "One more.", "c.csv": "text\nAnd one.\n"})

    assert problems(upload) == [None, "too_many_statements", "too_many_statements"]
    assert Draft.objects.count() == 3


@pytest.mark.django_db
def test_more_sentences_than_an_upload_holds_are_refused(corpus, settings):
    settings.MAX_UPLOAD_SENTENCES = 5

    upload = bring({"a.csv": "text\nOne. Two. Three.\nFour. Five. Six.\n"})

    assert (problems(upload), Draft.objects.count()) == (["too_many_upload_sentences"], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\texts\\été.txt", "été.txt"),
        ("a\u202etxt.exe.txt", "a\ufffdtxt.exe.txt"),
        ("n\x00ul\r\n.txt", "n\ufffdul\ufffd\ufffd.txt"),
        ("x" * 400 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_names_of_files_are_data(corpus, name, shown):
    upload = bring({name: THREE})

    assert [source.name for source in upload.sources.all()] == [shown]


# --- Keys ---


@pytest.mark.django_db
def test_the_same_key_answers_the_same_upload(corpus, ada):
    once, again = (bring({"a.txt": THREE}, by=ada, key="key-number-1") for _ in range(2))

    assert (once, Upload.objects.count()) == (again, 1)
    with pytest.raises(Refused, match="key_reused"):
        bring({"a.txt": "Something else."}, by=ada, key="key-number-1")


@pytest.mark.django_db(transaction=True)
def test_one_key_many_times_at_once_is_one_upload():
    corpus, rosa = the_corpus(), make_reviewer()

    def send(_n: int) -> Upload:
        file = Incoming("a.txt", io.BytesIO(THREE.encode()))
        return receive(corpus, [file], proposal=Details(), by=rosa, at=NOON, key="key-number-1")

    answers = at_once(send, times=4)

    assert answers == [Upload.objects.get()] * 4
    assert Job.objects.count() == 1


# --- Without a look ---


@pytest.mark.django_db
def test_what_nobody_wants_to_look_at_is_stored_when_it_was_read(corpus):
    upload = bring({"a.txt": THREE}, unseen=Unseen.WHOLE)

    assert (upload.state, Statement.objects.count()) == (UploadState.STORED, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unseen", "state", "problem", "count"),
    [(Unseen.WHOLE, "discarded", "has_faults", 0), (Unseen.READABLE, "stored", None, 1)],
)
def test_with_faults_it_is_stored_only_as_was_said(corpus, unseen, state, problem, count):
    upload = bring({"a.csv": "text,date\nWe deny it.,\nNo.,once\n"}, unseen=unseen)

    assert (upload.state, upload.problem and upload.problem["code"]) == (state, problem)
    assert Statement.objects.count() == count


# --- The ways back ---


@pytest.mark.django_db
def test_discarding_leaves_the_event_alone(corpus, ada):
    upload = make_upload(by=ada)

    discard(upload, by=ada, at=LATER)

    with pytest.raises(Refused, match="not_staged"):
        confirm(upload, by=ada, at=LATER)
    with pytest.raises(Refused, match="not_staged"):
        discard(upload, by=ada, at=LATER)
    assert [event.verb for event in Event.objects.filter(actor=ada)] == ["staged", "discarded"]


@pytest.mark.django_db
def test_what_is_stored_is_confirmed_once(corpus, ada):
    upload = store(make_upload(), by=ada)
    events = Event.objects.count()

    assert confirm(upload, by=ada, at=LATER) is None
    with pytest.raises(Refused, match="not_staged"):
        discard(upload, by=ada, at=LATER)

    assert (Statement.objects.count(), Event.objects.count()) == (1, events)


@pytest.mark.django_db(transaction=True)
def test_one_upload_confirmed_and_discarded_at_once_is_one_of_the_two():
    upload, rosa = make_upload(THREE), make_reviewer()

    acts = [lambda: confirm(upload, by=rosa, at=LATER), lambda: discard(upload, by=rosa, at=LATER)]
    answers = at_once(lambda n: acts[n](), times=2)

    state = done(upload).state
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert Statement.objects.count() == (state == UploadState.STORED)


@pytest.mark.django_db
def test_a_withdrawn_upload_is_out_of_sight_and_its_texts_may_come_again(corpus, ada):
    upload = store(bring({"a.txt": THREE, "b.txt": "We deny it."}))
    kept, events = make_statement("It stays."), Event.objects.count()

    for at in (NOON, LATER):
        withdraw(upload, by=ada, at=at)

    upload.refresh_from_db()
    assert list(Statement.objects.visible()) == [kept]
    assert upload.withdrawn_at == NOON
    assert {statement.withdrawn_at for statement in upload.statements.all()} == {NOON}
    assert Event.objects.count() == events + 1
    assert make_statement(THREE) in Statement.objects.visible()


@pytest.mark.django_db
def test_what_a_release_holds_cannot_be_taken_back(corpus, ada):
    before = make_release(by=ada, at=NOON)
    upload = store(make_upload(), at=LATER)
    withdraw(upload, by=ada, at=LATER)
    held = store(make_upload(), at=LATER)
    release = make_release(by=ada, at=LATER)

    with pytest.raises(Refused) as refusal:
        withdraw(held, by=ada, at=LATER)

    assert (refusal.value.code, refusal.value.values) == ("in_release", {"number": release.number})
    assert (before.number, held.is_visible) == (1, True)


@pytest.mark.django_db
def test_what_was_never_stored_cannot_be_withdrawn(corpus, ada):
    for upload in (make_upload(), bring({"b.txt": "It was given up."})):
        with pytest.raises(Refused, match="not_stored"):
            withdraw(upload, by=ada, at=LATER)


@pytest.mark.django_db
def test_nothing_is_cancelled_where_nothing_runs(corpus, ada):
    with pytest.raises(Refused, match="not_running"):
        cancel(make_upload(), by=ada, at=LATER)


def test_the_corpus_of_these_tests_is_one(db):
    assert the_corpus() == the_corpus() != make_corpus("elsewhere")

"""A text is staged, looked at, and stored whole or not at all."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from statements.actions.statement import Details
from statements.actions.upload import discard, proposal, stage, store, withdraw
from statements.errors import Refused, Unreadable
from statements.models import Event, Sentence, Source, Statement, Upload, UploadState
from statements.text.spans import Span
from tests.actions.crowd import at_once, until_somebody_waits
from tests.make import LATER, NOON, THREE, make_corpus, make_reviewer, make_statement, make_upload, the_corpus

SPANS = [Span(0, 20, 1), Span(22, 37, 2), Span(39, 62, 3)]


@pytest.mark.django_db
def test_a_staged_text_can_be_looked_at_and_is_no_statement_yet(corpus):
    details = Details(
        "Titre",
        "fr",
        "Banque",
        date(2023, 6, 5),
        "https://example.org",
        "CC0",
        "une plainte",
        {"n": [1, "é"]},
    )

    upload = stage(corpus, THREE.encode(), details, name="answer.txt", by=None, at=NOON)

    assert proposal(Upload.objects.get(pk=upload.pk)) == (THREE, details, SPANS)
    assert (upload.state, upload.settled_at) == (UploadState.STAGED, None)
    assert (Statement.objects.count(), Sentence.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [THREE, "\ufeffUne phrase.\r\nEt une autre, à l’été.\r\n", "Œuf 🤔 e\u0301."]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_bytes_are_kept_as_they_came(corpus, text, encoding):
    content = text.encode(encoding)

    make_statement(content)

    source = Source.objects.get()
    assert bytes(source.content) == content
    assert (source.sha256, source.encoding) == (hashlib.sha256(content).hexdigest(), encoding)


@pytest.mark.django_db
def test_storing_makes_what_was_shown(corpus):
    upload = make_upload(
        THREE, title="Titre", speaker="Banque", published_on=date(2023, 6, 5), metadata={"n": 1}
    )

    statement = store(upload, by=None, at=LATER)

    statement.refresh_from_db()
    upload.refresh_from_db()
    assert (statement.text, statement.title, statement.speaker) == (THREE, "Titre", "Banque")
    assert (statement.published_on, statement.metadata) == (date(2023, 6, 5), {"n": 1})
    assert (upload.state, upload.settled_at) == (UploadState.STORED, LATER)
    rows = Sentence.objects.in_order()
    assert [(row.number, Span(row.start, row.end, row.paragraph)) for row in rows] == list(
        enumerate(SPANS, 1)
    )
    assert [row.text for row in rows] == [
        "They hid the losses.",
        "We hid nothing.",
        "We will open our books.",
    ]


@pytest.mark.django_db
def test_staging_storing_and_discarding_leave_one_event_each(corpus, ada):
    before = Event.objects.count()

    upload = stage(corpus, b"One text.", Details("T", "en"), name="a.txt", by=ada, at=NOON)
    statement = store(upload, by=ada, at=LATER)
    other = stage(corpus, b"Another text.", Details("T", "en"), name="b.txt", by=ada, at=NOON)
    discard(other, by=ada, at=LATER)

    events = Event.objects.order_by("pk")[before:]
    assert [(event.verb, event.noun, event.public_id, event.at) for event in events] == [
        ("staged", "upload", upload.public_id, NOON),
        ("stored", "upload", upload.public_id, LATER),
        ("staged", "upload", other.public_id, NOON),
        ("discarded", "upload", other.public_id, LATER),
    ]
    assert {(event.actor, event.corpus) for event in events} == {(ada, corpus)}
    assert events[0].detail == {"file": "a.txt", "sha256": hashlib.sha256(b"One text.").hexdigest()}
    assert events[1].detail == {"statement": statement.public_id}


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
        make_upload(content)

    assert (Upload.objects.count(), Source.objects.count(), Event.objects.count()) == (0, 0, events)


@pytest.mark.django_db
def test_a_text_over_the_limits_is_refused_and_leaves_nothing(corpus, settings):
    settings.MAX_STATEMENT_BYTES, settings.MAX_STATEMENT_SENTENCES = len(THREE), 2

    with pytest.raises(Refused) as large:
        make_upload(THREE + " ")
    with pytest.raises(Refused) as many:
        make_upload(THREE)

    assert (large.value.code, large.value.values) == ("too_large", {"most": len(THREE)})
    assert (many.value.code, many.value.values) == ("too_many_sentences", {"count": 3, "most": 2})
    assert Upload.objects.count() == 0


@pytest.mark.django_db
def test_a_text_at_the_limits_is_taken(corpus, settings):
    settings.MAX_STATEMENT_BYTES, settings.MAX_STATEMENT_SENTENCES = len(THREE), 3

    assert make_statement(THREE).sentences.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "again", [THREE, THREE.replace("\n", "\r\n"), f"\n{THREE}\n\n", THREE.replace(" ", "  ")]
)
def test_the_same_text_is_refused_with_the_one_that_is_there(corpus, again):
    statement = make_statement(THREE)

    with pytest.raises(Refused) as refusal:
        make_upload(again)

    assert (refusal.value.code, refusal.value.values) == ("duplicate", {"statement": statement})
    assert Upload.objects.count() == 1


@pytest.mark.django_db
def test_the_same_text_may_stand_in_another_corpus(corpus, elsewhere):
    make_statement(THREE)

    assert make_statement(THREE, corpus=elsewhere).corpus == elsewhere


@pytest.mark.django_db
def test_a_text_that_came_in_meanwhile_is_not_stored_twice(corpus):
    slow, fast = make_upload(THREE), make_upload(THREE)
    statement = store(fast, by=None, at=NOON)

    with pytest.raises(Refused) as refusal:
        store(slow, by=None, at=LATER)

    slow.refresh_from_db()
    assert refusal.value.values == {"statement": statement}
    assert (slow.state, Statement.objects.count()) == (UploadState.STAGED, 1)


@pytest.mark.django_db
def test_a_withdrawn_text_may_come_again(corpus):
    old = make_statement(THREE)
    withdraw(old.upload, by=None, at=NOON)

    new = make_statement(THREE)

    assert list(Statement.objects.visible()) == [new]
    assert set(Statement.objects.all()) == {old, new}


@pytest.mark.django_db
def test_withdrawing_takes_a_statement_out_of_sight_once(corpus, ada):
    gone, kept = make_statement(THREE), make_statement("It stays.")
    events = Event.objects.count()

    for at in (NOON, LATER):
        withdraw(gone.upload, by=ada, at=at)

    gone.refresh_from_db()
    assert list(Statement.objects.visible()) == [kept]
    assert (gone.withdrawn_at, gone.upload.withdrawn_at) == (NOON, NOON)
    assert Event.objects.count() == events + 1
    assert [
        (event.verb, event.public_id, event.actor) for event in Event.objects.filter(verb="withdrew")
    ] == [("withdrew", gone.upload.public_id, ada)]


@pytest.mark.django_db
def test_what_was_never_stored_cannot_be_withdrawn(corpus, ada):
    staged, discarded = make_upload(), make_upload("It was given up.")
    discard(discarded, by=ada, at=NOON)
    events = Event.objects.count()

    for upload in (staged, discarded):
        with pytest.raises(Refused, match="not_stored"):
            withdraw(upload, by=ada, at=LATER)

    assert (Upload.objects.filter(withdrawn_at=None).count(), Event.objects.count()) == (2, events)


@pytest.mark.django_db
def test_storing_twice_answers_the_same_statement(corpus):
    upload = make_upload()
    events = Event.objects.count()

    first, second = store(upload, by=None, at=NOON), store(upload, by=None, at=LATER)

    assert first == second == Statement.objects.get()
    assert Event.objects.count() == events + 1


@pytest.mark.django_db
def test_what_was_discarded_can_neither_be_stored_nor_discarded_again(corpus, ada):
    upload = make_upload()
    discard(upload, by=ada, at=NOON)
    events = Event.objects.count()

    for refused in (store, discard):
        with pytest.raises(Refused, match="not_staged"):
            refused(upload, by=ada, at=LATER)

    upload.refresh_from_db()
    assert (upload.state, upload.settled_at) == (UploadState.DISCARDED, NOON)
    assert (Statement.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.django_db
def test_what_is_stored_cannot_be_discarded(corpus, ada):
    upload = make_upload()
    store(upload, by=ada, at=NOON)

    with pytest.raises(Refused, match="not_staged"):
        discard(upload, by=ada, at=LATER)

    assert Statement.objects.visible().count() == 1


@pytest.mark.django_db
def test_what_was_withdrawn_is_not_stored_again(corpus):
    upload = make_upload()
    store(upload, by=None, at=NOON)
    withdraw(upload, by=None, at=LATER)

    with pytest.raises(Refused, match="not_staged"):
        store(upload, by=None, at=LATER)


@pytest.mark.django_db
def test_a_failure_in_the_middle_leaves_nothing_behind(corpus, settings):
    upload = make_upload(THREE)
    settings.MAX_STATEMENT_SENTENCES = 2  # met only after the statement's own row was written
    events = Event.objects.count()

    with pytest.raises(Refused, match="too_many_sentences"):
        store(upload, by=None, at=LATER)

    upload.refresh_from_db()
    assert (upload.state, upload.settled_at) == (UploadState.STAGED, None)
    assert (Statement.objects.count(), Sentence.objects.count(), Event.objects.count()) == (0, 0, events)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_takes_everything_with_it(corpus):
    upload = make_upload(title="")

    with pytest.raises(IntegrityError, match="statement_has_title"):
        store(upload, by=None, at=LATER)

    upload.refresh_from_db()
    assert (upload.state, Statement.objects.count()) == (UploadState.STAGED, 0)


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_text_stored_at_once_make_one_statement():
    uploads = [make_upload(THREE) for _ in range(4)]

    answers = at_once(lambda n: store(uploads[n], by=None, at=LATER), times=4)

    statement = Statement.objects.get()
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer for answer in answers if not isinstance(answer, Refused)] == [statement]
    assert [(one.code, one.values) for one in refused] == [("duplicate", {"statement": statement})] * 3
    states = Upload.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == [UploadState.STAGED] * 3 + [UploadState.STORED]


@pytest.mark.django_db(transaction=True)
def test_a_text_that_is_stored_between_look_and_write_is_a_duplicate_too():
    first, second = make_upload(THREE), make_upload(THREE)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            statement = store(first, by=None, at=NOON)
            # It does not see the text yet, and has to wait with its own until this transaction ends.
            meanwhile = pool.submit(at_once, lambda n: store(second, by=None, at=LATER), times=1)
            until_somebody_waits()
        (refused,) = meanwhile.result(timeout=30)

    assert (refused.code, refused.values) == ("duplicate", {"statement": statement})
    assert Upload.objects.get(pk=second.pk).state == UploadState.STAGED


@pytest.mark.django_db(transaction=True)
def test_one_upload_stored_many_times_at_once_is_stored_once():
    upload, events = make_upload(THREE), Event.objects.count()

    answers = at_once(lambda n: store(Upload.objects.get(pk=upload.pk), by=None, at=LATER), times=4)

    assert answers == [Statement.objects.get()] * 4
    assert Event.objects.count() == events + 1


@pytest.mark.django_db(transaction=True)
def test_one_upload_stored_and_discarded_at_once_is_one_of_the_two():
    upload, rosa = make_upload(THREE), make_reviewer()

    work = [lambda: store(upload, by=rosa, at=LATER), lambda: discard(upload, by=rosa, at=LATER)]
    answers = at_once(lambda n: work[n](), times=2)

    upload.refresh_from_db()
    is_stored = upload.state == UploadState.STORED
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert Statement.objects.count() == is_stored


def test_the_corpus_of_these_tests_is_one(db):
    assert the_corpus() == the_corpus() != make_corpus("elsewhere")

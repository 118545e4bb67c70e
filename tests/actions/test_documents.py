"""Documents: one text out of a file with more in it, of which people choose what belongs to the text."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest

from statements.actions.apart import begun, check_end, read_apart
from statements.actions.draft import choose_passages, correct_draft, spans_of
from statements.actions.statement import Details, details_of
from statements.errors import Refused, Unreadable
from statements.formats.base import Dropped, What
from statements.formats.kinds import Kind
from statements.models import Draft, Event, Statement, UploadState
from tests.formats.test_zip import packed
from tests.letter import (
    FIRST,
    FIRST_NUMBER,
    HEADER,
    HEADER_NUMBER,
    SECOND,
    SECOND_NUMBER,
    TEXT,
    TITLE,
    TITLE_NUMBER,
    letter,
)
from tests.make import LATER, THREE, bring, make_statement, problems, store


def draft_of(content: bytes, name: str = "2023-06-05 answer.docx", **more: object) -> Draft:
    upload = bring({name: content}, **more)
    assert problems(upload) == [None]
    draft = upload.drafts.select_related("source").get()
    draft.upload = upload
    return draft


def again(draft: Draft) -> Draft:
    return Draft.objects.select_related("source", "upload__corpus").get(pk=draft.pk)


def sentences_in(draft: Draft) -> list[str]:
    return [draft.text[span.start : span.end] for span in spans_of(draft)]


@pytest.mark.django_db
def test_a_document_becomes_a_draft_that_knows_where_its_parts_stood(corpus):
    draft = draft_of(letter())

    assert (draft.text, draft.title, draft.published_on) == (TEXT, TITLE, date(2023, 6, 5))
    assert sentences_in(draft) == [TITLE, "The Authority says that we hid losses.", "We did not.", SECOND]
    assert [(one.text, one.what, one.place, one.dropped) for one in draft.passages] == [
        (HEADER, What.PARAGRAPH, "Header", Dropped.HEADER),
        (TITLE, What.HEADING, "Heading 1", ""),
        (FIRST, What.PARAGRAPH, "", ""),
        (SECOND, What.PARAGRAPH, "", ""),
    ]
    found = draft.source.found
    assert (found["statements"], found["sentences"], found["paragraphs"]) == (1, 4, 3)
    assert draft.source.encoding == ""


@pytest.mark.django_db
def test_what_was_left_out_is_taken_in_and_left_out_again(corpus, ada):
    draft = draft_of(letter())

    choose_passages(draft, {HEADER_NUMBER: True, SECOND_NUMBER: False}, by=ada, at=LATER)

    draft = again(draft)
    assert draft.text == f"{HEADER}\n\n{TITLE}\n\n{FIRST}"
    assert sentences_in(draft)[0] == HEADER
    assert [one.dropped for one in draft.passages] == ["", "", "", Dropped.BY_HAND]
    assert (draft.sentences, draft.source.found["sentences"], draft.source.found["paragraphs"]) == (4, 4, 3)

    choose_passages(draft, {HEADER_NUMBER: False, SECOND_NUMBER: True}, by=ada, at=LATER)

    assert again(draft).text == TEXT
    told = [(one.verb, one.detail["parts"]) for one in Event.objects.filter(noun="draft").order_by("pk")]
    assert told == [
        ("took in parts of", {str(HEADER_NUMBER): HEADER}),
        ("left out parts of", {str(SECOND_NUMBER): SECOND}),
        ("took in parts of", {str(SECOND_NUMBER): SECOND}),
        ("left out parts of", {str(HEADER_NUMBER): HEADER}),
    ]


@pytest.mark.django_db
def test_what_is_chosen_is_what_is_stored(corpus, ada):
    draft = draft_of(letter())
    choose_passages(draft, {SECOND_NUMBER: False}, by=ada, at=LATER)

    upload = store(draft.upload, by=ada)

    statement = Statement.objects.get(upload=upload)
    assert statement.text == f"{TITLE}\n\n{FIRST}"
    assert [statement.text[s.start : s.end] for s in statement.sentences.order_by("start")] == [
        TITLE, "The Authority says that we hid losses.", "We did not.",
    ]  # fmt: skip
    assert statement.sentences.count() == upload.found["sentences"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "code", "values"),
    [
        ({TITLE_NUMBER: False, FIRST_NUMBER: False, SECOND_NUMBER: False}, "no_part_left", {}),
        ({0: True}, "no_passage", {"number": 0}),
        ({5: False}, "no_passage", {"number": 5}),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(corpus, ada, chosen, code, values):
    draft = draft_of(letter())

    with pytest.raises(Refused) as refused:
        choose_passages(draft, chosen, by=ada, at=LATER)

    assert (refused.value.code, refused.value.values) == (code, values)
    assert again(draft).text == TEXT
    assert not Event.objects.filter(noun="draft").exists()


@pytest.mark.django_db
def test_a_text_without_parts_has_none_to_choose(corpus, ada):
    draft = draft_of(THREE.encode(), "answer.txt")

    with pytest.raises(Refused) as refused:
        choose_passages(draft, {1: False}, by=ada, at=LATER)

    assert refused.value.code == "no_passage"


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [{}, {HEADER_NUMBER: False, TITLE_NUMBER: True}])
def test_a_choice_of_nothing_new_changes_nothing(corpus, ada, chosen):
    draft = draft_of(letter())

    choose_passages(draft, chosen, by=ada, at=LATER)

    assert again(draft).document == draft.document
    assert not Event.objects.filter(noun="draft").exists()


@pytest.mark.django_db
def test_parts_are_chosen_only_before_a_text_is_stored(corpus, ada):
    draft = draft_of(letter())
    store(draft.upload, by=ada)

    with pytest.raises(Refused) as refused:
        choose_passages(draft, {SECOND_NUMBER: False}, by=ada, at=LATER)

    assert refused.value.code == "not_staged"


@pytest.mark.django_db
def test_a_choice_makes_a_double_and_ends_one(corpus, ada):
    known = make_statement(f"{TITLE}\n\n{FIRST}")
    draft = draft_of(letter())
    assert draft.same_as is None

    choose_passages(draft, {SECOND_NUMBER: False}, by=ada, at=LATER)
    assert again(draft).same_as == known

    choose_passages(draft, {SECOND_NUMBER: True}, by=ada, at=LATER)
    assert again(draft).same_as is None


@pytest.mark.django_db
def test_drafts_of_one_upload_become_doubles_of_each_other_by_a_choice(corpus, ada):
    upload = bring({"a.docx": letter(FIRST), "b.docx": letter()})
    first, second = upload.drafts.in_order()

    choose_passages(second, {SECOND_NUMBER: False}, by=ada, at=LATER)

    assert again(second).same_as_number == first.number


@pytest.mark.django_db
def test_another_language_leaves_parts_and_warnings_as_they_are(corpus, ada):
    draft = draft_of(letter())
    warned = {**draft.document, "warnings": [["pictures", {"count": 2}]]}
    Draft.objects.filter(pk=draft.pk).update(document=warned)
    draft = again(draft)

    correct_draft(draft, replace(details_of(draft), language="fr"), by=ada, at=LATER)

    draft = again(draft)
    assert (draft.language, draft.text) == ("fr", TEXT)
    assert ["pictures", {"count": 2}] in draft.oddities
    assert draft.source.found["sentences"] == draft.sentences


@pytest.mark.django_db
def test_a_language_that_somebody_said_counts_more_than_that_of_the_page(corpus):
    page = f'<html lang="de"><title>T</title><main><h1>{TITLE}</h1><p>{FIRST}</p></main></html>'

    assert draft_of(page.encode(), "page.html").language == "de"
    upload = bring({"page.html": page}, said={"language": "en"})
    assert upload.drafts.get().language == "en"


@pytest.mark.django_db
def test_what_is_said_of_all_texts_counts_more_than_a_heading_and_less_than_what_a_page_states(corpus):
    page = (
        "<html lang='de'><head><meta property='article:published_time' content='2024-03-07'></head>"
        f"<body><main><h1>{TITLE}</h1><p>{FIRST}</p></main></body></html>"
    )
    about = Details(title="An answer", language="en", published_on=date(2020, 1, 1), speaker="Norvane")

    upload = bring({"2023-06-05.docx": letter(), "page.html": page}, about=about)

    read = [(one.title, one.language, one.published_on, one.speaker) for one in upload.drafts.in_order()]
    assert read == [
        ("An answer", "en", date(2020, 1, 1), "Norvane"),
        (TITLE, "en", date(2024, 3, 7), "Norvane"),
    ]


@pytest.mark.django_db
def test_a_document_that_cannot_be_read_leaves_the_others_as_they_are(corpus):
    upload = bring({"a.docx": letter(), "b.docx": b"PK\x03\x04 and nothing more", "c.txt": THREE})

    assert problems(upload) == [None, "damaged", None]
    assert upload.state == UploadState.STAGED
    assert [draft.text for draft in upload.drafts.in_order()] == [TEXT, THREE]


@pytest.mark.django_db
def test_documents_lie_in_archives_too(corpus):
    upload = bring({"a.zip": bytes(packed(("letters/a.docx", letter()), ("b.txt", THREE.encode())))})

    assert problems(upload) == [None, None, None]
    assert [draft.text for draft in upload.drafts.in_order()] == [TEXT, THREE]


# --- The process that reads -------------------------------------------------------------------------------


@contextmanager
def file_with(content: bytes):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        yield file


def test_a_process_that_is_killed_is_a_file_that_cannot_be_read():
    with file_with(letter()) as file, tempfile.TemporaryFile() as lines:
        process = begun(Kind.DOCX, file, "", lines)
        process.kill()
        process.wait()

        with pytest.raises(Unreadable) as refused:
            check_end(process.returncode, lines)

    assert refused.value.code == "unusual"


def test_a_process_that_crashes_is_a_file_that_cannot_be_read():
    with file_with(b"words") as file, pytest.raises(Unreadable) as refused, read_apart(Kind.TXT, file):
        pass  # no module reads plain text apart

    assert refused.value.code == "unusual"

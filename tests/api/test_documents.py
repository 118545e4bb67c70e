"""Documents through the API: their parts, and which of them belong to the text."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from statements.models import Upload
from tests.letter import HEADER, HEADER_NUMBER, SECOND_NUMBER, TEXT, TITLE, letter
from tests.make import NOON, bring, done

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # tests/actions try both databases


def part(number: int, text: str, what: str = "paragraph", place: str = "", dropped: str | None = None):
    return {
        "number": number, "text": text, "what": what, "place": place, "table": None, "row": None,
        "note": None, "page": None, "until": None, "dropped": dropped,
    }  # fmt: skip


@pytest.fixture
def admin(connect, ada):
    return connect(ada)


def path_of(upload: Upload) -> str:
    return f"/api/v1/corpora/press/uploads/{upload.public_id}/statements/{upload.drafts.get().number}/"


def test_a_document_is_accepted_and_read_by_the_worker(admin, corpus):
    sent = {"files": [SimpleUploadedFile("answer.docx", letter())], "dry_run": "true"}

    response = admin.post("/api/v1/corpora/press/uploads/", sent)

    assert (response.status_code, response.json()["state"]) == (202, "reading")
    done(Upload.objects.get(), at=NOON)
    report = admin.get(response["Location"]).json()
    assert (report["state"], report["files"][0]["kind"], report["files"][0]["statements"]) == (
        "staged",
        "docx",
        1,
    )


def test_a_draft_has_its_parts_and_each_says_where_it_stood(admin, corpus):
    shown = admin.get(path_of(bring({"answer.docx": letter()}))).json()

    assert (shown["text"], shown["title"]) == (TEXT, TITLE)
    assert shown["passages"] == [
        part(1, HEADER, place="Header", dropped="header"),
        part(2, TITLE, "heading", "Heading 1"),
        part(3, "The Authority says that we hid losses. We did not."),
        part(4, "We will publish every figure by June."),
    ]


def test_parts_are_taken_in_and_left_out(admin, corpus):
    path = path_of(bring({"answer.docx": letter()}))
    chosen = [{"number": HEADER_NUMBER, "dropped": False}, {"number": SECOND_NUMBER, "dropped": True}]

    shown = admin.patch(path, {"passages": chosen}, content_type="application/json").json()

    assert [one["dropped"] for one in shown["passages"]] == [None, None, None, "by_hand"]
    assert shown["text"].startswith(f"{HEADER}\n\n{TITLE}")
    assert [one["text"] for one in shown["sentences"]][-1] == "We did not."


@pytest.mark.parametrize(
    ("passages", "status", "code"),
    [
        ([{"number": 9, "dropped": False}], 400, "no_passage"),
        ([{"number": number, "dropped": True} for number in (2, 3, 4)], 400, "no_part_left"),
        ([], 400, "invalid"),
        ([{"number": 0, "dropped": False}], 400, "invalid"),
        ([{"number": 2}], 400, "invalid"),
    ],
)
def test_what_cannot_be_chosen_is_refused(admin, corpus, passages, status, code):
    upload = bring({"answer.docx": letter()})

    answer = admin.patch(path_of(upload), {"passages": passages}, content_type="application/json")

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, code)
    assert upload.drafts.get().text == TEXT


def test_a_text_has_no_parts(admin, corpus):
    assert admin.get(path_of(bring({"a.txt": "We deny it."}))).json()["passages"] == []

"""Documents on the pages: what was left out stands grey, says why, and is taken in by a click."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from statements.models import Draft, Job, Upload, UploadState
from tests.letter import (
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
from tests.make import NOON, bring, done

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # tests/actions try both databases


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def upload(corpus) -> Upload:
    return bring({"answer.docx": letter()})


def path_of(upload: Upload) -> str:
    return f"/c/press/upload/{upload.public_id}/"


def draft_path(upload: Upload) -> str:
    return f"{path_of(upload)}statements/{upload.drafts.get().number}/"


def parts_in(page: str) -> list[tuple[str, str, str]]:
    """The class, the origin and the words of each part."""
    found = re.findall(
        r'<section class="part([^"]*)" .*?<span [^>]*>(.*?)</span>(.*?)</section>', page, re.DOTALL
    )
    return [
        (kind.strip(), origin, " ".join(re.sub(r"<button.*?</button>|<[^>]*>", " ", words).split()))
        for kind, origin, words in found
    ]


@pytest.mark.parametrize("path", [path_of, draft_path])
def test_each_part_says_where_it_stood_and_a_grey_one_why(admin, upload, path):
    page = admin.get(path(upload)).content.decode()

    assert parts_in(page) == [
        ("dropped", "Paragraph (Header) · left out: on top of pages", HEADER),
        ("heading-part", "Heading (Heading 1)", TITLE),
        ("", "Paragraph", "The Authority says that we hid losses. We did not."),
        ("", "Paragraph", escape(SECOND)),
    ]


def test_a_part_is_taken_in_where_its_text_is_shown_alone(admin, upload):
    path = f"{draft_path(upload)}parts/"

    response = admin.post(path, {"in": str(HEADER_NUMBER)})

    assert response["Location"] == f"{draft_path(upload)}#part-{HEADER_NUMBER}"
    assert upload.drafts.get().text == f"{HEADER}\n\n{TEXT}"


def test_a_part_is_left_out_where_its_text_is_shown_with_the_upload(admin, upload):
    path = f"{draft_path(upload)}parts/"

    response = admin.post(path, {"out": str(SECOND_NUMBER), "back": "upload"})

    assert response["Location"] == f"{path_of(upload)}#part-{SECOND_NUMBER}"
    page = admin.get(path_of(upload)).content.decode()
    assert parts_in(page)[-1] == ("dropped", "Paragraph · left out by hand", SECOND)
    history = re.sub(r"<[^>]*>", "", admin.get("/c/press/history/").content.decode())
    assert f"left parts out of “{TITLE}” before it was stored: {SECOND}" in history


def test_what_cannot_be_left_out_is_explained_and_nothing_changes(admin, upload):
    numbers = [str(number) for number in (TITLE_NUMBER, FIRST_NUMBER, SECOND_NUMBER)]

    response = admin.post(f"{draft_path(upload)}parts/", {"out": numbers})

    assert response.status_code == 422
    assert "Nothing would be left of this text." in response.content.decode()
    assert upload.drafts.get().text == TEXT


def test_a_long_document_is_shown_in_pages_and_a_part_is_found_on_its_own(admin, corpus):
    upload = bring({"answer.docx": letter(*(f"Point {number} is made." for number in range(1, 250)))})

    response = admin.post(f"{draft_path(upload)}parts/", {"out": "230"})

    assert response["Location"] == f"{draft_path(upload)}?page=2#part-230"
    page = admin.get(f"{draft_path(upload)}?page=2").content.decode()
    assert len(parts_in(page)) == 51
    assert parts_in(page)[29] == ("dropped", "Paragraph · left out by hand", "Point 228 is made.")
    assert "Go on reading" in admin.get(path_of(upload)).content.decode()


def test_the_words_about_parts_are_french_too(admin, ada, upload):
    ada.language = "fr"
    ada.save()

    page = admin.get(path_of(upload)).content.decode()

    assert [origin for _kind, origin, _words in parts_in(page)] == [
        "Paragraphe (Header) · laissé de côté\u202f: en haut des pages",
        "Titre (Heading 1)",
        "Paragraphe",
        "Paragraphe",
    ]


def test_a_document_however_small_waits_for_the_worker(admin, corpus):
    response = admin.post("/c/press/upload/", {"files": [SimpleUploadedFile("answer.docx", letter())]})

    upload = Upload.objects.get()
    assert upload.state == UploadState.READING
    assert Job.objects.open().filter(upload=upload).count() == 1
    assert "No worker is running" in admin.get(response["Location"]).content.decode()
    assert done(upload, at=NOON).state == UploadState.STAGED


def test_a_small_text_beside_a_document_that_was_read_is_read_in_the_request(admin, upload):
    mixed = bring({"answer.docx": letter(), "b.txt": "Où ça ?".encode("cp1252")})
    number = mixed.sources.get(name="b.txt").number

    admin.post(f"{path_of(mixed)}files/{number}/", {f"file-{number}-encoding": "cp1252"})

    assert Upload.objects.get(pk=mixed.pk).state == UploadState.STAGED


def test_a_document_has_no_encoding_to_choose(admin, upload):
    page = admin.get(path_of(upload)).content.decode()

    assert 'name="file-1-language"' in page
    assert "encoding" not in page
    assert Draft.objects.get().source.encoding == ""

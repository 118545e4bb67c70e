"""Bringing a statement in through the pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from statements.models import Sentence, Statement, Upload, UploadState
from tests.make import make_statement, make_upload

pytestmark = pytest.mark.django_db

ABOUT = {"title": "Une réponse", "language": "fr", "speaker": "Norvane", "published_on": "2026-02-03"}


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


def send(client, text="", **more):
    return client.post("/c/press/upload/", {**ABOUT, "text": text, **more})


def test_what_is_pasted_is_shown_split_before_it_is_stored(admin):
    response = admin.get(send(admin, "Nous répondons. C'est faux.\r\n\r\nMerci.")["Location"])

    assert response.context["paragraphs"] == [["Nous répondons.", "C'est faux."], ["Merci."]]
    assert Statement.objects.count() == Sentence.objects.count() == 0


def test_storing_keeps_the_text_the_details_and_the_bytes(admin):
    content = "Nous répondons.\r\nC'est faux.".encode("cp1252")
    file = SimpleUploadedFile("réponse.txt", content)
    preview = send(admin, file=file)["Location"]

    response = admin.post(f"{preview}store/")

    statement = Statement.objects.get()
    assert response["Location"] == f"/c/press/statements/{statement.public_id}/"
    assert statement.text == "Nous répondons.\nC'est faux."
    assert (statement.title, statement.speaker, str(statement.published_on)) == (
        "Une réponse", "Norvane", "2026-02-03",
    )  # fmt: skip
    assert (bytes(statement.source.content), statement.source.encoding) == (content, "cp1252")
    assert statement.source.name == "réponse.txt"


def test_storing_twice_stores_once(admin):
    preview = send(admin, "Nous répondons.")["Location"]

    once, again = (admin.post(f"{preview}store/") for _ in range(2))

    assert once["Location"] == again["Location"]
    assert Statement.objects.count() == 1


def test_what_is_discarded_cannot_be_stored(admin):
    preview = send(admin, "Nous répondons.")["Location"]
    admin.post(f"{preview}discard/")

    response = admin.post(f"{preview}store/")

    assert response.status_code == 409
    assert "already stored or discarded" in response.text
    assert (Upload.objects.get().state, Statement.objects.count()) == (UploadState.DISCARDED, 0)


def test_a_text_that_is_there_already_is_refused_with_a_link(admin):
    there = make_statement("Nous répondons. C'est faux.", title="Déjà là")

    response = send(admin, "Nous  répondons.\nC'est faux.")

    assert response.status_code == 422
    assert f'href="/c/press/statements/{there.public_id}/"' in response.text
    assert Upload.objects.count() == 1


def test_a_text_that_came_in_meanwhile_is_refused_when_stored(admin):
    preview = send(admin, "Nous répondons.")["Location"]
    there = make_statement("Nous répondons.", title="Plus vite")

    response = admin.post(f"{preview}store/")

    assert response.status_code == 409
    assert f'href="/c/press/statements/{there.public_id}/"' in response.text
    assert Upload.objects.get(proposal__title="Une réponse").state == UploadState.STAGED


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Paste a text or choose a file."),
        ({"text": " \n\t "}, "There is no text in it."),
        ({"text": "a", "file": SimpleUploadedFile("a.txt", b"b")}, "not both"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "There is no text in it."),
        ({"file": SimpleUploadedFile("a.txt", b"a\x00b")}, "U+0000 in line 1"),
        (
            {"file": SimpleUploadedFile("a.txt", b"caf\x81\x8d"), "encoding": "utf-8"},
            "cannot be read as utf-8",
        ),
        ({"file": SimpleUploadedFile("a.bin", bytes(range(128, 256)))}, "cannot be read as cp1252"),
        ({"file": SimpleUploadedFile("a.txt", b"a" * 1_000_001)}, "larger than 1000 kB"),
        ({"file": SimpleUploadedFile("a.txt", b"a" * 3_900_000)}, "larger than 1000 kB"),
        ({"text": "One. " * 5001}, "5,001 sentences"),
        ({"text": "a", "title": ""}, "This field is required."),
        ({"text": "a", "language": "xx"}, "Select a valid choice."),
        ({"text": "a", "published_on": "yesterday"}, "Enter a valid date."),
        ({"text": "a", "source_url": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_what_cannot_be_stored_is_explained_and_nothing_is(admin, given, sentence):
    response = admin.post("/c/press/upload/", {**ABOUT, **given})

    assert response.status_code == 422
    assert sentence in response.text
    assert Upload.objects.count() == 0


def test_the_preview_of_another_corpus_is_not_found(admin, elsewhere):
    upload = make_upload("Ailleurs.", corpus=elsewhere)

    assert admin.get(f"/c/elsewhere/upload/{upload.public_id}/").status_code == 404
    assert admin.get(f"/c/press/upload/{upload.public_id}/").status_code == 404


def test_the_preview_shows_all_that_was_said_about_the_text(admin):
    about = {
        "responds_to": "The report of 3 May",
        "source_url": "https://example.org/reply",
        "licence": "CC BY 4.0",
    }

    text = admin.get(send(admin, "Nous répondons.", **about)["Location"]).text

    for said in ("Norvane", "3 February 2026", "français", *about.values()):
        assert said in text


def test_what_was_said_can_be_changed_before_it_is_stored(admin):
    file = SimpleUploadedFile("réponse.txt", "Déjà.\r\nC'est faux.".encode("cp1252"))
    preview = send(admin, file=file, licence="CC0")["Location"]
    public_id = preview.split("/")[-2]
    again = f"/c/press/upload/?from={public_id}"
    assert f'href="{again}"' in admin.get(preview).text

    form = admin.get(again).context["form"]

    assert {name: str(form[name].value()) for name in (*ABOUT, "text", "licence")} == {
        **ABOUT,
        "text": "Déjà.\nC'est faux.",
        "licence": "CC0",
    }


def test_the_form_begins_with_nothing_that_is_not_open_to_who_asks(admin, elsewhere):
    theirs = make_upload("Ailleurs.", corpus=elsewhere)
    settled = send(admin, "Nous répondons.")["Location"]
    admin.post(f"{settled}discard/")

    for public_id in (theirs.public_id, settled.split("/")[-2], "\x00", "nothing", "2" * 12):
        assert admin.get("/c/press/upload/", {"from": public_id}).status_code == 404


def test_storing_says_how_many_sentences_once(admin):
    preview = send(admin, "Nous répondons. C'est faux.")["Location"]

    statement = admin.post(f"{preview}store/", follow=True)

    assert "Stored: 2 sentences." in statement.text
    assert "Stored:" not in admin.get(statement.request["PATH_INFO"]).text

"""Bringing statements in through the pages."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from statements import jobs
from statements.actions.job import note_worker
from statements.models import Event, Job, Sentence, Statement, Upload, UploadState
from tests.make import NOON, bring, done, make_release, make_statement, make_upload, sentences_of, store, tag

pytestmark = pytest.mark.django_db

ABOUT = {"title": "Une réponse", "language": "fr", "speaker": "Norvane", "published_on": "2026-02-03"}
TABLE = "Titre;Texte;Date\nUn;Nous nions tout. C’est faux.;2023-06-05\nDeux;;hier\n"


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


def send(client, text="", **more):
    return client.post("/c/press/upload/", {**ABOUT, "text": text, **more})


def send_files(client, **files: bytes | str):
    """Files by name; a double underscore stands for the dot."""
    sent = [
        SimpleUploadedFile(name.replace("__", "."), content.encode() if isinstance(content, str) else content)
        for name, content in files.items()
    ]
    return client.post("/c/press/upload/", {"files": sent})


def path_of(upload: Upload) -> str:
    return f"/c/press/upload/{upload.public_id}/"


def test_what_is_pasted_is_shown_split_before_it_is_stored(admin):
    response = admin.get(send(admin, "Nous répondons. C'est faux.\r\n\r\nMerci.")["Location"])

    assert response.context["paragraphs"] == [["Nous répondons.", "C'est faux."], ["Merci."]]
    assert Statement.objects.count() == Sentence.objects.count() == 0


def test_storing_keeps_the_text_the_details_and_the_bytes(admin):
    content = "Nous répondons.\r\nC'est faux.".encode("cp1252")
    preview = send(admin, files=SimpleUploadedFile("réponse.txt", content))["Location"]

    response = admin.post(f"{preview}store/")

    statement = Statement.objects.get()
    assert response["Location"] == f"/c/press/statements/{statement.public_id}/"
    assert statement.text == "Nous répondons.\nC'est faux."
    about = (statement.title, statement.speaker, str(statement.published_on))
    assert about == ("Une réponse", "Norvane", "2026-02-03")
    source = statement.source
    assert (source.name, source.encoding, source.size) == ("réponse.txt", "cp1252", len(content))


def test_many_files_are_shown_with_what_is_wrong_in_them(admin):
    response = admin.get(
        send_files(admin, a__txt="We deny it all.", b__csv=TABLE, c__txt=b"caf\x81\x8d")["Location"]
    )

    text = response.text
    for said in (
        "To be stored: 2 statements, 3 sentences.",
        "Line 3, Date: “hier” is not a date. Write it as 2023-06-05.",
        "Line 3, Texte: There is no text in this row.",
        "cannot be read as cp1252",
        "Leave out what cannot be read: 2 rows or files",
    ):
        assert said in text
    assert Statement.objects.count() == 0


def test_storing_with_faults_needs_a_yes_to_leaving_them_out(admin):
    preview = send_files(admin, b__csv=TABLE)["Location"]

    refused = admin.post(f"{preview}store/")
    stored = admin.post(f"{preview}store/", {"without_faults": "1"})

    assert refused.status_code == 409
    assert "Rows or files that cannot be read: 1." in refused.text
    assert stored.status_code == 302
    assert Statement.objects.get().title == "Un"


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
    assert (Upload.objects.get().state, Statement.objects.count()) == (UploadState.DISCARDED, 0)


def test_a_text_that_is_there_already_is_passed_over_with_a_link(admin):
    there = make_statement("Nous répondons. C'est faux.", title="Déjà là")

    preview = send(admin, "Nous  répondons.\nC'est faux.")["Location"]
    response = admin.get(preview)

    assert f'href="/c/press/statements/{there.public_id}/"' in response.text
    assert "There is nothing in it to be stored." in response.text
    assert admin.post(f"{preview}store/").status_code == 409
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Paste a text or choose a file."),
        ({"text": "a", "files": SimpleUploadedFile("a.txt", b"b")}, "not both"),
        ({"files": SimpleUploadedFile("a.bin", b"abc")}, "This kind of file cannot be read here"),
        ({"files": SimpleUploadedFile("a.txt", b"%PDF-1.7 and more")}, "it holds something else (PDF)"),
        ({"text": "a", "language": "xx"}, "Select a valid choice."),
        ({"text": "a", "published_on": "yesterday"}, "Enter a valid date."),
        ({"text": "a", "source_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"text": "a", "metadata": "no colon"}, "Line 1 has no name and value"),
        ({"text": "a", "metadata": "a: 1\na: 2"}, "“a” stands here twice."),
        ({"text": "a", "key": "short"}, "Enter a valid value."),
    ],
)
def test_what_cannot_be_taken_is_explained_and_nothing_is(admin, given, sentence):
    response = admin.post("/c/press/upload/", {**ABOUT, **given})

    assert response.status_code == 422
    assert sentence in response.text
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no text in it."),
        (b" \n\t ", "There is no text in it."),
        (b"a\x00b", "U+0000 in line 1"),
        (bytes(range(128, 256)), "cannot be read as cp1252"),
        (b"a" * 10_000_001, "The text is larger than 10,000,000 bytes."),
    ],
)
def test_what_cannot_be_read_is_explained_and_there_is_nothing_to_store(admin, content, sentence):
    file = SimpleUploadedFile("a.txt", content)
    preview = admin.post("/c/press/upload/", {**ABOUT, "files": file})["Location"]
    done(Upload.objects.get())

    response = admin.get(preview)

    assert sentence in response.text
    assert "There is nothing in it to be stored." in response.text


def test_the_same_form_sent_twice_is_one_upload(admin):
    key = re.search(r'name="key" value="(\w+)"', admin.get("/c/press/upload/").text)[1]

    once, again = (send(admin, "Nous répondons.", key=key) for _ in range(2))

    assert once["Location"] == again["Location"]
    assert Upload.objects.count() == 1


def test_pages_of_another_corpus_are_not_found(admin, elsewhere):
    upload = make_upload("Ailleurs.", corpus=elsewhere)

    for rest in ("", "store/", "files/1/original/", f"statements/{upload.drafts.get().number}/"):
        assert admin.get(f"/c/elsewhere/upload/{upload.public_id}/{rest}").status_code == 404
        assert admin.get(f"/c/press/upload/{upload.public_id}/{rest}").status_code == 404


# --- Each file and each text ---


def test_another_encoding_is_chosen(admin):
    upload = bring({"a.txt": "Où ça ?".encode("utf-16-le")})

    response = admin.post(f"{path_of(upload)}files/1/", {"file-1-encoding": "utf-16"})

    assert response.status_code == 302
    assert upload.drafts.get().text == "Où ça ?"


def test_columns_are_named_by_hand(admin):
    upload = bring({"a.csv": "words,who\nWe deny it.,Norvane\n"})
    page = admin.get(path_of(upload))
    assert "No column is recognised as the text." in page.text

    wrong = admin.post(f"{path_of(upload)}files/1/", {"file-1-column-0": "title", "file-1-column-1": "title"})
    assert wrong.status_code == 422
    assert "Say which column holds the text." in wrong.text
    admin.post(f"{path_of(upload)}files/1/", {"file-1-column-0": "text", "file-1-column-1": "speaker"})

    draft = upload.drafts.get()
    assert (draft.text, draft.speaker) == ("We deny it.", "Norvane")


def test_what_is_known_is_changed_before_it_is_stored_and_told_in_the_history(admin):
    upload = make_upload("We deny it. We said so.", metadata={"place": "Lyon"})
    path = f"{path_of(upload)}statements/{upload.drafts.get().number}/"
    assert 'value="An answer"' in admin.get(path).text

    changed = {**ABOUT, "metadata": 'place: Nice\nyear: 2023\ncode: "7"'}
    assert admin.post(path, changed).status_code == 302

    store(upload)
    statement = Statement.objects.get()
    assert (statement.title, statement.language, statement.speaker) == ("Une réponse", "fr", "Norvane")
    assert statement.metadata == {"place": "Nice", "year": 2023, "code": "7"}
    (event,) = Event.objects.filter(noun="draft")
    assert (event.verb, event.detail["before"]["title"], event.detail["after"]["title"]) == (
        "corrected",
        "An answer",
        "Une réponse",
    )


def test_a_text_is_left_out_and_taken_in_again(admin):
    upload = bring({"a.txt": "One.", "b.txt": "Two."})
    path = f"{path_of(upload)}statements/{upload.drafts.get(text='One.').number}/choose/"

    admin.post(path, {"out": "1"})
    assert "Left out." in admin.get(path_of(upload)).text
    assert upload.drafts.to_store().count() == 1
    admin.post(path)

    assert upload.drafts.to_store().count() == 2


@pytest.mark.parametrize("number", [1, 2])
def test_originals_are_sent_as_attachments_byte_for_byte(admin, number):
    content = "Où ça ?".encode("cp1252")
    upload = bring({"évil\r\n<b>.html.txt": content, "b.txt": "Two."})

    response = admin.get(f"{path_of(upload)}files/{number}/original/")

    assert b"".join(response) == (content if number == 1 else b"Two.")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_and_three(admin, count, django_assert_max_num_queries):
    upload = bring(
        {f"{n}.txt": f"We deny point {n}. It is false." for n in range(count)} | {"x.txt": "X y z."}
    )

    with django_assert_max_num_queries(22):
        admin.get(path_of(upload))


# --- How far it is ---


@pytest.fixture
def waiting(corpus, ada, monkeypatch) -> Upload:
    """An upload that waits for a worker to read it."""
    monkeypatch.setattr(jobs, "IN_THE_REQUEST", 0)
    upload = make_upload()
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.READING)
    Job.objects.filter(upload=upload).update(state="waiting", done=3, total=12)
    return upload


def test_a_page_says_plainly_when_no_worker_is_there(admin, waiting):
    assert "No worker is running that could do this." in admin.get(path_of(waiting)).text

    from django.utils import timezone

    note_worker("one", at=timezone.now())
    text = admin.get(path_of(waiting)).text
    assert "No worker is running" not in text
    assert "Waiting for its turn." in text
    assert '<progress max="12" value="3"' in text
    assert "25 %" in text


def test_the_progress_is_a_part_of_the_page_and_ends_with_it(admin, waiting):
    part = admin.get(f"{path_of(waiting)}progress/")
    assert "<html" not in part.text
    assert 'hx-trigger="every 1s"' in part.text

    done(waiting)
    ended = admin.get(f"{path_of(waiting)}progress/")
    assert (ended.status_code, ended["HX-Refresh"]) == (200, "true")


def test_what_waits_is_cancelled(admin, waiting):
    response = admin.post(f"{path_of(waiting)}cancel/")

    assert response.status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, Job.objects.get().state) == (UploadState.STAGED, "cancelled")


# --- Taken back ---


def test_taking_back_says_what_goes_out_of_sight_first(admin, rosa):
    upload = store(bring({"a.txt": "One. Two.", "b.txt": "Three."}))
    tag(sentences_of(Statement.objects.in_order()[0])[0], rosa, "rebuttal")

    asked = admin.get(f"{path_of(upload)}take-back/")
    admin.post(f"{path_of(upload)}take-back/")

    assert "2 statements, 3 sentences" in asked.text
    assert "1 decision on them goes out of sight too." in asked.text
    assert Statement.objects.visible().count() == 0
    assert "Taken back" in admin.get(path_of(upload)).text


def test_what_a_release_holds_is_not_taken_back_and_the_page_says_why(admin, ada):
    upload = store(make_upload(), at=NOON)
    make_release(by=ada, at=NOON)

    response = admin.post(f"{path_of(upload)}take-back/")

    assert response.status_code == 409
    assert "in version 1 of the corpus" in response.text
    assert Statement.objects.visible().count() == 1


def test_the_uploads_of_a_corpus_are_listed_with_who_sent_them(admin, ada, elsewhere):
    store(bring({"a.txt": "One. Two."}, by=ada), by=ada)
    make_upload("Ailleurs.", corpus=elsewhere, name="theirs.txt")

    text = admin.get("/c/press/upload/").text

    assert "a.txt" in text
    assert "1 statement, 2 sentences" in text
    assert "theirs.txt" not in text


# --- After it is stored ---


def test_what_is_known_is_corrected_later_with_its_event_and_the_text_stays(admin):
    statement = make_statement("We deny it.", title="An answer", metadata={"place": "Lyon"})
    path = f"/c/press/statements/{statement.public_id}/edit/"
    assert "place: Lyon" in admin.get(path).text

    response = admin.post(path, {**ABOUT, "text": "Something else.", "metadata": "place: Lyon"})

    assert response["Location"] == f"/c/press/statements/{statement.public_id}/"
    statement.refresh_from_db()
    assert (statement.title, statement.text) == ("Une réponse", "We deny it.")
    (event,) = Event.objects.filter(verb="corrected")
    assert (event.noun, event.public_id) == ("statement", statement.public_id)
    assert event.detail["before"] == {
        "title": "An answer",
        "language": "en",
        "speaker": "",
        "published_on": None,
    }
    admin.post(path, {**ABOUT, "metadata": "place: Lyon"})
    assert Event.objects.filter(verb="corrected").count() == 1  # nothing was different


def test_storing_says_how_many_sentences_once(admin):
    preview = send(admin, "Nous répondons. C'est faux.")["Location"]

    page = admin.get(admin.post(f"{preview}store/")["Location"])

    assert "Stored: 2 sentences." in page.text
    assert "Stored:" not in admin.get(page.request["PATH_INFO"]).text

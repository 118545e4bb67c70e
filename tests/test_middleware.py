"""What holds for every answer: how it comes over the wire, and in which language."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import shutil

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
)
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from statements.middleware import ROOM_BYTES, whole_body
from tests.make import make_statement, make_token


def test_pages_come_gzipped_to_browsers_that_take_them_so(client, rosa):
    make_statement(title="An answer with a long enough page")
    client.force_login(rosa)

    plain = client.get("/c/press/statements/")
    zipped = client.get("/c/press/statements/", headers={"Accept-Encoding": "gzip"})

    assert (plain.headers.get("Content-Encoding"), zipped.headers["Content-Encoding"]) == (None, "gzip")
    assert "An answer with a long enough page" in gzip.decompress(zipped.content).decode()
    assert len(zipped.content) < len(plain.content) / 2
    assert "Accept-Encoding" in zipped.headers["Vary"]


def test_the_same_page_is_never_twice_of_the_same_length(client, rosa):
    """What compression tells of the secrets on a page drowns in that."""
    client.force_login(rosa)

    lengths = {len(client.get("/", headers={"Accept-Encoding": "gzip"}).content) for _ in range(20)}

    assert len(lengths) > 5


def test_answers_of_the_api_stay_as_they_are(client, reza):
    token = make_token(reza)

    headers = {"Accept-Encoding": "gzip", "Authorization": f"Bearer {token}"}
    response = client.get("/api/v1/corpora/", headers=headers)

    assert response.headers.get("Content-Encoding") is None


@pytest.mark.parametrize(
    ("chosen", "cookie", "browser", "spoken"),
    [
        ("", "", "fr-CA,fr;q=0.9", "fr"),
        ("", "", "de,en;q=0.5", "en"),
        ("", "", "zz", "en"),
        ("", "fr", "en", "fr"),
        ("en", "fr", "fr", "en"),
        ("fr", "en", "en", "fr"),
        ("xx", "fr", "en", "fr"),  # of a version that knew it
    ],
)
def test_pages_speak_as_the_person_chose_else_as_the_browser_asks(
    client, rosa, chosen, cookie, browser, spoken
):
    rosa.language = chosen
    rosa.save()
    client.force_login(rosa)
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get("/", headers={"Accept-Language": browser})

    assert f'<html lang="{spoken}">' in response.text
    assert response.headers["Content-Language"] == spoken


def test_nobody_is_looked_up_for_who_is_not_signed_in(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get("/sign-in/")


UPLOAD, API_UPLOAD = "/c/press/upload/", "/api/v1/corpora/press/uploads/"
LARGE = 1_200_000


@pytest.fixture
def arriving(settings, tmp_path):
    """A folder of its own for bodies that come onto the disk, and little that a body in memory may have."""
    settings.ARRIVING_DIR, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = tmp_path / "arriving", 1_000
    return settings.ARRIVING_DIR


def large(path: str = UPLOAD, **headers: object) -> WSGIRequest:
    """A form with a file, more than stays in memory."""
    file = SimpleUploadedFile("large.txt", b"x" * LARGE)
    request = RequestFactory().post(path, {"files": file, "word": "said"}, **headers)
    request.user = AnonymousUser()
    return request


def read(request: HttpRequest) -> HttpResponse:
    """A view that says what has come."""
    files = {file.name: file.size for file in request.FILES.getlist("files")}
    request.close()
    return JsonResponse({"word": request.POST.get("word"), "files": files})


@pytest.mark.parametrize("path", [UPLOAD, API_UPLOAD, "/c/a_b-C9/upload/"])
def test_a_large_form_is_read_from_the_disk_and_leaves_nothing_there(arriving, path):
    request = large(path)

    response = whole_body(read)(request)

    assert json.loads(response.content) == {"word": "said", "files": {"large.txt": LARGE}}
    assert (list(arriving.iterdir()), request._stream.closed) == ([], True)
    request.close()


def test_the_api_reads_a_large_form_from_the_disk(arriving):
    @api_view(["POST"])
    @parser_classes([MultiPartParser])
    @authentication_classes([])
    @permission_classes([])
    def upload(request: Request) -> Response:
        return Response({"word": request.data["word"], "size": request.FILES["files"].size})

    request = large(API_UPLOAD)
    response = whole_body(lambda request: upload(request).render())(request)

    assert json.loads(response.content) == {"word": "said", "size": LARGE}
    request.close()


def test_a_large_body_is_still_none_that_is_had_in_memory(arriving):
    def ask(request: HttpRequest) -> HttpResponse:
        with pytest.raises(RequestDataTooBig):
            _ = request.body
        return HttpResponse("asked")

    assert whole_body(ask)(large()).content == b"asked"


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/",
        "/c/press/upload",
        "/c/press/upload/abc/",
        "/c/press/upload/abc/store/",
        "/c//upload/",
        "/c/pre/ss/upload/",
        "/c/press/upload/%0A",
        "/api/v1/corpora/press/uploads/1/",
        "/x/c/press/upload/",
    ],
)
def test_elsewhere_a_large_body_is_refused(arriving, path):
    response = whole_body(read)(large(path))

    assert (response.status_code, arriving.exists()) == (413, False)


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("PUT", "multipart/form-data; boundary=edge"), ("POST", "application/json"), ("POST", "text/plain")],
)
def test_only_forms_with_files_come_onto_the_disk(arriving, verb, kind):
    request = RequestFactory().generic(verb, UPLOAD, b"x" * LARGE, kind)
    request.user = AnonymousUser()

    assert (whole_body(read)(request).status_code, arriving.exists()) == (413, False)


def test_the_length_alone_refuses_what_is_more_than_may_come(arriving, settings):
    settings.MAX_UPLOAD_BYTES = LARGE

    page, answer = whole_body(read)(large()), whole_body(read)(large(API_UPLOAD))

    assert (page.status_code, answer.status_code, arriving.exists()) == (413, 413, False)
    assert "This is more than can be taken at once." in page.text
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Request Entity Too Large",
        "status": 413,
        "detail": "This is more than can be taken at once. Send less at a time.",
    }


def test_a_disk_with_little_room_takes_no_large_body(arriving, monkeypatch):
    room = ROOM_BYTES + int(large().META["CONTENT_LENGTH"])
    usage, answers = shutil.disk_usage("/"), []
    for free in (room - 1, room):
        monkeypatch.setattr("shutil.disk_usage", lambda path, free=free: usage._replace(free=free))
        answers.append(whole_body(read)(large()))

    full, roomy = answers
    assert (full.status_code, full.headers["Retry-After"], roomy.status_code) == (503, "5", 200)


def test_a_disk_that_fills_up_meanwhile_takes_no_large_body(arriving, monkeypatch):
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: io.FileIO("/dev/full", "r+"))

    assert whole_body(read)(large()).status_code == 503


def test_a_folder_that_cannot_be_written_to_is_no_full_disk(arriving):
    """Nobody could ever send again, and nobody would be told why."""
    arriving.touch()

    with pytest.raises(FileExistsError):
        whole_body(read)(large())


def test_so_many_large_bodies_are_taken_at_once_and_what_is_beyond_comes_again(arriving, settings):
    settings.LARGE_SENDERS = 2
    beyond = []

    def nested(request: HttpRequest) -> HttpResponse:
        beyond.append(middleware(large()))
        return HttpResponse("taken")

    middleware = whole_body(nested)
    first = middleware(large())

    # The first and the second hold a place each while the third is told to come back.
    assert [answer.status_code for answer in (*beyond, first)] == [503, 200, 200]
    assert beyond[0].headers["Retry-After"] == "5"
    assert middleware(large()).status_code == 200
    assert [answer.status_code for answer in beyond] == [503, 200, 503, 200]


def test_small_forms_need_no_place_for_large_ones(arriving, settings):
    settings.LARGE_SENDERS = 1
    small = RequestFactory().post(UPLOAD, {"word": "said"})

    middleware = whole_body(lambda request: read(request) if request is small else middleware(small))

    assert json.loads(middleware(large()).content) == {"word": "said", "files": {}}


def test_who_sends_too_slowly_is_told_so_and_gives_the_place_back(arriving, settings):
    settings.LARGE_SENDERS = 1
    seconds = itertools.count(step=30)  # half a minute for each look at the clock
    slow = whole_body(read, clock=lambda: float(next(seconds)))

    page, answer = slow(large()), slow(large(API_UPLOAD))

    assert (page.status_code, list(arriving.iterdir())) == (408, [])
    assert "<h1>Send it again</h1>" in page.text
    assert "This was arriving too slowly to wait for." in page.text
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Request Timeout",
        "status": 408,
        "detail": "This was arriving too slowly to wait for. Nothing was changed; send less at a time.",
    }


def test_a_large_body_that_was_cut_short_is_not_read(arriving):
    request = large()
    request.META["CONTENT_LENGTH"] = str(LARGE * 2)
    request._stream = io.BytesIO(b"x" * LARGE)

    assert whole_body(read)(request).status_code == 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "\x00", "\u202e.txt", "e" * 10_000, "\ud800", ".."])
@pytest.mark.parametrize("path", [UPLOAD, "/sign-in/", API_UPLOAD])
def test_no_name_of_a_file_is_our_mistake(client, ada, name, path):
    client.force_login(ada)
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'.encode("utf-8", "surrogatepass")
    body = b"--edge\r\n" + head + b"\r\n\r\ntext\r\n--edge--\r\n"

    response = client.post(path, body, "multipart/form-data; boundary=edge")

    assert 200 <= response.status_code < 500


@pytest.mark.parametrize(
    "sent",
    [
        {"file": [SimpleUploadedFile(f"{number}.txt", b"text") for number in range(1_001)]},
        {f"field_{number}": "x" for number in range(510)},
        {"text": "x" * 5_000_000},
    ],
    ids=["files", "fields", "text"],
)
def test_too_much_in_one_form_is_called_so(client, ada, sent):
    client.force_login(ada)

    response = client.post(UPLOAD, sent)

    assert response.status_code == 413
    assert "This is more than can be taken at once. Send less at a time." in response.text

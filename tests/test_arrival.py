"""Bodies and files on their way in: what is read back, and that nothing of them stays."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

from statements.arrival import IN_MEMORY_BYTES, CutShort, TooSlow, spool

HEAD = 'Content-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: text/plain\r\n'


@pytest.fixture(autouse=True)
def arriving(settings, tmp_path):
    settings.ARRIVING_DIR = tmp_path / "arriving"
    return settings.ARRIVING_DIR


def sent(*files, **more):
    return RequestFactory().post("/", {"files": list(files), **more})


def named(name: str | bytes, content: bytes = b"text"):
    """A request with one file whose name stands in the body exactly so."""
    name = name.encode() if isinstance(name, str) else name
    head = HEAD.encode().replace(b"{name}", name)
    body = b"--edge\r\n" + head + b"\r\n" + content + b"\r\n--edge--\r\n"
    return RequestFactory().generic("POST", "/", body, "multipart/form-data; boundary=edge")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


class Trickle:
    """A body of which each read brings so many bytes, and takes so many seconds."""

    def __init__(self, *, brings: int, takes: float) -> None:
        self.brings, self.takes, self.seconds, self.reads = brings, takes, 0.0, 0

    def read(self, size: int, /) -> bytes:
        self.seconds += self.takes
        self.reads += 1
        return b"x" * min(size, self.brings)

    def clock(self) -> float:
        return self.seconds


def standing() -> Callable[[], float]:
    return lambda: 0.0


@pytest.mark.parametrize("length", [1, 255, 256, 257, 65_536, 65_537, 3_000_000])
def test_a_body_is_read_back_as_it_came(length):
    body = os.urandom(length)

    with closing(spool(io.BytesIO(body + b"the next request"), length, clock=standing())) as file:
        assert file.read() == body


def test_a_body_has_no_name_while_it_is_there(arriving):
    with closing(spool(io.BytesIO(b"text"), 4, clock=standing())):
        assert list(arriving.iterdir()) == []
        assert stat.S_IMODE(arriving.stat().st_mode) == 0o700


def test_a_body_that_ends_early_is_none_and_leaves_no_file_open():
    before = descriptors()

    with pytest.raises(CutShort):
        spool(io.BytesIO(b"x" * 70_000), 70_001, clock=standing())

    assert descriptors() == before


def test_who_sends_too_little_is_given_up_after_the_grace():
    sender, before = Trickle(brings=1, takes=1.0), descriptors()

    with pytest.raises(TooSlow):
        spool(sender, 100_000, clock=sender.clock)

    assert sender.seconds == 31.0
    assert descriptors() == before


def test_who_was_fast_and_then_trickles_is_given_up_when_the_average_is_too_small():
    sender = Trickle(brings=256, takes=0.0)
    fast = sender.read

    def read(size: int, /) -> bytes:
        if sender.reads == 200:  # 51,200 bytes have come
            sender.brings, sender.takes = 1, 1.0
        return fast(size)

    sender.read = read
    with pytest.raises(TooSlow):
        spool(sender, 100_000, clock=sender.clock)

    assert sender.seconds == 52.0


def test_who_sends_at_the_slowest_pace_is_waited_for():
    sender = Trickle(brings=250, takes=0.25)

    with closing(spool(sender, 100_000, clock=sender.clock)) as file:
        assert len(file.read()) == 100_000
    assert sender.seconds == 100.0


def test_no_read_asks_for_so_much_that_a_trickle_hides_in_it():
    """The server's read waits until it has all that was asked for."""
    sender = Trickle(brings=1_000_000, takes=0.0)

    spool(sender, 10_000, clock=sender.clock).close()

    assert sender.reads >= 10_000 / 256


def test_files_are_read_back_in_any_order_and_piece_by_piece():
    first, second = os.urandom(700_000), os.urandom(800_000)  # together more than stays in memory
    request = sent(SimpleUploadedFile("a.txt", first), SimpleUploadedFile("b.txt", second), word="said")

    a, b = request.FILES.getlist("files")

    assert (a.name, a.size, b.name, b.size) == ("a.txt", 700_000, "b.txt", 800_000)
    assert (b.read(10), a.read(10), b.read(10)) == (second[:10], first[:10], second[10:20])
    assert (b"".join(a.chunks(65_000)), b"".join(b.chunks())) == (first, second)
    assert (a.read(), a.seek(-3, io.SEEK_END), a.read(), a.tell()) == (b"", 699_997, first[-3:], 700_000)
    assert (a.seek(800_000), a.read(), a.open().read(1)) == (800_000, b"", first[:1])
    assert request.POST["word"] == "said"
    request.close()


def test_lines_and_archives_are_read_from_files_too():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        into.writestr("inside.txt", "text")
    request = sent(
        SimpleUploadedFile("lines.csv", b"one\ntwo\n"), SimpleUploadedFile("a.zip", archive.getvalue())
    )
    lines, zipped = request.FILES.getlist("files")

    assert list(lines) == [b"one\n", b"two\n"]
    assert zipfile.ZipFile(zipped).read("inside.txt") == b"text"
    request.close()


def test_a_thousand_files_take_one_descriptor_which_ends_with_the_request(arriving):
    contents = [b"%d " % number * 500 for number in range(1_000)]
    request = sent(*(SimpleUploadedFile(f"{n}.txt", content) for n, content in enumerate(contents)))
    before = descriptors()

    read = [file.read() for file in request.FILES.getlist("files")]

    assert sum(map(len, contents)) > IN_MEMORY_BYTES
    assert read == contents
    assert (descriptors() - before, list(arriving.iterdir())) == (1, [])

    request.close()
    assert descriptors() == before


def test_one_file_more_is_refused():
    request = sent(*(SimpleUploadedFile(f"{number}.txt", b"text") for number in range(1_001)))

    with pytest.raises(SuspiciousOperation):
        _ = request.FILES


def test_an_empty_file_is_a_file():
    request = sent(SimpleUploadedFile("empty.txt", b""))

    assert [(file.name, file.size, file.read()) for file in request.FILES.getlist("files")] == [
        ("empty.txt", 0, b"")
    ]
    request.close()


def test_a_closed_file_is_not_opened_again_by_its_name():
    request = sent(SimpleUploadedFile("manage.py", b"text"))  # there is one in this folder
    file = request.FILES["files"]
    request.close()

    with pytest.raises(ValueError, match="closed file"):
        file.open()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", ["passwd"]),
        ("..\\\\..\\\\boot.ini", ["boot.ini"]),
        ("/etc/passwd", ["passwd"]),
        ("&#47;etc&#47;passwd", ["passwd"]),
        ("..", []),
        ("folder/..", []),
        ("", []),
        ("nul\x00inside.txt", ["nulinside.txt"]),
        ("\x00", []),
        ("\u202etxt.exe", ["txt.exe"]),
        ("\u2066a\u2069\u200fb.txt", ["ab.txt"]),
        ("réponse 声明 🙂.txt", ["réponse 声明 🙂.txt"]),
        ("e" * 300 + ".txt", ["e" * 251 + ".txt"]),
        ("a." + "e" * 300, ["." + "e" * 254]),
        (b"\xff\xfe.txt", []),  # no name that could be read, so no file
        ("<b>&amp;.txt", ["<b>&.txt"]),
    ],
)
def test_a_name_is_a_name_and_leads_nowhere(name, kept):
    request = named(name)

    assert [file.name for file in request.FILES.getlist("files")] == kept
    request.close()


@pytest.mark.parametrize("name", ["e" * 10_000, "\u202e" * 10_000])
def test_a_name_of_ten_thousand_characters_is_not_understood(name):
    with pytest.raises(MultiPartParserError):
        _ = named(name).FILES

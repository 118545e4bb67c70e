"""An archive is refused unless it is plain, and its members give what the archive says."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.errors import Unreadable
from statements.formats.zip import Member, members, opened

MOST = {"most_members": 10, "most_bytes": 5_000_000}
END_SIZE = 22
FLAGS, METHOD, CRC, SIZE, PLACE = 8, 10, 16, 24, 42  # bytes into an entry of the directory


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name stands twice
        for name, content in files:
            archive.writestr(name, content)
    return bytearray(out.getvalue())


def named(name: str, mode: int = 0, **fields: int) -> zipfile.ZipInfo:
    """A name that stays as it is, which zipfile would mend."""
    entry = zipfile.ZipInfo("x")
    entry.filename, entry.external_attr = name, mode << 16
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry


def forged(content: bytearray, form: str, place: int, value: int, *, number: int = 0) -> bytearray:
    """The archive with one field of an entry of its directory written over."""
    start = -1
    for _entry in range(number + 1):
        start = content.index(b"PK\x01\x02", start + 1)
    struct.pack_into(form, content, start + place, value)
    return content


def refusal(content: bytes, **most: int) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as refused:
        members(io.BytesIO(content), **{**MOST, **most})
    return refused.value.code, refused.value.values


def unpacked(content: bytes, name: str) -> bytes:
    with opened(io.BytesIO(content), name, most_bytes=5_000_000) as file:
        return file.read()


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "So"]), min_size=1, max_size=8).map(
    lambda name: f"{name}.txt"
)


@given(
    st.dictionaries(NAMES, st.binary(max_size=400).map(b".".__add__), min_size=1, max_size=5),
    st.sampled_from([0, 8]),
)
def test_what_was_packed_is_unpacked(files, method):
    content = packed(*files.items(), method=method)

    assert members(io.BytesIO(content), **MOST) == [Member(name, len(one)) for name, one in files.items()]
    assert {name: unpacked(content, name) for name in files} == files


def test_the_bytes_of_several_members_can_be_read_in_turn():
    file = io.BytesIO(packed(("a.txt", b"one\ntwo\n" * 50_000), ("b.txt", b"three\nfour\n" * 50_000)))

    with opened(file, "a.txt", most_bytes=10**6) as a, opened(file, "b.txt", most_bytes=10**6) as b:
        rows = list(zip(io.TextIOWrapper(a), io.TextIOWrapper(b), strict=True))

    assert rows == [("one\n", "three\n"), ("two\n", "four\n")] * 50_000


def test_a_large_member_is_not_held_in_memory():
    file = io.BytesIO(packed(*[("a.txt", b"0123456789abcdef" * 64 * 4096)], method=zipfile.ZIP_STORED))

    tracemalloc.start()
    with opened(file, "a.txt", most_bytes=10**7) as unpacked_file:
        size = sum(len(chunk) for chunk in iter(lambda: unpacked_file.read(10_000), b""))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == 64 * 65536
    assert most < 1_000_000


def test_folders_and_what_systems_put_beside_files_are_skipped():
    content = packed(
        ("a/", b""),
        (named("b/", stat.S_IFDIR | 0o755), b""),
        ("a/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        ("__MACOSX/a/._é.txt", b"x"),
        (named("a/é.txt", stat.S_IFREG | 0o644), b"words"),
    )

    assert members(io.BytesIO(content), **{**MOST, "most_members": 2}) == [Member("a/é.txt", 5)]


def test_a_name_without_a_flag_is_read_in_the_code_page_of_old():
    content = bytes(packed(("caf@.txt", b"words"))).replace(b"caf@", b"caf\x82")

    assert members(io.BytesIO(content), **MOST) == [Member("café.txt", 5)]
    assert unpacked(content, "café.txt") == b"words"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"words" * 1000, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused(content):
    assert refusal(content) == ("not_a_zip", {})


def test_an_archive_that_was_cut_is_refused():
    content = packed(("a.txt", b"words" * 100), ("b.txt", b"more"))

    assert {refusal(content[:length])[0] for length in range(len(content))} == {"not_a_zip"}
    assert {refusal(content[start:])[0] for start in range(1, len(content))} == {"not_a_zip"}


def test_a_comment_at_the_end_is_read_over():
    out = io.BytesIO(packed(("a.txt", b"words")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"made by hand " * 5000

    assert members(out, **MOST) == [Member("a.txt", 5)]


@pytest.mark.parametrize("content", [packed(), packed(("a/", b"")), packed(("__MACOSX/a", b"x"))])
def test_an_archive_without_files_is_empty(content):
    assert refusal(content) == ("empty", {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../a.txt", "../a.txt"),
        ("a/../b.txt", "a/../b.txt"),
        ("a/..", "a/.."),
        ("..", ".."),
        ("/etc/a.txt", "/etc/a.txt"),
        ("C:a.txt", "C:a.txt"),
        ("a\\b.txt", "a\\b.txt"),
        ("a\x1f.txt", "a\ufffd.txt"),
        ("a\u202etxt.exe", "a\ufffdtxt.exe"),
        ("a\u2066.txt", "a\ufffd.txt"),
        ("é\x85.txt", "é\ufffd.txt"),
        ("/" + "x" * 200, "/" + "x" * 99),
        ("../", "../"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name, shown):
    assert refusal(packed(("ok.txt", b"x"), (named(name), b"words"))) == ("zip_name", {"name": shown})


def test_a_name_that_is_not_what_it_says_is_refused():
    content = forged(packed(("a@.txt", b"words")), "<H", FLAGS, 0x800)

    assert refusal(bytes(content).replace(b"a@", b"a\xff")) == ("zip_name", {"name": "a\ufffd.txt"})


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR]
)
def test_what_is_no_ordinary_file_is_refused(mode):
    assert refusal(packed((named("a.txt", mode | 0o644), b"/etc/passwd"))) == ("zip_name", {"name": "a.txt"})


@pytest.mark.parametrize("name", ["..a.txt", "a..b/c...txt", "a/.b", "ab:c.txt", "e\u0301🤔.txt"])
def test_an_odd_name_is_a_name(name):
    assert members(io.BytesIO(packed((named(name), b"x"))), **MOST) == [Member(name, 1)]


def test_two_members_of_one_name_are_refused():
    content = packed(("a.txt", b"one"), ("b.txt", b""), ("a.txt", b"two"))

    assert refusal(content) == ("zip_twice", {"name": "a.txt"})


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2000])
def test_an_encrypted_member_is_refused(flag):
    content = forged(packed(("a.txt", b"words")), "<H", FLAGS, flag)

    assert refusal(content) == ("zip_encrypted", {"name": "a.txt"})


@pytest.mark.parametrize(("method", "code"), [(99, "zip_encrypted"), (12, "zip_method"), (14, "zip_method")])
def test_another_way_of_packing_is_refused(method, code):
    content = forged(packed(("a.txt", b"words")), "<H", METHOD, method)

    assert refusal(content) == (code, {"name": "a.txt"})


@pytest.mark.parametrize("name", ["b.zip", "b.GZ", "b.7z", "b.rar", "b.tar", "b.bz2", "b.tar.xz", "b.tgz"])
def test_an_archive_in_an_archive_is_refused_by_its_name(name):
    assert refusal(packed(("a.txt", b"words"), (name, b"words"))) == ("zip_nested", {"name": name})


@pytest.mark.parametrize(
    "head",
    [
        b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh91AY&SY",
        b"\xfd7zXZ\x00", b"a.txt".ljust(257, b"\x00") + b"ustar",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_in_an_archive_is_refused_by_its_bytes(head, method):
    content = packed(("a.txt", b"words"), ("b.txt", head + b"more" * 100), method=method)

    assert refusal(content) == ("zip_nested", {"name": "b.txt"})


def test_an_archive_has_so_many_files_and_no_more():
    content = packed(*[(f"{number}.txt", b"x") for number in range(10_000)])

    assert len(members(io.BytesIO(content), most_members=10_000, most_bytes=10_000)) == 10_000
    assert refusal(content, most_members=9_999) == ("zip_members", {"most": 9_999})
    assert refusal(content, most_members=10) == ("zip_members", {"most": 10})


def test_a_count_is_believed_before_anything_is_read():
    content = packed(("a.txt", b"words"))
    struct.pack_into("<HH", content, len(content) - END_SIZE + 8, 60_000, 60_000)

    assert refusal(content, most_members=10_000) == ("zip_members", {"most": 10_000})
    assert refusal(content, most_members=20_000) == ("not_a_zip", {})


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_count_that_is_not_true_is_refused(count):
    content = packed(("a.txt", b"words"), ("b.txt", b"words"))
    struct.pack_into("<HH", content, len(content) - END_SIZE + 8, count, count)

    assert refusal(content) == ("not_a_zip", {})


def test_the_files_have_so_many_bytes_and_no_more():
    content = packed(("a.txt", b"x" * 60), ("b.txt", b"x" * 40), ("__MACOSX/b", b"x" * 900))

    assert len(members(io.BytesIO(content), most_members=10, most_bytes=100)) == 2
    assert refusal(content, most_bytes=99) == ("zip_bytes", {"most": 99})
    with pytest.raises(Unreadable) as refused, opened(io.BytesIO(content), "a.txt", most_bytes=59):
        pass
    assert (refused.value.code, refused.value.values) == ("zip_bytes", {"most": 59})


def test_what_unpacks_to_far_more_than_it_is_is_refused():
    bomb = packed(("a.txt", b"\x00" * 4_000_000))

    assert len(bomb) < 5_000
    assert refusal(bomb) == ("zip_bomb", {"name": "a.txt"})
    assert members(io.BytesIO(packed(("a.txt", b"\x00" * 1_000_000))), **MOST) == [Member("a.txt", 1_000_000)]


def test_members_that_share_bytes_are_refused():
    content = packed(("a.txt", b"one"), ("b.txt", b"two"), method=zipfile.ZIP_STORED)
    # The second entry of the directory leads into the first member, as if a quoted header lay there.
    inner = packed(("b.txt", b"two"), method=zipfile.ZIP_STORED)[:38]
    quoting = packed(("a.txt", bytes(inner)), ("b.txt", b"two"), method=zipfile.ZIP_STORED)
    forged(quoting, "<L", PLACE, quoting.index(bytes(inner)), number=1)

    assert len(members(io.BytesIO(content), **MOST)) == 2
    assert refusal(quoting) == ("zip_bomb", {"name": "a.txt"})


def test_two_entries_of_one_place_are_refused():
    content = packed(("a.txt", b"one"), ("a.tx_", b"two"), method=zipfile.ZIP_STORED)
    forged(content, "<L", PLACE, 0, number=1)
    twice = bytes(content[:38]) + bytes(content[38:]).replace(b"a.tx_", b"a.txt")

    assert refusal(content) == ("not_a_zip", {})  # the name there is another one
    assert refusal(twice) == ("zip_twice", {"name": "a.txt"})


def test_a_member_that_reaches_into_the_directory_is_refused():
    content = forged(packed(("a.txt", b"words"), method=zipfile.ZIP_STORED), "<L", 20, 50)

    assert refusal(content) == ("zip_bomb", {"name": "a.txt"})


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("form", "place", "value", "code"),
    [
        ("<L", SIZE, 100, "zip_bomb"),
        ("<L", SIZE, 0, "zip_bomb"),
        ("<L", SIZE, 100_001, "zip_damaged"),
        ("<L", CRC, 1, "zip_damaged"),
        ("<L", PLACE, 4, "not_a_zip"),
    ],
)
def test_a_header_that_lies_is_found_out(method, form, place, value, code):
    content = forged(packed(("a.txt", b"0123456789" * 10_000), method=method), form, place, value)

    with pytest.raises(Unreadable) as refused:
        unpacked(content, "a.txt")
    assert refused.value.code == code


def test_bytes_that_cannot_be_unpacked_are_damaged():
    content = packed(("a.txt", b"0123456789" * 100))
    content[35] ^= 0xFF

    assert refusal(content) == ("zip_damaged", {"name": "a.txt"})


def test_no_more_is_unpacked_than_was_said():
    """Fifty megabytes behind a header that says five bytes: what comes out in memory is one chunk."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = b"".join(squeezed.compress(bytes(10**6)) for _ in range(50)) + squeezed.flush()
    content = packed(("a.txt", deflated), method=zipfile.ZIP_STORED)
    forged(forged(content, "<L", SIZE, 5), "<H", METHOD, 8)

    tracemalloc.start()
    with pytest.raises(Unreadable) as refused:
        unpacked(content, "a.txt")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (refused.value.code, refused.value.values) == ("zip_bomb", {"name": "a.txt"})
    assert most < 2_000_000


def test_a_member_that_is_not_there_is_not_opened():
    with pytest.raises(KeyError), opened(io.BytesIO(packed(("a.txt", b"x"))), "b.txt", most_bytes=10):
        pass


def read_all(content: bytes) -> None:
    for member in members(io.BytesIO(content), **MOST):
        unpacked(content, member.name)


@given(
    st.binary(max_size=200).flatmap(lambda junk: st.sampled_from([junk, junk + bytes(packed()), junk[:40]]))
)
def test_any_bytes_are_refused(content):
    with pytest.raises(Unreadable):
        read_all(content)


SOUND = bytes(packed(("a/é.txt", b"0123456789" * 40), ("b.md", b"words")))


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_few_wrong_bytes_are_refused_or_do_no_harm(changes):
    content = bytearray(SOUND)
    for place, value in changes:
        content[place] = value

    with suppress(Unreadable):
        read_all(content)

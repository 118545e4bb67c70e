"""A file is what its name says only when its first bytes say so too."""

from __future__ import annotations

import pytest

from statements.errors import Unreadable
from statements.formats.kinds import EXTENSIONS, KNOWN, READINGS, Kind, kind_of


def refusal(name: str, head: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as refused:
        kind_of(name, head)
    return refused.value.code, refused.value.values


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"", Kind.TXT),
        ("a.TEXT", b"words", Kind.TXT),
        ("a.b.Md", b"# words", Kind.MD),
        ("a.markdown", b"# words", Kind.MD),
        ("C:\\files.zip\\a.CSV", b"\xef\xbb\xbftext,title", Kind.CSV),
        ("files.zip/a.tsv", b"text\ttitle", Kind.TSV),
        ("a.tab", b"text\ttitle", Kind.TSV),
        ("a.jsonl", b"{}", Kind.JSONL),
        ("a.ndjson", b"{}", Kind.JSONL),
        ("a.docx", b"PK\x03\x04...", Kind.DOCX),
        ("a.odt", b"PK\x03\x04...", Kind.ODT),
        ("a.xlsx", b"PK\x03\x04...", Kind.XLSX),
        ("a.PDF", b"%PDF-1.7\n", Kind.PDF),
        ("a.html", b"<!doctype html>", Kind.HTML),
        ("a.htm", b"\xef\xbb\xbf<html>", Kind.HTML),
        ("a.xhtml", b"<?xml", Kind.HTML),
        ("a.mhtml", b"From: <Saved by Blink>", Kind.MHTML),
        ("a.mht", b"MIME-Version: 1.0", Kind.MHTML),
        ("a.zip", b"PK\x03\x04...", Kind.ZIP),
        ("a.zip", b"PK\x05\x06...", Kind.ZIP),
        ("word.zip", b"PK\x03\x04...[Content_Types].xml", Kind.ZIP),
        ("a.txt", b"MZ is how she signs.\n", Kind.TXT),
        ("a.txt", "\ufeffété".encode("utf-16-le"), Kind.TXT),
        ("a.txt", b"PK is a short name", Kind.TXT),
    ],
)
def test_a_file_is_what_its_name_and_its_bytes_say(name, head, kind):
    assert kind_of(name, head) is kind


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.PNG", ".png"),
        ("a", ""),
        ("", ""),
        ("a.txt/b", ""),
        ("a.txt\\b", ""),
        ("a.txt.", "."),
        ("a.txt ", ".txt "),
        ("a." + "x" * 50, "." + "x" * 19),
    ],
)
def test_other_kinds_are_refused(name, extension):
    assert refusal(name, b"words") == ("kind", {"extension": extension, "known": KNOWN})


@pytest.mark.parametrize("head", [b"", b"PK", b"text", b"PK\x01\x02", b"\x1f\x8b"])
def test_what_is_called_zip_and_is_none_is_refused(head):
    assert refusal("a.zip", head) == ("not_a_zip", {})


@pytest.mark.parametrize("extension", [".doc", ".DOT", ".xls", ".ppt", ".rtf"])
def test_old_kinds_are_refused_with_what_to_do(extension):
    assert refusal(f"a{extension}", b"words") == ("old_kind", {"extension": extension.lower()})


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT, Kind.XLSX, Kind.PDF])
@pytest.mark.parametrize("head", [b"", b"words", b"\xef\xbb\xbf%PDF-", b"GIF89a", b"\x00PK\x03\x04"])
def test_a_document_that_begins_otherwise_is_refused(kind, head):
    assert refusal(f"a.{kind}", head) == ("not_as_named", {"name": READINGS[kind].name})


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT, Kind.XLSX, Kind.PDF])
def test_what_office_wrote_long_ago_or_encrypted_is_told_apart(kind):
    assert refusal(f"a.{kind}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == ("old_office", {})


@pytest.mark.parametrize(
    "extension", sorted(extension for extension, kind in EXTENSIONS.items() if not READINGS[kind].begins)
)
@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"PK\x05\x06\x00", "ZIP"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml", "Office"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x7fELF\x02", "ELF"),
        (b"MZ\x90\x00\x03", "EXE"),
    ],
)
def test_what_is_called_text_and_is_none_is_refused(extension, head, what):
    assert refusal(f"a{extension}", head) == ("disguised", {"what": what})

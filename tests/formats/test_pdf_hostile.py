"""PDFs that were made to do harm are refused in little time and memory, with the reason."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable

import pytest

from statements.errors import Unreadable
from statements.formats import pdf
from statements.formats.kinds import Kind
from tests.formats.apart import document, refusal
from tests.formats.pdfs import HELVETICA, a_pdf, shown, stream, written

pytestmark = pytest.mark.once

PLAIN = a_pdf(shown("Norvane conteste ces affirmations."))


CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
LEAF = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
PDF, PAGES = {"name": "PDF"}, {"most": 1_000}


def _packed(megabytes: int, of: bytes) -> bytes:
    """Return what unpacks to so much of the same: the second block again and again."""
    packer, chunk = zlib.compressobj(9), of * (1_000_000 // len(of))
    first, second = (packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + second * (megabytes - 1) + packer.flush()


def _tree(kids: str, more: dict[int, bytes | str]) -> bytes:
    return written({1: CATALOG, 2: f"<< /Type /Pages /Kids [{kids}] >>", **more})


def _many_pages() -> bytes:
    numbers = range(3, 100_003)
    return _tree(" ".join(f"{number} 0 R" for number in numbers), dict.fromkeys(numbers, LEAF))


def _flate(content: bytes, filters: str = "/FlateDecode") -> bytes:
    return a_pdf(stream(content, f"/Filter [{filters}]"))


def _bomb_in_a_font() -> bytes:
    font, cmap = (
        HELVETICA[:-2] + "/ToUnicode 100 0 R >>",
        stream(_packed(1_000, b" "), "/Filter /FlateDecode"),
    )
    return a_pdf(shown("a"), more={3: font, 100: cmap})


# Made when they are asked for: what this process holds is counted for the other one too.
HOSTILE: dict[str, tuple[Callable[[], bytes], tuple[str, dict[str, object]]]] = {
    "no PDF": (lambda: b"Bonjour", ("not_as_named", PDF)),
    "rubbish": (lambda: b"%PDF-1.7\n" + random.Random(8).randbytes(50_000), ("damaged", PDF)),
    "truncated": (lambda: PLAIN[: len(PLAIN) // 2], ("damaged", PDF)),
    "pages in a loop": (lambda: _tree("3 0 R", {3: "<< /Type /Pages /Kids [2 0 R] >>"}), ("damaged", PDF)),
    "one page without end": (lambda: _tree("3 0 R " * 100_000, {3: LEAF}), ("too_many_pages", PAGES)),
    "100,000 pages": (_many_pages, ("too_many_pages", PAGES)),
    "1,001 pages": (lambda: _tree("3 0 R " * 1_001, {3: LEAF}), ("too_many_pages", PAGES)),
    "references in a loop": (lambda: written({1: CATALOG, 2: "3 0 R", 3: "2 0 R"}), ("damaged", PDF)),
    "cross references in a loop": (
        lambda: (
            b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /Size 5 /W [1 2 1] /Prev 9 /Root 1 0 R /Length 4 >>\n"
            b"stream\n\1\0\0\0\nendstream\nendobj\nstartxref\n9\n%%EOF"
        ),
        ("damaged", PDF),
    ),
    "an object stream in itself": (
        lambda: written({1: CATALOG, 2: stream(b"2 0 ", "/Type /ObjStm /N 1 /First 4 /Extends 2 0 R")}),
        ("empty", {}),
    ),
    "arrays in arrays": (lambda: a_pdf(b"[" * 100_000), ("too_nested", {})),
    "dictionaries in dictionaries": (lambda: a_pdf(b"/a " + b"<< /a " * 100_000), ("empty", {})),
    "a bomb": (lambda: _flate(_packed(1_000, b" ")), ("swollen", {})),
    "a bomb in a bomb": (
        lambda: _flate(zlib.compress(_packed(1_000, b" ")), "/FlateDecode /FlateDecode"),
        ("swollen", {}),
    ),
    "a bomb in a font": (_bomb_in_a_font, ("swollen", {})),
    "many filters": (lambda: _flate(b"", "/FlateDecode " * 40), ("swollen", {})),
    "runs": (lambda: _flate(b"\x81 " * 200_000, "/RunLengthDecode"), ("swollen", {})),
    "codes of LZW": (lambda: _flate(_lzw(), "/LZWDecode"), ("swollen", {})),
    "50 MB of operators": (lambda: _flate(_packed(50, b"q Q ")), ("swollen", {})),
    "6 MB of operators": (lambda: _flate(zlib.compress(b"q Q " * 1_500_000)), ("swollen", {})),
}


def _lzw() -> bytes:
    """Return codes each of which stands for one letter more than the one before it, again and again."""
    codes = [(256, 9), (32, 9), *((code, (code + 1).bit_length()) for code in range(258, 4_094))]
    bits = "".join(f"{code:0{max(9, width)}b}" for code, width in codes) * 8
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_time_and_memory(name):
    content, why = HOSTILE[name]

    assert refusal(Kind.PDF, content()) == why


def test_bytes_changed_at_random_are_read_or_refused():
    content, why = bytearray(document("review-harlow-mere.pdf")), set()
    for place in range(0, len(content), 97):
        changed = bytes(content[:place]) + bytes([content[place] ^ 0x15]) + bytes(content[place + 1 :])
        try:
            pdf.read(io.BytesIO(b"%PDF-" + changed[5:]))
        except Unreadable as refused:
            why.add(refused.code)

    assert why <= {"damaged", "empty", "scanned", "swollen", "too_many_pages", "encrypted"}

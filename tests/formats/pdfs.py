"""PDFs written by hand, byte for byte, for what no producer writes."""

from __future__ import annotations

from collections.abc import Mapping

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Resources << /Font << /F1 3 0 R >> {resources} >> "
    "/Contents {contents} 0 R >>"
)


def stream(content: bytes, more: str = "") -> bytes:
    """Return a stream object; more: what its dictionary says beside its length."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more.encode(), content)


def written(objects: Mapping[int, bytes | str], *, trailer: str = "", root: int = 1) -> bytes:
    """Return a file with these objects by their numbers."""
    out = bytearray(b"%PDF-1.7\n")
    entries: list[bytes] = [b"0000000000 65535 f \n"]
    for number in range(1, max(objects) + 1):
        body = objects.get(number)
        entries.append(b"%010d 00000 %c \n" % (len(out) if body else 0, b"n" if body else b"f"))
        if body:
            out += b"%d 0 obj\n%s\nendobj\n" % (
                number,
                body.encode("latin-1") if isinstance(body, str) else body,
            )
    end = b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(entries), root, trailer.encode())
    start = b"startxref\n%d\n%%%%EOF\n" % len(out)
    return b"%sxref\n0 %d\n%s%s%s" % (out, len(entries), b"".join(entries), end, start)


def a_pdf(
    *pages: bytes, resources: str = "", catalog: str = "", more: Mapping[int, bytes | str] | None = None
) -> bytes:
    """Return a file with pages of this content, /F1 being Helvetica; more: objects from number 100 on."""
    numbers = range(10, 10 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects: dict[int, bytes | str] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        3: HELVETICA,
    }
    for number, content in zip(numbers, pages, strict=True):
        objects[number] = PAGE.format(resources=resources, contents=number + 1)
        objects[number + 1] = content if content.startswith(b"<<") else stream(content)
    return written({**objects, **(more or {})})


def shown(*lines: str, size: float = 10, top: float = 350, leading: float = 12) -> bytes:
    """Return content that shows these lines below each other."""
    parts = [f"BT /F1 {size} Tf {leading} TL 40 {top} Td"]
    parts += [f"({line}) Tj T*" for line in lines]
    return "\n".join([*parts, "ET"]).encode("cp1252")

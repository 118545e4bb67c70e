"""Office files written by hand, as small as what a test says of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "number": "datastyle", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
TEXT_TYPE = "application/vnd.oasis.opendocument.text"


def packed(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def odt_parts(text: str, *, automatic: str = "", **parts: str) -> dict[str, str | bytes]:
    """The parts of an OpenDocument text; parts: what stands in office:styles, automatic_styles and so on."""
    inside = "".join(
        f"<office:{name.replace('_', '-')}>{content}</office:{name.replace('_', '-')}>"
        for name, content in parts.items()
    )
    return {
        "mimetype": TEXT_TYPE,
        "content.xml": f"<office:document-content {NAMESPACES}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{text}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {NAMESPACES}>{inside}</office:document-styles>",
        "META-INF/manifest.xml": "<manifest/>",
    }


def odt(text: str, *, automatic: str = "", **parts: str) -> bytes:
    return packed(odt_parts(text, automatic=automatic, **parts))


def laughs(root: str, encoding: str = "utf-8") -> bytes:
    """A part of XML that would grow to a gigabyte."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><{root}>&a8;</{root}>'
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)


OUTSIDE = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'


def broken(parts: dict[str, str | bytes], count: int) -> Iterator[bytes]:
    """Archives with one part damaged, each part at so many places."""
    for name, part in parts.items():
        assert isinstance(part, bytes)
        for place in range(0, len(part), max(1, len(part) // count)):
            yield packed({**parts, name: part[:place] + b"\x00<" + part[place + 2 :]})

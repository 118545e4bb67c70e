"""Word files written by hand, as small as what a test says of them, and the elements in them."""

from __future__ import annotations

import io

from statements.formats.base import Document
from statements.formats.docx import read
from tests.formats.office_files import OFFICE, packed

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
ROOTS = {"header1": "hdr", "header2": "hdr", "footer1": "ftr", "footer2": "ftr"}
VANISH = "<w:vanish/>"


def links(*targets: tuple[str, str], extra: str = "") -> str:
    """The links of a part: kinds and where they lead, named rId1 and so on."""
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{each}{extra}</Relationships>'


def word_parts(body: str, *, extra: str = "", **parts: str) -> dict[str, str | bytes]:
    """The parts of a Word file, in the order of Google Docs: `parts` are what stands in each of them.

    The n-th of `parts` is linked as rId<n>; extra: more links.
    """
    found: dict[str, str | bytes] = {
        f"word/{name}.xml": f"<w:{ROOTS.get(name, name)} {SPACES}>{content}</w:{ROOTS.get(name, name)}>"
        for name, content in parts.items()
    }
    targets = [(name.rstrip("12"), f"{name}.xml") for name in parts]
    return {
        **found,
        "word/_rels/document.xml.rels": links(*targets, extra=extra),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "_rels/.rels": links(("officeDocument", "word/document.xml")),
        "[Content_Types].xml": "<Types/>",
    }


def word(body: str, *, extra: str = "", **parts: str) -> bytes:
    return packed(word_parts(body, extra=extra, **parts))


def p(*runs: str, style: str = "", numbered: tuple[int, int] | None = None, mark: str = "") -> str:
    """A paragraph of Word: its runs, words or elements of it; numbered: its list and level."""
    number = (
        f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
        if numbered
        else ""
    )
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{look}{number}<w:rPr>{mark}</w:rPr></w:pPr>{inside}</w:p>"


def r(words: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def of(content: bytes) -> Document:
    return read(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    return [passage.text for passage in of(content).passages if not passage.dropped]


def style(name: str, *, called: str = "", inside: str = "", parent: str = "", kind: str = "paragraph") -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{called or name}"/>'
        f'<w:basedOn w:val="{parent}"/>{inside}</w:style>'
    )


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(*blocks: str, look: str = "") -> str:
    inside = "".join(block if block.startswith("<") else p(block) for block in blocks)
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inside}</w:tc>"


def field(code: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark("begin") + instruction + mark("separate") + r(result) + mark("end")


def listed(name: int, kind: int, inside: str = "") -> str:
    """A list of a kind."""
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{kind}"/>{inside}</w:num>'


def levels(*each: tuple[str, str], extra: str = "") -> str:
    """A numbering of one list, 1, by the forms and the texts of its levels."""
    lines = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate(each)
    )
    return f'<w:abstractNum w:abstractNumId="7">{lines}</w:abstractNum>{listed(1, 7)}{extra}'

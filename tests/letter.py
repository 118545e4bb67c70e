"""A Word file: a line on top of its pages, a heading, paragraphs."""

from __future__ import annotations

import io

import docx

HEADER = "Norvane – press office"
TITLE = "Norvane answers the Harbour Authority"
FIRST = "The Authority says that we hid losses. We did not."
SECOND = "We will publish every figure by June."
TEXT = f"{TITLE}\n\n{FIRST}\n\n{SECOND}"
HEADER_NUMBER, TITLE_NUMBER, FIRST_NUMBER, SECOND_NUMBER = 1, 2, 3, 4


def letter(*paragraphs: str) -> bytes:
    """The bytes of one, with these paragraphs or with the first and the second."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = HEADER
    document.add_heading(TITLE, level=1)
    for paragraph in paragraphs or (FIRST, SECOND):
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()

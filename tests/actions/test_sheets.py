"""Spreadsheets: one sheet is read, the rows of which are drafts; another one is chosen by its name."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from statements.actions.upload import read_again
from tests.make import LATER, bring, done, problems

pytestmark = pytest.mark.django_db

FRENCH = [["texte", "locuteur"], ["Nous nions tout.", "Norvane"], ["C’est faux. Rien ne le montre.", None]]
NOTES = [["remarque"], ["À relire."]]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_rows_of_the_first_sheet_are_drafts(corpus):
    upload = bring({"a.xlsx": workbook(Textes=FRENCH, Notes=NOTES)})

    found = upload.sources.get().found
    assert (found["sheet"], found["sheets"], found["mapping"]) == (
        "Textes",
        ["Textes", "Notes"],
        {"texte": "text", "locuteur": "speaker"},
    )
    drafts = [(draft.line, draft.text, draft.speaker, draft.sentences) for draft in upload.drafts.in_order()]
    assert drafts == [
        (2, "Nous nions tout.", "Norvane", 1),
        (3, "C’est faux. Rien ne le montre.", "", 2),
    ]


def test_another_sheet_and_its_columns_are_chosen(corpus, ada):
    upload = bring({"a.xlsx": workbook(Notes=NOTES, Textes=FRENCH)})
    assert problems(upload) == ["no_text_column"]
    assert upload.sources.get().found["sheets"] == ["Notes", "Textes"]

    read_again(upload, upload.sources.get(), {"sheet": "Textes"}, by=ada, at=LATER)

    upload = done(upload)
    assert problems(upload) == [None]
    assert [draft.text for draft in upload.drafts.in_order()] == [row[0] for row in FRENCH[1:]]


def test_a_sheet_that_is_not_there_is_a_problem_of_the_file(corpus):
    upload = bring({"a.xlsx": workbook(Textes=FRENCH)}, said={"sheet": "Autre"})

    [source] = upload.sources.all()
    assert source.problem == {"code": "no_sheet", "values": {"name": "Autre"}}


def test_rows_with_something_wrong_are_told_by_line_and_column(corpus):
    rows = [["texte", "date"], ["Nous nions.", "2024-13-01"], ["é" * 32_767, None], [None, "2024-03-07"]]
    content = workbook(Textes=rows)

    upload = bring({"a.xlsx": content})

    faults = upload.sources.get().faults.order_by("pk").values_list("line", "column", "code")
    assert list(faults) == [(2, "date", "date"), (4, "texte", "no_text")]
    assert [draft.line for draft in upload.drafts.in_order()] == [3]


@pytest.mark.once
def test_the_page_offers_the_sheets_and_reads_another_one(corpus, ada, client):
    client.force_login(ada)
    upload = bring({"a.xlsx": workbook(Notes=NOTES, Textes=FRENCH)})
    path = f"/c/press/upload/{upload.public_id}/"
    page = client.get(path).content.decode()
    assert 'name="file-1-sheet"' in page
    assert "The sheet “Notes” was read." in page

    sent = {"file-1-sheet": "Textes", "file-1-column-0": "metadata"}
    response = client.post(f"{path}files/1/", sent)

    assert response["Location"] == path
    upload = done(upload)
    assert upload.sources.get().said == {"sheet": "Textes"}
    assert upload.drafts.count() == 2
    page = client.get(path).content.decode()
    assert "The sheet “Textes” was read." in page

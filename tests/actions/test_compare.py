"""Texts that are there already are passed over, and those that nearly are are told."""

from __future__ import annotations

import pytest

from statements.actions.upload import (
    confirm,
    withdraw,
)
from statements.errors import Refused
from statements.models import (
    Statement,
    Upload,
    UploadState,
)
from tests.make import (
    LATER,
    NOON,
    THREE,
    bring,
    make_statement,
    make_upload,
    store,
)


@pytest.mark.django_db
def test_texts_that_are_there_already_are_passed_over(corpus):
    there = make_statement(THREE)

    upload = bring({"a.txt": f"\n{THREE}\n", "b.txt": "We deny it.", "c.txt": "We  deny it."})

    same, first, second = upload.drafts.in_order()
    assert (same.same_as, first.same_as, second.same_as) == (there, None, None)
    assert (first.same_as_number, second.same_as_number) == (None, first.number)
    store(upload)
    assert [statement.text for statement in Statement.objects.in_order()] == [THREE, "We deny it."]


LONG = " ".join(f"The bank denies point {n} of the letter that was sent to it in spring." for n in range(20))


@pytest.mark.django_db
def test_texts_that_nearly_say_the_same_are_told_with_their_share(corpus):
    there = make_statement(LONG)

    upload = bring({"a.txt": LONG.replace("point 7 ", "item seven ")}).drafts.get()

    assert (upload.near, upload.same_as) == (there, None)
    assert 0.8 < upload.share < 1


@pytest.mark.django_db
def test_texts_of_others_do_not_count(corpus, elsewhere):
    make_statement(LONG, corpus=elsewhere)
    withdraw(make_statement(LONG).upload, by=None, at=NOON)
    make_upload(LONG)

    draft = bring({"a.txt": LONG}).drafts.get()

    assert (draft.same_as, draft.near) == (None, None)


@pytest.mark.django_db
def test_nothing_to_store_is_said(corpus):
    make_statement(THREE)
    upload = bring({"a.txt": THREE})

    with pytest.raises(Refused, match="nothing_to_store"):
        confirm(upload, by=None, at=LATER)

    assert Upload.objects.get(pk=upload.pk).state == UploadState.STAGED


@pytest.mark.django_db
def test_a_text_that_came_in_meanwhile_stops_it_and_is_told(corpus):
    upload = bring({"a.txt": THREE, "b.txt": "We deny it."})
    there = make_statement(THREE)

    stopped = store(upload)

    assert (stopped.state, stopped.problem) == (
        UploadState.STAGED,
        {"code": "came_in_meanwhile", "values": {}},
    )
    assert [draft.same_as for draft in stopped.drafts.in_order()] == [there, None]
    assert list(Statement.objects.all()) == [there]
    assert store(stopped).found["statements"] == 1

"""Files are read in another way, or left out, without a change of what else was read."""

from __future__ import annotations

import pytest

from statements.actions.upload import (
    leave_file_out,
    read_again,
)
from statements.models import (
    Event,
    UploadState,
)
from tests.make import (
    LATER,
    THREE,
    bring,
    done,
    problems,
    store,
)


@pytest.mark.django_db
def test_another_encoding_reads_the_file_again_and_leaves_the_others(corpus, ada):
    upload = bring({"a.txt": "Où ça ? Là-bas.".encode("utf-16-le"), "b.txt": THREE}, by=ada)
    kept = upload.drafts.get(text=THREE)
    first = upload.sources.get(number=1)

    read_again(upload, first, {"encoding": "utf-16"}, by=ada, at=LATER)
    upload = done(upload)

    assert upload.state == UploadState.STAGED
    texts = [draft.text for draft in upload.drafts.in_order()]
    assert texts == ["Où ça ? Là-bas.", THREE]
    assert upload.drafts.get(text=THREE).pk == kept.pk
    assert [event.verb for event in Event.objects.filter(noun="upload")] == ["staged", "read again"]


@pytest.mark.django_db
def test_columns_are_named_by_hand_where_no_name_tells(corpus, ada):
    upload = bring({"a.csv": "words,who\nWe deny it.,Norvane\n"})
    source = upload.sources.get()
    assert problems(upload) == ["no_text_column"]
    assert source.found["columns"] == ["words", "who"]

    said = {"columns": {"words": "text", "who": "speaker"}}
    read_again(upload, source, said, by=ada, at=LATER)

    draft = done(upload).drafts.get()
    assert (draft.text, draft.speaker, draft.metadata) == ("We deny it.", "Norvane", {})


@pytest.mark.django_db
def test_a_file_is_left_out_and_taken_in_again(corpus, ada):
    upload = bring({"a.txt": THREE, "b.txt": b"caf\x81\x8d"})
    broken = upload.sources.get(number=2)

    leave_file_out(upload, broken, is_out=True, by=ada, at=LATER)
    upload = done(upload)
    assert store(upload).state == UploadState.STORED

    other = bring({"a.txt": "One.", "b.txt": "One."})
    for is_out in (True, False):
        leave_file_out(other, other.sources.get(number=1), is_out=is_out, by=ada, at=LATER)
        other = done(other)
        first, second = other.drafts.in_order()
        assert second.same_as_number == (None if is_out else first.number)

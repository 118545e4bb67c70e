"""Blind first: no answer of the API changes for a reviewer when another one decides."""

from __future__ import annotations

import re

import pytest

from statements.models import Annotation
from statements.roles import Role
from tests.api.test_lists import CORPUS
from tests.make import (
    make_member,
    member,
    sentences_of,
    split_at,
    tag,
    take_back,
)

pytestmark = pytest.mark.django_db
NOW = re.compile(rb'next_since(?:":"|=)[^"&]*')  # the time of the answer, whatever happened

EVERYTHING = [
    *(
        f"sentences/?{query}"
        for query in (
            "",
            "state=untouched",
            "state=labelled",
            "state=none",
            "state=skipped",
            "label=rebuttal",
            "unsure=true",
            "unsure=false",
            "bad_split=true",
            "check=true",
            "check=false",
            "changed_since=2020-01-01T00:00:00Z",
            "limit=1",
            "state=untouched&changed_since=2020-01-01T00:00:00Z",
        )
    ),
    *(
        f"annotations/?{query}"
        for query in (
            "",
            "history=true",
            "label=rebuttal",
            "state=labelled",
            "state=withdrawn&history=true",
            "unsure=true",
            "check=true",
            "check=false",
            "reviewer=r1",
            "reviewer=r2",
            "reviewer=r3",
            "limit=1",
            "changed_since=2020-01-01T00:00:00Z",
        )
    ),
    "resplits/",
    "statements/",
    "statements/?q=answer",
    "progress/",
    "labels/",
    "scheme/",
    "",
]


def all_answers(client, sentences) -> list[tuple[int, bytes]]:
    paths = [
        *(f"{CORPUS}/{path}" for path in EVERYTHING),
        *(
            f"/api/v1/sentences/{one.public_id}/{part}"
            for one in sentences
            for part in ("", "history/", "annotation/")
        ),
        f"/api/v1/statements/{sentences[0].statement.public_id}/",
        f"/api/v1/statements/{sentences[0].statement.public_id}/sentences/",
        "/api/v1/me/",
        "/api/v1/corpora/",
    ]
    answers = [client.get(path) for path in paths]
    return [(one.status_code, NOW.sub(b"", one.content)) for one in answers]


@pytest.mark.parametrize("more", [set(), {Role.ADMIN}, {Role.ADJUDICATOR, Role.RESEARCHER}])
def test_no_answer_to_a_reviewer_changes_when_another_one_decides(connect, four, ben, more):
    client = connect(make_member("rosa", {Role.REVIEWER, *more}))
    before = all_answers(client, four)

    for sentence in four:
        tag(sentence, ben, "rebuttal", "commitment", unsure=True, bad_split=True, comment="a secret of ben")
    take_back(four[3], ben)

    assert all_answers(client, four) == before
    assert any(status == 200 and b"rebuttal" in body for status, body in before)


def test_no_answer_to_a_reviewer_tells_that_decisions_of_others_were_carried(
    connect, four, rosa, ben, judith
):
    client = connect(rosa)
    made = split_at(four[0], "was", by=member(judith))
    halves = [*four, *sentences_of(four[0].statement)[:2]]
    before = all_answers(client, halves)

    for half in halves[-2:]:
        tag(half, ben, "commitment", unsure=True, comment="a secret of ben")
    Annotation.objects.by(ben).update(act="carry", to_check=True, blind=False)

    assert all_answers(client, halves) == before
    assert made.public_id.encode() in dict(zip(EVERYTHING, before, strict=False))["resplits/"][1]


def test_that_test_would_see_a_leak(connect, four, ben, judith):
    client = connect(judith)
    before = all_answers(client, four)

    tag(four[3], ben, "rebuttal", comment="a secret of ben")

    assert all_answers(client, four) != before

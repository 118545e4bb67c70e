"""What people said of a sentence, in the shape of the shared tasks Learning With Disagreements."""

from __future__ import annotations

import json

import pytest

from tests.formats.exports import plain_row, table, unpacked, written

pytestmark = pytest.mark.once


def said(reviewer, state, *labels, **known):
    row = plain_row()["annotations"][0]
    return row | {"reviewer": reviewer, "state": state, "labels": list(labels), "round": "first"} | known


def items(*rows):
    return json.loads(unpacked(written("lewidi", list(rows), table("sentences")))["sentences.json"])


LABELLED = said("r1", "labelled", "allegation", "rebuttal")
NO_CLAIM = said("r2", "none")
SKIPPED = said("r3", "skipped", reason="context")
AGAIN = said("r2", "labelled", "rebuttal", round="repeat")
CARRIED = said("r4", "labelled", "none", check=True)
LABEL_CALLED_NONE = said("r5", "labelled", "none")


def test_an_item_has_the_fields_of_the_shared_task_and_keeps_the_rest():
    row = plain_row(
        sentence="s.1",
        text="Nous le nions.",
        language="fr",
        gold=None,
        soft={"allegation": 0.5, "none": 0.0, "rebuttal": 0.5},
        annotations=[LABELLED, NO_CLAIM, SKIPPED, AGAIN, CARRIED],
    )

    rest = {
        name: row[name] for name in row if name not in {"sentence", "text", "language", "soft", "annotations"}
    }
    assert items(row) == {
        "s.1": {
            "annotation task": "labelling of sentences in public statements",
            "text": {"sentence": "Nous le nions."},
            "number of annotators": 2,
            "annotators": "r1,r1,r2",
            "number of annotations": 3,
            "annotations": {"r1": "allegation,rebuttal", "r2": ""},
            "soft_label": {
                "allegation": {"0": 0.5, "1": 0.5},
                "none": {"0": 1.0, "1": 0.0},
                "rebuttal": {"0": 0.5, "1": 0.5},
            },
            "split": None,
            "lang": "fr",
            "other_info": rest | {"decisions": [LABELLED, NO_CLAIM, SKIPPED, AGAIN, CARRIED]},
        }
    }


def test_no_claim_and_skipped_and_nobody_looked_and_a_label_called_none_are_not_the_same():
    cases = [[NO_CLAIM], [SKIPPED], [], [LABEL_CALLED_NONE]]
    rows = [plain_row(sentence=f"s.{number}", annotations=case) for number, case in enumerate(cases)]

    found = [
        (item["annotations"], item["number of annotations"], item["other_info"]["decisions"])
        for item in items(*rows).values()
    ]

    assert found == [
        ({"r2": ""}, 1, [NO_CLAIM]),
        ({}, 0, [SKIPPED]),
        ({}, 0, []),
        ({"r5": "none"}, 1, cases[3]),
    ]


@pytest.mark.parametrize(
    ("state", "labels", "hard"),
    [
        ("labelled", ["rebuttal"], {"allegation": 0, "rebuttal": 1, "none": 0}),
        ("none", [], {"allegation": 0, "rebuttal": 0, "none": 0}),
        ("skipped", [], None),
    ],
)
def test_what_was_settled_is_the_hard_label(state, labels, hard):
    gold = plain_row()["gold"] | {"state": state, "labels": labels}

    (item,) = items(plain_row(gold=gold)).values()

    assert (item.get("hard_label"), item["other_info"]["gold"]) == (hard, gold)


def test_what_nobody_settled_has_no_hard_label():
    (item,) = items(plain_row(gold=None)).values()

    assert "hard_label" not in item

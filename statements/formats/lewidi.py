"""The JSON of the shared tasks Learning With Disagreements: who said what of each sentence, and the shares.

One object by the ids of the sentences, in the shape of that data set of the 2025 edition in which an item can
have several labels (VariErrNLI): the labels of an annotator parted by commas, and for each label the shares
of those who did not ("0") and who did ("1") give it. `hard_label` is that of the 2023 edition, by label.
Source: https://github.com/Le-Wi-Di/le-wi-di.github.io, `LeWiDi_3-2025/readme.md`; Leonardelli et al. (2025),
LeWiDi-2025 at NLPerspectives, arXiv 2510.08460.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from statements.formats.base import Row, Table
from statements.formats.sink import zipped

LAYERS = ("sentences",)
TASK = "labelling of sentences in public statements"

ABOUT = """\
## How the shape of LeWiDi is filled here

`{name}.json` is one object. Its keys are the ids of the sentences, and each value has these fields:

| field | what stands there |
| --- | --- |
| `annotation task` | always “{task}” |
| `text` | `{{"sentence": …}}` |
| `annotations` | by reviewer, the slugs of the labels, parted by commas; **an empty text is “no claim”**: somebody looked, and no label applies |
| `annotators` | the reviewers, parted by commas; one who gave several labels stands there once for each, as in VariErrNLI |
| `number of annotators` `number of annotations` | of reviewers, and of names in `annotators` |
| `soft_label` | by label, the share of the reviewers in `annotations` who did not (`"0"`) and who did (`"1"`) give it; empty where nobody is in `annotations` |
| `hard_label` | by label, 1 or 0 as it was settled; only where there is gold that is a label or “no claim” |
| `split` | null: nobody has parted this corpus. Whoever does should keep the sentences of a statement together |
| `lang` | language of the statement, empty where it is not known |
| `other_info` | all the rest |

`annotations`, and so `soft_label`, has the decisions of the first round that label or say “no claim”, one a
reviewer. What the shape cannot say stands in `other_info`:

- `decisions`: all decisions, also those that were **skipped** (with their `reason`), those of later or practice
  rounds, and those that were carried over from an older split and that nobody has looked at since (`check`);
  each with whether the reviewer was `unsure` or found it a `bad_split`, with its `scheme`, `comment` and times.
- `gold`: the settled decision, its source and by whom it was settled.
- `statement`, `position`, `paragraph`, `start`, `end` and the rest: where the sentence stands, and what is
  known about its statement. Sort by `statement` and `position` to read a text.

**A sentence that nobody has looked at is here too**, with no decision and 0 annotations. Without it a gap in a
text could not be told from its end, and “nobody looked” not from “there is no such sentence”.
"""  # noqa: E501  # rows of a table

VOTES = frozenset({"labelled", "none"})

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    """Yield a zip archive of README.md and the JSON, as it is made."""
    readme = f"{table.readme.rstrip()}\n\n{ABOUT.format(name=table.name, task=TASK)}"
    members = [("README.md", [readme.lstrip().encode()]), (f"{table.name}.json", _json(rows, table))]
    yield from zipped(members, table.as_of)


def _json(rows: Iterable[Row], table: Table) -> Iterator[bytes]:
    before = "{\n"
    for row in rows:
        yield f"{before}{_encoded(row['sentence'])}:{_encoded(_item(row, table))}".encode()
        before = ",\n"
    yield b"{}\n" if before == "{\n" else b"\n}\n"


def _item(row: Row, table: Table) -> dict[str, Any]:  # Any: JSON values
    votes = [said for said in row["annotations"] if _counts(said)]
    names = [said["reviewer"] for said in votes for _label in said["labels"] or [""]]
    elsewhere = {"sentence", "text", "language", "soft", "annotations"}
    return {
        "annotation task": TASK,
        "text": {"sentence": row["text"]},
        "number of annotators": len(votes),
        "annotators": ",".join(names),
        "number of annotations": len(names),
        "annotations": {said["reviewer"]: ",".join(said["labels"]) for said in votes},
        "soft_label": {label: {"0": 1 - share, "1": share} for label, share in row["soft"].items()},
        **_hard(row["gold"], table),
        "split": None,
        "lang": row["language"],
        "other_info": {
            **{name: value for name, value in row.items() if name not in elsewhere},
            "decisions": row["annotations"],
        },
    }


def _counts(said: Row) -> bool:
    """Tell whether a decision is one of those of which `soft` has the shares."""
    return said["state"] in VOTES and said["round"] == "first" and not said["check"]


def _hard(gold: Row | None, table: Table) -> dict[str, Any]:  # Any: JSON values
    if gold is None or gold["state"] not in VOTES:
        return {}
    return {"hard_label": {label: int(label in gold["labels"]) for label in table.slugs}}

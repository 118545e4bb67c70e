"""Whatever a reader of files refuses, there is a sentence for it, and its values are those that it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from statements.formats.base import Caution, Dropped, What
from statements.messages import CAUTIONS, FAULTS, SENTENCES
from statements.origins import WHATS, WHYS

FORMATS = Path(__file__).resolve().parent.parent.parent / "statements" / "formats"


def refusals() -> set[tuple[str, frozenset[str]]]:
    """Every code of the layer with the names of its values, as they are written there."""
    found = set()
    for path in FORMATS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"Refused", "Unreadable"}:
                found.add((node.args[0], frozenset(keyword.arg for keyword in node.keywords)))
            elif node.func.id == "Wrong":
                values = node.args[3] if len(node.args) > 3 else ast.Dict([], [])
                if isinstance(values, ast.Dict):
                    found.add((node.args[2], frozenset(ast.literal_eval(key) for key in values.keys)))
    return {(code.value, values) for code, values in found if isinstance(code, ast.Constant)}


def test_every_refusal_has_a_sentence_that_names_its_values():
    found = refusals()

    assert len(found) >= 25
    assert {
        code: set(re.findall(r"%\((\w+)\)s", str({**SENTENCES, **FAULTS}[code]))) for code, _values in found
    } == {code: set(values) for code, values in found}


def test_whatever_a_document_warns_of_or_leaves_out_has_its_words():
    assert set(CAUTIONS) == set(Caution)
    assert set(WHATS) == set(What)
    assert set(WHYS) == set(Dropped)

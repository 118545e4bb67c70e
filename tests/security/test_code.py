"""What the program cannot do because there is no code for it; and that docs/security.md keeps its word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs" / "security.md"
# Modules that open connections to others; mail goes through Django's, to the server of the settings.
NETWORK = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "socket", "ftplib"}
RUNNING = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "code", "codeop"}
BUILT_IN = {"eval", "exec", "compile", "__import__"}


def sources() -> list[Path]:
    return [path for top in ("statements", "annotator") for path in (ROOT / top).rglob("*.py")]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def users_of(modules: set[str]) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in sources() if modules & set(imports(path))}


def test_nothing_is_ever_fetched():
    # The server asks whether its own port is free, before it starts.
    # What tells languages apart could fetch a larger model; it is asked for the one that lies beside it.
    assert users_of(NETWORK) <= {"statements/management/commands/serve.py"}


def test_nothing_that_came_in_is_run():
    calls = {
        path.name
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILT_IN
    }

    assert users_of(RUNNING) == set()
    assert calls == set()


def test_no_table_is_asked_in_words_of_sql():
    words = r"\.raw\(|RawSQL|\.extra\(|cursor\(\)"
    found = {
        path.relative_to(ROOT).as_posix() for path in sources() if re.search(words, path.read_text("utf-8"))
    }

    # These send fixed sentences that hold nothing from outside: what is looked for goes beside them.
    fixed = {
        "statements/views/health.py",
        "statements/management/commands/serve.py",
        "statements/management/commands/work.py",
        "statements/models/corpus.py",
        "statements/models/bulk.py",
        "statements/models/prepared.py",
        "statements/models/search.py",
        "statements/models/snapshot.py",
        "statements/models/writing.py",
    }
    assert found <= fixed


def test_into_prepared_sql_go_places_for_values_and_names_of_columns_alone():
    tree = ast.parse((ROOT / "statements/models/prepared.py").read_text("utf-8"))
    filled = {
        keyword.arg: ast.unparse(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        for keyword in node.keywords
        if keyword.arg
    }
    strings = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]

    assert filled == {
        "what": "'*'",
        "numbers": "_places(numbers)",
        "columns": "columns",
        "values": "values",
        "sentences": "_places(keys)",
        "lock": "lock",
    }
    assert strings == ["f'({_places(fields)})'"]
    assert "lock = 'FOR KEY SHARE' if connection.features.has_select_for_update else ''" in ast.unparse(tree)
    assert "places = {'keys': _places(keys), 'sentences': _places(sentences)}" in ast.unparse(tree)


def test_no_parameters_of_a_request_become_a_filter():
    """CVE-2025-64459: what a request names would be asked of any table."""
    words = r"(filter|exclude|get|Q)\(\s*\*\*[^)]*(request|GET|POST|query_params|data)\b"
    found = [path for path in sources() if re.search(words, path.read_text("utf-8"))]

    assert found == []


def named() -> list[str]:
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", DOCS.read_text("utf-8"))


@pytest.mark.parametrize("name", named())
def test_the_tests_that_the_docs_name_exist(name):
    path, _colons, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))

    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_line_of_the_table_names_a_test():
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ")][2:]

    assert len(rows) == len(named()) >= 25
    assert [row for row in rows if "::" not in row] == []

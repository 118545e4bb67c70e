"""Imports point down the layers, and never sideways between views and API or actions and reports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from statements.formats.kinds import APART

ROOT = Path(__file__).resolve().parent.parent

PLAIN, TABLES, USES, EDGES, WIRING = range(5)
LAYERS = {
    "statements.text": PLAIN,
    "statements.stats": PLAIN,
    "statements.formats": PLAIN,
    "statements.roles": PLAIN,
    "statements.errors": PLAIN,
    "statements.languages": PLAIN,
    "statements.models": TABLES,
    "statements.migrations": TABLES,
    "statements.actions": USES,
    "statements.reports": USES,
    "statements.views": EDGES,
    "statements.api": EDGES,
    "statements.forms": EDGES,
    "statements.mail": EDGES,
    "statements.adapter": EDGES,
    "statements.admin": EDGES,
    "statements.jobs": EDGES,
    "statements.originals": EDGES,
    "statements.management": EDGES,
    "statements.templatetags": EDGES,
    "statements.access": EDGES,
    "statements.arrival": EDGES,
    "statements.meanings": EDGES,
    "statements.messages": EDGES,
    "statements.origins": EDGES,
    "statements.problems": EDGES,
    "statements.programs": EDGES,
    "statements.readme": EDGES,
    "statements.streams": EDGES,
    "statements.converters": EDGES,
    "statements.middleware": EDGES,
    "statements.navigation": EDGES,
    "statements.locale": EDGES,
    "statements.urls": WIRING,
    "statements.apps": WIRING,
    "statements.checks": WIRING,
    "annotator": WIRING,
    "manage": WIRING,
}
STRANGERS = [  # rooms of one layer that do not know each other
    ("statements.actions", "statements.reports"),
    ("statements.reports", "statements.actions"),
    ("statements.views", "statements.api"),
    ("statements.api", "statements.views"),
]
# What plain code does without: a framework, a database, a clock, chance, a network, files.
WORLD = {
    "django", "rest_framework", "environs", "psycopg", "sqlite3", "time", "random", "secrets", "uuid",
    "socket", "ssl", "http", "urllib", "requests", "os", "pathlib", "subprocess", "tempfile", "shutil",
    "threading", "logging",
}  # fmt: skip
EXCEPT = {("statements.formats.workbook", "tempfile")}  # a workbook is sent only once it is whole


def room_of(module: str) -> str | None:
    """The room of the house that a module stands in, by its longest known name."""
    inside = [room for room in LAYERS if module == room or module.startswith(f"{room}.")]
    return max(inside, key=len, default=None)


def imports(module: str, source: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that `source` imports, also inside functions; relative names spelled out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")
            upwards = parents[: len(parents) - node.level + is_package] if node.level else []
            base = ".".join([*upwards, *([node.module] if node.module else [])])
            # `from statements import models` imports a module too
            yield from (f"{base}.{alias.name}" for alias in node.names)


def violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """What `source`, read as `module`, imports against the rules."""
    room = room_of(module)
    if room is None:
        return [f"{module} stands in no layer"]
    found = []
    for imported in imports(module, source, is_package=is_package):
        there = room_of(imported)
        if there is None:
            strange = LAYERS[room] == PLAIN and imported.split(".")[0] in WORLD
            if strange and (module, imported.split(".")[0]) not in EXCEPT:
                found.append(f"{module} is plain and imports {imported}")
        elif LAYERS[there] > LAYERS[room] or (room, there) in STRANGERS:
            found.append(f"{module} imports {imported}")
    return found


def sources() -> list[Path]:
    return [
        ROOT / "manage.py",
        *sorted(p for top in ("annotator", "statements") for p in (ROOT / top).rglob("*.py")),
    ]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_imports_point_down():
    found = [
        wrong
        for path in sources()
        if name_of(path) != "statements"
        for wrong in violations(name_of(path), path.read_text("utf-8"), is_package=path.stem == "__init__")
    ]

    assert found == []


def test_libraries_for_documents_are_imported_where_documents_are_read_and_nowhere_else():
    libraries = {"defusedxml", "docx", "lxml", "openpyxl", "pypdf", "trafilatura"}
    writers = {("statements.formats.workbook", "openpyxl")}
    readers = {f"statements.formats.{name}" for name in (*APART, "office")}

    def is_reader(module: str) -> bool:
        return any(module == one or module.startswith(f"{one}.") for one in readers)

    found = [
        (name_of(path), one)
        for path in sources()
        if not is_reader(name_of(path))
        for one in imports(name_of(path), path.read_text("utf-8"), is_package=path.stem == "__init__")
        if one.split(".")[0] in libraries or is_reader(one)
        if (name_of(path), one.split(".")[0]) not in writers
    ]

    assert found == []


def test_the_package_itself_imports_nothing():
    assert list(imports("statements", (ROOT / "statements/__init__.py").read_text("utf-8"))) == []


def test_all_rooms_are_looked_at():
    looked_at = {room_of(name_of(path)) for path in sources()}

    assert looked_at >= {
        "statements.text",
        "statements.models",
        "statements.actions",
        "statements.api",
        "annotator",
    }
    assert looked_at >= {
        "statements.reports",
        "statements.views",
        "statements.management",
        "statements.formats",
    }


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("statements.text.decode", "from django.conf import settings"),
        ("statements.formats.csv", "import time"),
        ("statements.roles", "from statements.models import User"),
        ("statements.models.user", "from statements.actions.user import add_user"),
        ("statements.models.user", "from statements import actions"),
        ("statements.models.user", "def later():\n    from statements.access import fetch"),
        ("statements.models.user", "from ..views import home"),
        ("statements.actions.user", "from statements.reports.rows import moment"),
        ("statements.actions.user", "import statements.messages as m"),
        ("statements.reports.rows", "from statements.actions.decision import content"),
        ("statements.reports.rows", "if True:\n    from statements.forms import SaveForm"),
        ("statements.views.home", "from statements.api.errors import answer"),
        ("statements.api.errors", "from statements.views.errors import not_found"),
        ("statements.views.home", "from statements.urls import urlpatterns"),
        ("statements.access", "from annotator.settings import ENV"),
        ("statements.helpers", ""),
    ],
)
def test_a_wrong_import_is_seen(module, source):
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("statements.text.spans", "from statements.text.lines import paragraph_spans"),
        ("statements.formats.csv", "import csv, io, json"),
        ("statements.models.user", "from statements.roles import Scope\nfrom django.db import models"),
        (
            "statements.reports.rows",
            "from statements.models import Annotation\nfrom statements.roles import Role",
        ),
        ("statements.views.home", "from statements.access import fetch\nfrom . import errors"),
        ("statements.urls", "from statements.views import home"),
        ("annotator.urls", "import statements.urls"),
    ],
)
def test_a_right_import_is_left_alone(module, source):
    assert violations(module, source) == []


def test_relative_imports_of_a_package_are_spelled_out():
    assert list(imports("statements.models", "from .user import User", is_package=True)) == [
        "statements.models.user.User"
    ]
    assert list(imports("statements.models.user", "from . import corpus")) == ["statements.models.corpus"]

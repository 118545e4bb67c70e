"""What gets an export with a program: a line for a terminal, and a few of Python for a notebook."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

ASK = """\
answer = requests.get(
    {address},
    params={{
{params}
    }},
    headers={{"Authorization": f"Bearer {{os.environ['TOKEN']}}"}},
    timeout=600,
)
answer.raise_for_status()
"""


class Reading(NamedTuple):
    """How Python reads a format: modules of its own, those of others, and the lines behind the answer."""

    modules: tuple[str, ...]
    libraries: tuple[str, ...]
    lines: str


READINGS: Mapping[str, Reading] = {
    "jsonl": Reading(
        ("json",),
        ("pandas as pd", "requests"),
        "rows = pd.DataFrame(json.loads(line) for line in answer.content.splitlines())",
    ),
    "csv": Reading(
        ("io",),
        ("pandas as pd", "requests"),
        'assert not answer.content.endswith(b"***\\n"), "It broke off: ask for it again."\n'
        "rows = pd.read_csv(io.BytesIO(answer.content), keep_default_na=False)",
    ),
    "csv-zip": Reading(
        ("io", "zipfile"),
        ("pandas as pd", "requests"),
        "with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:\n"
        '    print(archive.read("README.md").decode())\n'
        '    rows = pd.read_csv(archive.open("{layer}.csv"), keep_default_na=False)',
    ),
    "parquet": Reading(
        ("io",), ("polars as pl", "requests"), "rows = pl.read_parquet(io.BytesIO(answer.content))"
    ),
    "xlsx": Reading(
        ("io",),
        ("pandas as pd", "requests"),
        'rows = pd.read_excel(io.BytesIO(answer.content), sheet_name="{layer}", keep_default_na=False)',
    ),
    "lewidi": Reading(
        ("io", "json", "zipfile"),
        ("requests",),
        "with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:\n"
        '    items = json.loads(archive.read("{layer}.json"))',
    ),
}


def curl_line(address: str, query: Mapping[str, str], *, name: str) -> str:
    """Return a command that stores an export in a file; the token stands in the variable TOKEN."""
    return (
        'curl --fail --compressed -H "Authorization: Bearer $TOKEN" \\\n'
        f"  --output {shlex.quote(name)} \\\n"
        f"  {shlex.quote(f'{address}?{urlencode(query)}')}"
    )


def python_lines(address: str, query: Mapping[str, str]) -> str:
    """Return a program that reads an export; `query` names its layer and format."""
    reading = READINGS[query["format"]]
    modules = sorted({*reading.modules, "os"})
    params = "\n".join(f"        {_quoted(name)}: {_quoted(value)}," for name, value in query.items())
    return "\n".join(
        [
            *(f"import {module}" for module in modules),
            "",
            *(f"import {library}" for library in reading.libraries),
            "",
            ASK.format(address=_quoted(address), params=params)
            + reading.lines.replace("{layer}", query["layer"]),
        ]
    )


def _quoted(text: str) -> str:
    """Return a text as Python reads it: a string of JSON is one of Python too."""
    return json.dumps(text, ensure_ascii=False)

"""File formats of exports: one module a format, and the one table of them."""

from collections.abc import Mapping

from statements.formats import csv, jsonl
from statements.formats.base import Format

FORMATS: Mapping[str, Format] = {
    "jsonl": Format("jsonl", "application/x-ndjson", jsonl.write),
    "csv": Format("csv", "text/csv; charset=utf-8", csv.write),
}

__all__ = ["FORMATS", "Format"]

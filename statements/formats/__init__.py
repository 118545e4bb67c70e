"""File formats of exports: one module a format, and the one table of them."""

from collections.abc import Mapping

from statements.formats import csv, jsonl, parquet
from statements.formats.base import Format

FORMATS: Mapping[str, Format] = {
    "jsonl": Format("jsonl", "jsonl", "application/x-ndjson", jsonl.write, go_on=jsonl.write),
    "csv": Format("csv", "csv", "text/csv; charset=utf-8", csv.write, go_on=csv.go_on),
    "parquet": Format("parquet", "parquet", "application/vnd.apache.parquet", parquet.write),
}

__all__ = ["FORMATS", "Format"]

"""File formats of exports: one module a format, and the one table of them."""

from collections.abc import Mapping

from statements.formats import csv, csv_zip, jsonl, lewidi, parquet, workbook
from statements.formats.base import Format

ZIP = "application/zip"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Mapping[str, Format] = {
    "jsonl": Format("jsonl", "jsonl", "application/x-ndjson", jsonl.write, go_on=jsonl.write),
    "csv": Format("csv", "csv", "text/csv; charset=utf-8", csv.write, go_on=csv.go_on),
    "csv-zip": Format("csv-zip", "zip", ZIP, csv_zip.write),
    "parquet": Format("parquet", "parquet", "application/vnd.apache.parquet", parquet.write),
    "xlsx": Format("xlsx", "xlsx", EXCEL, workbook.write, streams=False),
    "lewidi": Format("lewidi", "zip", ZIP, lewidi.write, layers=lewidi.LAYERS),
}

__all__ = ["FORMATS", "Format"]

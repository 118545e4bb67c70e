"""What a file of an export says about itself, in English as its columns, for whoever finds it years later."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import override

from statements.formats.base import Column, Table
from statements.meanings import KINDS, LAYERS, meaning_of
from statements.models import Corpus
from statements.reports.columns import Layer

README = """# {name} ({slug}): {layer}

One row is {row}. As of {as_of}; exported by Annotator from {address}.

## States

For each reviewer a sentence is `labelled` (it carries the labels named), `none` (they looked at it, and it
makes no claim), `skipped` (they could not decide, for the reason named), or untouched: they have not decided,
and there is no decision that could be mistaken for `none`. Whoever reviews works blind: their exports hold
their own decisions alone.

## Offsets

`start` and `end` count Unicode code points, as Python, R and SQL do; `start_utf16` and `end_utf16` count
UTF-16 units, as JavaScript, Java and .NET do. What stands between them in the text of the statement is the
sentence.

## Labels

{labels}

## Columns

{columns}
"""


def readme_of(corpus: Corpus, table: Table) -> str:
    """Return the README of an export, in Markdown."""
    layer = Layer(table.name)
    with override("en"):
        return README.format(
            name=corpus.name,
            slug=corpus.slug,
            layer=layer,
            row=LAYERS[layer],
            as_of=table.as_of,
            address=settings.PUBLIC_URL,
            labels="\n".join(f"- `{slug}`" for slug in table.slugs) or "None yet.",
            columns="\n".join(_lines(table.columns, layer)),
        )


def _lines(columns: tuple[Column, ...], layer: Layer, within: str = "") -> Iterator[str]:
    for column in columns:
        kind = f"{KINDS[column.kind]}{', or null' if column.may_be_null else ''}"
        indent = "  " if within else ""
        yield f"{indent}- `{column.name}` ({kind}): {meaning_of(column, layer, within=within)}"
        yield from _lines(column.columns, layer, within=column.name)

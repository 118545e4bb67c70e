"""Write the rows of a corpus down, from a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.serializers import ValidationError

from statements.api import filters
from statements.api.export import ExportQuery, asked_for, refuse_impossible, written
from statements.errors import Refused
from statements.formats import FORMATS, Format
from statements.management.asking import corpus_called
from statements.messages import sentence_for
from statements.models import Operator
from statements.reports.columns import Layer
from statements.reports.export import exporting

IN_OPTIONS = {"format", "layer"}


class Command(BaseCommand):
    help = (
        "Write the rows of a corpus, with the decisions of everybody and their comments: to standard output, "
        "or into a file, which is there once it is whole. Rows and filters are those of the API; of which "
        "moment they are is said on standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        names = ", ".join(sorted({*ExportQuery().fields} - IN_OPTIONS))
        parser.add_argument("corpus", help="address (slug) of the corpus")
        parser.add_argument("--format", choices=[*FORMATS], default="jsonl", help="jsonl if not said")
        parser.add_argument(
            "--layer",
            choices=[str(layer) for layer in Layer],
            default=str(Layer.SENTENCES),
            help="what a row is; sentences if not said",
        )
        parser.add_argument(
            "--where", action="append", default=[], metavar="NAME=VALUE", help=f"may be repeated; {names}"
        )
        parser.add_argument("--output", metavar="FILE", help="standard output if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        corpus = corpus_called(options["corpus"])
        into = FORMATS[options["format"]]
        try:
            query = _checked({name: options[name] for name in IN_OPTIONS} | _pairs(options["where"]))
            filters.known_label(corpus, query)
            asked = asked_for(query)
            refuse_impossible(into, asked)
            with (
                exporting(corpus, asked, Operator()) as exported,
                _out(options["output"], into) as file,
            ):
                for chunk in written(into, exported, corpus, is_continued=asked.after is not None):
                    file.write(chunk)
        except Refused as refusal:
            raise CommandError(sentence_for(refusal)) from refusal
        except ValidationError as wrong:
            raise CommandError(_said(wrong)) from wrong
        self.stderr.write(f"As of {exported.table.as_of}.", self.style.SUCCESS)


@contextmanager
def _out(name: str | None, into: Format) -> Iterator[IO[bytes]]:
    """Open what is written to; a file gets its name when all of it is there."""
    if name is None:
        with _standard_output(into) as out:
            yield out
        return
    path = Path(name)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except OSError as wrong:
        raise CommandError(f"{wrong.filename or name}: {wrong.strerror}.") from wrong
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _standard_output(into: Format) -> Iterator[IO[bytes]]:
    if into.go_on is None and sys.stdout.isatty():  # bytes that no terminal can show
        raise CommandError(f"{into.name} is not for a terminal. Name a file with --output.")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has enough, as `head` does. Nothing is left for Python to write when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError("Nobody reads any more: that was not all.") from None


def _pairs(said: list[str]) -> dict[str, str]:
    pairs = dict(one.partition("=")[::2] for one in said)
    if len(pairs) < len(said) or not all("=" in one for one in said) or pairs.keys() & IN_OPTIONS:
        raise CommandError("Say filters as NAME=VALUE, each name once; layer and format have options.")
    return pairs


def _checked(said: Mapping[str, str]) -> Mapping[str, Any]:  # Any: what the fields of the query take
    query = ExportQuery(data=said)
    query.is_valid(raise_exception=True)
    checked: Mapping[str, Any] = query.validated_data
    return checked


def _said(wrong: ValidationError) -> str:
    """Return what is wrong, field by field."""
    details: Mapping[str, list[str]] = wrong.detail  # type: ignore[assignment]  # of a query it is
    return " ".join(f"{name}: {' '.join(sentences)}" for name, sentences in details.items())

"""Bring files of statements in, from a terminal."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from statements.actions.source import Incoming
from statements.actions.statement import Details
from statements.actions.upload import confirm, discard, receive
from statements.actions.work import work
from statements.errors import Refused
from statements.formats.columns import FIELDS, IGNORED, METADATA
from statements.languages import LANGUAGES
from statements.management.asking import corpus_called, user_called
from statements.messages import sentence_for
from statements.models import Job, Upload, UploadState
from statements.models.writing import clock
from statements.reports.upload import files_of, sums_of
from statements.text.decode import ENCODINGS

ABOUT = ("title", "speaker", "published_on", "source_url", "licence", "responds_to")


class Command(BaseCommand):
    help = (
        "Bring statements in: Word, OpenDocument, PDF, web pages, text and Markdown, a statement each; "
        "Excel, CSV, TSV and JSON Lines, a statement a row; and ZIP archives of these. "
        "All of it is stored, or nothing; texts that the corpus has already are passed over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", help="address (slug) of the corpus")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--by", metavar="NAME", help="who brings them in; the program itself, if not said"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, store nothing")
        parser.add_argument(
            "--without-faults", action="store_true", help="leave out the rows and files that cannot be read"
        )
        parser.add_argument("--encoding", choices=ENCODINGS, help="of all files; found out if not said")
        parser.add_argument(
            "--sheet", help="of spreadsheets: the one to read; the first with rows if not said"
        )
        parser.add_argument("--language", choices=LANGUAGES, help="of all texts; found out if not said")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help=f"may be repeated; FIELD is one of {', '.join((*FIELDS, METADATA, IGNORED))}",
        )
        for name in ABOUT:
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help="of all texts that say none")

    def handle(self, *args: Any, **options: Any) -> None:
        corpus = corpus_called(options["corpus"])
        by = user_called(options["by"]) if options["by"] else None
        said: dict[str, object] = {"columns": _columns(options["column"])} if options["column"] else {}
        said |= {name: options[name] for name in ("encoding", "sheet") if options[name]}
        try:
            with ExitStack() as stack:
                files = [Incoming(name, stack.enter_context(_open(name))) for name in options["files"]]
                upload = receive(corpus, files, proposal=_about(options), said=said, by=by, at=timezone.now())
            upload = self._work(upload)
            self._report(upload)
            if options["dry_run"]:
                self._discard(upload)
                return
            confirm(upload, by=by, at=timezone.now(), without_faults=options["without_faults"])
        except Refused as refusal:
            raise CommandError(sentence_for(refusal)) from refusal
        upload = self._work(upload)
        if upload.state != UploadState.STORED:
            raise CommandError(_why(upload))
        count = upload.found
        self.stdout.write(
            f"Stored: {count['statements']} statements, {count['sentences']} sentences ({upload.public_id})."
        )

    def _work(self, upload: Upload) -> Upload:
        for job in Job.objects.open().filter(upload=upload):
            work(job, worker=f"command {job.public_id}", clock=clock)
        return Upload.objects.select_related("corpus", "by").get(pk=upload.pk)

    def _report(self, upload: Upload) -> None:
        if upload.state != UploadState.STAGED:
            raise CommandError(_why(upload))
        for file in files_of(upload):
            found, problem = file.source.found, file.source.problem
            name = file.source.name
            if problem:
                why = sentence_for(Refused(problem["code"], **problem.get("values", {})))
                self.stderr.write(f"{name}: {why}")
            elif found:
                about = f"{found['statements']} statements, {found['sentences']} sentences"
                how = f", read as {file.source.encoding}" if file.source.encoding else ""
                self.stdout.write(f"{name}: {about}{how}.")
            for fault in file.faults:
                where = f"{name}:{fault.line}" + (f" ({fault.column})" if fault.column else "")
                self.stderr.write(f"{where}: {sentence_for(Refused(fault.code, **fault.values))}")
            if file.more_faults > 0:
                self.stderr.write(f"{name}: and {file.more_faults} more.")
        sums = sums_of(upload)
        if sums.doubles:
            self.stdout.write(f"There already, and passed over: {sums.doubles}.")

    def _discard(self, upload: Upload) -> None:
        discard(upload, by=upload.by, at=timezone.now())
        self.stdout.write("Nothing was stored: this was a dry run.")


def _open(name: str) -> Any:  # Any: a binary file
    try:
        return Path(name).open("rb")
    except OSError as wrong:
        raise CommandError(f"{name}: {wrong.strerror}.") from wrong


def _columns(said: list[str]) -> dict[str, str]:
    columns = dict(one.rpartition("=")[::2] for one in said)
    unknown = set(columns.values()) - {*FIELDS, METADATA, IGNORED}
    if unknown or "" in columns:
        raise CommandError(
            f"Say columns as COLUMN=FIELD, with FIELD one of {', '.join((*FIELDS, METADATA, IGNORED))}."
        )
    return columns


def _about(options: dict[str, Any]) -> Details:
    day = options["published_on"]
    try:
        published_on = date.fromisoformat(day) if day else None
    except ValueError as wrong:
        raise CommandError("Write the date as 2023-06-05.") from wrong
    names = [name for name in ABOUT if name != "published_on"]
    about = {name: options[name] for name in names}
    return Details(published_on=published_on, language=options["language"] or "", **about)


def _why(upload: Upload) -> str:
    problem = upload.problem or {"code": "unexpected"}
    return sentence_for(Refused(problem["code"], **problem.get("values", {})))

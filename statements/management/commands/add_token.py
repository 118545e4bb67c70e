"""Make an API token, from a terminal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from statements.actions.user import LONGEST_TOKEN_DAYS, issue_token
from statements.errors import Refused
from statements.management.asking import corpus_called, user_called
from statements.messages import sentence_for
from statements.roles import Scope


class Command(BaseCommand):
    help = "Make an API token and print it, alone, on standard output. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="whose token it is; it never opens more than this person's roles do")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[str(scope) for scope in Scope],
            required=True,
            help="may be repeated",
        )
        parser.add_argument(
            "--corpus", help="address (slug) of the only corpus it is to open; without it, all"
        )
        parser.add_argument(
            "--days",
            type=int,
            default=90,
            help=f"how long it lasts, at most {LONGEST_TOKEN_DAYS}; 90 if not said",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_called(options["name"])
        corpus = corpus_called(options["corpus"]) if options["corpus"] else None
        scopes = {Scope(scope) for scope in options["scope"]}
        try:
            _token, secret = issue_token(
                user, scopes=scopes, days=options["days"], corpus=corpus, at=timezone.now()
            )
        except Refused as refusal:
            raise CommandError(sentence_for(refusal)) from refusal
        self.stdout.write(secret)

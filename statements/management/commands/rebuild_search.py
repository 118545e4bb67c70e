"""Rebuild the index of the search, from a terminal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from statements.actions.search import rebuild
from statements.management.asking import corpus_called


class Command(BaseCommand):
    help = (
        "Rebuild the index in which words are looked up. It is kept up to date by itself: this is "
        "for when it was lost. Everything can go on meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "corpus",
            nargs="?",
            help="address (slug) of the corpus whose statements are meant; without it, all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild(corpus_called(options["corpus"]) if options["corpus"] else None)
        self.stdout.write(f"Indexed {count} {'statement' if count == 1 else 'statements'}.")

"""Let a person in, from a terminal."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from statements.actions.member import set_roles
from statements.actions.user import add_user
from statements.errors import Refused
from statements.management.asking import corpus_called
from statements.messages import sentence_for
from statements.models import Corpus, User
from statements.roles import Role


class Command(BaseCommand):
    help = "Add a person, and give them roles in a corpus. For somebody who exists, only the roles are set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the person signs in with")
        parser.add_argument("--email", default="", help="address for mail")
        parser.add_argument("--corpus", help="address (slug) of the corpus in which they get roles")
        parser.add_argument(
            "--role",
            action="append",
            choices=[str(role) for role in Role],
            default=[],
            help="may be repeated",
        )
        parser.add_argument(
            "--site-admin",
            action="store_true",
            help="let a new person administer the site: make corpora, look after accounts",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input instead of asking",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["corpus"]) != bool(options["role"]):
            raise CommandError("--corpus and --role go together: name both or neither.")
        corpus = corpus_called(options["corpus"]) if options["corpus"] else None
        now = timezone.now()
        with transaction.atomic():
            user = User.objects.filter(username=options["name"]).first()
            if user is None:
                user = self._add(options, corpus)
                self.stdout.write(f"Added {user.username}.")
            elif options["site_admin"]:
                raise CommandError(
                    f"There is already somebody called {user.username}. Another site administrator "
                    "can make them one, on the pages below /admin/."
                )
            elif corpus is None:
                raise CommandError(f"There is already somebody called {user.username}.")
            if corpus is not None:
                self._set_roles(corpus, user, {Role(role) for role in options["role"]}, at=now)
                self.stdout.write(
                    f"In {corpus.slug}, {user.username} is now {', '.join(sorted(options['role']))}."
                )

    def _set_roles(self, corpus: Corpus, user: User, roles: set[Role], *, at: datetime) -> None:
        try:
            set_roles(corpus, user, roles=roles, by=None, at=at)
        except Refused as refusal:
            raise CommandError(sentence_for(refusal)) from refusal

    def _add(self, options: dict[str, Any], corpus: Corpus | None) -> User:
        if options["password_stdin"]:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = getpass.getpass(f"Password for {options['name']}: ")
        try:
            return add_user(
                options["name"],
                password=password,
                email=options["email"],
                is_site_admin=options["site_admin"],
                made_in=corpus,
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(sentence_for(refusal)) from refusal
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong

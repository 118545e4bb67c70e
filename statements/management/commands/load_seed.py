"""Load the statements that ship with the program."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from statements.actions.corpus import create_corpus
from statements.actions.member import set_roles
from statements.actions.scheme import default_labels, publish
from statements.actions.statement import Details
from statements.actions.upload import add_text
from statements.management.asking import user_called
from statements.models import Corpus, User
from statements.roles import Role


class Command(BaseCommand):
    help = "Load the corpus in seeds/, unless it is there already; twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--admin", help="name of the person who is to be admin and reviewer of the corpus"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "seeds"
        seed = tomllib.loads((folder / "seed.toml").read_text("utf-8"))
        if Corpus.objects.filter(slug=seed["corpus"]["slug"]).exists():
            return
        admin = user_called(options["admin"]) if options["admin"] else None
        with transaction.atomic():
            _load(seed, folder, admin=admin, at=timezone.now())


def _load(seed: dict[str, Any], folder: Path, *, admin: User | None, at: datetime) -> None:
    about = seed["corpus"]
    corpus = create_corpus(about["slug"], name=about["name"], languages=about["languages"], by=None, at=at)
    guidelines = {code: (folder / name).read_text("utf-8") for code, name in seed["guidelines"].items()}
    publish(corpus, default_labels(about["languages"]), guidelines=guidelines, by=None, at=at)
    for about in seed["statement"]:
        details = Details(**{name: value for name, value in about.items() if name != "file"})
        content = (folder / about["file"]).read_bytes()
        add_text(corpus, content, details, name=about["file"], by=None, at=at)
    if admin is not None:
        set_roles(corpus, admin, roles={Role.ADMIN, Role.REVIEWER}, by=None, at=at)

"""Migrations that look at rows, tried on rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name: str) -> StateApps:
    """Take the tables to this migration, forwards or back, and return them as they are then."""
    target = [("statements", name)]
    MigrationExecutor(connection).migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


@pytest.fixture(autouse=True)
def _to_the_newest_afterwards() -> Iterator[None]:
    yield
    call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", "statements", verbosity=0)


def test_corpora_get_the_languages_of_their_guideline_else_of_their_labels():
    before = migrate("0002_people_links_and_themes")
    corpora, schemes = before.get_model("statements", "Corpus"), before.get_model("statements", "Scheme")
    for slug, guidelines in (("guided", {"fr": "# Règles", "en": "# Rules"}), ("bare", {}), ("empty", None)):
        corpus = corpora.objects.create(slug=slug, name=slug, created_at=NOON)
        if guidelines is None:
            continue
        scheme = schemes.objects.create(corpus=corpus, number=1, guidelines=guidelines, published_at=NOON)
        label = before.get_model("statements", "Label").objects.create(corpus=corpus, slug="rebuttal")
        scheme.entries.create(label=label, position=1, key="r", palette=1, names={"de": "Abwehr"})

    after = migrate("0003_languages_of_corpora").get_model("statements", "Corpus")

    said = {slug: sorted(codes) for slug, codes in after.objects.values_list("slug", "languages")}
    assert said == {"guided": ["en", "fr"], "bare": ["de"], "empty": ["en"]}  # PostgreSQL keeps no order


def test_names_that_differ_in_large_and_small_letters_only_stop_the_migration_by_name():
    users = migrate("0003_languages_of_corpora").get_model("statements", "User")
    for name in ("Rosa", "rosa", "ben"):
        users.objects.create(username=name)

    with pytest.raises(CommandError, match="large and small letters only: Rosa and rosa"):
        migrate("0004_names_once_however_written")

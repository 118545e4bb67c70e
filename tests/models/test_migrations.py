"""Migrations that look at rows, tried on rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = ("statements", "0001_tables_at_once")  # stands for the migrations up to 0019


def migrate(name: str) -> StateApps:
    """Take the tables to this migration, forwards or back, and return them as they are then."""
    target = [("statements", name)]
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.loader.applied_migrations.pop(AT_ONCE, None)  # else its tables would come on top of theirs
    executor.migrate(target)
    return executor.loader.project_state(target).apps


@pytest.fixture(scope="module", autouse=True)
def _to_the_newest_afterwards(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Leave the newest tables behind, once: the tests take them from wherever the one before left them."""
    yield
    with django_db_blocker.unblock():
        call_command("migrate", "statements", verbosity=0)


def test_what_is_made_at_once_is_what_came_one_by_one():
    loader = MigrationLoader(None, replace_migrations=False)
    one_by_one = loader.project_state(("statements", "0019_files_without_content"))

    assert loader.project_state(AT_ONCE).models == one_by_one.models


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


def press_statement(apps: StateApps):
    """A statement, as it could be stored at any time, and who mends it."""
    models = {
        name: apps.get_model("statements", name)
        for name in ("User", "Corpus", "Upload", "Source", "Statement")
    }
    rosa = models["User"].objects.create(username="rosa")
    corpus = models["Corpus"].objects.create(slug="press", name="Press", created_at=NOON)
    upload = models["Upload"].objects.create(corpus=corpus, state="stored", created_at=NOON)
    source = models["Source"].objects.create(
        upload=upload, name="a.txt", content=b"Yes.", sha256="0" * 64, encoding="utf-8"
    )
    statement = models["Statement"].objects.create(
        corpus=corpus, upload=upload, source=source, text="Yes.", fold="f", segmenter="s", title="A",
        language="en", created_at=NOON,
    )  # fmt: skip
    return statement, rosa


def test_each_resplit_there_is_gets_a_key_of_its_own():
    before = migrate("0012_fewer_indexes_of_decisions")
    statement, rosa = press_statement(before)
    for _ in range(3):
        before.get_model("statements", "Resplit").objects.create(statement=statement, by=rosa, at=NOON)

    after = migrate("0013_mending_the_split").get_model("statements", "Resplit")

    assert len(set(after.objects.values_list("key", flat=True)) - {None, ""}) == 3


def test_what_undoes_rules_is_by_rules_too():
    before = migrate("0014_answers_to_flags")
    statement, rosa = press_statement(before)
    resplits, undone = before.get_model("statements", "Resplit").objects, None
    for number, kind in enumerate(("split", "rules", "undo", "redo")):
        undone = resplits.create(
            statement=statement, by=rosa, at=NOON, kind=kind, key=f"key-{number}",
            undoes=undone if kind in {"undo", "redo"} else None,
        )  # fmt: skip
    resplits.create(statement=statement, by=rosa, at=NOON, kind="undo", key="key-4", undoes=resplits.first())

    after = migrate("0015_what_rules_cut").get_model("statements", "Resplit")

    assert list(after.objects.order_by("pk").values_list("by_rules", flat=True)) == [
        False, True, True, True, False,
    ]  # fmt: skip


def decisions_on_a_sentence(apps: StateApps):
    """A way to add a row to those of one reviewer on one sentence."""
    models = {name: apps.get_model("statements", name) for name in ("Scheme", "Sentence", "Annotation")}
    statement, rosa = press_statement(apps)
    scheme = models["Scheme"].objects.create(corpus=statement.corpus, number=1, published_at=NOON)
    sentence = models["Sentence"].objects.create(statement=statement, number=1, start=0, end=4, paragraph=1)
    rows: list = []

    def add(state: str, **more: object):
        if rows:
            models["Annotation"].objects.filter(pk=rows[-1].pk).update(superseded_at=NOON)
        row = models["Annotation"].objects.create(
            sentence=sentence, reviewer=rosa, key=f"key-{len(rows)}", state=state, scheme=scheme, blind=True,
            supersedes=rows[-1] if rows else None, decided_at=NOON, saved_at=NOON, **more,
        )  # fmt: skip
        rows.append(row)
        return row

    return add


def test_an_undo_that_led_back_to_a_withdrawal_says_which_one_it_restores():
    before = migrate("0015_what_rules_cut")
    add = decisions_on_a_sentence(before)
    first = add("none")
    add("withdrawn", act="undo", takes_back=first)  # of what was decided nothing is left
    withdrawn = add("withdrawn")
    labelled = add("labelled")
    undo = add("withdrawn", act="undo", takes_back=labelled)
    redo = add("labelled", act="redo", takes_back=undo, restores=labelled)
    add("withdrawn", act="undo", takes_back=redo)
    second = add("none")
    add("withdrawn", act="undo", takes_back=second)
    gone = add("withdrawn", act="undo", takes_back=withdrawn)
    add("withdrawn", act="redo", takes_back=gone)

    after = migrate("0016_withdrawals_that_undo_led_back_to").get_model("statements", "Annotation")

    restored = list(after.objects.order_by("pk").values_list("restores", flat=True))
    assert restored == [
        None, None, None, None, withdrawn.pk, labelled.pk, withdrawn.pk,
        None, withdrawn.pk, None, withdrawn.pk,
    ]  # fmt: skip


def test_rows_that_undo_made_are_told_from_decisions():
    before = migrate("0008_undo_and_redo")
    add = decisions_on_a_sentence(before)

    first = add("none")
    add("labelled")
    add("none", restores=first)
    add("withdrawn")
    again = add("none")
    add("withdrawn")

    after = migrate("0010_undo_takes_back").get_model("statements", "Annotation")

    acts = list(after.objects.order_by("pk").values_list("act", "takes_back__key"))
    assert acts == [
        ("decide", None),
        ("decide", None),
        ("undo", "key-1"),
        ("undo", "key-0"),
        ("decide", None),
        ("undo", again.key),
    ]
    back = migrate("0008_undo_and_redo").get_model("statements", "Annotation")
    assert set(back.objects.values_list("act", "takes_back")) == {("decide", None)}


def test_files_of_earlier_uploads_are_cut_into_pieces_and_what_was_staged_is_read_again():
    before = migrate("0017_uploads_of_many_files")
    corpus = before.get_model("statements", "Corpus").objects.create(slug="press", name="P", created_at=NOON)
    uploads, sources = before.get_model("statements", "Upload"), before.get_model("statements", "Source")
    content = b"A" * 1_000_000 + b"B"
    for state in ("stored", "staged"):
        upload = uploads.objects.create(corpus=corpus, state=state, created_at=NOON)
        sources.objects.create(upload=upload, name=state, content=content, sha256="", encoding="utf-8")

    after = migrate("0019_files_without_content")

    pieces = after.get_model("statements", "Piece").objects.order_by("source", "number")
    assert [(piece.source.name, piece.number, len(piece.content)) for piece in pieces] == [
        ("stored", 1, 1_000_000),
        ("stored", 2, 1),
        ("staged", 1, 1_000_000),
        ("staged", 2, 1),
    ]
    said = dict(after.get_model("statements", "Source").objects.values_list("name", "said"))
    assert said == {"stored": {}, "staged": {"encoding": "utf-8"}}
    jobs = after.get_model("statements", "Job").objects.all()
    assert [(job.upload.state, job.kind, job.state) for job in jobs] == [("reading", "read", "waiting")]

    back = migrate("0017_uploads_of_many_files")
    kept = back.get_model("statements", "Source").objects.values_list("content", flat=True)
    assert [bytes(one) for one in kept] == [content, content]
    assert set(back.get_model("statements", "Upload").objects.values_list("state", flat=True)) == {
        "stored",
        "staged",
    }


def test_statements_there_are_can_be_found():
    press_statement(migrate("0015_what_rules_cut"))
    stored = migrate("0023_documents_of_drafts").get_model("statements", "Statement").objects.get()
    long = "".join(f"Sentence {number} on œuvres. " for number in range(5_000))
    stored.pk, stored.public_id, stored.fold, stored.title, stored.text = None, "p", "g", "Été", long
    stored.save(force_insert=True)

    words = migrate("0024_words_of_statements").get_model("statements", "StatementWords").objects

    found = {
        word: sorted(key // 1_024 for key in words.filter(words__begin=word).values_list("key", flat=True))
        for word in ("yes", "ete", "sentence", "4999", "vres")
    }
    once, thrice = [stored.pk], [stored.pk] * 3
    assert found == {"yes": [stored.pk - 1], "ete": once, "sentence": thrice, "4999": once, "vres": []}

    migrate("0023_documents_of_drafts")

from django.db import migrations, models
from django.db.models.functions import Length

from statements.models.search import Words, kept_of

AT_ONCE = 1_000_000  # characters of texts that are in memory together
TABLES = {
    # Words come in plain writing: "ascii" leaves all letters beyond as they are. Which words a row has is all that is asked.
    "sqlite": [
        "CREATE VIRTUAL TABLE statement_words USING fts5(words, tokenize='ascii', detail=none, columnsize=0)"
    ],
    "postgresql": [
        "CREATE TABLE statement_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX statement_words_found ON statement_words USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for words in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(words)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE statement_words")


def fill(apps, schema_editor):
    """Take up the statements there are."""
    stored = apps.get_model("statements", "Statement").objects.order_by("pk")
    run, weight = [], 0
    for pk, length in list(stored.values_list("pk", Length("text"))):
        if weight + length > AT_ONCE:
            take_up(apps, run)
            run, weight = [], 0
        run.append(pk)
        weight += length
    take_up(apps, run)


def take_up(apps, keys):
    statements, words = (apps.get_model("statements", name) for name in ("Statement", "StatementWords"))
    if not keys:
        return
    texts = statements.objects.filter(pk__range=(keys[0], keys[-1])).order_by("pk")
    words.objects.bulk_create(
        words(key=key, words=kept) for key, kept in kept_of(texts.values_list("pk", "title", "text"))
    )


class Migration(migrations.Migration):
    dependencies = [("statements", "0023_documents_of_drafts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, drop)],
            state_operations=[
                migrations.CreateModel(
                    name="StatementWords",
                    fields=[
                        ("key", models.BigIntegerField(db_column="rowid", primary_key=True, serialize=False)),
                        ("words", Words()),
                    ],
                    options={
                        "verbose_name": "words of a statement",
                        "verbose_name_plural": "words of statements",
                        "db_table": "statement_words",
                    },
                ),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

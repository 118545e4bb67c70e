"""All tables at once in a new database, as 0001 to 0019 make them one after another.

Its name has to sort after `0001_first_tables`: other apps depend on whichever comes first, and where a database is
half-way through the others that must not be this one.
"""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import statements.models.corpus
import statements.models.public_id
from django.conf import settings
from django.db import migrations, models


def run_what_waits(apps, schema_editor):
    """Indexes wait for the end; Django then records the migration outside its transaction, name after name.

    With nothing left waiting it does so inside: a process that is killed leaves everything behind, or nothing.
    """
    while schema_editor.deferred_sql:
        schema_editor.execute(schema_editor.deferred_sql.pop(0), params=None)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("statements", "0001_first_tables"),
        ("statements", "0002_people_links_and_themes"),
        ("statements", "0003_languages_of_corpora"),
        ("statements", "0004_names_once_however_written"),
        ("statements", "0005_where_accounts_were_made"),
        ("statements", "0006_shortcuts_of_people"),
        ("statements", "0007_words_of_tables"),
        ("statements", "0008_undo_and_redo"),
        ("statements", "0009_acts_of_earlier_rows"),
        ("statements", "0010_undo_takes_back"),
        ("statements", "0011_where_reviewers_are"),
        ("statements", "0012_fewer_indexes_of_decisions"),
        ("statements", "0013_mending_the_split"),
        ("statements", "0014_answers_to_flags"),
        ("statements", "0015_what_rules_cut"),
        ("statements", "0016_withdrawals_that_undo_led_back_to"),
        ("statements", "0017_uploads_of_many_files"),
        ("statements", "0018_files_in_pieces"),
        ("statements", "0019_files_without_content"),
    ]

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    # In an order in which every table finds those that it points to.
    operations = [
        migrations.CreateModel(
            name="Corpus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True, verbose_name="address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "languages",
                    models.JSONField(default=statements.models.corpus.only_english, verbose_name="languages"),
                ),
                (
                    "mending",
                    models.CharField(
                        choices=[
                            ("reviewers", "reviewers, adjudicators and admins"),
                            ("adjudicators", "adjudicators and admins; reviewers flag what is wrong"),
                        ],
                        default="reviewers",
                        max_length=12,
                        verbose_name="who may mend the split",
                    ),
                ),
            ],
            options={
                "verbose_name": "corpus",
                "verbose_name_plural": "corpora",
                "db_table": "corpus",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9-]*$")),
                        name="corpus_slug_is_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mending__in", ["reviewers", "adjudicators"])),
                        name="corpus_mending_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                ("session_salt", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "Same as the device"), ("light", "Light"), ("dark", "Dark")],
                        max_length=5,
                        verbose_name="theme",
                    ),
                ),
                (
                    "made_in",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.corpus",
                    ),
                ),
                ("shortcuts", models.BooleanField(default=True, verbose_name="single-key shortcuts")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "db_table": "user",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="user_name_once_however_written",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(verbose_name="short name")),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
            ],
            options={
                "verbose_name": "label",
                "verbose_name_plural": "labels",
                "db_table": "label",
                "constraints": [
                    models.UniqueConstraint(fields=("corpus", "slug"), name="label_slug_once_per_corpus"),
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9_-]*$")),
                        name="label_slug_is_plain",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("guidelines", models.JSONField(blank=True, default=dict, verbose_name="guideline")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schemes",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "scheme",
                "verbose_name_plural": "schemes",
                "db_table": "scheme",
                "constraints": [
                    models.UniqueConstraint(fields=("corpus", "number"), name="scheme_number_once_per_corpus")
                ],
            },
        ),
        migrations.CreateModel(
            name="SchemeLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("key", models.CharField(max_length=1, verbose_name="key")),
                ("palette", models.PositiveSmallIntegerField(verbose_name="colour")),
                ("names", models.JSONField(verbose_name="names")),
                ("definitions", models.JSONField(blank=True, default=dict, verbose_name="definitions")),
                ("examples", models.JSONField(blank=True, default=dict, verbose_name="examples")),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="statements.label",
                        verbose_name="label",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="statements.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "label",
                "verbose_name_plural": "labels",
                "db_table": "scheme_label",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "label"), name="scheme_shows_a_label_once"),
                    models.UniqueConstraint(fields=("scheme", "key"), name="scheme_key_once"),
                    models.UniqueConstraint(fields=("scheme", "position"), name="scheme_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("key__regex", "^[a-z0-9]$"),
                            models.Q(
                                ("key__in", ["/", "?", "g", "j", "k", "m", "n", "s", "u", "z"]), _negated=True
                            ),
                        ),
                        name="scheme_key_is_free",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("palette__gte", 1), ("palette__lte", 10)),
                        name="scheme_palette_exists",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=statements.models.public_id.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "being read"),
                            ("staged", "staged"),
                            ("storing", "being stored"),
                            ("stored", "stored"),
                            ("discarded", "discarded"),
                        ],
                        default="staged",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposal", models.JSONField(default=dict, verbose_name="proposal")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled at")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
                ("asked", models.CharField(blank=True, max_length=64)),
                ("found", models.JSONField(default=dict, verbose_name="found")),
                ("key", models.CharField(max_length=64, null=True, verbose_name="key")),
                ("problem", models.JSONField(null=True, verbose_name="problem")),
                (
                    "unseen",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "looked at first"),
                            ("whole", "stored if all of it can be read"),
                            ("readable", "stored as far as it can be read"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "verbose_name": "upload",
                "verbose_name_plural": "uploads",
                "db_table": "upload",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at", None), ("state", "stored"), _connector="OR"),
                        name="upload_withdrawn_was_stored",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reading", "staged", "storing", "stored", "discarded"])
                        ),
                        name="upload_state_known",
                    ),
                    models.UniqueConstraint(fields=("by", "key"), name="upload_key_once_per_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("encoding", models.CharField(blank=True, max_length=20)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="statements.upload",
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="statements.source",
                    ),
                ),
                ("found", models.JSONField(default=dict)),
                ("kind", models.CharField(default="txt", max_length=5)),
                ("left_out", models.BooleanField(default=False)),
                ("number", models.PositiveIntegerField(default=1)),
                ("problem", models.JSONField(null=True)),
                ("said", models.JSONField(default=dict)),
                ("size", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "db_table": "source",
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "number"), name="source_number_once_per_upload")
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=statements.models.public_id.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("fold", models.CharField(max_length=64)),
                ("segmenter", models.CharField(max_length=40, verbose_name="segmenter")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("language", models.CharField(max_length=20, verbose_name="language")),
                ("speaker", models.CharField(blank=True, max_length=200, verbose_name="speaker")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="date")),
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="source")),
                ("licence", models.CharField(blank=True, max_length=200, verbose_name="licence")),
                ("responds_to", models.CharField(blank=True, max_length=500, verbose_name="responds to")),
                ("metadata", models.JSONField(blank=True, default=dict, verbose_name="metadata")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="statements.source",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="statements.upload",
                    ),
                ),
                ("sketch", models.CharField(blank=True, db_default="", default="", max_length=128)),
            ],
            options={
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
                "db_table": "statement",
                "indexes": [models.Index(fields=["corpus", "id"], name="statement_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("corpus", "fold"),
                        name="statement_text_once_per_corpus",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="statement_has_text"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="statement_has_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("is_admin", models.BooleanField(default=False, verbose_name="admin")),
                ("is_adjudicator", models.BooleanField(default=False, verbose_name="adjudicator")),
                ("is_reviewer", models.BooleanField(default=False, verbose_name="reviewer")),
                ("is_researcher", models.BooleanField(default=False, verbose_name="researcher")),
                (
                    "has_watched",
                    models.BooleanField(default=False, verbose_name="has seen the decisions of others"),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined at")),
                ("left_at", models.DateTimeField(null=True, verbose_name="left at")),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "waiting_from",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "db_table": "member",
                "constraints": [
                    models.UniqueConstraint(fields=("corpus", "user"), name="member_once_per_corpus"),
                    models.UniqueConstraint(
                        fields=("corpus", "number"), name="member_number_once_per_corpus"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resplit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=statements.models.public_id.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resplits",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resplits",
                        to="statements.statement",
                        verbose_name="statement",
                    ),
                ),
                ("asked", models.CharField(blank=True, max_length=80)),
                (
                    "key",
                    models.CharField(
                        default=statements.models.public_id.new_public_id, max_length=64, verbose_name="key"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("split", "split"),
                            ("merge", "merged"),
                            ("undo", "undone"),
                            ("redo", "done again"),
                            ("rules", "split anew by newer rules"),
                        ],
                        default="split",
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                ("segmenter", models.CharField(blank=True, max_length=40, verbose_name="segmenter")),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="statements.resplit",
                        verbose_name="undoes",
                    ),
                ),
                ("by_rules", models.BooleanField(db_default=False, default=False, verbose_name="by rules")),
            ],
            options={
                "verbose_name": "resplit",
                "verbose_name_plural": "resplits",
                "db_table": "resplit",
                "constraints": [
                    models.UniqueConstraint(fields=("by", "key"), name="resplit_key_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["split", "merge", "undo", "redo", "rules"])),
                        name="resplit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["undo", "redo"]), ("undoes__isnull", False)),
                            models.Q(
                                models.Q(("kind__in", ["undo", "redo"]), _negated=True), ("undoes", None)
                            ),
                            _connector="OR",
                        ),
                        name="resplit_undo_undoes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_rules", True), ("kind", "rules")),
                            models.Q(("by_rules", False), ("kind__in", ["split", "merge"])),
                            ("kind__in", ["undo", "redo"]),
                            _connector="OR",
                        ),
                        name="resplit_rules_are_by_rules",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sentence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("start", models.PositiveIntegerField(verbose_name="start")),
                ("end", models.PositiveIntegerField(verbose_name="end")),
                ("paragraph", models.PositiveIntegerField(verbose_name="paragraph")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="statements.resplit",
                        verbose_name="ended by resplit",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made",
                        to="statements.resplit",
                        verbose_name="made by resplit",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sentences",
                        to="statements.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "sentence",
                "verbose_name_plural": "sentences",
                "db_table": "sentence",
                "constraints": [
                    models.UniqueConstraint(fields=("statement", "number"), name="sentence_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_by", None)),
                        fields=("statement", "start"),
                        name="sentence_start_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start")), ("start__gte", 0)),
                        name="sentence_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("paragraph__gte", 1)),
                        name="sentence_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Annotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "round",
                    models.CharField(
                        choices=[("first", "first"), ("repeat", "repeat"), ("practice", "practice")],
                        default="first",
                        max_length=10,
                        verbose_name="round",
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("labelled", "labelled"),
                            ("none", "no claim"),
                            ("skipped", "skipped"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("context", "I lack context"),
                            ("fragment", "Not a sentence"),
                            ("language", "A language I do not read"),
                            ("other", "Another reason (say it in a comment)"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("unsure", models.BooleanField(default=False, verbose_name="unsure")),
                ("bad_split", models.BooleanField(default=False, verbose_name="bad split")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="comment")),
                ("blind", models.BooleanField(verbose_name="blind")),
                ("shown_ms", models.PositiveIntegerField(null=True, verbose_name="shown for (ms)")),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
                ("saved_at", models.DateTimeField(verbose_name="saved at")),
                ("superseded_at", models.DateTimeField(null=True, verbose_name="superseded at")),
                (
                    "restores",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restored_by",
                        to="statements.annotation",
                        verbose_name="restores",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewer",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="statements.annotation",
                        verbose_name="supersedes",
                    ),
                ),
                (
                    "labels",
                    models.ManyToManyField(
                        db_table="annotation_label",
                        related_name="annotations",
                        to="statements.label",
                        verbose_name="labels",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to="statements.scheme",
                        verbose_name="scheme",
                    ),
                ),
                (
                    "sentence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to="statements.sentence",
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("decide", "decided"),
                            ("undo", "undone"),
                            ("redo", "done again"),
                            ("carry", "carried over"),
                        ],
                        default="decide",
                        max_length=6,
                        verbose_name="act",
                    ),
                ),
                (
                    "takes_back",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back_by",
                        to="statements.annotation",
                        verbose_name="takes back",
                    ),
                ),
                ("to_check", models.BooleanField(db_default=False, default=False, verbose_name="to check")),
            ],
            options={
                "verbose_name": "annotation",
                "verbose_name_plural": "annotations",
                "db_table": "annotation",
                "indexes": [
                    models.Index(fields=["reviewer", "superseded_at", "id"], name="annotation_of_reviewer"),
                    models.Index(fields=["reviewer", "id"], name="annotation_in_order"),
                    models.Index(
                        condition=models.Q(("to_check", True)),
                        fields=["reviewer", "round", "superseded_at"],
                        name="annotation_to_check",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reviewer", "key"), name="annotation_key_once_per_reviewer"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("sentence", "reviewer", "round"),
                        name="annotation_one_current_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["labelled", "none", "skipped", "withdrawn"])),
                        name="annotation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("round__in", ["first", "repeat", "practice"])),
                        name="annotation_round_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="annotation_has_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "skipped"),
                                ("reason__in", ["context", "fragment", "language", "other"]),
                            ),
                            models.Q(models.Q(("state", "skipped"), _negated=True), ("reason", "")),
                            _connector="OR",
                        ),
                        name="annotation_reason_if_skipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["decide", "undo", "redo", "carry"])),
                        name="annotation_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["decide", "carry"]), ("takes_back__isnull", False), _connector="OR"
                        ),
                        name="annotation_undo_takes_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_check", False), ("blind", False), _connector="OR"),
                        name="annotation_to_check_is_not_blind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FlagAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("taken_back_at", models.DateTimeField(null=True, verbose_name="taken back at")),
                (
                    "annotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flag_answers",
                        to="statements.annotation",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a flag",
                "verbose_name_plural": "answers to flags",
                "db_table": "flag_answer",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("annotation",),
                        name="flag_answer_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("labelled", "labelled"), ("none", "no claim")],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("unanimous", "unanimous"), ("adjudicated", "adjudicated")],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                ("why", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("superseded_at", models.DateTimeField(null=True, verbose_name="superseded at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gold",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "labels",
                    models.ManyToManyField(
                        db_table="gold_label",
                        related_name="gold",
                        to="statements.label",
                        verbose_name="labels",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gold",
                        to="statements.scheme",
                        verbose_name="scheme",
                    ),
                ),
                (
                    "sentence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gold",
                        to="statements.sentence",
                    ),
                ),
            ],
            options={
                "verbose_name": "gold decision",
                "verbose_name_plural": "gold decisions",
                "db_table": "gold",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("sentence",),
                        name="gold_one_current_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["labelled", "none"])), name="gold_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["unanimous", "adjudicated"])),
                        name="gold_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", "unanimous"), ("by__isnull", False), _connector="OR"),
                        name="gold_has_an_adjudicator",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("cut_at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "corpus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
            ],
            options={
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "db_table": "release",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("corpus", "number"), name="release_number_once_per_corpus"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="release_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(default=statements.models.public_id.new_public_id, max_length=12),
                ),
                ("number", models.PositiveIntegerField()),
                ("line", models.PositiveIntegerField(default=0)),
                ("text", models.TextField()),
                ("fold", models.CharField(max_length=64)),
                ("sketch", models.CharField(blank=True, max_length=128)),
                ("title", models.CharField(max_length=300)),
                ("language", models.CharField(max_length=20)),
                ("speaker", models.CharField(blank=True, max_length=200)),
                ("published_on", models.DateField(null=True)),
                ("source_url", models.URLField(blank=True, max_length=500)),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("responds_to", models.CharField(blank=True, max_length=500)),
                ("metadata", models.JSONField(default=dict)),
                ("detected", models.CharField(blank=True, max_length=20)),
                ("spans", models.JSONField()),
                ("sentences", models.PositiveIntegerField()),
                ("oddities", models.JSONField(default=list)),
                ("same_as_number", models.PositiveIntegerField(null=True)),
                ("near_number", models.PositiveIntegerField(null=True)),
                ("share", models.FloatField(null=True)),
                ("left_out", models.BooleanField(default=False)),
                (
                    "near",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.statement",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.statement",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="statements.source",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="statements.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "db_table": "draft",
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "number"), name="draft_number_once_per_upload"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="draft_has_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(max_length=40)),
                ("values", models.JSONField(default=dict)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="statements.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "fault",
                "verbose_name_plural": "faults",
                "db_table": "fault",
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=statements.models.public_id.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("kind", models.CharField(choices=[("read", "reading"), ("store", "storing")], max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("worker", models.CharField(blank=True, max_length=80)),
                ("made_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="statements.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "db_table": "job",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["read", "store"])), name="job_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "done", "failed", "cancelled"])
                        ),
                        name="job_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("upload",),
                        name="job_open_once_per_upload",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="statements.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece",
                "verbose_name_plural": "pieces",
                "db_table": "piece",
                "constraints": [
                    models.UniqueConstraint(fields=("source", "number"), name="piece_number_once_per_source")
                ],
            },
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "worker",
                "verbose_name_plural": "workers",
                "db_table": "worker",
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=statements.models.public_id.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scope_names", models.JSONField(default=list, verbose_name="scopes")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked at")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used at")),
                (
                    "corpus",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "db_table": "token",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="token_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PasswordLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="password_links",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "password link",
                "verbose_name_plural": "password links",
                "db_table": "password_link",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user",),
                        name="password_link_one_a_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("verb", models.CharField(max_length=40, verbose_name="verb")),
                ("noun", models.CharField(max_length=40, verbose_name="noun")),
                ("public_id", models.CharField(max_length=80, verbose_name="public id")),
                ("detail", models.JSONField(default=dict, verbose_name="details")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="actor",
                    ),
                ),
                (
                    "corpus",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="statements.corpus",
                        verbose_name="corpus",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "db_table": "event",
                "indexes": [models.Index(fields=["corpus", "id"], name="event_of_corpus")],
            },
        ),
        migrations.RunPython(run_what_waits, migrations.RunPython.noop),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0021_drafts_without_checks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sentence",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ended",
                to="statements.resplit",
                verbose_name="ended by resplit",
            ),
        ),
        migrations.AlterField(
            model_name="sentence",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="made",
                to="statements.resplit",
                verbose_name="made by resplit",
            ),
        ),
        migrations.AlterField(
            model_name="sentence",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sentences",
                to="statements.statement",
                verbose_name="statement",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="corpus",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="statements.corpus",
                verbose_name="corpus",
            ),
        ),
        migrations.AddIndex(
            model_name="sentence",
            index=models.Index(
                condition=models.Q(("made_by__isnull", False)), fields=["made_by"], name="sentence_made_by"
            ),
        ),
        migrations.AddIndex(
            model_name="sentence",
            index=models.Index(
                condition=models.Q(("ended_by__isnull", False)), fields=["ended_by"], name="sentence_ended_by"
            ),
        ),
    ]

"""Rows say how they came about, and which row they take back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0007_words_of_tables")]

    operations = [
        migrations.AddField(
            model_name="annotation",
            name="act",
            field=models.CharField(
                choices=[("decide", "decided"), ("undo", "undone"), ("redo", "done again")],
                default="decide",
                max_length=6,
                verbose_name="act",
            ),
        ),
        migrations.AddField(
            model_name="annotation",
            name="takes_back",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back_by",
                to="statements.annotation",
                verbose_name="takes back",
            ),
        ),
        migrations.AddIndex(
            model_name="annotation",
            index=models.Index(fields=["reviewer", "id"], name="annotation_in_order"),
        ),
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["decide", "undo", "redo"])), name="annotation_act_known"
            ),
        ),
    ]

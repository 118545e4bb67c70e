"""Members know from where something waits for them, and statements of a corpus are found in their order."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0010_undo_takes_back")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="waiting_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="statements.statement",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["corpus", "id"], name="statement_in_order"),
        ),
    ]

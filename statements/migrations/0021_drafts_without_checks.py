import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0020_second_factors")]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts",
                to="statements.source",
            ),
        ),
        migrations.AlterField(
            model_name="draft",
            name="upload",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts",
                to="statements.upload",
            ),
        ),
    ]

"""Every index is written with every decision: three that nobody asks go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def unindexed(to, **options):
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("statements", "0011_where_reviewers_are")]

    operations = [
        migrations.AlterField(
            model_name="annotation",
            name="restores",
            field=unindexed(
                "statements.annotation", null=True, related_name="restored_by", verbose_name="restores"
            ),
        ),
        migrations.AlterField(
            model_name="annotation",
            name="reviewer",
            field=unindexed(
                settings.AUTH_USER_MODEL, related_name="annotations", verbose_name="reviewer"
            ),
        ),
        migrations.AlterField(
            model_name="annotation",
            name="scheme",
            field=unindexed("statements.scheme", related_name="annotations", verbose_name="scheme"),
        ),
    ]

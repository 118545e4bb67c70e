"""A proxy for second factors, apart from the tables: allauth waits for ours, so ours cannot wait for its."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mfa", "0003_authenticator_type_uniq"), ("statements", "0019_files_without_content")]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[],
            options={
                "verbose_name": "second factor",
                "verbose_name_plural": "second factors",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mfa.authenticator",),
        ),
    ]

"""The files lie in pieces now: their column goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0018_files_in_pieces")]
    operations = [
        # The default is for the way back: rows need one until `join` fills them.
        migrations.AlterField("source", "content", models.BinaryField(default=b"")),
        migrations.RemoveField("source", "content"),
    ]

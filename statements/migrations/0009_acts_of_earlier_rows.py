"""Rows that undo made before it left a mark: those that restore another one, and withdrawals.

Until now a decision was taken away only by undo or by taking its last label away; both count as undone.
"""

from django.db import migrations


def mark(apps, schema_editor):
    rows = apps.get_model("statements", "Annotation").objects.using(schema_editor.connection.alias)
    taken = set()
    made_by_undo = rows.exclude(restores=None) | rows.filter(state="withdrawn")
    for row in made_by_undo.select_related("supersedes__restores").order_by("pk").iterator():
        before = row.supersedes
        if before is None or before.state == "withdrawn":
            continue
        target = before.restores or before
        if target.pk in taken:  # decided again by undo, and taken back again: that row is the one
            target = before
        taken.add(target.pk)
        rows.filter(pk=row.pk).update(act="undo", takes_back=target.pk)


def unmark(apps, schema_editor):
    rows = apps.get_model("statements", "Annotation").objects.using(schema_editor.connection.alias)
    rows.exclude(act="decide").update(act="decide", takes_back=None)


class Migration(migrations.Migration):
    dependencies = [("statements", "0008_undo_and_redo")]

    operations = [migrations.RunPython(mark, unmark)]

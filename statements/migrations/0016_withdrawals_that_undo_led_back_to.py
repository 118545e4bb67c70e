from django.db import migrations


def say_what_they_restore(apps, schema_editor):
    """An undo that leads back to a withdrawal of one's own restores it, as it does any other decision."""
    rows = apps.get_model('statements', 'Annotation').objects
    silent = rows.filter(act__in=['undo', 'redo'], state='withdrawn', restores=None)
    for pk in silent.order_by('pk').values_list('pk', flat=True):
        taken_back = rows.get(pk=pk).takes_back
        before = taken_back.takes_back if taken_back.act == 'undo' else taken_back.supersedes
        decided = before and (before.restores or before)
        if decided and (decided.act, decided.state) == ('decide', 'withdrawn'):
            rows.filter(pk=pk).update(restores=decided)


class Migration(migrations.Migration):

    dependencies = [
        ('statements', '0015_what_rules_cut'),
    ]

    operations = [
        migrations.RunPython(say_what_they_restore, migrations.RunPython.noop),
    ]

"""Corpora made before `languages` existed get those of the guideline in force, else those of its labels."""

from django.db import migrations


def take_from_scheme(apps, schema_editor):
    Corpus = apps.get_model("statements", "Corpus")
    Scheme = apps.get_model("statements", "Scheme")
    for corpus in Corpus.objects.order_by("pk"):
        scheme = Scheme.objects.filter(corpus=corpus).order_by("-number").first()
        entry = scheme and scheme.entries.order_by("position").first()
        languages = list(scheme.guidelines if scheme else {}) or list(entry.names if entry else {})
        if languages:
            corpus.languages = languages
            corpus.save(update_fields=["languages"])


class Migration(migrations.Migration):
    dependencies = [("statements", "0002_people_links_and_themes")]

    # Back again nothing is to be done: the column goes with the migration before this one.
    operations = [migrations.RunPython(take_from_scheme, migrations.RunPython.noop)]

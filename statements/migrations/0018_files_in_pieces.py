"""Cut the files of earlier uploads into pieces, and make drafts of what was staged."""

from django.db import migrations

PIECE = 1_000_000


def cut(apps, schema_editor):
    Source, Piece = apps.get_model("statements", "Source"), apps.get_model("statements", "Piece")
    for source in Source.objects.order_by("pk").iterator(chunk_size=20):
        content = bytes(source.content)
        Piece.objects.bulk_create(
            Piece(source=source, number=at // PIECE + 1, content=content[at : at + PIECE])
            for at in range(0, len(content), PIECE)
        )
        # What people said about the text and its encoding stays said.
        said = {"encoding": source.encoding} if source.upload.state == "staged" else {}
        Source.objects.filter(pk=source.pk).update(size=len(content), said=said)
    # What waits to be looked at is read again by the worker, as it would be today.
    Upload, Job = apps.get_model("statements", "Upload"), apps.get_model("statements", "Job")
    for upload in Upload.objects.filter(state="staged"):
        Job.objects.create(upload=upload, kind="read", by=upload.by, made_at=upload.created_at)
        Upload.objects.filter(pk=upload.pk).update(state="reading")


def join(apps, schema_editor):
    Source, Piece = apps.get_model("statements", "Source"), apps.get_model("statements", "Piece")
    for source in Source.objects.order_by("pk").iterator(chunk_size=20):
        pieces = Piece.objects.filter(source=source).order_by("number").values_list("content", flat=True)
        Source.objects.filter(pk=source.pk).update(content=b"".join(map(bytes, pieces)))
    Piece.objects.all().delete()
    apps.get_model("statements", "Job").objects.all().delete()
    apps.get_model("statements", "Upload").objects.filter(state="reading").update(state="staged")


class Migration(migrations.Migration):
    dependencies = [("statements", "0017_uploads_of_many_files")]
    operations = [migrations.RunPython(cut, join)]

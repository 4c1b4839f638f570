"""Finds a version by its digest: the verification page asks which document of ours a file is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0002_append_only")]

    operations = [
        migrations.AddIndex("version", models.Index(fields=["sha256"], name="version_sha256")),
    ]

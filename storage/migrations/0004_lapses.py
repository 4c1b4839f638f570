from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0003_version_sha256")]

    operations = [
        migrations.AddField("version", "lapse_looked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("version", "lapses_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "version",
            models.Index(fields=["lapses_at"], name="version_lapses", condition=models.Q(lapses_at__isnull=False)),
        ),
    ]

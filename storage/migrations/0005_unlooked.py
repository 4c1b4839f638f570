from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0004_lapses")]

    operations = [
        migrations.AddIndex(
            "version",
            models.Index(
                fields=["created_at"],
                name="version_unlooked",
                condition=models.Q(lapse_looked_at__isnull=True) & ~models.Q(signature_level=""),
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0006_verification")]

    operations = [
        migrations.AddField("tombstone", "keys_gone", models.BooleanField(default=False)),
        migrations.AddIndex(
            "tombstone",
            models.Index(fields=["document"], name="tombstone_open", condition=models.Q(keys_gone=False)),
        ),
    ]

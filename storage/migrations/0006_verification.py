from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0005_unlooked")]

    operations = [
        migrations.AddField("document", "verification", models.JSONField(blank=True, null=True)),
    ]

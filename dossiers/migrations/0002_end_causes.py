from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [
        migrations.AddField("result", "end_cause", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("result", "replace_cause", models.CharField(blank=True, default="", max_length=16)),
    ]

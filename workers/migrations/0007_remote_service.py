from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0006_job_kind")]

    operations = [
        migrations.AddField("RemoteCall", "service", models.CharField(default="CSC", max_length=40)),
    ]

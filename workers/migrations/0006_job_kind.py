from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0005_batches")]

    operations = [
        migrations.AddIndex("job", models.Index(fields=["kind", "created_at"], name="job_kind")),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0002_webhooks")]

    operations = [
        migrations.AddField("job", "tried_since", models.DateTimeField(blank=True, null=True)),
    ]

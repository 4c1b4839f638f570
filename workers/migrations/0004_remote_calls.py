import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workers", "0003_tried_since")]

    operations = [
        migrations.CreateModel(
            "RemoteCall",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("fence", models.PositiveBigIntegerField()),
                ("attempt", models.PositiveIntegerField()),
                ("document", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("signer", models.CharField(max_length=64)),
                ("profile", models.CharField(max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("asked", "Asked"), ("answered", "Answered"), ("waived", "Waived")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remote_calls",
                        to="workers.job",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(("outcome", "asked")), fields=["job", "name"], name="remote_call_open")
                ],
            },
        ),
    ]

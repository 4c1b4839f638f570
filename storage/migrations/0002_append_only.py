"""The database itself refuses to change or delete events."""

from django.db import migrations

from storage import immutable


class Migration(migrations.Migration):
    dependencies = [("storage", "0001_initial")]

    operations = [migrations.RunPython(immutable.migrate, immutable.migrate_back)]

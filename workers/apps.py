"""Registers workers with Django."""

from importlib import import_module

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what follows from a change of a dossier and from a version in the archive."""
        import_module("workers.receivers")
        import_module("workers.webhooks")

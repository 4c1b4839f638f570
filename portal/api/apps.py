"""Registers the API's own rows with Django."""

from importlib import import_module

from django.apps import AppConfig

from storage.signals import version_stored


class ApiConfig(AppConfig):
    name = "portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Has documents of ours coded with their first signed version."""
        version_stored.connect(import_module("portal.api.coding").code_own)

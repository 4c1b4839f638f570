"""The Django project: settings, desk pages, citizen pages, verification page, REST API."""

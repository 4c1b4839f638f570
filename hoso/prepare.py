"""What must be done before anything else uses an installation: `python -m hoso.prepare` (may be repeated)."""

from __future__ import annotations

import os


def main() -> None:
    """Migrates the database; makes the buckets and says what the object store can do; founds the DEMO authority."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    import structlog
    from django.core.management import call_command

    django.setup()
    log = structlog.get_logger("hoso.prepare")
    call_command("migrate", interactive=False, verbosity=0)
    log.info("prepare.migrated")
    import storage

    report = storage.prepare()
    log.info("prepare.store", missing=[reason.code for reason in report.missing])
    _found_authority()


def _found_authority() -> None:
    """Its address stands in its certificates for ever, so the port is chosen before the first is made."""
    from django.conf import settings

    from hoso.ports import free_base
    from signing.demo import Authority, home

    if settings.HOSO.env == "demo" and not home(settings.HOSO.data).exists():
        Authority(home(settings.HOSO.data), base_url=f"http://127.0.0.1:{free_base(1)}")


if __name__ == "__main__":
    main()

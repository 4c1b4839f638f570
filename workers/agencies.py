"""How the installation names itself: agencies by name, the public address that is printed on papers."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from catalogue import UnknownEntry, agency


def agency_name(code: str, on: date | None = None) -> str:
    """An agency's name; its code where the catalogue does not know it."""
    try:
        return agency(code, on).name
    except UnknownEntry:
        return code


def public_url() -> str:
    """The address printed on what is signed; a loopback one in DEMO only."""
    given: str = settings.HOSO.public_url
    if settings.HOSO.env == "production":
        from signing import require_public_address  # heavy; only where something is signed for good

        return require_public_address(given)
    return given or f"http://{settings.HOSO.bind}:{settings.HOSO.port}"

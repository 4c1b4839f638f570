"""The guard that keeps official signatures from naming an address that nobody can reach."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from signing.errors import NoPublicAddress

__all__ = ["require_public_address"]


def require_public_address(url: str | None) -> str:
    """Returns the address if signed files may carry it; raises `NoPublicAddress` if it is unset, loopback or private.

    Callers ask before they sign outside DEMO: a look-up code that is printed and signed can never be corrected.
    """
    parts = urlsplit(url or "")
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or host == "localhost" or host.endswith(".localhost"):
        raise NoPublicAddress
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(url)
    if address.is_loopback or address.is_unspecified or address.is_link_local:
        raise NoPublicAddress
    return str(url)

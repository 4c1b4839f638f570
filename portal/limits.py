"""How often one address may ask what is open to everybody. Counted in memory, a process each."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, counted from the first."""

    name: str
    most: int
    seconds: int = 600

    def check(self, request: HttpRequest) -> None:
        """Raises TooManyRequests when nothing is left."""
        if int(cache.get(self._key(request), 0)) >= self.most:
            raise TooManyRequests(minutes=self.seconds // 60)

    def spend(self, request: HttpRequest) -> None:
        """Counts one. Raises TooManyRequests when nothing was left."""
        self.check(request)
        key = self._key(request)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # it ran out between the two calls
                cache.set(key, 1, self.seconds)

    def _key(self, request: HttpRequest) -> str:
        """The address is personal data: only a keyed hash of it is kept."""
        return f"limit:{self.name}:{salted_hmac('portal.limits', address(request)).hexdigest()}"


def address(request: HttpRequest) -> str:
    """Who asks. A proxy on this machine says so in X-Forwarded-For, whose last entry is its own word; anybody else's
    header is not believed. An IPv6 network of 64 bits counts as one address."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        ip = ipaddress.ip_address(given)
        if ip.is_loopback and forwarded:
            ip = ipaddress.ip_address(forwarded)
    except ValueError:
        return given
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)

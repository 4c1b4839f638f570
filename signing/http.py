"""Time-stamp, OCSP and CRL addresses over HTTP: only those on a list, without redirects, bounded in time and size."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache

import httpx

from signing.services import Unreachable

__all__ = ["HttpTransport"]

MOST_BYTES = 32 * 1024 * 1024
"""CRLs of large authorities reach several megabytes."""


@dataclass(frozen=True, slots=True)
class HttpTransport:
    """Asks addresses that begin with one of `allowed` (scheme, host and path, as `http://ocsp.example.vn/`).

    Addresses in certificates are wishes of whoever made the file; what is not on the list is not asked.
    """

    allowed: tuple[str, ...]
    seconds: float = 10.0

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        return await self._send("POST", url, body, {"Content-Type": content_type})

    async def get(self, url: str) -> bytes:
        return await self._send("GET", url, None, {})

    async def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        if not any(_within(url, allowed) for allowed in self.allowed):
            raise Unreachable(url)
        got = bytearray()
        try:
            async with (
                httpx.AsyncClient(timeout=self.seconds, follow_redirects=False, verify=_trusted()) as client,
                client.stream(method, url, content=body, headers=headers) as answer,
            ):
                if answer.status_code != 200:
                    raise Unreachable(url)
                async for part in answer.aiter_bytes():
                    got += part
                    if len(got) > MOST_BYTES:
                        raise Unreachable(url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(url) from error
        return bytes(got)


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the certificates of all web authorities costs more than a time-stamp; it is done once."""
    return httpx.create_ssl_context()


def _within(url: str, allowed: str) -> bool:
    """Whether the address has the allowed scheme, host and port, and a path under the allowed one."""
    try:
        asked, listed = httpx.URL(url), httpx.URL(allowed)
    except httpx.InvalidURL:
        return False
    same = (asked.scheme, asked.host, asked.port) == (listed.scheme, listed.host, listed.port)
    return same and not asked.userinfo and asked.path.startswith(listed.path)

"""Time-stamp, OCSP and CRL addresses over HTTP: only those on a list, without redirects, bounded in time and size."""

from __future__ import annotations

import asyncio
import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from signing.services import Unreachable

__all__ = ["HttpTransport"]

MOST_BYTES = 32 * 1024 * 1024
"""CRLs of large authorities reach several megabytes."""
THREADS = 32
"""Requests under way at the same time."""


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
        wire = _wire(os.getpid(), self.seconds)
        return await asyncio.get_running_loop().run_in_executor(wire.threads, wire.send, method, url, body, headers)


class _Wire:
    """A client for all threads of a process. It waits in threads: the same request by httpx's asynchronous client takes
    three times the processor time, a third of what a time-stamped signature costs."""

    def __init__(self, seconds: float) -> None:
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")
        # no connection is kept: an authority that closes one just then must not look like one that is down
        limits = httpx.Limits(max_keepalive_connections=0)
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.Client(
            timeout=seconds, follow_redirects=False, verify=_trusted(), limits=limits, cookies=no_cookies
        )

    def send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        """The body of the answer. Raises `Unreachable`."""
        got = bytearray()
        try:
            with self._client.stream(method, url, content=body, headers=headers) as answer:
                if answer.status_code != 200:
                    raise Unreachable(url)
                for part in answer.iter_bytes():
                    got += part
                    if len(got) > MOST_BYTES:
                        raise Unreachable(url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(url) from error
        return bytes(got)


@cache
def _wire(process: int, seconds: float) -> _Wire:
    """One a process: a forked one has its parent's objects but not the threads."""
    return _Wire(seconds)


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

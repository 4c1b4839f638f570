"""The DEMO authority's time-stamp, OCSP and CRL services, answered in this process without a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import ocsp, tsp
from certomancer.registry import CertomancerObjectNotFoundError, PKIArchitecture, ServiceLabel
from certomancer.services import CertomancerServiceError

from signing.demo.architecture import ARCH
from signing.services import Unreachable

__all__ = ["DemoTransport"]


class DemoTransport:
    """Answers the DEMO authority's own addresses and no others. `architecture` gives the PKI as it stands now."""

    def __init__(self, base_url: str, architecture: Callable[[], PKIArchitecture]) -> None:
        self._base = urlsplit(base_url)
        self._architecture = architecture
        # certomancer's objects are parsed when they are first read, which two threads must not do at once
        self.alone = threading.Lock()

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        kind, label = self._route(url)
        if kind == "tsa":
            return await asyncio.to_thread(self._timestamp, label, body)
        if kind == "ocsp":
            return await asyncio.to_thread(self._ocsp, label, body)
        raise Unreachable(url)

    async def get(self, url: str) -> bytes:
        kind, label = self._route(url)
        if kind != "crls":
            raise Unreachable(url)
        return await asyncio.to_thread(self._crl, label)

    def _route(self, url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        steps = parts.path.strip("/").split("/")
        if (parts.scheme, parts.netloc) != (self._base.scheme, self._base.netloc) or steps[0] != ARCH or len(steps) < 3:
            raise Unreachable(url)
        return steps[1], steps[2]

    def _timestamp(self, label: str, body: bytes) -> bytes:
        with self.alone:
            service = self._services().summon_timestamper(ServiceLabel(label), datetime.now(UTC))
            return _answer(lambda: service.request_tsa_response(tsp.TimeStampReq.load(body)))

    def _ocsp(self, label: str, body: bytes) -> bytes:
        with self.alone:
            service = self._services().summon_responder(ServiceLabel(label), datetime.now(UTC))
            return _answer(lambda: service.build_ocsp_response(ocsp.OCSPRequest.load(body)))

    def _crl(self, label: str) -> bytes:
        with self.alone:
            return _answer(lambda: self._services().get_crl(ServiceLabel(label), datetime.now(UTC)))

    def _services(self) -> Any:
        return self._architecture().service_registry


def _answer(build: Callable[[], Any]) -> bytes:
    try:
        return bytes(build().dump())
    except (CertomancerServiceError, CertomancerObjectNotFoundError, ValueError) as error:
        raise Unreachable(str(error)) from error

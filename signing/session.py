"""What the documents of a batch share: checks of the signer, trusted time-stamp authorities, validation data."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import x509
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers

from signing.cms import parsed
from signing.model import Reason
from signing.placing import Writer
from signing.services import Services
from signing.stamping import Stampers, Token
from signing.wire import context, fetchers

__all__ = ["KEPT", "Session", "Store"]

KEPT = 60.0
"""Seconds that a finding about a certificate serves further documents; answers are renewed two minutes early."""

UNVALIDATED = (SignatureValidationError, ValidationError, PathError, OCSPValidationError, CRLValidationError)
"""What pyHanko raises when a chain or its revocation data is not to be had."""


@dataclass(frozen=True, slots=True)
class Store:
    """Chains, OCSP answers and CRLs that prove some certificates good."""

    certificates: tuple[x509.Certificate, ...]
    ocsps: tuple[Any, ...]
    crls: tuple[Any, ...]

    def write(self, writer: Writer) -> None:
        """Adds them to the document's security store (ISO 32000-2, 12.8.4.3)."""
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=self.certificates, ocsps=self.ocsps, crls=self.crls
        )


@dataclass(slots=True)
class Session:
    """One batch, or one document. Findings serve for a minute, so that a batch of thousands asks anew all the same."""

    services: Services
    source: Fetchers
    stampers: Stampers
    checked: dict[bytes, tuple[float, tuple[Reason, ...]]] = field(default_factory=dict)
    """Signers' certificates that passed, with what could not be learnt about them."""
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever finds something out that all documents of the batch want to know: the others wait for it, they do
    not ask as well."""
    _believed: set[bytes] = field(default_factory=set)
    _stores: dict[frozenset[bytes], tuple[float, Store | None]] = field(default_factory=dict)

    @classmethod
    def open(cls, services: Services) -> Session:
        return cls(services, fetchers(services.transport), Stampers(services.timestampers, services.transport))

    async def believes(self, token: Token) -> bool:
        """Whether a token comes from a trusted authority: a time that nobody will believe is not told as one."""
        if token.certificate in self._believed:
            return True
        async with self.asking:
            if token.certificate in self._believed:
                return True
            validation = context(self.services.trust, self.source, revocation_mode="soft-fail")
            others = [parsed(one) for one in token.others]
            validator = CertificateValidator(parsed(token.certificate), others, validation_context=validation)
            try:
                await validator.async_validate_usage(set(), {"time_stamping"})  # type: ignore[no-untyped-call]
            except UNVALIDATED:
                return False
            self._believed.add(token.certificate)
        return True

    async def store(self, wanted: Mapping[bytes, tuple[bytes, ...]]) -> Store | None:
        """What proves these certificates (DER, each with others that may lie on its path); None if it is not to be
        had. Gathered once for the documents that want the same."""
        key = frozenset(wanted)
        known = self._known(key)
        if known is None:
            async with self.asking:
                known = self._known(key)
                if known is None:
                    found = await self._gather(wanted)
                    known = self._stores[key] = (time.monotonic() + KEPT, found)
        return known[1]

    def _known(self, key: frozenset[bytes]) -> tuple[float, Store | None] | None:
        found = self._stores.get(key)
        return found if found is not None and time.monotonic() <= found[0] else None

    async def _gather(self, wanted: Mapping[bytes, tuple[bytes, ...]]) -> Store | None:
        validation = context(self.services.trust, self.source)
        held: dict[bytes, x509.Certificate] = {}
        for der, others in wanted.items():
            known = [parsed(one) for one in others]
            validator = CertificateValidator(parsed(der), known, validation_context=validation)
            try:
                path = await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
            except UNVALIDATED:
                return None
            held |= {one.dump(): one for one in path}
        return Store(tuple(held.values()), tuple(validation.ocsps), tuple(validation.crls))

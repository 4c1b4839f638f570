"""What signing and verifying may ask of the world: time-stamp authorities, OCSP and CRL, trusted roots."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from signing.strength import Strength

__all__ = ["Services", "Transport", "Trust", "TrustRoot", "Unreachable"]


class Unreachable(Exception):
    """An address did not answer, answered wrongly, or is not on the list."""


class Transport(Protocol):
    """Carries requests to time-stamp, OCSP, CRL and certificate addresses. Raises `Unreachable`, never anything else.

    An implementation asks only addresses on its list: those in a file or a certificate are merely wishes.
    """

    async def post(self, url: str, body: bytes, content_type: str) -> bytes: ...

    async def get(self, url: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """A root certificate (DER) and when it is trusted: roots of both Vietnamese PKIs come and go with the years."""

    certificate: bytes
    name: str = ""
    trusted_from: datetime | None = None
    trusted_until: datetime | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """The roots a verifier believes, and the transport for revocation data that a file does not carry itself.

    Without a transport verification is offline: it knows what the file's own security store says.
    """

    roots: tuple[TrustRoot, ...]
    transport: Transport | None = None
    others: tuple[bytes, ...] = ()
    """Intermediate certificates (DER) that files may leave out."""
    strength: Strength = field(default_factory=Strength.default, repr=False, compare=False)
    """Until when algorithms are taken to hold."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a signer may use. `timestampers` are RFC 3161 addresses, tried in order until one answers."""

    trust: Trust
    timestampers: tuple[str, ...]
    transport: Transport
    demo: bool = False

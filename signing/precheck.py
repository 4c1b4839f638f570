"""May this certificate sign now? Subject, key usage, validity, chain and revocation (TT 15/2025/TT-BKHCN)."""

from __future__ import annotations

import time
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)

from signing.cms import parsed
from signing.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUntrusted,
    WrongKeyUsage,
)
from signing.keys import Signer, mechanism_for
from signing.model import Reason
from signing.reasons import local
from signing.session import KEPT, Session
from signing.wire import context

__all__ = ["DOCUMENT_PURPOSES", "SIGNING_USAGES", "check", "for_documents", "subject"]

SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})
DOCUMENT_PURPOSES = frozenset(
    {
        "any_extended_key_usage",
        "email_protection",
        "client_auth",
        "adobe_authentic_documents_trust",
        "microsoft_document_signing",
        "document_signing",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",
    }
)
"""Extended usages with which authorities issue signing certificates; RFC 9336 and the vendors' own."""


def subject(certificate: x509.Certificate) -> str:
    """The common name, or the organisation's, as a verdict and a mark show it."""
    named = certificate.subject.native
    return str(named.get("common_name") or named.get("organization_name") or "")


async def check(signer: Signer, session: Session, now: datetime) -> tuple[Reason, ...]:
    """Raises a `CertificateRefused` when the certificate may not sign; returns what could not be learnt about it.

    Chain and revocation are judged anew each minute of a batch; all else for each document.
    """
    certificate = parsed(signer.certificate)
    name = subject(certificate)
    if now > certificate.not_valid_after:
        raise CertificateExpired(subject=name, until=local(certificate.not_valid_after))
    if now < certificate.not_valid_before:
        raise CertificateNotYetValid(subject=name, since=local(certificate.not_valid_before))
    mechanism_for(signer.certificate)
    if not name or not for_documents(certificate):
        raise WrongKeyUsage(subject=name)
    known = _known(signer, session)
    if known is None:
        async with session.asking:
            known = _known(signer, session)
            if known is None:
                known = await _trusted(certificate, signer, session, name)
                session.checked[signer.certificate] = (time.monotonic() + KEPT, known)
    return known


def _known(signer: Signer, session: Session) -> tuple[Reason, ...] | None:
    until, unknown = session.checked.get(signer.certificate, (0.0, ()))
    return unknown if time.monotonic() <= until else None


async def _trusted(certificate: x509.Certificate, signer: Signer, session: Session, name: str) -> tuple[Reason, ...]:
    try:
        await _path(certificate, signer, session, "hard-fail")
    except RevokedError as error:
        raise CertificateRevoked(subject=name) from error
    except InsufficientRevinfoError:
        await _known_issuer(certificate, signer, session, name)
        return (Reason("revocation_unavailable"),)
    except (PathBuildingError, PathValidationError) as error:
        raise CertificateUntrusted(subject=name) from error
    return ()


async def _known_issuer(certificate: x509.Certificate, signer: Signer, session: Session, name: str) -> None:
    try:
        await _path(certificate, signer, session, "soft-fail")
    except RevokedError as error:
        raise CertificateRevoked(subject=name) from error
    except (PathBuildingError, PathValidationError) as error:
        raise CertificateUntrusted(subject=name) from error


async def _path(certificate: x509.Certificate, signer: Signer, session: Session, mode: str) -> None:
    others = [parsed(one) for one in signer.chain]
    validation = context(session.services.trust, session.source, other_certs=others, revocation_mode=mode)
    validator = CertificateValidator(certificate, others, validation_context=validation)
    await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]


def for_documents(certificate: x509.Certificate) -> bool:
    """Whether it was issued for signing documents, by its key usage and its extended ones (RFC 5280, 4.2.1.12)."""
    usage = certificate.key_usage_value
    if usage is None or not SIGNING_USAGES & set(usage.native):
        return False
    extended = certificate.extended_key_usage_value
    return extended is None or bool(DOCUMENT_PURPOSES & set(extended.native))

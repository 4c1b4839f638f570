"""OCSP and CRL over a transport, and validation contexts on our roots, as pyHanko wants them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, crl, keys, ocsp, x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers import CertificateFetcher, CRLFetcher, Fetchers, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from signing.cms import parsed
from signing.services import Transport, Trust, Unreachable
from signing.strength import ALWAYS, KEYS, NEVER, Strength

__all__ = ["context", "fetchers", "key_until"]

EDWARDS = {"ed25519": 256, "ed448": 448}

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # it logs whole certificate subjects, and those of persons hold their citizen ID
    logging.getLogger(_name).setLevel(logging.CRITICAL)

MOST_REQUESTS = 40
"""Requests one verification may cause: a file with hundreds of certificates shall not make us hammer an authority."""


class _Ocsp(OCSPFetcher):
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._got: dict[bytes, ocsp.OCSPResponse] = {}

    async def fetch(self, cert: x509.Certificate, authority: Authority) -> ocsp.OCSPResponse:
        if cert.dump() in self._got and _fresh(self._got[cert.dump()]):
            return self._got[cert.dump()]
        request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=True)
        for url in get_ocsp_urls(cert):
            try:
                body = await self._transport.post(url, request.dump(), "application/ocsp-request")
                answer = process_ocsp_response_data(body, ocsp_request=request, ocsp_url=url)
            except (Unreachable, ValueError, OCSPFetchError, OCSPValidationError):
                continue
            self._got[cert.dump()] = answer
            return answer
        raise OCSPFetchError("no OCSP responder answered")

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return list(self._got.values())

    def fetched_responses_for_cert(self, cert: x509.Certificate) -> Iterable[ocsp.OCSPResponse]:
        return [self._got[cert.dump()]] if cert.dump() in self._got else []


class _Crls(CRLFetcher):
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._got: dict[str, crl.CertificateList] = {}
        self._of: dict[bytes, list[crl.CertificateList]] = {}

    async def fetch(self, cert: x509.Certificate, *, use_deltas: bool | None = None) -> Iterable[crl.CertificateList]:
        found = []
        for point in get_relevant_crl_dps(cert, use_deltas=bool(use_deltas)):
            for url in enumerate_delivery_point_urls(point):
                try:
                    if url not in self._got or not _current(self._got[url]["tbs_cert_list"]["next_update"].native):
                        self._got[url] = crl.CertificateList.load(await self._transport.get(url))
                    found.append(self._got[url])
                except (Unreachable, ValueError):
                    continue
        if not found:
            raise CRLFetchError("no CRL could be had")
        self._of[cert.dump()] = found
        return found

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return list(self._got.values())

    def fetched_crls_for_cert(self, cert: x509.Certificate) -> Iterable[crl.CertificateList]:
        return self._of[cert.dump()]


def _fresh(answer: ocsp.OCSPResponse) -> bool:
    return all(_current(one["next_update"].native) for one in answer.response_data["responses"])


def _current(until: datetime | None) -> bool:
    """Whether kept revocation data will still be current when a signature made now has been time-stamped."""
    return until is not None and until > datetime.now(UTC) + timedelta(minutes=2)


class _NoCertificates(CertificateFetcher):
    """Issuers come with the file or from the trust settings: their addresses are the file's own wishes."""

    async def fetch_cert_issuers(self, cert: x509.Certificate) -> AsyncGenerator[x509.Certificate, None]:
        certificates: tuple[x509.Certificate, ...] = ()
        for certificate in certificates:
            yield certificate

    async def fetch_crl_issuers(self, certificate_list: crl.CertificateList) -> AsyncGenerator[x509.Certificate, None]:
        certificates: tuple[x509.Certificate, ...] = ()
        for certificate in certificates:
            yield certificate

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return ()


class _Budget:
    """A transport that stops after so many requests."""

    def __init__(self, transport: Transport, most: int) -> None:
        self._transport = transport
        self._left = most

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        self._spend(url)
        return await self._transport.post(url, body, content_type)

    async def get(self, url: str) -> bytes:
        self._spend(url)
        return await self._transport.get(url)

    def _spend(self, url: str) -> None:
        if self._left == 0:
            raise Unreachable(url)
        self._left -= 1


def fetchers(transport: Transport, *, limited: bool = False) -> Fetchers:
    """OCSP and CRL over the transport; no certificates are fetched. Keep one per batch: answers are kept in it.
    `limited` to `MOST_REQUESTS` where a stranger's file decides what is asked."""
    source = _Budget(transport, MOST_REQUESTS) if limited else transport
    return Fetchers(ocsp_fetcher=_Ocsp(source), crl_fetcher=_Crls(source), cert_fetcher=_NoCertificates())


class _Dated(AlgorithmUsagePolicy):
    """Algorithms as they stood at one moment, whatever moment is asked about: a time-stamp made long ago must hold
    until what came after it, not only when it was made."""

    def __init__(self, strength: Strength, at: datetime) -> None:
        self._strength, self._at = strength, at

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        return self._said(self._strength.digest(algo["algorithm"].native))

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        until = []
        if public_key is not None:
            until.append(key_until(self._strength, public_key))
        with contextlib.suppress(ValueError):  # EdDSA has no digest of its own choice
            until.append(self._strength.digest(algo.hash_algo))
        return self._said(min(until, default=ALWAYS))

    def _said(self, until: datetime) -> AlgorithmUsageConstraint:
        horizon = None if until in (ALWAYS, NEVER) else until
        return AlgorithmUsageConstraint(self._at <= until, not_allowed_after=horizon)


def key_until(strength: Strength, key: keys.PublicKeyInfo) -> datetime:
    """Until when a public key held, by its family and its length."""
    name = key.algorithm
    if name in EDWARDS:
        return strength.key("eddsa", EDWARDS[name])
    family = {"rsassa_pss": "rsa", "ec": "ecdsa"}.get(name, name)
    return strength.key(family, key.bit_size) if family in KEYS else NEVER


def context(trust: Trust, source: Fetchers | None, **more: Any) -> ValidationContext:
    """A pyHanko validation context on our roots; every certificate that names OCSP or CRL must be checked. An answer
    made after the context counts too: a responder that takes more than a second would not be believed else.
    Algorithms must have held at `strong_at`, by default at the context's moment."""
    strong_at = more.pop("strong_at", None) or more.get("moment") or datetime.now(UTC)
    others = [parsed(one) for one in trust.others] + list(more.pop("other_certs", ()))
    return ValidationContext(
        trust_roots=[parsed(root.certificate) for root in trust.roots],
        other_certs=others,
        allow_fetching=source is not None,
        fetchers=source,
        revocation_mode=more.pop("revocation_mode", "hard-fail"),
        retroactive_revinfo=more.pop("retroactive_revinfo", True),
        algorithm_usage_policy=_Dated(trust.strength, strong_at),
        **more,
    )

"""A certificate that may not sign is refused before anything is signed, with a clear error."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing import Level, Pkcs12Signer, Services, sign
from signing.demo import Authority
from signing.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRefused,
    CertificateRevoked,
    CertificateUntrusted,
    WeakKey,
    WrongKeyUsage,
)

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


def refuse(
    authority: Authority, letter: bytes, signer: Pkcs12Signer, why: type[CertificateRefused]
) -> CertificateRefused:
    with pytest.raises(why) as caught:
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert caught.value.vi and caught.value.en and caught.value.as_dict()["next"]
    return caught.value


def test_expired(authority: Authority, letter: bytes) -> None:
    old = authority.issue("Hết hạn", "officer", valid_from=NOW - 3 * YEAR, valid_until=NOW - YEAR)
    error = refuse(authority, letter, old, CertificateExpired)
    assert error.code == "signing.certificate_expired"
    assert "Hết hạn (DEMO)" in error.vi and "+07:00" in error.vi


def test_not_yet_valid(authority: Authority, letter: bytes) -> None:
    early = authority.issue("Chưa đến hạn", "officer", valid_from=NOW + YEAR, valid_until=NOW + 2 * YEAR)
    refuse(authority, letter, early, CertificateNotYetValid)


def test_revoked(authority: Authority, letter: bytes) -> None:
    signer = authority.issue("Đã thu hồi", "officer")
    authority.revoke(signer, since=NOW - timedelta(hours=1))
    refuse(authority, letter, signer, CertificateRevoked)


@pytest.mark.parametrize("usage", [("key_encipherment",), ("key_agreement", "data_encipherment")])
def test_wrong_usage(authority: Authority, letter: bytes, usage: tuple[str, ...]) -> None:
    refuse(authority, letter, authority.issue("Sai mục đích", "officer", usage=usage), WrongKeyUsage)


def test_strangers_authority(authority: Authority, letter: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Authority(tmp_path_factory.mktemp("other")).issue("Người lạ", "officer")
    refuse(authority, letter, other, CertificateUntrusted)


def test_revoked_is_refused_even_when_only_the_crl_answers(
    authority: Authority, services: Services, letter: bytes, switch: object
) -> None:
    signer = authority.issue("Thu hồi, OCSP hỏng", "officer")
    authority.revoke(signer, since=NOW - timedelta(days=3))
    switch.down = {"ocsp"}  # type: ignore[attr-defined]
    with pytest.raises(CertificateRefused):
        sign(letter, profile="luu_tru", signer=signer, services=services, level=Level.B_B)


def test_a_slow_responder_is_believed(authority: Authority, letter: bytes) -> None:
    """Its answer is younger than the question; the CRL of the day does not know of the revocation yet."""
    signer = authority.issue("Thu hồi, OCSP chậm", "officer")
    authority.revoke(signer, since=NOW - timedelta(minutes=10))

    class Slow:
        async def post(self, url: str, body: bytes, content_type: str) -> bytes:
            await asyncio.sleep(2.1)
            return await authority.transport.post(url, body, content_type)

        get = staticmethod(authority.transport.get)

    services = replace(authority.services, transport=Slow())
    with pytest.raises(CertificateRevoked):
        sign(letter, profile="luu_tru", signer=signer, services=services, level=Level.B_B)


def test_short_keys(authority: Authority) -> None:
    certificate = x509.load_der_x509_certificate(authority.issue("Khóa ngắn", "officer").certificate)
    key = rsa.generate_private_key(65537, 1024)
    with pytest.raises(WeakKey):
        Pkcs12Signer.of(key, certificate, ())

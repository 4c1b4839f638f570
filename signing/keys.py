"""Who signs: the `Signer` protocol that every key provider speaks, what any key must be, and keys from PKCS#12."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from asn1crypto import algos
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12

from signing.errors import KeyMismatch, SignatureWrong, WeakKey, WrongPassphrase

__all__ = [
    "Mechanism",
    "Pkcs12Signer",
    "Signer",
    "checked",
    "fits",
    "mechanism_for",
    "named",
    "pss_parameters",
    "public_key",
]

DIGEST = "sha256"


class Mechanism(StrEnum):
    """How a key signs; all with SHA-256. PKCS#1 v1.5 is for tokens that can do nothing else (TT 15/2025/TT-BKHCN)."""

    RSA_PSS = "rsa-pss"
    RSA_PKCS1 = "rsa-pkcs1"
    ECDSA = "ecdsa"


class Signer(Protocol):
    """A key somewhere that can sign: in this process, on a token, at a desk, at a remote service.

    `certificate` and `chain` are DER; the chain holds issuers without the signer's own. `mechanism` says what the
    bytes of `sign` are: ECDSA values are DER, RSA ones raw. `sign` may be called concurrently and may wait on a wire.
    """

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    @property
    def mechanism(self) -> Mechanism: ...

    async def sign(self, data: bytes) -> bytes:
        """Signs `data` (not its digest) with SHA-256."""
        ...


@dataclass(frozen=True, slots=True)
class Pkcs12Signer:
    """A key that was read from PKCS#12 and lives in memory, parsed once (most of the cost of signing)."""

    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: Mechanism
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def load(cls, source: Path | bytes, passphrase: bytes | None, *, legacy_padding: bool = False) -> Pkcs12Signer:
        """Reads a `.p12` file. Raises `WrongPassphrase`, `WeakKey`, `KeyMismatch`."""
        data = source if isinstance(source, bytes) else source.read_bytes()
        try:
            found = pkcs12.load_pkcs12(data, passphrase)
        except ValueError as error:
            raise WrongPassphrase from error
        if found.key is None or found.cert is None:
            raise WrongPassphrase
        chain = tuple(_der(extra.certificate) for extra in found.additional_certs)
        return cls.of(found.key, found.cert.certificate, chain, legacy_padding=legacy_padding)

    @classmethod
    def of(
        cls, key: object, certificate: x509.Certificate, chain: tuple[bytes, ...], *, legacy_padding: bool = False
    ) -> Pkcs12Signer:
        """A signer of a key that is open already. Raises `WeakKey`, `KeyMismatch`."""
        der = _der(certificate)
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or not _strong(key.public_key()):
            raise WeakKey(subject=named(certificate))
        mechanism = mechanism_for(der, legacy_padding=legacy_padding)
        if key.public_key() != certificate.public_key():
            raise KeyMismatch(subject=named(certificate))
        return cls(der, chain, mechanism, key)

    async def sign(self, data: bytes) -> bytes:
        return self.sign_digest(hashlib.sha256(data).digest())

    def sign_digest(self, digest: bytes) -> bytes:
        """Signs a SHA-256 digest."""
        known = Prehashed(hashes.SHA256())
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(digest, ec.ECDSA(known))
        if self.mechanism is Mechanism.RSA_PKCS1:
            return self.key.sign(digest, padding.PKCS1v15(), known)
        # the salt is as long as the digest, which is what the CMS parameters say and RFC 4055 recommends
        return self.key.sign(digest, padding.PSS(padding.MGF1(hashes.SHA256()), 32), known)


def mechanism_for(certificate: bytes, *, legacy_padding: bool = False) -> Mechanism:
    """How the key of a certificate (DER) signs. Raises `WeakKey`: RSA from 2048 bits, ECDSA from 256 bits are let
    through (TT 15/2025/TT-BKHCN)."""
    key = public_key(certificate)
    if not _strong(key):
        raise WeakKey(subject=named(x509.load_der_x509_certificate(certificate)))
    if isinstance(key, ec.EllipticCurvePublicKey):
        return Mechanism.ECDSA
    return Mechanism.RSA_PKCS1 if legacy_padding else Mechanism.RSA_PSS


def _strong(key: object) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= 2048
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= 256


async def checked(signer: Signer, data: bytes) -> bytes:
    """A signature that was checked with the certificate, whatever kind of key made it. Raises `SignatureWrong`."""
    value = await signer.sign(data)
    if not fits(signer.certificate, signer.mechanism, data, value):
        raise SignatureWrong(subject=named(x509.load_der_x509_certificate(signer.certificate)))
    return value


def fits(certificate: bytes, mechanism: Mechanism, data: bytes, value: bytes) -> bool:
    """Whether `value` is the signature of `data` with the key of that certificate (DER)."""
    key, digest = public_key(certificate), hashes.SHA256()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and mechanism is Mechanism.ECDSA:
            key.verify(value, data, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and mechanism is Mechanism.RSA_PKCS1:
            key.verify(value, data, padding.PKCS1v15(), digest)
        elif isinstance(key, rsa.RSAPublicKey) and mechanism is Mechanism.RSA_PSS:
            key.verify(value, data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def public_key(certificate: bytes) -> object:
    """The public key of a certificate (DER), parsed once; None if its algorithm is unknown."""
    try:
        return x509.load_der_x509_certificate(certificate).public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None


def pss_parameters() -> algos.RSASSAPSSParams:
    """RSASSA-PSS as this package makes it: SHA-256 throughout, a salt as long as the digest (RFC 4055)."""
    return algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": DIGEST},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": DIGEST}},
            "salt_length": 32,
        }
    )


def named(certificate: x509.Certificate) -> str:
    """The common name alone: a subject's other attributes hold citizen IDs, which no message may carry."""
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)

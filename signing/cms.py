"""CMS signatures as PAdES wants them (ETSI EN 319 122-1, clause 5), put together from parts encoded once for a key."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from asn1crypto import algos, cms, core, x509

from signing.keys import DIGEST, Mechanism, pss_parameters

__all__ = ["Assembly", "assembly", "parsed", "self_signed"]

SEQUENCE, SET, OCTETS = 0x30, 0x31, 0x04
CONTENT_TYPE = core.ObjectIdentifier("1.2.840.113549.1.9.3").dump()
MESSAGE_DIGEST = core.ObjectIdentifier("1.2.840.113549.1.9.4").dump()
ALGORITHM_PROTECTION = core.ObjectIdentifier("1.2.840.113549.1.9.52").dump()
SIGNING_CERTIFICATE_V2 = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.47").dump()
TIMESTAMP_TOKEN = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
DATA = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
SIGNED_DATA = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
ONE = core.Integer(1).dump()

VALUE_ROOM = 700
"""Bytes kept for what a signature holds besides certificates and attributes: the value of an RSA-4096 key, lengths."""


@lru_cache(maxsize=256)
def parsed(der: bytes) -> x509.Certificate:
    """Parsed once: the same few certificates stand in every signature of a batch."""
    return x509.Certificate.load(der)


def self_signed(der: bytes) -> bool:
    """Whether it is a root, which the CMS leaves out."""
    return bool(parsed(der).self_signed != "no")


class Assembly:
    """What all signatures of one key have in common. ASN.1 by hand is the price of speed: building each signature from
    objects took four fifths of the time of signing."""

    def __init__(self, certificate: bytes, chain: tuple[bytes, ...], mechanism: Mechanism) -> None:
        own = parsed(certificate)
        issuer, serial = own.issuer.dump(), own["tbs_certificate"]["serial_number"].dump()
        self._digest = algos.DigestAlgorithm({"algorithm": DIGEST}).dump()
        self._algorithm = _algorithm(mechanism).dump()
        self._sid = _tlv(SEQUENCE, issuer, serial)
        issuers = [one for one in chain if not self_signed(one)]
        self._certificates = _tlv(0xA0, *sorted(dict.fromkeys([certificate, *issuers])))
        serial_of = _tlv(SEQUENCE, _tlv(SEQUENCE, _tlv(0xA4, issuer)), serial)
        identified = _tlv(SEQUENCE, _tlv(OCTETS, hashlib.sha256(certificate).digest()), serial_of)
        inner = self._algorithm[2:] if self._algorithm[1] < 0x80 else self._algorithm[2 + (self._algorithm[1] & 0x7F) :]
        self._fixed = (
            _attribute(CONTENT_TYPE, DATA),
            _attribute(ALGORITHM_PROTECTION, _tlv(SEQUENCE, self._digest, _tlv(0xA1, inner))),
            _attribute(SIGNING_CERTIFICATE_V2, _tlv(SEQUENCE, _tlv(SEQUENCE, identified))),
        )

    @property
    def room(self) -> int:
        """Bytes to keep for a signature without a time-stamp."""
        return VALUE_ROOM + len(self._certificates) + 2 * len(self._sid) + len(self.attributes(bytes(32)))

    def attributes(self, digest: bytes) -> bytes:
        """The signed attributes over a document's SHA-256 digest, as they are signed."""
        return _tlv(SET, *sorted((*self._fixed, _attribute(MESSAGE_DIGEST, _tlv(OCTETS, digest)))))

    def whole(self, attributes: bytes, value: bytes, token: bytes = b"") -> bytes:
        """The ContentInfo; `token` is the signature's time-stamp."""
        info = [ONE, self._sid, self._digest, b"\xa0" + attributes[1:], self._algorithm, _tlv(OCTETS, value)]
        if token:
            info.append(_tlv(0xA1, _attribute(TIMESTAMP_TOKEN, token)))
        content = _tlv(SEQUENCE, DATA)
        signed = _tlv(
            SEQUENCE,
            ONE,
            _tlv(SET, self._digest),
            content,
            self._certificates,
            _tlv(SET, _tlv(SEQUENCE, *info)),
        )
        return _tlv(SEQUENCE, SIGNED_DATA, _tlv(0xA0, signed))


@lru_cache(maxsize=64)
def assembly(certificate: bytes, chain: tuple[bytes, ...], mechanism: Mechanism) -> Assembly:
    """The assembly of a key, made once."""
    return Assembly(certificate, chain, mechanism)


def _algorithm(mechanism: Mechanism) -> cms.SignedDigestAlgorithm:
    if mechanism is Mechanism.ECDSA:
        return algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_ecdsa"})
    if mechanism is Mechanism.RSA_PKCS1:
        return algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_rsa"})
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": pss_parameters()})


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _tlv(SEQUENCE, kind, _tlv(SET, value))


def _tlv(tag: int, *parts: bytes) -> bytes:
    """A DER value."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body

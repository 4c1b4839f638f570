"""Signatures that the product refuses to make: odd certificates, weak keys and digests, bad time-stamps."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.demo import Authority

__all__ = ["EMAIL", "SERVER", "STAMPING", "Issuer", "Other", "sign"]

EMAIL, SERVER, STAMPING = (
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.TIME_STAMPING,
)
CRL = "http://127.0.0.1:8731/demo/crls/issuing/latest.crl"


@dataclass(frozen=True)
class Issuer:
    """Issues what nobody should, with the key of an authority's issuing certificate, or of a stranger's of its name."""

    authority: Authority
    stranger: bool = False

    def signer(
        self,
        name: str = "Người Lạ",
        *,
        bits: int = 0,
        eku: tuple[ObjectIdentifier, ...] = (),
        usage: bool = True,
        since: timedelta = timedelta(days=-1),
        until: timedelta = timedelta(days=365),
        serial: int = 0,
    ) -> SimpleSigner:
        """A key (ECDSA, or RSA of `bits`) with a certificate; lives from `since` to `until`, counted from now."""
        key: Any = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
        issuing = x509.load_der_x509_certificate(self.authority.trust.others[0])
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuing.subject)
            .public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(now + since)
            .not_valid_after(now + until)
            .add_extension(x509.KeyUsage(usage, usage, not usage, *[False] * 6), critical=True)
            .add_extension(
                x509.CRLDistributionPoints(
                    [x509.DistributionPoint([x509.UniformResourceIdentifier(CRL)], None, None, None)]
                ),
                critical=False,
            )
        )
        if eku:
            built = built.add_extension(x509.ExtendedKeyUsage(eku), critical=True)
        made = built.sign(self._key(), hashes.SHA256())
        return _simple(key, made, self.authority)

    def _key(self) -> Any:
        if self.stranger:
            return rsa.generate_private_key(65537, 2048)
        pem = (self.authority.directory / "keys" / "issuing.pem").read_bytes()
        return serialization.load_pem_private_key(pem, None)

    def stamper(self, *, eku: tuple[ObjectIdentifier, ...] = (STAMPING,), at: datetime | None = None) -> TimeStamper:
        """A time-stamp authority of the same house; with another extended usage it is none."""
        signer = self.signer("Dấu thời gian lạ", bits=2048, eku=eku, since=timedelta(days=-20))
        return DummyTimeStamper(
            signer.signing_cert, signer.signing_key, certs_to_embed=signer.cert_registry, fixed_dt=at
        )


class Other(TimeStamper):
    """Stamps something else than what it is asked to."""

    def __init__(self, inner: TimeStamper) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._inner = inner

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        return await self._inner.async_timestamp(bytes(len(message_digest)), md_algorithm)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        raise NotImplementedError


def sign(
    pdf: bytes,
    signer: SimpleSigner,
    *,
    digest: str = "sha256",
    stamper: TimeStamper | None = None,
    field: str = "S",
    certify: MDPPerm | None = None,
    adbe: bool = False,
    claimed: datetime | None = None,
) -> bytes:
    """The file signed by pyHanko with whatever it is given."""
    about = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED if adbe else SigSeedSubFilter.PADES,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    _Claiming(about, signer=signer, timestamper=stamper, claimed=claimed).sign_pdf(writer, output=out)
    return out.getvalue()


class _Claiming(PdfSigner):
    """Says that it signs at `claimed`."""

    def __init__(self, *about: Any, claimed: datetime | None, **more: Any) -> None:
        super().__init__(*about, **more)
        self._claimed = claimed

    def init_signing_session(self, *about: Any, **more: Any) -> Any:
        made = super().init_signing_session(*about, **more)
        made.system_time = self._claimed or made.system_time
        return made


def _simple(key: Any, certificate: x509.Certificate, authority: Authority) -> SimpleSigner:
    held = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    held.register_multiple([asn1.Certificate.load(one) for one in authority.trust.others])
    packed = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(packed),
        cert_registry=held,
    )

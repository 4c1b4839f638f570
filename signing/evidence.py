"""What a file brings to prove itself: its security store, its document time-stamps, and times that they prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, crl, ocsp, parser, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers

from signing.services import Trust
from signing.wire import context, fetchers

__all__ = ["CLOCKS", "DAMAGED", "Evidence", "Proof", "padded"]

CLOCKS = timedelta(minutes=5)
"""How far two honest clocks may lie apart; a time further ahead is wrong."""

DAMAGED = (
    PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    UnsupportedAlgorithm,
)
"""What parsers raise on bytes that only look like a PDF, ASN.1 or CMS."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A trusted time-stamp: what it covers existed at `time`. `offline`: the file itself holds all to check it."""

    time: datetime
    offline: bool
    revision: int = 0
    seals_store: bool = False
    """A document time-stamp over a revision that holds a security store."""


@dataclass(slots=True)
class Evidence:
    """The evidence of one file, gathered once for all its signatures."""

    trust: Trust
    now: datetime
    certificates: list[x509.Certificate]
    ocsps: list[Any]
    crls: list[Any]
    source: Fetchers | None
    proofs: list[Proof]
    broken: list[int]
    """Revisions of document time-stamps that do not hold: something was changed after they were made."""

    @classmethod
    async def gather(
        cls, reader: PdfFileReader, stamps: list[EmbeddedPdfSignature], trust: Trust, now: datetime
    ) -> Evidence:
        certificates, ocsps, crls = _store(reader)
        source = fetchers(trust.transport, limited=True) if trust.transport else None
        found = cls(trust, now, certificates, ocsps, crls, source, [], [])
        control = found.now
        for stamp in sorted(stamps, key=lambda one: one.signed_revision, reverse=True):
            try:
                proof = await found._document_proof(reader, stamp, control)
            except (*DAMAGED, SignatureValidationError, CMSExtractionError):
                proof = None
                found.broken.append(stamp.signed_revision)
            if proof is not None:
                found.proofs.append(proof)
                control = proof.time
        return found

    def over(self, revision: int) -> list[Proof]:
        """Document time-stamps made after that revision, newest first."""
        return [proof for proof in self.proofs if proof.revision > revision]

    def context(
        self,
        moment: datetime,
        others: list[x509.Certificate],
        *,
        online: bool,
        revocation_mode: str = "hard-fail",
        strong_at: datetime | None = None,
    ) -> ValidationContext:
        """A validation context as of `moment`. Revocation data of later than `moment` counts too: an answer that a
        certificate is good today says that it was good then. Algorithms must have held at `strong_at`, or then."""
        return context(
            self.trust,
            self.source if online else None,
            other_certs=[*others, *self.certificates],
            moment=moment,
            ocsps=self.ocsps,
            crls=self.crls,
            retroactive_revinfo=True,
            revocation_mode=revocation_mode,
            strong_at=strong_at,
        )

    def ways(self) -> list[bool]:
        """Offline first if the file has a store, then online if the settings allow it."""
        return [False] * bool(self.ocsps or self.crls or self.source is None) + [True] * (self.source is not None)

    async def signature_proof(self, one: EmbeddedPdfSignature, control: datetime) -> tuple[Proof | None, bool]:
        """The trusted time-stamp inside a signature, if any, and whether there was one that could not be trusted."""
        bad = False
        for token in generic_cms.extract_tst_data_iter(one.signer_info, signed=False):
            imprint = generic_cms.message_imprint_checker(one.signer_info)
            try:
                proof = await self._token_proof(token, imprint, control)
            except (*DAMAGED, SignatureValidationError, CMSExtractionError):
                proof = None
            if proof is not None:
                return proof, False
            bad = True
        return None, bad

    async def _document_proof(
        self, reader: PdfFileReader, stamp: EmbeddedPdfSignature, control: datetime
    ) -> Proof | None:
        """None if nothing vouches for it. Raises `SignatureValidationError` if what it stamped was changed."""
        at = _time(stamp.signed_data)
        if at is None or not padded(stamp):
            raise SignatureValidationError("damaged")
        for online in self.ways():
            validation = self.context(at, stamp.other_embedded_certs, online=online, strong_at=control)
            status = await async_validate_pdf_timestamp(stamp, validation, skip_diff=True)
            whole = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
            if not (status.intact and status.valid and whole):
                raise SignatureValidationError("changed")
            if status.trusted and _fits(at, stamp.signer_cert, control):
                root = reader.get_historical_root(stamp.signed_revision)
                return Proof(at, not online, stamp.signed_revision, "/DSS" in root)
        return None

    async def _token_proof(self, token: cms.SignedData, imprint: Any, control: datetime) -> Proof | None:
        at = _time(token)
        info = generic_cms.extract_certs_for_validation(token)
        if at is None or not _fits(at, info.signer_cert, control):
            return None
        for online in self.ways():
            validation = self.context(at, list(info.other_certs), online=online, strong_at=control)
            found = await generic_cms.validate_tst_signed_data(token, validation, imprint)
            status = TimestampSignatureStatus(**found)
            if status.intact and status.valid and status.trusted:
                return Proof(at, not online)
        return None


def padded(one: EmbeddedPdfSignature) -> bool:
    """Whether nothing but zeros follows the value in the room kept for it, which no signature covers."""
    content = bytes(one.pkcs7_content)
    return not any(content[parser.peek(content) :])


def _fits(at: datetime, certificate: x509.Certificate, control: datetime) -> bool:
    """Whether the time is not ahead of `control`, at which the authority's certificate must still have been alive."""
    return bool(at <= control + CLOCKS and certificate.not_valid_before <= control <= certificate.not_valid_after)


def _time(token: cms.SignedData) -> datetime | None:
    content = token["encap_content_info"]["content"].parsed
    made = content["gen_time"].native
    return made if isinstance(made, datetime) else None


def _store(reader: PdfFileReader) -> tuple[list[x509.Certificate], list[Any], list[Any]]:
    """Certificates, OCSP answers and CRLs of the security store; damaged ones are left out, they prove nothing."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        held = list(store.certs.values())
    except (*DAMAGED, SignatureValidationError):
        return [], [], []
    return _sound(held, _certificate), _sound(store.ocsps, _ocsp), _sound(store.crls, _crl)


def _sound(held: Iterable[Any], read: Callable[[bytes], Any]) -> list[Any]:
    found = []
    for one in held:
        try:
            found.append(read(one.get_object().data))
        except DAMAGED:
            continue
    return found


def _certificate(der: bytes) -> x509.Certificate:
    made = x509.Certificate.load(der, strict=True)
    _ = made.native
    return made


def _ocsp(der: bytes) -> ocsp.OCSPResponse:
    made = ocsp.OCSPResponse.load(der, strict=True)
    _ = made.native
    return made


def _crl(der: bytes) -> crl.CertificateList:
    """Its frame is read through; the entries of large authorities are many and are read when they are looked up."""
    made = crl.CertificateList.load(der, strict=True)
    listed = made["tbs_cert_list"]
    _ = [listed[name].native for name in ("issuer", "this_update", "next_update", "crl_extensions")]
    return made

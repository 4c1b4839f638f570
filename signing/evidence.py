"""What a file brings to prove itself: its security store, its document time-stamps, and times that they prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers

from signing.services import Trust
from signing.wire import context, fetchers

__all__ = ["DAMAGED", "Evidence", "Proof"]

DAMAGED = (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, NotImplementedError)
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

    @classmethod
    async def gather(
        cls, reader: PdfFileReader, stamps: list[EmbeddedPdfSignature], trust: Trust, now: datetime
    ) -> Evidence:
        certificates, ocsps, crls = _store(reader)
        source = fetchers(trust.transport, limited=True) if trust.transport else None
        found = cls(trust, now, certificates, ocsps, crls, source, [])
        control = found.now
        for stamp in sorted(stamps, key=lambda one: one.signed_revision, reverse=True):
            proof = await found._document_proof(reader, stamp, control)
            if proof is not None:
                found.proofs.append(proof)
                control = proof.time
        return found

    def over(self, revision: int) -> list[Proof]:
        """Document time-stamps made after that revision, newest first."""
        return [proof for proof in self.proofs if proof.revision > revision]

    def context(
        self, moment: datetime, others: list[x509.Certificate], *, online: bool, revocation_mode: str = "hard-fail"
    ) -> ValidationContext:
        """A validation context as of `moment`. Revocation data of later than `moment` counts too: an answer that a
        certificate is good today says that it was good then."""
        return context(
            self.trust,
            self.source if online else None,
            other_certs=[*others, *self.certificates],
            moment=moment,
            ocsps=self.ocsps,
            crls=self.crls,
            retroactive_revinfo=True,
            revocation_mode=revocation_mode,
        )

    def ways(self) -> list[bool]:
        """Offline first if the file has a store, then online if the settings allow it."""
        return [False] * bool(self.ocsps or self.crls or self.source is None) + [True] * (self.source is not None)

    async def signature_proof(self, one: EmbeddedPdfSignature, control: datetime) -> tuple[Proof | None, bool]:
        """The trusted time-stamp inside a signature, if any, and whether there was one that could not be trusted."""
        bad = False
        for token in generic_cms.extract_tst_data_iter(one.signer_info, signed=False):
            proof = await self._token_proof(token, generic_cms.message_imprint_checker(one.signer_info), control)
            if proof is not None:
                return proof, False
            bad = True
        return None, bad

    async def _document_proof(
        self, reader: PdfFileReader, stamp: EmbeddedPdfSignature, control: datetime
    ) -> Proof | None:
        at = _time(stamp.signed_data)
        if at is None or not _alive(stamp.signer_cert, control):
            return None
        for online in self.ways():
            validation = self.context(at, stamp.other_embedded_certs, online=online)
            try:
                status = await async_validate_pdf_timestamp(stamp, validation, skip_diff=True)
            except (*DAMAGED, SignatureValidationError):
                return None
            whole = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
            if status.intact and status.valid and status.trusted and whole:
                root = reader.get_historical_root(stamp.signed_revision)
                return Proof(at, not online, stamp.signed_revision, "/DSS" in root)
        return None

    async def _token_proof(self, token: cms.SignedData, imprint: Any, control: datetime) -> Proof | None:
        at = _time(token)
        info = generic_cms.extract_certs_for_validation(token)
        if at is None or not _alive(info.signer_cert, control):
            return None
        for online in self.ways():
            validation = self.context(at, list(info.other_certs), online=online)
            try:
                found = await generic_cms.validate_tst_signed_data(token, validation, imprint)
            except (*DAMAGED, SignatureValidationError):
                return None
            status = TimestampSignatureStatus(**found)
            if status.intact and status.valid and status.trusted:
                return Proof(at, not online)
        return None


def _alive(certificate: x509.Certificate, control: datetime) -> bool:
    return bool(certificate.not_valid_before <= control <= certificate.not_valid_after)


def _time(token: cms.SignedData) -> datetime | None:
    content = token["encap_content_info"]["content"].parsed
    made = content["gen_time"].native
    return made if isinstance(made, datetime) else None


def _store(reader: PdfFileReader) -> tuple[list[x509.Certificate], list[Any], list[Any]]:
    from asn1crypto import crl, ocsp

    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, ValidationInfoReadingError):
        return [], [], []
    ocsps = [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
    crls = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    return list(store.load_certs()), ocsps, crls

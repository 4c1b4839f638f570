"""What a validation report refers to: signature values, digests, time-stamps, and the objects of the security store.

Runs in a child (`signing.ward`), since it opens files of any origin.
"""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.evidence import DAMAGED

__all__ = ["material"]

BROKEN = (*DAMAGED, SignatureValidationError, CMSExtractionError)


def material(pdf: bytes) -> dict[str, Any]:
    """The signatures of a file by field, its document time-stamps, and every object they rest on.

    `objects` maps an object's id (`certificate-<sha256>`, `timestamp-…`, `ocspresponse-…`, `crl-…`) to its kind and
    SHA-256, a certificate also to its DER; `store` has the ids of the security store by kind. What is damaged is left
    out. Raises what parsers raise on a file that is none.
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    found = _Found()
    held = list(reader.embedded_signatures)
    stamps = [found.attempt(_stamp, one) for one in held if one.sig_object_type == "/DocTimeStamp"]
    signatures = [found.attempt(_signature, one) for one in held if one.sig_object_type != "/DocTimeStamp"]
    found.store(reader)
    return {
        "signatures": {one["field"]: one for one in signatures if one},
        "stamps": [one for one in stamps if one],
        "store": found.stored,
        "objects": found.objects,
    }


MOST_CERTIFICATES = 2 * 1024 * 1024
"""Bytes of certificates that a report gives whole; a hostile file holds any number, further ones are told by digest."""


class _Found:
    """Objects by id, each once."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, str]] = {}
        self._room = MOST_CERTIFICATES
        self.stored: dict[str, list[str]] = {}
        """The ids in the security store, by kind."""

    def attempt(self, describe: Any, one: EmbeddedPdfSignature) -> dict[str, Any] | None:
        """What `describe` says of a signature, nothing where it is damaged."""
        try:
            told: dict[str, Any] = describe(self, one)
        except BROKEN:
            return None
        return told

    def add(self, kind: str, der: bytes) -> str:
        """The id of an object, which is known from now on."""
        digest = hashlib.sha256(der).hexdigest()
        name = f"{kind.lower()}-{digest}"
        if name not in self.objects:
            whole = kind == "certificate" and len(der) <= self._room
            self._room -= len(der) if whole else 0
            self.objects[name] = {"kind": kind, "sha256": digest} | ({"der": b64encode(der).decode()} if whole else {})
        return name

    def token(self, signed: cms.SignedData) -> dict[str, Any]:
        """A time-stamp token: its id, its time, who made it."""
        whole = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
        info = generic_cms.extract_certs_for_validation(signed)
        for other in info.other_certs:
            self.add("certificate", other.dump())
        made = signed["encap_content_info"]["content"].parsed["gen_time"].native
        maker = self.add("certificate", info.signer_cert.dump())
        return {"id": self.add("timestamp", whole), "time": _iso(made), "certificate": maker}

    def store(self, reader: PdfFileReader) -> None:
        """The objects of the document's security store (ISO 32000-2, 12.8.4.3)."""
        try:
            store = DocumentSecurityStore.read_dss(reader)
            held = {"certificate": list(store.certs.values()), "OCSPResponse": store.ocsps, "CRL": store.crls}
        except BROKEN:
            return
        for kind, objects in held.items():
            ids = []
            for one in objects:
                try:
                    ids.append(self.add(kind, bytes(one.get_object().data)))
                except BROKEN:
                    continue
            self.stored[kind] = list(dict.fromkeys(ids))


def _stamp(found: _Found, one: EmbeddedPdfSignature) -> dict[str, Any]:
    return found.token(one.signed_data) | {"revision": one.signed_revision}


def _signature(found: _Found, one: EmbeddedPdfSignature) -> dict[str, Any]:
    attributes = one.signer_info["signed_attrs"]
    algorithm = one.md_algorithm
    for other in one.other_embedded_certs:
        found.add("certificate", other.dump())
    tokens = [found.token(token) for token in generic_cms.extract_tst_data_iter(one.signer_info, signed=False)]
    return {
        "field": one.field_name,
        "revision": one.signed_revision,
        "value": b64encode(one.signer_info["signature"].native).decode(),
        "digest_algorithm": algorithm,
        "to_be_signed": b64encode(hashlib.new(algorithm, attributes.untag().dump()).digest()).decode(),
        "document": b64encode(one.compute_digest()).decode(),
        "certificate": found.add("certificate", one.signer_cert.dump()),
        "tokens": tokens,
        "byte_range": [int(edge) for edge in one.byte_range],
        "sub_filter": str(one.sig_object["/SubFilter"])[1:],
        "filter": str(one.sig_object["/Filter"])[1:],
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""Writes a validation report as XML of ETSI TS 119 102-2 V1.2.1, from what verification found and what a file holds.

The indications are those of ETSI EN 319 102-1, clause 5.1.3; our own finer codes stand beside them (`urn:hoso:…`).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from signing.etsi_names import CONSTRAINTS, ETSI, OURS, algorithm, decides, digest, indication, subindication
from signing.model import Report, SignatureReport, Status

__all__ = ["write"]

VR = "http://uri.etsi.org/19102/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
STORED = {"Certs": "certificate", "CRLs": "CRL", "OCSPs": "OCSPResponse"}

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, which a hostile certificate may have in a name."""

for prefix, namespace in (("vr", VR), ("ds", DS), ("xades", XADES)):
    ET.register_namespace(prefix, namespace)


def write(report: Report, held: Mapping[str, Any], anchors: Iterable[bytes], at: datetime) -> bytes:
    """The XML document. `held` is what `signing.material` found (empty when the file could not be read), `anchors` the
    trusted roots (DER), `at` when it was verified."""
    root = ET.Element(_vr("ValidationReport"))
    book = _Objects(held.get("objects", {}), tuple(anchors))
    for found in report.signatures:
        signature = _as_in(report, found)
        known = held.get("signatures", {}).get(signature.field)
        _signature(root, signature, known, held, book, at)
    if not report.signatures:
        alone = _add(root, "SignatureValidationReport")
        _status(_add(alone, "SignatureValidationStatus"), report.verdict, [one.code for one in report.reasons])
    if book.entries:
        listed = _add(root, "SignatureValidationObjects")
        for name, entry in book.entries.items():
            _object(listed, name, entry, book.proving.get(name), at)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


class _Objects:
    """The objects of a report by id, and what each time-stamp that counted proves: its time and the fields."""

    def __init__(self, entries: Mapping[str, dict[str, str]], anchors: tuple[bytes, ...]) -> None:
        self.entries = dict(entries)
        self.proving: dict[str, tuple[str, list[str]]] = {}
        self._certificates: dict[str, x509.Certificate] = {}
        self._anchors: set[str] = set()
        for name, entry in entries.items():
            if "der" in entry:
                self._read(name, b64decode(entry["der"]))
        for der in anchors:
            self._anchor(der)

    def path(self, name: str) -> list[str]:
        """From a certificate up to a trusted root, or empty where none is reached."""
        found = [name]
        while found[-1] not in self._anchors:
            above = next((one for one in self._certificates if one not in found and self._issued(one, found[-1])), None)
            if above is None:
                return []
            found.append(above)
        return found

    def _issued(self, above: str, below: str) -> bool:
        try:
            self._certificates[below].verify_directly_issued_by(self._certificates[above])
        except (ValueError, TypeError, InvalidSignature, KeyError):
            return False
        return True

    def _anchor(self, der: bytes) -> None:
        """A root is told of only where it issued a certificate of the file."""
        made = x509.load_der_x509_certificate(der)
        digest = made.fingerprint(hashes.SHA256()).hex()
        name = f"certificate-{digest}"
        needed = any(one.issuer == made.subject for one in self._certificates.values())
        if needed:
            self.entries.setdefault(name, {"kind": "certificate", "sha256": digest, "der": b64encode(der).decode()})
            self._certificates[name] = made
            self._anchors.add(name)

    def _read(self, name: str, der: bytes) -> None:
        try:
            self._certificates[name] = x509.load_der_x509_certificate(der)
        except ValueError:
            return


def _as_in(report: Report, signature: SignatureReport) -> SignatureReport:
    """The standard speaks of signatures only: what is wrong with the file as a whole is said of each of them."""
    if not report.reasons:
        return signature
    status = Status.INDETERMINATE if signature.status is Status.VALID else signature.status
    return replace(signature, status=status, reasons=(*signature.reasons, *report.reasons))


def _signature(
    root: ET.Element,
    signature: SignatureReport,
    known: Mapping[str, Any] | None,
    held: Mapping[str, Any],
    book: _Objects,
    at: datetime,
) -> None:
    """One SignatureValidationReport (clause 4.2), its parts in the order of the schema."""
    codes = [reason.code for reason in signature.reasons]
    one = _add(root, "SignatureValidationReport")
    name = f"signature-{len(root)}"
    if known is not None:
        _identifier(one, name, known)
    _constraints(_add(one, "ValidationConstraintsEvaluationReport"), signature.status, codes)
    over = [stamp for stamp in held.get("stamps", []) if known and stamp["revision"] > known["revision"]]
    _times(one, signature, [*(known or {}).get("tokens", []), *over], book, at)
    if known is not None:
        document = _add(one, "SignersDocument")
        _digest(document, "DigestAlgAndValue", known["digest_algorithm"], known["document"])
    _attributes(one, signature, known, held, over)
    if known is not None:
        signer = _add(one, "SignerInformation")
        _refer(signer, "SignerCertificate", known["certificate"])
        _add(signer, "Signer", signature.signer)
    process = "LTA" if over else "LTVM" if signature.signed_at else "Basic"
    _add(_add(one, "SignatureValidationProcess"), "SignatureValidationProcessID", f"{ETSI}validationprocess:{process}")
    status = _add(one, "SignatureValidationStatus")
    _status(status, signature.status, codes)
    _associated(status, signature, known, book, name, codes)


def _identifier(one: ET.Element, name: str, known: Mapping[str, Any]) -> None:
    identifier = _add(one, "SignatureIdentifier")
    identifier.set("id", name)
    _digest(identifier, "DigestAlgAndValue", known["digest_algorithm"], known["to_be_signed"])
    ET.SubElement(identifier, f"{{{DS}}}SignatureValue").text = known["value"]
    _add(identifier, "HashOnly", "false")
    _add(identifier, "DocHashOnly", "false")


def _constraints(evaluated: ET.Element, status: Status, codes: list[str]) -> None:
    """The policy by name, and each demand: applied and held, applied and failed, or not looked at any more."""
    policy = _add(evaluated, "SignatureValidationPolicy")
    implied = _add(policy, "SignaturePolicyIdentifier")
    ET.SubElement(implied, f"{{{XADES}}}SignaturePolicyImplied")
    _add(policy, "PolicyName", "hoso: PAdES, past signature validation, roots of the installation")
    _add(policy, "FormalPolicyURI", f"{OURS}validation-policy:1")
    decided = False
    for name, failures in CONSTRAINTS:
        constraint = _add(evaluated, "ValidationConstraint")
        _add(constraint, "ValidationConstraintIdentifier", f"{OURS}constraint:{name}")
        failed = [code for code in codes if code in failures]
        state = "disabled" if decided else "applied"
        _add(_add(constraint, "ConstraintStatus"), "Status", f"{ETSI}constraintStatus:{state}")
        if not decided:
            found = _add(constraint, "ValidationStatus")
            verdict = "failed" if status is Status.INVALID else "indeterminate"
            _add(found, "MainIndication", f"{ETSI}mainindication:{verdict if failed else 'passed'}")
            for code in failed:
                _add(found, "SubIndication", subindication(code))
        decided = decided or bool(failed)


def _times(
    one: ET.Element, signature: SignatureReport, stamps: list[dict[str, Any]], book: _Objects, at: datetime
) -> None:
    """The best signature time is that of the earliest time-stamp that counted; without one, that of verification."""
    info = _add(one, "ValidationTimeInfo")
    _add(info, "ValidationTime", _iso(at))
    best = _iso(signature.signed_at) if signature.signed_at else _iso(at)
    proof = _add(info, "BestSignatureTime")
    _add(proof, "POETime", best)
    _add(proof, "TypeOfProof", f"{ETSI}poetype:validation")
    by = next((stamp["id"] for stamp in stamps if stamp["time"] == best), None) if signature.signed_at else None
    if by is not None:
        _refer(proof, "POEObject", by)
        book.proving.setdefault(by, (best, []))[1].append(signature.field)


def _attributes(
    one: ET.Element,
    signature: SignatureReport,
    known: Mapping[str, Any] | None,
    held: Mapping[str, Any],
    over: list[dict[str, Any]],
) -> None:
    if known is None:
        return
    attributes = _add(one, "SignatureAttributes")
    if signature.claimed_at is not None:
        claimed = _add(attributes, "SigningTime")
        claimed.set("Signed", "true")
        _add(claimed, "Time", _iso(signature.claimed_at))
    _stamps(attributes, "SignatureTimeStamp", known["tokens"])
    stored = {name: held.get("store", {}).get(kind) for name, kind in STORED.items()}
    if any(stored.values()):
        store = _add(attributes, "DSS")
        for name, ids in stored.items():
            if ids:
                _refer(store, name, " ".join(ids))
    _stamps(attributes, "DocTimeStamp", over)
    _add(_add(attributes, "SubFilter"), "SubFilterElement", known["sub_filter"])
    _add(attributes, "ByteRange", " ".join(str(edge) for edge in known["byte_range"]))
    _add(_add(attributes, "Filter"), "Filter", known["filter"])


def _stamps(attributes: ET.Element, kind: str, stamps: list[dict[str, Any]]) -> None:
    for stamp in stamps:
        told = _add(attributes, kind)
        _refer(told, "AttributeObject", stamp["id"])
        _add(told, "TimeStampValue", stamp["time"])


def _status(status: ET.Element, verdict: Status, codes: list[str]) -> None:
    _add(status, "MainIndication", indication(verdict))
    if verdict is not Status.VALID:
        deciding = [code for code in codes if decides(code)] or codes[:1]
        for uri in dict.fromkeys(subindication(code) for code in deciding):
            _add(status, "SubIndication", uri)


def _associated(
    status: ET.Element,
    signature: SignatureReport,
    known: Mapping[str, Any] | None,
    book: _Objects,
    name: str,
    codes: list[str],
) -> None:
    """The chain, the algorithm, and every reason in our own words."""
    path = book.path(known["certificate"]) if known is not None else []
    if not (path or codes or known):
        return
    data = _add(status, "AssociatedValidationReportData")
    if path:
        _refer(data, "TrustAnchor", path[-1])
        chain = _add(data, "CertificateChain")
        _refer(chain, "SigningCertificate", path[0])
        for middle in path[1:-1]:
            _refer(chain, "IntermediateCertificate", middle)
        _refer(chain, "TrustAnchor", path[-1])
    uri = algorithm(signature.algorithm)
    if known is not None and uri:
        crypto = _add(data, "CryptoInformation")
        _refer(crypto, "ValidationObjectId", name)
        _add(crypto, "Algorithm", uri)
        _add(crypto, "SecureAlgorithm", "false" if "weak_algorithm" in codes else "true")
    if codes:
        more = _add(data, "AdditionalValidationReportData")
        for reason in signature.reasons:
            entry = _add(more, "ReportData")
            _add(entry, "Type", f"{OURS}reason:{reason.code}")
            _add(entry, "Value", reason.en)


def _object(
    listed: ET.Element, name: str, entry: Mapping[str, str], proves: tuple[str, list[str]] | None, at: datetime
) -> None:
    """One object by its digest: the file that is reported on holds the object itself, certificates are given whole."""
    one = _add(listed, "ValidationObject")
    one.set("id", name)
    _add(one, "ObjectType", f"{ETSI}validationObject:{entry['kind']}")
    shown = _add(one, "ValidationObjectRepresentation")
    if "der" in entry:
        _add(shown, "base64", entry["der"])
    else:
        _digest(shown, "DigestAlgAndValue", "sha256", b64encode(bytes.fromhex(entry["sha256"])).decode())
    seen = _add(one, "POE")
    _add(seen, "POETime", _iso(at))
    _add(seen, "TypeOfProof", f"{ETSI}poetype:validation")
    if proves is not None:
        given = _add(one, "POEProvisioning")
        _add(given, "POETime", proves[0])
        _add(_add(given, "SignatureReference"), "PAdESFieldName", proves[1][0])


def _digest(parent: ET.Element, name: str, algorithm_name: str, value: str) -> None:
    both = _add(parent, name)
    method = ET.SubElement(both, f"{{{DS}}}DigestMethod")
    method.set("Algorithm", digest(algorithm_name))
    ET.SubElement(both, f"{{{DS}}}DigestValue").text = value


def _refer(parent: ET.Element, name: str, ids: str) -> None:
    _add(parent, name).set("VOReference", ids)


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, _vr(name))
    made.text = ILLEGAL.sub("\ufffd", text) if text else None
    return made


def _vr(name: str) -> str:
    return f"{{{VR}}}{name}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""Judges one signature against the evidence of its file, and says why in stable codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError

from signing.evidence import CLOCKS, DAMAGED, Evidence, Proof, padded
from signing.model import Level, Reason, SignatureReport, Status
from signing.precheck import SIGNING_USAGES, for_documents, subject
from signing.services import Trust, TrustRoot

__all__ = ["judge", "tell_apart"]

PROBLEMS: dict[object, tuple[str, Status]] = {
    AdESFailure.FORMAT_FAILURE: ("format_failure", Status.INVALID),
    AdESFailure.HASH_FAILURE: ("hash_mismatch", Status.INVALID),
    AdESFailure.SIG_CRYPTO_FAILURE: ("signature_broken", Status.INVALID),
    AdESFailure.REVOKED: ("revoked", Status.INVALID),
    AdESFailure.NOT_YET_VALID: ("certificate_not_yet_valid", Status.INVALID),
    AdESIndeterminate.NOT_YET_VALID: ("certificate_not_yet_valid", Status.INVALID),
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: ("untrusted", Status.INDETERMINATE),
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: ("untrusted", Status.INDETERMINATE),
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: ("untrusted", Status.INDETERMINATE),
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: ("chain_constraints", Status.INDETERMINATE),
    AdESIndeterminate.SIG_CONSTRAINTS_FAILURE: ("wrong_key_usage", Status.INDETERMINATE),
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: ("weak_algorithm", Status.INDETERMINATE),
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: ("weak_algorithm", Status.INDETERMINATE),
    AdESIndeterminate.TRY_LATER: ("revocation_unknown", Status.INDETERMINATE),
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: ("revocation_unknown", Status.INDETERMINATE),
    AdESIndeterminate.REVOKED_CA_NO_POE: ("revoked_no_poe", Status.INDETERMINATE),
    AdESIndeterminate.REVOKED_NO_POE: ("revoked_no_poe", Status.INDETERMINATE),
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: ("certificate_expired", Status.INDETERMINATE),
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: ("certificate_expired", Status.INDETERMINATE),
    AdESIndeterminate.EXPIRED: ("certificate_expired", Status.INDETERMINATE),
}
"""Sub-indications of ETSI EN 319 102-1, clause 5.1.3 as our codes and verdicts."""

PADES = "/ETSI.CAdES.detached"


async def judge(one: EmbeddedPdfSignature, evidence: Evidence, trust: Trust, *, hybrid: bool) -> SignatureReport:
    """The report on one signature. Raises what parsers raise on damaged signatures; the caller tells those apart."""
    covering = evidence.over(one.signed_revision)
    control = covering[-1].time if covering else evidence.now
    inner, bad_stamp = await evidence.signature_proof(one, control)
    proof = inner or (covering[-1] if covering else None)
    found, offline = await _certificate(one, evidence, proof)
    if found["intact"] and found["valid"]:
        # what came after is looked at only if what was signed is still there
        one.compute_integrity_info()  # type: ignore[no-untyped-call]
    status, why = _status(one, found, proof.time if proof else None, evidence.now, hybrid)
    root = _root(found, trust) or await _claimed_root(one, evidence, trust)
    status, why = _rooted(root, proof, evidence.now, status, why)
    if status is not Status.INVALID and any(revision > one.signed_revision for revision in evidence.broken):
        status, why = Status.INDETERMINATE, [*why, "archive_timestamp_broken"]
    pades = one.sig_object.get("/SubFilter") == PADES
    if not pades:
        why.append("not_pades")
    if bad_stamp:
        why.append("timestamp_invalid")
    if proof is None:
        why.append("no_timestamp")
    claimed = _claimed(one)
    if claimed is not None and claimed > (proof.time if proof else evidence.now) + CLOCKS:
        why.append("claimed_time_ahead")
    if found["pkcs7_signature_mechanism"] in ("rsassa_pkcs1v15", "sha256_rsa", "sha384_rsa", "sha512_rsa"):
        why.append("old_padding")
    demo = root is not None and root.demo
    if demo:
        why.append("demo")
    level = Level.NONE
    if pades and status is not Status.INVALID:
        level = _level(proof, covering, offline and status is Status.VALID)
    return SignatureReport(
        level=level,
        status=status,
        signed_at=proof.time if proof else None,
        reasons=tuple(Reason(code) for code in dict.fromkeys(why)),
        intact=bool(found["intact"] and found["valid"]),
        changes=_changes(one) if found["intact"] and found["valid"] else "forbidden",
        demo=demo,
        **_described(one),
    )


def tell_apart(one: EmbeddedPdfSignature) -> SignatureReport:
    """The report on a signature that is too damaged to be judged."""
    try:
        described = _described(one)
    except (*DAMAGED, CMSExtractionError):
        described = {"signer": "", "field": one.field_name}
    return SignatureReport(
        level=Level.NONE,
        status=Status.INVALID,
        signed_at=None,
        reasons=(Reason("format_failure"),),
        changes="forbidden",
        **described,
    )


async def _certificate(
    one: EmbeddedPdfSignature, evidence: Evidence, proof: Proof | None
) -> tuple[dict[str, Any], bool]:
    """Validates value and chain as of the proven time, or as of now; tells whether the file's own data sufficed."""
    moment = proof.time if proof else evidence.now
    found: dict[str, Any] = {}
    for online in evidence.ways():
        validation = evidence.context(moment, one.other_embedded_certs, online=online)
        found = await _basic(one, validation)
        if found["trust_problem_indic"] is None:
            stored = bool(evidence.ocsps or evidence.crls)
            return found, not online and stored and (proof is None or proof.offline)
    if found["trust_problem_indic"] is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        # pyHanko has one word for a chain that is wrong and one whose revocation data is missing
        lenient = evidence.context(moment, one.other_embedded_certs, online=False, revocation_mode="soft-fail")
        again = await _basic(one, lenient)
        if again["trust_problem_indic"] is None:
            found = {**again, "trust_problem_indic": AdESIndeterminate.TRY_LATER}
    return found, False


async def _basic(one: EmbeddedPdfSignature, validation: ValidationContext) -> dict[str, Any]:
    return dict(
        await generic_cms.cms_basic_validation(
            one.signed_data,
            raw_digest=one.compute_digest(),
            validation_context=validation,
            status_kwargs={},
            key_usage_settings=KeyUsageConstraints(key_usage=SIGNING_USAGES),
        )
    )


def _status(
    one: EmbeddedPdfSignature, found: dict[str, Any], proven: datetime | None, now: datetime, hybrid: bool
) -> tuple[Status, list[str]]:
    if not found["intact"]:
        return Status.INVALID, ["hash_mismatch"]
    if not found["valid"]:
        return Status.INVALID, ["signature_broken"]
    if one.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not padded(one):
        return Status.INVALID, ["not_whole_file"]
    if _changes(one) == "forbidden":
        return Status.INVALID, ["changed_after_signing"]
    problem = found["trust_problem_indic"]
    if problem in (None, AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE) and not for_documents(one.signer_cert):
        problem = AdESIndeterminate.SIG_CONSTRAINTS_FAILURE
    if problem is not None:
        code, status = PROBLEMS.get(problem, ("undecided", Status.INDETERMINATE))
        if code == "revoked_no_poe" and proven is not None:
            code, status = "revoked", Status.INVALID
        if code == "revocation_unknown" and (proven or now) > one.signer_cert.not_valid_after:
            # nobody publishes revocation data of expired certificates; that it expired is the point
            code = "certificate_expired"
        if code == "untrusted" and (proven or now) < one.signer_cert.not_valid_before:
            # pyHanko has the same word for that as for a chain that is wrong
            code, status = "certificate_not_yet_valid", Status.INVALID
        return status, [code]
    if found["validation_path"] is None:
        return Status.INDETERMINATE, ["untrusted"]
    if hybrid:
        return Status.INDETERMINATE, ["hybrid_file"]
    return Status.VALID, []


def _rooted(
    root: TrustRoot | None, proof: Proof | None, now: datetime, status: Status, why: list[str]
) -> tuple[Status, list[str]]:
    """A root is believed from a day to a day only."""
    if root is None or status is Status.INVALID:
        return status, why
    at = proof.time if proof else now
    early = root.trusted_from is not None and at < root.trusted_from
    late = root.trusted_until is not None and at > root.trusted_until
    return (Status.INDETERMINATE, [*why, "untrusted_at_time"]) if early or late else (status, why)


async def _claimed_root(one: EmbeddedPdfSignature, evidence: Evidence, trust: Trust) -> TrustRoot | None:
    """The root that a chain which does not hold leads to by name: a DEMO signature is called so even when it fails."""
    builder = evidence.context(evidence.now, one.other_embedded_certs, online=False).path_builder
    paths = builder.async_build_paths_lazy(one.signer_cert)
    try:
        async for path in paths:
            return _root({"validation_path": path}, trust)
    except PathBuildingError:
        return None
    finally:
        await paths.cancel()  # type: ignore[no-untyped-call]
    return None


def _root(found: dict[str, Any], trust: Trust) -> TrustRoot | None:
    path = found.get("validation_path")
    if path is None:
        return None
    anchor = path.first.dump() if path.first is not None else b""
    return next((root for root in trust.roots if root.certificate == anchor), None)


def _level(proof: Proof | None, covering: list[Proof], offline: bool) -> Level:
    if proof is None:
        return Level.B_B
    if not offline:
        return Level.B_T
    return Level.B_LTA if any(stamp.seals_store for stamp in covering) else Level.B_LT


def _changes(one: EmbeddedPdfSignature) -> str:
    summary = one.summarise_integrity_info()
    result = summary["diff_result"]
    if summary["docmdp_ok"] is False or not isinstance(result, DiffResult):
        return "forbidden"
    return "none" if result.modification_level is ModificationLevel.NONE else "allowed"


def _described(one: EmbeddedPdfSignature) -> dict[str, Any]:
    certificate: x509.Certificate = one.signer_cert
    issuer = certificate.issuer.native
    algorithm = one.signer_info["signature_algorithm"]["algorithm"].native
    return {
        "signer": subject(certificate),
        "issuer": str(issuer.get("common_name") or issuer.get("organization_name") or ""),
        "serial": f"{certificate.serial_number:x}",
        "valid_from": certificate.not_valid_before,
        "valid_until": certificate.not_valid_after,
        "algorithm": f"{algorithm} {one.md_algorithm}",
        "claimed_at": _claimed(one),
        "field": one.field_name,
    }


def _claimed(one: EmbeddedPdfSignature) -> datetime | None:
    try:
        claimed = one.self_reported_timestamp
    except (ValueError, TypeError, KeyError):
        return None
    return claimed if isinstance(claimed, datetime) and claimed.tzinfo is not None else None

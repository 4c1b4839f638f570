"""The names that ETSI EN 319 102-1, TS 119 102-2 and RFC 9231 have for what verification says in our own codes."""

from __future__ import annotations

from signing.model import Status

__all__ = ["CONSTRAINTS", "ETSI", "OURS", "algorithm", "decides", "digest", "indication", "subindication"]

ETSI = "urn:etsi:019102:"
OURS = "urn:hoso:"

INDICATIONS = {
    Status.VALID: "mainindication:total-passed",
    Status.INVALID: "mainindication:total-failed",
    Status.INDETERMINATE: "mainindication:indeterminate",
}

SUBINDICATIONS = {
    "format_failure": "FORMAT_FAILURE",
    "not_whole_file": "FORMAT_FAILURE",
    "changed_after_signing": "FORMAT_FAILURE",
    "hybrid_file": "FORMAT_FAILURE",
    "trailing_bytes": "FORMAT_FAILURE",
    "archive_timestamp_broken": "NO_POE",
    "hash_mismatch": "HASH_FAILURE",
    "signature_broken": "SIG_CRYPTO_FAILURE",
    "revoked": "REVOKED",
    "revoked_no_poe": "REVOKED_NO_POE",
    "certificate_not_yet_valid": "NOT_YET_VALID",
    "certificate_expired": "OUT_OF_BOUNDS_NO_POE",
    "untrusted": "NO_CERTIFICATE_CHAIN_FOUND",
    "untrusted_at_time": "NO_CERTIFICATE_CHAIN_FOUND",
    "chain_constraints": "CHAIN_CONSTRAINTS_FAILURE",
    "wrong_key_usage": "SIG_CONSTRAINTS_FAILURE",
    "weak_algorithm": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "revocation_unknown": "TRY_LATER",
}

CONSTRAINTS = (
    ("format", ("format_failure",)),
    ("cryptographic-verification", ("hash_mismatch", "signature_broken")),
    ("whole-file", ("not_whole_file", "hybrid_file", "trailing_bytes", "archive_timestamp_broken")),
    ("changes-after-signing", ("changed_after_signing",)),
    ("archive-time-stamps", ("archive_timestamp_broken",)),
    ("certificate-chain", ("untrusted", "untrusted_at_time", "chain_constraints")),
    ("certificate-validity", ("certificate_expired", "certificate_not_yet_valid")),
    ("revocation", ("revoked", "revoked_no_poe", "revocation_unknown")),
    ("acceptance", ("wrong_key_usage", "weak_algorithm", "undecided")),
)
"""What is demanded of a signature, in the order in which it is looked at (EN 319 102-1, clauses 5.2.2 to 5.2.8), and
the reasons that say it does not hold. The first that fails decides; those after it are not evaluated."""

DIGESTS = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
ALGORITHMS = {
    "rsassa_pss": "http://www.w3.org/2007/05/xmldsig-more#{}-rsa-MGF1",
    "rsassa_pkcs1v15": "http://www.w3.org/2001/04/xmldsig-more#rsa-{}",
    "ecdsa": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-{}",
}
"""Names of RFC 9231 for the first half of pyHanko's signature mechanisms."""

DECIDING = {code for _, failures in CONSTRAINTS for code in failures}


def indication(verdict: Status) -> str:
    """The main indication of a signature as a whole."""
    return ETSI + INDICATIONS[verdict]


def decides(code: str) -> bool:
    """Whether a reason speaks for the verdict, rather than being said beside it."""
    return code in DECIDING


def digest(name: str) -> str:
    """The URI of a digest algorithm."""
    return DIGESTS.get(name, f"{OURS}digest:{name}")


def subindication(code: str) -> str:
    """The sub-indication of a reason; one of our own where the standard has none."""
    known = SUBINDICATIONS.get(code)
    return f"{ETSI}subindication:{known}" if known else f"{OURS}reason:{code}"


def algorithm(told: str) -> str:
    """The URI of a mechanism as `SignatureReport.algorithm` names it ("sha256_ecdsa sha256"); empty if unknown."""
    mechanism, _, digest = told.partition(" ")
    for name, uri in ALGORITHMS.items():
        if name in mechanism:
            return uri.format(digest)
    return ALGORITHMS["rsassa_pkcs1v15"].format(digest) if mechanism.endswith("_rsa") else ""

"""PDF in, signed PDF out: keys, PAdES levels, timestamps, visible marks, verification, the DEMO authority.

from pathlib import Path
from signing import sign, verify
from signing.demo import Authority

authority = Authority(Path("demo"))
officer = authority.issue("Nguyễn Văn Mẫu", "officer")
signed = sign(Path("in.pdf").read_bytes(), profile="thanh_phan", signer=officer, services=authority.services)
print(signed.level, verify(signed.pdf, trust=authority.trust).verdict)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from signing.address import require_public_address
from signing.errors import CertificateRefused, SigningError
from signing.keys import Mechanism, Pkcs12Signer, Signer
from signing.model import Level, Mark, Place, Reason, Report, SignatureReport, Signed, Status
from signing.profile import Profile, profile, profiles
from signing.services import Services, Transport, Trust, TrustRoot, Unreachable
from signing.strength import Strength
from signing.truststore import trust_store

if TYPE_CHECKING:
    from signing.agent import Agent, Connected, Offer
    from signing.csc import CscService, CscSigner
    from signing.desk import Desk, DeskSigner
    from signing.desks import Desks
    from signing.http import HttpTransport
    from signing.key_file import DeskKey, desk_key, open_key
    from signing.pipeline import Job, Outcome, sign, sign_async, sign_many, upgrade, upgrade_async
    from signing.renewal import Lapse, lapse, renew, renew_async
    from signing.reporting import validation_report
    from signing.session import Session
    from signing.token import Pkcs11Signer, TokenKey
    from signing.verification import verify, verify_async

__all__ = [
    "Agent",
    "CertificateRefused",
    "Connected",
    "CscService",
    "CscSigner",
    "Desk",
    "DeskKey",
    "DeskSigner",
    "Desks",
    "HttpTransport",
    "Job",
    "Lapse",
    "Level",
    "Mark",
    "Mechanism",
    "Offer",
    "Outcome",
    "Pkcs11Signer",
    "Pkcs12Signer",
    "Place",
    "Profile",
    "Reason",
    "Report",
    "Services",
    "Session",
    "SignatureReport",
    "Signed",
    "Signer",
    "SigningError",
    "Status",
    "Strength",
    "TokenKey",
    "Transport",
    "Trust",
    "TrustRoot",
    "Unreachable",
    "desk_key",
    "lapse",
    "open_key",
    "profile",
    "profiles",
    "renew",
    "renew_async",
    "require_public_address",
    "sign",
    "sign_async",
    "sign_many",
    "trust_store",
    "upgrade",
    "upgrade_async",
    "validation_report",
    "verify",
    "verify_async",
]

_HEAVY = {
    "HttpTransport": "http",
    **dict.fromkeys(("Agent", "Connected", "Offer"), "agent"),
    **dict.fromkeys(("DeskKey", "desk_key", "open_key"), "key_file"),
    **dict.fromkeys(("CscService", "CscSigner"), "csc"),
    **dict.fromkeys(("Desk", "DeskSigner"), "desk"),
    "Desks": "desks",
    **dict.fromkeys(("Job", "Outcome", "sign", "sign_async", "sign_many", "upgrade", "upgrade_async"), "pipeline"),
    **dict.fromkeys(("verify", "verify_async"), "verification"),
    **dict.fromkeys(("Lapse", "lapse", "renew", "renew_async"), "renewal"),
    "validation_report": "reporting",
    "Session": "session",
    **dict.fromkeys(("Pkcs11Signer", "TokenKey"), "token"),
}
"""Names that bring pyHanko with them (about a second): processes that only name levels and profiles go without."""


def __getattr__(name: str) -> object:
    if name not in _HEAVY:
        raise AttributeError(name)
    return getattr(import_module(f"signing.{_HEAVY[name]}"), name)

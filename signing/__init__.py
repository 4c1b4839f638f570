"""PDF in, signed PDF out: keys, PAdES levels, timestamps, visible marks, verification, the DEMO authority.

from pathlib import Path
from signing import Mark, sign, verify
from signing.demo import Authority

authority = Authority(Path("demo"))
officer = authority.issue("Nguyễn Văn Mẫu", "officer")
signed = sign(pdf, profile="thanh_phan", signer=officer, services=authority.services)
print(signed.level, verify(signed.pdf, trust=authority.trust).verdict)
"""

from signing.address import require_public_address
from signing.errors import CertificateRefused, SigningError
from signing.http import HttpTransport
from signing.keys import Mechanism, Pkcs12Signer, Signer
from signing.model import Level, Mark, Place, Reason, Report, SignatureReport, Signed, Status
from signing.pipeline import Job, Outcome, sign, sign_async, sign_many, upgrade, upgrade_async
from signing.profile import Profile, profile, profiles
from signing.services import Services, Transport, Trust, TrustRoot, Unreachable
from signing.verification import verify, verify_async

__all__ = [
    "CertificateRefused",
    "HttpTransport",
    "Job",
    "Level",
    "Mark",
    "Mechanism",
    "Outcome",
    "Pkcs12Signer",
    "Place",
    "Profile",
    "Reason",
    "Report",
    "Services",
    "SignatureReport",
    "Signed",
    "Signer",
    "SigningError",
    "Status",
    "Transport",
    "Trust",
    "TrustRoot",
    "Unreachable",
    "profile",
    "profiles",
    "require_public_address",
    "sign",
    "sign_async",
    "sign_many",
    "upgrade",
    "upgrade_async",
    "verify",
    "verify_async",
]

"""PDF in, signed PDF out: keys, PAdES levels, timestamps, visible marks, verification, the DEMO authority."""

from signing.errors import SigningError
from signing.keys import Mechanism, Pkcs12Signer, Signer
from signing.model import Level, Mark, Place, Reason, Report, SignatureReport, Signed, Status
from signing.profile import Profile, profile, profiles
from signing.services import Services, Transport, Trust, TrustRoot, Unreachable

__all__ = [
    "Level",
    "Mark",
    "Mechanism",
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
]

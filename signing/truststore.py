"""The roots that an installation believes: a folder of certificates, and in `trust.toml` when each is believed.

Self-signed certificates are roots, all others are intermediates that files may leave out. Both Vietnamese PKIs (that
of the public service, Ban Cơ yếu; that of public authorities, NEAC) put theirs here; roots come and go with the years:

    ["vnroot-ca-g3.pem"]
    name = "Viet Nam National Root CA G3"
    from = 2019-05-21
    until = 2044-05-21

`algorithms.toml` may say until when algorithms are taken to hold (`signing.strength`).
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path

from asn1crypto import pem
from cryptography import x509

from signing.errors import BadTrustStore
from signing.keys import named
from signing.services import Transport, Trust, TrustRoot
from signing.strength import FILE, Strength

__all__ = ["trust_store"]

WINDOWS = "trust.toml"
ENDINGS = {".pem", ".crt", ".cer", ".der"}


def trust_store(folder: Path, *, transport: Transport | None = None) -> Trust:
    """Reads the folder; one that is not there, or empty, believes nobody. Raises `BadTrustStore`."""
    roots: list[TrustRoot] = []
    others: list[bytes] = []
    windows = _windows(folder)
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in ENDINGS) if folder.is_dir() else []
    for missing in windows.keys() - {path.name for path in files}:
        raise BadTrustStore(file=WINDOWS, reason=missing)
    for path in files:
        for der in _certificates(path):
            found = _parsed(path, der)
            if found.issuer == found.subject:
                roots.append(_root(found, der, windows.get(path.name, {})))
            else:
                others.append(der)
    own = folder / FILE
    strength = Strength.read(own) if own.is_file() else Strength.default()
    return Trust(tuple(roots), transport=transport, others=tuple(others), strength=strength)


def _root(found: x509.Certificate, der: bytes, window: dict[str, object]) -> TrustRoot:
    return TrustRoot(
        der,
        name=str(window.get("name") or named(found)),
        trusted_from=_day(window.get("from"), time.min),
        trusted_until=_day(window.get("until"), time.max),
    )


def _windows(folder: Path) -> dict[str, dict[str, object]]:
    path = folder / WINDOWS
    if not path.is_file():
        return {}
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTrustStore(file=WINDOWS, reason=str(error)) from error
    for name, window in read.items():
        days = (window.get("from"), window.get("until")) if isinstance(window, dict) else ("",)
        if any(day is not None and not isinstance(day, date) for day in days):
            raise BadTrustStore(file=WINDOWS, reason=name)
    return read


def _day(day: object, at: time) -> datetime | None:
    """From the first moment of a day to its last, in UTC."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, at, UTC) if isinstance(day, date) else None


def _certificates(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if not pem.detect(data):
        return [data]
    try:
        return [der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]
    except ValueError as error:
        raise BadTrustStore(file=path.name, reason=str(error)) from error


def _parsed(path: Path, der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise BadTrustStore(file=path.name, reason="DER") from error

"""A key as an agency's settings name it: a PKCS#12 file, or a small TOML file that says where the key is kept."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509

from signing.csc import CscService, CscSigner
from signing.errors import BadKeySettings
from signing.keys import Pkcs12Signer, Signer
from signing.token import Pkcs11Signer, TokenKey

__all__ = ["DeskKey", "desk_key", "open_key"]

PADDINGS = {"pss": False, "pkcs1": True}
_TYPES = {**dict.fromkeys(("sessions", "most", "seconds", "patience"), (int, float)), "asynchronous": (bool,)}
"""Of settings that are no text."""


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A key on a token at its owner's PC. `certificate` (DER) is the registered one; the rest is what `hoso sign-agent`
    must be told there: the maker's module, the token's label, the key's, the padding."""

    certificate: bytes
    module: str = ""
    token: str = ""
    key: str = ""
    legacy_padding: bool = False

    def suits(self, certificate: bytes) -> bool:
        """Whether a certificate (DER) names the registered subject (RFC 5280, 7.1); it may be a renewed one."""
        registered = x509.Certificate.load(self.certificate).subject
        return bool(registered.chosen) and x509.Certificate.load(certificate).subject == registered


def desk_key(path: Path) -> DeskKey | None:
    """The key at a PC that a file describes (`kind` desk); None for keys of other kinds. Raises `BadKeySettings`."""
    if path.suffix.lower() != ".toml":
        return None
    told, legacy = _settings(path)
    if told.pop("kind", None) != "desk":
        return None
    known = _known(told, {"certificate", "module", "token", "key"}, {"certificate"})
    if wrong := sorted({"chain"} & told.keys()) + [name for name, value in known.items() if '"' in value]:
        raise BadKeySettings(why=", ".join(wrong))
    try:
        content = (path.parent / known.pop("certificate")).read_bytes()
        der = pem.unarmor(content)[2] if pem.detect(content) else content
        x509.Certificate.load(der).native  # noqa: B018 - parses it whole
    except (OSError, ValueError) as error:
        raise BadKeySettings(why="certificate") from error
    return DeskKey(der, legacy_padding=legacy, **known)


def open_key(path: Path, pin: str) -> Signer:
    """Opens the key that a file holds (`.p12`, `.pfx`) or describes (`.toml`, with `kind` pkcs12, pkcs11 or csc; a key
    of kind desk is not here: `desk_key`).

    Paths in it count from its own folder. `padding` is `pss` or `pkcs1`. Raises `BadKeySettings`, and what the key
    itself raises.
    """
    if path.suffix.lower() != ".toml":
        return Pkcs12Signer.load(path, pin.encode())
    told, legacy = _settings(path)
    match kind := told.pop("kind", None):
        case "pkcs12":
            known = _known(told, {"file"}, {"file"})
            return Pkcs12Signer.load(path.parent / known["file"], pin.encode(), legacy_padding=legacy)
        case "pkcs11":
            known = _known(told, {"module", "token", "key", "sessions"}, {"module", "token"})
            return Pkcs11Signer(TokenKey(**known, legacy_padding=legacy, **_certificates(told, path.parent)), pin)
        case "csc":
            names = {one.name for one in fields(CscService)} - {"legacy_padding"}
            known = _known(told, names, {"url", "credential", "client_id"})
            return CscSigner.open(CscService(**known, legacy_padding=legacy), pin)
    raise BadKeySettings(why=f"kind = {kind!r}")


def _settings(path: Path) -> tuple[dict[str, Any], bool]:
    """What a TOML file says, and whether the padding is PKCS#1 v1.5."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadKeySettings(why=path.name) from error
    padding = told.pop("padding", "pss")
    if padding not in PADDINGS:
        raise BadKeySettings(why=f"padding = {padding!r}")
    return told, PADDINGS[padding]


def _known(told: dict[str, Any], names: set[str], needed: set[str]) -> dict[str, Any]:
    """The settings of those names; a missing one, and one of the wrong type, is an error."""
    found = {name: value for name, value in told.items() if name in names}
    for name, value in found.items():
        if type(value) not in _TYPES.get(name, (str,)):
            raise BadKeySettings(why=name)
    unknown = told.keys() - names - {"certificate", "chain"}
    if wrong := sorted((needed - found.keys()) | unknown):
        raise BadKeySettings(why=", ".join(wrong))
    return found


def _certificates(told: dict[str, Any], folder: Path) -> dict[str, Any]:
    """`certificate`, and `chain` as a list: DER files, for tokens that hold keys alone."""
    try:
        found: dict[str, Any] = {"chain": tuple((folder / one).read_bytes() for one in told.get("chain", ()))}
        if "certificate" in told:
            found["certificate"] = (folder / told["certificate"]).read_bytes()
    except (OSError, TypeError) as error:
        raise BadKeySettings(why="certificate, chain") from error
    return found

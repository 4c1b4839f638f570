"""Whose key is where: `HOSO_DATA/keys/signers.toml`, or simply a PKCS#12 file there with the signer's name.

A signer is a person, by user name, or an agency with its seal, by code. Outside DEMO every one has an entry:

    ["can.bo"]
    p12 = "can.bo.p12"

    ["H26.01.02"]
    pkcs11 = "/usr/lib/softhsm/libsofthsm2.so"
    token = "UBND xã Mẫu Đơn"
    key = "seal"
    padding = "pkcs1"        # for tokens that know no PSS

PINs stand nowhere: they are given for a batch, to the signing agent.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from signing import Pkcs11Signer, Pkcs12Signer, Signer, TokenKey
from signing.errors import BadKeySettings, KeyMissing

SIGNERS = "signers.toml"
PKCS12 = frozenset({"p12", "padding"})
PKCS11 = frozenset({"pkcs11", "token", "key", "padding", "sessions"})


def folder(data: Path) -> Path:
    """Where the keys of an installation lie (mode 0700)."""
    return data / "keys"


def entry(data: Path, *names: str) -> dict[str, Any] | None:
    """The entry of the first of these names that has one. Raises BadKeySettings."""
    known = _entries(folder(data))
    for name in names:
        if name in known:
            return known[name]
        if Path(name).name == name and (folder(data) / f"{name}.p12").is_file():
            return {"p12": f"{name}.p12"}
    return None


def entries(data: Path) -> dict[str, dict[str, Any]]:
    """Every signer that has a key here. Raises BadKeySettings."""
    files = {path.stem: {"p12": path.name} for path in sorted(folder(data).glob("*.p12"))}
    return files | _entries(folder(data))


def open_key(data: Path, where: dict[str, Any], pin: str) -> Signer:
    """Opens the key with its PIN. Raises BadKeySettings, KeyMissing, and what `signing` raises of keys."""
    legacy = where.get("padding") == "pkcs1"
    if "p12" in where:
        path = _within(folder(data), str(where["p12"]))
        return Pkcs12Signer.load(path, pin.encode(), legacy_padding=legacy)
    key = TokenKey(
        module=str(where["pkcs11"]),
        token=str(where["token"]),
        key=str(where.get("key", "")),
        legacy_padding=legacy,
        sessions=int(where.get("sessions", 1)),
    )
    return Pkcs11Signer(key, pin)


def _entries(keys: Path) -> dict[str, dict[str, Any]]:
    path = keys / SIGNERS
    if not path.is_file():
        return {}
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadKeySettings(why=f"{SIGNERS}: {error}") from error
    for name, given in read.items():
        _check(name, given)
    return read


def _check(name: str, given: object) -> None:
    """Raises BadKeySettings, naming the signer."""
    if not isinstance(given, dict) or given.get("padding", "pss") not in ("pss", "pkcs1"):
        raise BadKeySettings(why=f"{SIGNERS}, [{name}]")
    whole = "p12" in given or {"pkcs11", "token"} <= given.keys()
    if not whole or not (given.keys() <= PKCS12 or given.keys() <= PKCS11):
        raise BadKeySettings(why=f"{SIGNERS}, [{name}]")


def _within(keys: Path, name: str) -> Path:
    if Path(name).name != name:
        raise BadKeySettings(why=f"{SIGNERS}: {name}")
    path = keys / name
    if not path.is_file():
        raise KeyMissing(key=name, present="—")
    return path

"""Whose key is where: `HOSO_DATA/keys/<signer>.p12`, or `<signer>.toml` for keys kept elsewhere (`signing.open_key`).

A signer is a person, by user name or account id, or an agency with its seal, by code. PINs stand nowhere: they are
given for a batch, to the signing agent.
"""

from __future__ import annotations

from pathlib import Path

ENDINGS = (".toml", ".p12", ".pfx")
"""In this order: where a file describes a key, a PKCS#12 file beside it is what it describes."""


def folder(data: Path) -> Path:
    """Where the keys of an installation lie (mode 0700)."""
    return data / "keys"


def find(data: Path, *names: str) -> Path | None:
    """The file of the first of these names that has one."""
    places = (folder(data) / f"{name}{ending}" for name in names if Path(name).name == name for ending in ENDINGS)
    return next((path for path in places if path.is_file()), None)


def signers(data: Path) -> list[str]:
    """The names that have a key here."""
    return sorted({path.stem for path in folder(data).glob("*") if path.suffix in ENDINGS})

"""Whose key is where: `HOSO_DATA/keys/users/<name>.p12` and `keys/agencies/<code>.p12`, or `.toml` for keys kept
elsewhere (`signing.open_key`, `signing.desk_key`).

A person is known by user name or account id, an agency with its seal by code: two folders, so that nobody's user name
can name an agency's seal. Keys that lie in `keys/` itself, as they once did, are found there: what is called like an
agency's code is an agency's. PINs stand nowhere: they are given for a batch, to the signing agent.
"""

from __future__ import annotations

from pathlib import Path

from catalogue import AgencyCode, InvalidCode
from workers.errors import KeyClash

ENDINGS = (".toml", ".p12", ".pfx")
"""In this order: where a file describes a key, a PKCS#12 file beside it is what it describes."""
USERS, AGENCIES = "users", "agencies"


def folder(data: Path) -> Path:
    """Where the keys of an installation lie (mode 0700)."""
    return data / "keys"


def person(data: Path, *names: str) -> Path | None:
    """The file of the first of a person's names that has one. Raises KeyClash where a name is an agency's code and the
    only key of that name lies where both would be looked for."""
    for name in names:
        if found := _in(folder(data) / USERS, name):
            return found
        found = _in(folder(data), name)
        if found is not None and _is_agency(name):
            raise KeyClash(name=name)
        if found is not None:
            return found
    return None


def agency(data: Path, code: str) -> Path | None:
    """The file of an agency's seal."""
    return _in(folder(data) / AGENCIES, code) or (_in(folder(data), code) if _is_agency(code) else None)


def signers(data: Path) -> list[str]:
    """The names that have a key here, with their folder."""
    places = (folder(data), folder(data) / USERS, folder(data) / AGENCIES)
    found = [path for place in places for path in place.glob("*")]
    return sorted({str(path.relative_to(folder(data)).with_suffix("")) for path in found if path.suffix in ENDINGS})


def _in(place: Path, name: str) -> Path | None:
    if not name or Path(name).name != name:
        return None
    return next((path for ending in ENDINGS if (path := place / f"{name}{ending}").is_file()), None)


def _is_agency(name: str) -> bool:
    try:
        AgencyCode.parse(name)
    except InvalidCode:
        return False
    return True

"""OCFL 1.1 inventories: what an archive object is made of, as text that any OCFL tool reads.

Nothing here talks to the store. Digests are of the sealed bytes: sha512 addresses them, the fixity block has sha256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.errors import Corrupt

ROOT = "ocfl/"
"""Where the storage root lies in the archive's bucket."""
ROOT_DECLARATION = ("0=ocfl_1.1", b"ocfl_1.1\n")
OBJECT_DECLARATION = ("0=ocfl_object_1.1", b"ocfl_object_1.1\n")
INVENTORY = "inventory.json"
SIDECAR = "inventory.json.sha512"
DOCUMENT = "document.sealed"
METADATA = "metadata.sealed"
REPORTS = {"json": "verification.json.sealed", "xml": "verification.xml.sealed"}
"""What verification found in a file that came signed, by form; later versions keep them."""
OWNER = "owner.sealed"
_TYPE = "https://ocfl.io/1.1/spec/#inventory"


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A sealed file of a new version: its logical name, its digests (hex) and size."""

    name: str
    sha512: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """An object's inventory, read."""

    body: Mapping[str, object]

    @property
    def head(self) -> int:
        """The number of the newest version."""
        return _number(str(self.body["head"]))

    def state(self, number: int) -> dict[str, str]:
        """Logical name → sha512 of a version."""
        versions = self.body["versions"]
        assert isinstance(versions, dict)
        state = versions[f"v{number}"]["state"]
        return {name: digest for digest, names in state.items() for name in names}

    def path(self, sha512: str) -> str:
        """Where the content of this digest lies, relative to the object. Raises Corrupt when the manifest lacks it."""
        manifest = self.body["manifest"]
        assert isinstance(manifest, dict)
        try:
            return str(manifest[sha512][0])
        except (KeyError, IndexError) as error:
            raise Corrupt(what=f"inventory of {self.body.get('id')}") from error

    def files(self) -> dict[str, str]:
        """Content path → sha512 of everything in the object."""
        manifest = self.body["manifest"]
        assert isinstance(manifest, dict)
        return {path: digest for digest, paths in manifest.items() for path in paths}


def document_path(home: UUID, document: UUID) -> str:
    """The OCFL id of a document, which is also its path under the storage root."""
    return f"{home}/{document}"


def owner_path(owner: UUID) -> str:
    """The OCFL id of an owner's own object."""
    return f"{owner}/owner"


def next_inventory(
    before: Inventory | None,
    path: str,
    files: Sequence[ContentFile],
    *,
    keep: Sequence[str],
    created: datetime,
    message: str,
    user: str,
) -> bytes:
    """The inventory with one more version: `files` are new, `keep` are names whose content stays as it was."""
    number = before.head + 1 if before else 1
    body: dict[str, object] = {
        "id": path,
        "type": _TYPE,
        "digestAlgorithm": "sha512",
        "head": f"v{number}",
    }
    manifest: dict[str, object] = dict(_block(before, "manifest"))
    fixity = {name: dict(paths) for name, paths in _block(before, "fixity").items()}
    versions: dict[str, object] = dict(_block(before, "versions"))
    state = {before.state(before.head)[name]: [name] for name in keep} if before else {}
    for file in files:
        content = f"v{number}/content/{file.name}"
        manifest[file.sha512] = [content]
        fixity.setdefault("sha256", {})[file.sha256] = [content]
        state[file.sha512] = [file.name]
    versions[f"v{number}"] = {
        "created": created.isoformat(timespec="seconds"),
        "message": message,
        "user": {"name": user, "address": f"urn:hoso:actor:{user}"},
        "state": state,
    }
    body |= {"manifest": manifest, "versions": versions, "fixity": fixity}
    return json.dumps(body, indent=1, sort_keys=True).encode()


def sidecar(inventory: bytes) -> bytes:
    """The sidecar file of an inventory."""
    return f"{hashlib.sha512(inventory).hexdigest()} {INVENTORY}\n".encode()


def parse(inventory: bytes, seal: bytes) -> Inventory:
    """Reads an inventory against its sidecar. Raises Corrupt."""
    if sidecar(inventory).split()[0] != (seal.split() or [b""])[0]:
        raise Corrupt(what=INVENTORY)
    try:
        body = json.loads(inventory)
        return Inventory(body) if {"id", "head", "manifest", "versions"} <= body.keys() else _bad()
    except (ValueError, AttributeError) as error:
        raise Corrupt(what=INVENTORY) from error


def _bad() -> Inventory:
    raise Corrupt(what=INVENTORY)


def _block(before: Inventory | None, name: str) -> dict[str, dict[str, object]]:
    block = before.body.get(name, {}) if before else {}
    assert isinstance(block, dict)
    return block


def _number(version: str) -> int:
    return int(version.removeprefix("v"))

"""Proves that the archive still holds what it took in: inventories, digests of every file, locks; and copies it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts import WORKER
from storage import config, events, ocfl
from storage.blobs import Digests, blobs
from storage.errors import Corrupt, NotFound, StorageError
from storage.models import ArchiveObject, Document
from storage.objects import content_key, read_inventory
from storage.rebuild import object_paths
from storage.reports import Finding, FixityReport
from storage.values import EventRecord


def verify_objects() -> FixityReport:
    """Reads every object whole (QCVN 12:2026/BCA 2.2.5.4): inventories against sidecars, files against digests.

    Also that files are locked, that no file is there that no inventory names, and that no document of the index has
    lost its object. No key is needed: the digests are of the sealed bytes.
    """
    objects = files = 0
    findings: list[Finding] = []
    seen: set[str] = set()
    for path in object_paths():
        objects += 1
        seen.add(path)
        try:
            inventory = read_inventory(path)
        except (Corrupt, NotFound) as error:
            findings.append(_finding(error, path))
            continue
        files += len(inventory.files())
        findings += _inventory(path, inventory)
        findings += _files(path, inventory)
    for home, document in Document.objects.values_list("home_id", "id"):
        path = ocfl.document_path(home, document)
        if path not in seen and not ArchiveObject.objects.filter(path=path, plan__isnull=False).exists():
            findings.append(Finding("storage.object_lost", path, "The index has a document whose object is gone."))
    with transaction.atomic():
        details = {"objects": objects, "files": files, "findings": len(findings)}
        events.record(EventRecord("archive.verify", details=details), WORKER)
    return FixityReport(objects, files, tuple(findings))


def export(folder: Path, *, owner: UUID | None = None) -> int:
    """Copies the storage root (or one owner's part) into a folder as a plain OCFL tree; says how many files.

    The files stay sealed: an export is no leak, and no more than that without the key bucket and the master key.
    """
    prefix = ocfl.ROOT + (f"{owner}/" if owner else "")
    count = 0
    for key in blobs().keys(config.buckets().archive, prefix):
        _download(key, folder / key.removeprefix(ocfl.ROOT))
        count += 1
    if owner is not None:
        _download(ocfl.ROOT + ocfl.ROOT_DECLARATION[0], folder / ocfl.ROOT_DECLARATION[0])
    with transaction.atomic():
        owners = (owner,) if owner else ()
        events.record(EventRecord("archive.export", owners=owners, details={"files": count}), WORKER)
    return count


def _inventory(path: str, inventory: ocfl.Inventory) -> Iterator[Finding]:
    """The newest version's own copy must be the root's, and the index must know the same head."""
    archive = config.buckets().archive
    root = blobs().get_bytes(archive, content_key(path, ocfl.INVENTORY))
    try:
        own = blobs().get_bytes(archive, content_key(path, f"v{inventory.head}/{ocfl.INVENTORY}"))
    except NotFound as error:
        yield _finding(error, f"{path}/v{inventory.head}")
        return
    if own != root:
        yield Finding("storage.inventories_differ", path, "The root inventory is not the newest version's.")
    row = ArchiveObject.objects.filter(path=path).first()
    if row is not None and row.plan is None and row.head != inventory.head:
        yield Finding("storage.head_differs", path, f"The index says v{row.head}, the object v{inventory.head}.")


def _files(path: str, inventory: ocfl.Inventory) -> Iterator[Finding]:
    named = inventory.files()
    archive = config.buckets().archive
    for name, digest in named.items():
        key = content_key(path, name)
        try:
            if sha512_of_object(key) != digest:
                raise Corrupt(what=name)
            until = blobs().locked_until(archive, key)
        except (Corrupt, NotFound) as error:
            yield _finding(error, f"{path}/{name}")
            continue
        if until is None:
            yield Finding("storage.unlocked", f"{path}/{name}", "The file is not locked for its retention.")
    unpublished = ArchiveObject.objects.filter(path=path, plan__isnull=False).exists()
    for key in blobs().keys(archive, content_key(path, "v")):
        name = key.removeprefix(content_key(path, ""))
        if "/content/" in name and name not in named and not unpublished:
            yield Finding("storage.unnamed_file", f"{path}/{name}", "No inventory names this file.")


def sha512_of_object(key: str) -> str:
    """The SHA-512 (hex) of an object of the archive bucket, read whole. Raises NotFound."""
    with blobs().get(config.buckets().archive, key) as reader:
        counted = Digests(reader, "sha512")
        while counted.read(config.MIB):
            pass
        return counted.hex("sha512")


def _download(key: str, target: Path) -> None:
    """Writes beside the target and renames, so that a broken export leaves no half file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.part")
    with blobs().get(config.buckets().archive, key) as reader, fresh.open("wb") as stream:
        while part := reader.read(config.MIB):
            stream.write(part)
    fresh.replace(target)


def _finding(error: StorageError, path: str) -> Finding:
    return Finding(error.code, path, error.en)

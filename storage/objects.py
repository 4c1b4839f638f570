"""Writes versions of OCFL objects so that a crash or a race never loses, doubles or mixes anything.

    with claim(path) as draft:              # takes the object's lease and a fence number
        draft.add(name, chunks)             # seals are staged in the transient bucket, under the fence
        with transaction.atomic():
            draft.commit(message, actor)    # the row names the winner; a writer that was overtaken fails here
            …                               # the caller's own rows and the event stand or fall with it
    publish(path)                           # staged bytes go to their place, then the inventories

After the commit anybody may finish the publication (the next writer, a reader, `resume`); it can be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import Q

from storage import config, ocfl
from storage.blobs import Digests, blobs
from storage.cipher import ChunkReader
from storage.errors import DepositBusy, FenceLost, NotFound, StorageError
from storage.models import ArchiveObject

LEASE = timedelta(seconds=10)
"""How long a silent writer keeps others waiting; being overtaken costs it its work, nothing else."""
PATIENCE = 20.0
"""Seconds that a writer waits for another one's lease."""
STAGING = "staging/"


class _Staged(TypedDict):
    name: str
    sha512: str
    size: int


class Draft:
    """The next version of one object, before it counts."""

    def __init__(self, path: str, fence: int, before: ocfl.Inventory | None) -> None:
        self.path = path
        self.fence = fence
        self.before = before
        self.files: list[ocfl.ContentFile] = []
        self.committed = False

    @property
    def number(self) -> int:
        """The number of the version that is being written."""
        return self.before.head + 1 if self.before else 1

    def add(self, name: str, sealed: Iterable[bytes]) -> None:
        """Stages a sealed file."""
        counted = Digests(ChunkReader(sealed), "sha512", "sha256")
        self._renew()
        blobs().put_stream(config.buckets().transient, staged_key(self.path, self.fence, name), counted)
        self._renew()
        self.files.append(ocfl.ContentFile(name, counted.hex("sha512"), counted.hex("sha256"), counted.size))

    def commit(self, message: str, user: str, *, keep: tuple[str, ...] = (), until: datetime | None = None) -> None:
        """Names this draft the winner, inside the caller's transaction. Raises FenceLost when somebody took over."""
        inventory = ocfl.next_inventory(
            self.before, self.path, self.files, keep=keep, created=datetime.now(UTC), message=message, user=user
        )
        plan = {
            "number": self.number,
            "inventory": inventory.decode(),
            "until": until.isoformat() if until else None,
            "files": [{"name": file.name, "sha512": file.sha512, "size": file.size} for file in self.files],
        }
        ours = ArchiveObject.objects.filter(path=self.path, fence=self.fence, plan__isnull=True)
        if not ours.update(plan=plan, lease_until=None):
            raise FenceLost
        self.committed = True

    def _renew(self) -> None:
        """Keeps the lease while there is work; a writer that was overtaken learns it at its commit."""
        ours = ArchiveObject.objects.filter(path=self.path, fence=self.fence, plan__isnull=True)
        ours.update(lease_until=datetime.now(UTC) + LEASE)

    def discard(self) -> None:
        """Gives the lease back and removes what was staged."""
        ArchiveObject.objects.filter(path=self.path, fence=self.fence, plan__isnull=True).update(lease_until=None)
        for file in self.files:
            blobs().delete(config.buckets().transient, staged_key(self.path, self.fence, file.name))


@contextmanager
def claim(path: str) -> Iterator[Draft]:
    """Takes the object for writing; waits for another writer up to PATIENCE. Raises DepositBusy, StoreDown.

    When the block fails before its commit stands, nothing of it is left.
    """
    fence, head = _lease(path)
    draft = Draft(path, fence, read_inventory(path) if head else None)
    try:
        yield draft
    except BaseException:
        # The commit may have been rolled back with the caller's transaction: the row alone tells.
        with suppress(StorageError):
            if not ArchiveObject.objects.filter(path=path, fence=fence, plan__isnull=False).exists():
                draft.discard()
        raise
    if not draft.committed:
        draft.discard()


def publish(path: str) -> None:
    """Brings a committed version to its place; does nothing when there is none. May be repeated and raced."""
    row = ArchiveObject.objects.filter(path=path).first()
    if row is None or row.plan is None:
        return
    plan, number = row.plan, row.plan["number"]
    until = datetime.fromisoformat(plan["until"]) if plan["until"] else None
    for file in plan["files"]:
        if not _place(path, row.fence, number, file, until):
            return
    inventory = plan["inventory"].encode()
    if number == 1:
        _put(path, ocfl.OBJECT_DECLARATION[0], ocfl.OBJECT_DECLARATION[1])
    _put_inventory(path, f"v{number}/", inventory)
    _put_inventory(path, "", inventory)
    ArchiveObject.objects.filter(path=path, fence=row.fence, plan__isnull=False).update(
        head=number, plan=None, lease_until=None
    )
    _repair_root(path, number)
    for file in plan["files"]:
        blobs().delete(config.buckets().transient, staged_key(path, row.fence, file["name"]))


def resume() -> int:
    """Finishes what crashes left after a commit, clears staged leftovers; says how many it finished."""
    unfinished = list(ArchiveObject.objects.filter(plan__isnull=False).values_list("path", flat=True))
    for path in unfinished:
        publish(path)
    for key in list(blobs().keys(config.buckets().transient, STAGING)):
        if _given_up(*_parse_staged(key)):
            blobs().delete(config.buckets().transient, key)
    return len(unfinished)


def _given_up(path: str, fence: int) -> bool:
    """Whether nobody will ever publish what was staged under this fence.

    A writer whose lease ran out may only be slow: taking its fence first makes its commit fail.
    """
    ours = ArchiveObject.objects.filter(path=path, fence=fence)
    ours.filter(plan__isnull=True, lease_until__lte=datetime.now(UTC)).update(fence=fence + 1, lease_until=None)
    return not ours.filter(Q(plan__isnull=False) | Q(lease_until__isnull=False)).exists()


def read_inventory(path: str) -> ocfl.Inventory:
    """The inventory of an object in its place. Raises NotFound, Corrupt."""
    archive = config.buckets().archive
    base = f"{ocfl.ROOT}{path}/"
    return ocfl.parse(
        blobs().get_bytes(archive, base + ocfl.INVENTORY), blobs().get_bytes(archive, base + ocfl.SIDECAR)
    )


def content_key(path: str, content: str) -> str:
    """The key, in the archive's bucket, of a file of an object."""
    return f"{ocfl.ROOT}{path}/{content}"


def staged_key(path: str, fence: int, name: str) -> str:
    """The key, in the transient bucket, of a staged file."""
    return f"{STAGING}{path}/{fence}/{name}"


def _lease(path: str) -> tuple[int, int]:
    deadline = time.monotonic() + PATIENCE
    while True:
        publish(path)
        with transaction.atomic():
            ArchiveObject.objects.get_or_create(path=path)
            row = ArchiveObject.objects.select_for_update().get(path=path)
            now = datetime.now(UTC)
            if row.plan is None and (row.lease_until is None or row.lease_until <= now):
                row.fence += 1
                row.lease_until = now + LEASE
                row.save(update_fields=["fence", "lease_until"])
                return row.fence, row.head
        if time.monotonic() > deadline:
            raise DepositBusy
        time.sleep(0.05)


def _place(path: str, fence: int, number: int, file: _Staged, until: datetime | None) -> bool:
    """Puts one staged file in its place unless it lies there; False when somebody else finished meanwhile."""
    archive, transient = config.buckets().archive, config.buckets().transient
    target = content_key(path, f"v{number}/content/{file['name']}")
    if blobs().size(archive, target) == file["size"]:
        return True
    try:
        source = staged_key(path, fence, file["name"])
        blobs().publish((transient, source), (archive, target), sha512=file["sha512"], until=until)
    except NotFound:
        if ArchiveObject.objects.filter(path=path, fence=fence, plan__isnull=False).exists():
            raise
        return False
    return True


def _repair_root(path: str, number: int) -> None:
    """A slow finisher may have put an old inventory over a newer one: the newest version's own copy goes back."""
    head = ArchiveObject.objects.values_list("head", flat=True).get(path=path)
    if head > number:
        newest = blobs().get_bytes(config.buckets().archive, content_key(path, f"v{head}/{ocfl.INVENTORY}"))
        _put_inventory(path, "", newest)


def _put_inventory(path: str, folder: str, inventory: bytes) -> None:
    _put(path, folder + ocfl.INVENTORY, inventory)
    _put(path, folder + ocfl.SIDECAR, ocfl.sidecar(inventory))


def _put(path: str, name: str, content: bytes) -> None:
    blobs().put(config.buckets().archive, content_key(path, name), content)


def _parse_staged(key: str) -> tuple[str, int]:
    owner, obj, fence, _name = key.removeprefix(STAGING).split("/")
    return f"{owner}/{obj}", int(fence)

"""The copy of the keys, apart from the copy of the archive; a destruction reaches into it at once.

    INSTALLATION                 whose it is
    wrapped/<family>/<object>/<id>   the wrapped keys, as in the key bucket
    secrets/  signing-keys/  demo-authority/    what else an installation needs to read and to verify
    own/  trust/, profiles/, calendar.json: what an administrator put into HOSO_DATA; here, since nobody may add a root
    destroyed/<family>-<object>.json  what was destroyed, for restores from any copy

The folders of this machine that hold such a copy are known by `HOSO_DATA/key-copies.json`. One that is not at hand when
a document is destroyed is made good at the next start, or by the next backup into it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from storage import config
from storage.copies import durable
from storage.copies.errors import BackupFailed
from storage.records import Grave

WRAPPED, DESTROYED = "wrapped", "destroyed"
PARTS = {"secrets": "secrets", "signing-keys": "keys", "demo-authority": "demo-authority"}
"""Folder of the copy → folder under HOSO_DATA."""
OWN, OWNED = "own", ("trust", "profiles", "calendar.json")
"""Folder of the copy, and what of HOSO_DATA it is a mirror of."""
_KNOWN = "key-copies.json"


@dataclass(frozen=True, slots=True)
class Stone:
    """Something destroyed: `family` is documents or intakes; `home` is the owner whose object keeps the tombstone."""

    family: str
    object: UUID
    at: datetime
    home: UUID | None = None
    ground: str = ""
    by: str = ""
    approved_by: tuple[str, ...] = ()

    def grave(self) -> Grave:
        """The tombstone of a document for its owner's object."""
        return Grave(self.object, self.at, self.by, self.ground, self.approved_by)


def stone_of(home: UUID, grave: Grave) -> Stone:
    """The stone of a destroyed document."""
    return Stone("documents", grave.document, grave.at, home, grave.ground, grave.by, grave.approved_by)


class KeyFolder:
    """A folder with a copy of the keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paths(self) -> Iterator[str]:
        """The paths of all wrapped keys, as in the key bucket."""
        root = self.folder / WRAPPED
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                yield path.relative_to(root).as_posix()

    def read(self, path: str) -> bytes | None:
        """A wrapped key; None when there is none."""
        try:
            return (self.folder / WRAPPED / path).read_bytes()
        except FileNotFoundError:
            return None

    def add(self, path: str, wrapped: bytes) -> None:
        """Keeps a wrapped key, durable on return."""
        durable.write(self.folder / WRAPPED / path, wrapped)

    def destroy(self, stone: Stone) -> None:
        """Writes down that something was destroyed, then removes its keys; may be repeated."""
        mark = self._mark(stone.family, stone.object)
        if not mark.exists():
            durable.write(mark, json.dumps(asdict(stone), default=str, ensure_ascii=False).encode())
        keys = self.folder / WRAPPED / stone.family / str(stone.object)
        if keys.is_dir():
            for path in keys.iterdir():
                durable.remove(path)
            keys.rmdir()

    def is_destroyed(self, family: str, obj: UUID) -> bool:
        """Whether the folder knows of a destruction."""
        return self._mark(family, obj).exists()

    def stones(self) -> Iterator[Stone]:
        """All that was destroyed. Raises BackupFailed for a mark that cannot be read."""
        yield from read_stones(self.folder / DESTROYED)

    def copy_secrets(self) -> None:
        """Copies the secrets, the signing keys and the DEMO authority out of HOSO_DATA."""
        for name, source in PARTS.items():
            for path in _files(config.data() / source):
                target = self.folder / name / path.relative_to(config.data() / source)
                content = path.read_bytes()
                if not target.exists() or target.read_bytes() != content:
                    durable.write(target, content)

    def copy_own(self) -> None:
        """Makes `own/` what an administrator has put into HOSO_DATA now: a root that they took away must not come
        back by a restore."""
        mirror = self.folder / OWN
        kept = {path.relative_to(config.data()): path for name in OWNED for path in _files(config.data() / name)}
        for name, path in kept.items():
            if not (mirror / name).exists() or (mirror / name).read_bytes() != path.read_bytes():
                durable.write(mirror / name, path.read_bytes())
        for path in list(_files(mirror)):
            if path.relative_to(mirror) not in kept:
                durable.remove(path)

    def master(self) -> bytes | None:
        """The master key of the copy; None when the operator keeps it elsewhere (HOSO_MASTER_KEY)."""
        with suppress(FileNotFoundError, ValueError):
            return bytes.fromhex((self.folder / "secrets" / "master").read_text(encoding="ascii").strip())
        return None

    def _mark(self, family: str, obj: UUID) -> Path:
        return self.folder / DESTROYED / f"{family}-{obj}.json"


def read_stones(folder: Path) -> Iterator[Stone]:
    """What a `destroyed` folder tells, of this or of another copy. Raises BackupFailed."""
    for path in sorted(folder.glob("*.json")):
        try:
            known = json.loads(path.read_bytes())
            yield Stone(
                family=known["family"],
                object=UUID(known["object"]),
                at=datetime.fromisoformat(known["at"]),
                home=UUID(known["home"]) if known["home"] else None,
                ground=known["ground"],
                by=known["by"],
                approved_by=tuple(known["approved_by"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupFailed(reason=f"{DESTROYED}/{path.name}") from error


def remember(folder: Path) -> None:
    """From now on destructions reach into this folder."""
    known = _known()
    if str(folder.resolve()) not in known:
        durable.write(config.data() / _KNOWN, json.dumps([*known, str(folder.resolve())]).encode())


def destroy_in_copies(stones: Iterable[Stone]) -> tuple[str, ...]:
    """Destroys in every copy of the keys that is known here; returns the folders that were not at hand."""
    away = []
    wanted = list(stones)
    for folder in _known():
        copy = KeyFolder(Path(folder))
        try:
            if not (copy.folder / "INSTALLATION").is_file():
                raise FileNotFoundError(folder)
            for stone in wanted:
                copy.destroy(stone)
        except (OSError, BackupFailed):
            away.append(folder)
    return tuple(away)


def intake_stone(intake: UUID) -> Stone:
    """The stone of an intake object at the end of its retention."""
    return Stone("intakes", intake, datetime.now(UTC))


def free_bytes(folder: Path) -> int:
    """Free space where a folder lies."""
    return shutil.disk_usage(folder).free


def _known() -> list[str]:
    try:
        return [str(folder) for folder in json.loads((config.data() / _KNOWN).read_bytes())]
    except (OSError, ValueError):
        return []


def _files(place: Path) -> Iterator[Path]:
    """The files in a folder, or the file itself; no links."""
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    yield from (path for path in found if path.is_file() and not path.is_symlink())

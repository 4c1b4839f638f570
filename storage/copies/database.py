"""A consistent copy of the database and the way back: SQLite by its backup interface, PostgreSQL by its own tools.

What describes documents (titles, numbers, field values, folded text, signers) is left out: it stands sealed in the
archive's objects and comes back by a rebuild, so that a destroyed document is not read out of an old copy of the
database. Sessions are left out too: everybody signs in again after a restore.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from storage import keys
from storage.cipher import Kind, Label, seal, unseal
from storage.copies import durable
from storage.copies.errors import BackupDamaged, DumpTool
from storage.errors import Corrupt
from storage.models import Document, DocumentOwner, Event, Field, Version

LEFT_OUT = tuple(model._meta.db_table for model in (Field, Version, DocumentOwner, Document, Session))
"""Tables whose rows are not copied, those that refer to others first."""


def engine() -> str:
    """`sqlite` or `postgresql`."""
    return connection.vendor


def migrations() -> tuple[str, ...]:
    """The migrations that the database stands at."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations))


def unknown_migrations(wanted: tuple[str, ...]) -> list[str]:
    """Those that this software does not have."""
    known = MigrationLoader(None).disk_migrations or {}
    return sorted(set(wanted) - {f"{app}.{name}" for app, name in known})


def occupied() -> bool:
    """Whether the database has seen work: it holds events."""
    return Event._meta.db_table in connection.introspection.table_names() and Event.objects.exists()


def copy_sealed(target: Path, scratch: Path, installation: str, master: bytes) -> durable.Written:
    """The copy, sealed, durable beside its place. Raises DumpTool, BackupFailed."""
    plain = scratch / "database"
    if engine() == "postgresql":
        _dump(plain)
    else:
        _snapshot(plain)
    try:
        with plain.open("rb") as stream:
            return durable.write_part(target, seal(stream, keys.backup_key(master), _label(installation)))
    finally:
        plain.unlink()


def unsealed(source: Path, target: Path, installation: str, master: bytes) -> None:
    """Writes the plain copy to a file of mode 0600. Raises BackupDamaged when it does not open."""
    try:
        with source.open("rb") as stream:
            chunks = unseal(stream, keys.backup_key(master), _label(installation))
            durable.settle(durable.write_part(target, chunks), target)
    except (Corrupt, OSError) as error:
        raise BackupDamaged(count=1, first=source.name) from error


def put_back(plain: Path, *, keep: bool, again: bool) -> None:
    """Puts the plain copy in the place of the database; `keep` leaves the SQLite file that stood there beside it.

    `again` says that an earlier run may have done so: what it put aside is not given up for what it put in place.
    """
    connections.close_all()
    if engine() == "postgresql":
        _restore_dump(plain)
        return
    with closing(sqlite3.connect(plain)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupDamaged(count=1, first=plain.name)
    target = Path(connection.settings_dict["NAME"])
    aside = target.with_name(f"{target.name}.before-restore")
    if keep and target.exists() and not (again and aside.exists()):
        with closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.replace(aside)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    plain.replace(target)
    durable.sync_folder(target.parent)


def _snapshot(plain: Path) -> None:
    """One step of the backup interface is one read transaction: a consistent copy, and writers do not wait."""
    plain.touch(mode=0o600, exist_ok=False)
    with (
        closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
        closing(sqlite3.connect(plain, isolation_level=None)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA foreign_keys=OFF")
        for table in LEFT_OUT:
            copy.execute(f"DELETE FROM {table}")
        copy.execute("VACUUM")


def _dump(plain: Path) -> None:
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    plain.touch(mode=0o600, exist_ok=False)
    with plain.open("wb") as stream:
        _tool("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", *left_out], stdout=stream.fileno())


def _restore_dump(plain: Path) -> None:
    options = ["--no-owner", "--no-privileges", "--clean", "--if-exists", "--exit-on-error", "--single-transaction"]
    _tool("pg_restore", [*options, "--dbname", str(connection.settings_dict["NAME"]), str(plain)])


def _tool(program: str, options: list[str], stdout: int = subprocess.DEVNULL) -> None:
    """Runs one of PostgreSQL's tools on our database; the password goes by the environment, not by the command line."""
    found = shutil.which(program)
    if found is None:
        raise DumpTool(program=program, reason="not found")
    done = subprocess.run(
        [found, "--no-password", *options], env=_environment(), stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise DumpTool(program=program, reason=(told[-1] if told else f"status {done.returncode}")[:200])


def _environment() -> dict[str, str]:
    asked = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    given = {names[key]: str(value) for key, value in asked.items() if key in names and value}
    options = {f"PG{name.upper()}": str(value) for name, value in asked.get("OPTIONS", {}).items()}
    return {**os.environ, **given, **options}


def _label(installation: str) -> Label:
    return Label(Kind.DATABASE, UUID(installation), 1, UUID(int=0))


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder of mode 0700 for the plain copy, emptied before and after: what a kill left behind goes."""
    place = folder / "backup-scratch"
    with suppress(FileNotFoundError):
        shutil.rmtree(place)
    durable.make_folder(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)

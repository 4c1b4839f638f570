"""`hoso archive verify / reindex / export / backup / restore`: fixity, rebuild, the plain OCFL tree, safe copies."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from catalogue import ExitCode, HosoError
from hoso.cli import tell

if TYPE_CHECKING:
    from storage import BackupCheck, BackupReport, Finding, RestoreReport


@contextmanager
def archive_at_hand(*, bare: bool = False) -> Iterator[None]:
    """The archive, wherever it is: the object store of a running `hoso serve`, the one in the settings, or our own.

    On the embedded default with nothing running, the store runs for as long as the command does. `bare` is for a
    restore: nothing else may run, and nothing is made in the database or the store yet. Raises AlreadyRunning then.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import logging

    import django
    from django.core.management import call_command

    from hoso.errors import AlreadyRunning
    from hoso.lock import DataLock
    from hoso.objectstore import ObjectStore
    from portal.config import load

    config = load()
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()
    logging.getLogger().setLevel(logging.ERROR)  # the terminal is for people; an error is told once, in words
    lock = DataLock(config.data)
    try:
        lock.acquire()
    except AlreadyRunning:
        if bare:
            raise
        yield
        return
    try:
        if not bare:
            call_command("migrate", interactive=False, verbosity=0)
        if config.s3_endpoint:
            yield
            return
        with ObjectStore(config.data):
            from storage import prepare

            if not bare:
                prepare()
            yield
    finally:
        lock.release()


@click.group(help=__doc__)
def archive() -> None:
    """The commands of `hoso archive`."""


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(as_json: bool) -> None:
    """Reads every object whole and compares it with its inventory; exit code 1 when anything is wrong."""
    with archive_at_hand():
        from storage import verify_objects

        report = verify_objects()
    if as_json:
        click.echo(json.dumps({"schema": "hoso.archive-verify/1", **asdict(report)}, ensure_ascii=False))
    else:
        click.echo(f"Đối tượng / objects: {report.objects}\nTệp nội dung / content files: {report.files}")
        _say(report.findings)
    sys.exit(ExitCode.FAILED if report.findings else ExitCode.OK)


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def reindex(as_json: bool) -> None:
    """Makes the index anew from the object store and the keys; exit code 1 when something could not be read."""
    with archive_at_hand():
        import storage

        report = storage.reindex()
    if as_json:
        click.echo(json.dumps({"schema": "hoso.archive-reindex/1", **asdict(report)}, ensure_ascii=False))
    else:
        click.echo(
            f"Chủ giấy tờ / owners: {report.owners}\nGiấy tờ / documents: {report.documents}\n"
            f"Phiên bản / versions: {report.versions}\nBản nhận / intake objects: {report.intakes}\n"
            f"Đã tiêu hủy / destroyed: {report.destroyed}"
        )
        _say(report.findings)
    sys.exit(ExitCode.FAILED if report.findings else ExitCode.OK)


@archive.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--owner", type=click.UUID, help="Only the objects of this owner.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def export(folder: Path, owner: UUID | None, as_json: bool) -> None:
    """Copies the storage root into FOLDER as a plain OCFL tree; the content stays sealed."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder}: thư mục không rỗng / the folder is not empty")
    with archive_at_hand():
        import storage

        files = storage.export(folder, owner=owner)
    if as_json:
        click.echo(json.dumps({"schema": "hoso.archive-export/1", "folder": str(folder), "files": files}))
    else:
        click.echo(f"{files} tệp / files → {folder}")


_KEYS = click.option(
    "--keys",
    "key_folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the copied keys and secrets, to be kept apart from the other one.",
)


@archive.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_KEYS
@click.option("--check", is_flag=True, help="Only prove the backup in FOLDER whole; copy nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report, or the error, as JSON.")
def backup(folder: Path, key_folder: Path, check: bool, as_json: bool) -> None:
    """Copies what is new since the last backup into FOLDER, and keys and secrets into the folder of `--keys`.

    It may run while hoso runs, and goes on where a broken one ended. Exit code 1 when something in the archive was
    found damaged or lost: the good copy in FOLDER stays then.
    """
    if check:
        _check(folder, key_folder, as_json)
        return
    with _errors_as(as_json), archive_at_hand(), _Bar() as bar:
        import storage

        made = storage.backup(folder, key_folder, bar)
    _report("hoso.archive-backup/1", made, as_json)
    if not made.master and not as_json:
        click.echo(
            "Khóa chủ HOSO_MASTER_KEY không nằm trong bản sao / the master key is not in the copy: keep it apart"
        )


@archive.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@_KEYS
@click.option(
    "--tombstones",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="The `destroyed` folder of another, newer copy of the keys; may be repeated.",
)
@click.option("--replace", is_flag=True, help="Put the backup in place of what is here, of the same installation.")
@click.option("--unfinished", is_flag=True, help="Use a backup whose last run broke off.")
@click.option("--skip-damaged", is_flag=True, help="Restore all that is whole and name the rest.")
@click.option("--json", "as_json", is_flag=True, help="Print the report, or the error, as JSON.")
def restore(
    folder: Path,
    key_folder: Path,
    tombstones: tuple[Path, ...],
    replace: bool,
    unfinished: bool,
    skip_damaged: bool,
    as_json: bool,
) -> None:
    """Stands this installation up again from a backup; what was destroyed stays destroyed.

    The whole backup is read and proven before anything is changed; afterwards every object and the event log are read
    again. Exit code 1 when something was found wrong. Nothing else may run on this HOSO_DATA.
    """
    with _errors_as(as_json), archive_at_hand(bare=True), _Bar() as bar:
        import storage

        report = storage.restore(
            folder,
            key_folder,
            tombstones=tombstones,
            replace=replace,
            unfinished=unfinished,
            skip_damaged=skip_damaged,
            progress=bar,
        )
    _report("hoso.archive-restore/1", report, as_json)


def _check(folder: Path, key_folder: Path, as_json: bool) -> None:
    """Needs the two folders and the settings, no store and no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    import storage

    with _errors_as(as_json), _Bar() as bar:
        report = storage.check_backup(folder, key_folder, progress=bar)
    _report("hoso.archive-backup-check/1", report, as_json)


class _Bar:
    """Progress on standard error: a bar for each stage on a terminal, a line for each elsewhere."""

    def __init__(self) -> None:
        self._stage = ""

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._end()
            self._stage = stage
            click.echo(f"{_STAGES[stage]} …", err=True, nl=not sys.stderr.isatty())
        if sys.stderr.isatty():
            click.echo(f"\r{_STAGES[stage]} … {done}/{total}", err=True, nl=False)

    def _end(self) -> None:
        if self._stage and sys.stderr.isatty():
            click.echo(err=True)


_STAGES = {
    "database": "Cơ sở dữ liệu / database",
    "objects": "Đối tượng / objects",
    "keys": "Khóa / keys",
    "anchors": "Mốc nhật ký / anchors",
    "check": "Kiểm tra bản sao / proving the backup",
    "tombstones": "Dấu vết tiêu hủy / tombstones",
    "index": "Chỉ mục / index",
    "verify": "Kiểm tra kho / proving the archive",
}
_NAMES = {
    "made_at": "Sao lưu lúc / made at",
    "finished": "Đã hoàn tất / finished",
    "objects": "Đối tượng / objects",
    "files": "Tệp / files",
    "size": "Dung lượng (byte) / bytes",
    "copied": "Mới sao / newly copied",
    "copied_bytes": "Mới sao (byte) / newly copied bytes",
    "keys": "Khóa / keys",
    "keys_removed": "Khóa đã hủy / keys destroyed",
    "events": "Sự kiện nhật ký / events",
    "owners": "Chủ giấy tờ / owners",
    "documents": "Giấy tờ / documents",
    "intakes": "Bản nhận / intake objects",
    "destroyed": "Đã tiêu hủy / destroyed",
}


def _report(schema: str, report: BackupReport | BackupCheck | RestoreReport, as_json: bool) -> None:
    """Says a report and ends with exit code 1 when it has findings."""
    told = asdict(report)
    if as_json:
        click.echo(json.dumps({"schema": schema, **told}, ensure_ascii=False))
    else:
        for name, words in _NAMES.items():
            if name in told:
                click.echo(f"{words}: {told[name]}")
        _say(report.findings)
    if report.findings:
        sys.exit(ExitCode.FAILED)


@contextmanager
def _errors_as(as_json: bool) -> Iterator[None]:
    """An error of ours as JSON where a program reads it."""
    try:
        yield
    except HosoError as error:
        tell(error, as_json)
        sys.exit(int(error.exit_code))


def _say(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(f"✗ {finding.code}\t{finding.path}\t{finding.text}", err=True)

"""`hoso archive verify / reindex / export`: fixity, rebuild, a copy of the OCFL tree."""

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

from catalogue import ExitCode

if TYPE_CHECKING:
    from storage import Finding


@contextmanager
def archive_at_hand() -> Iterator[None]:
    """The archive, wherever it is: the object store of a running `hoso serve`, the one in the settings, or our own.

    On the embedded default with nothing running, the store runs for as long as the command does.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.core.management import call_command

    from hoso.errors import AlreadyRunning
    from hoso.lock import DataLock
    from hoso.objectstore import ObjectStore
    from portal.config import load

    config = load()
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()
    lock = DataLock(config.data)
    try:
        lock.acquire()
    except AlreadyRunning:
        yield
        return
    try:
        call_command("migrate", interactive=False, verbosity=0)
        if config.s3_endpoint:
            yield
            return
        with ObjectStore(config.data):
            from storage import prepare

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


def _say(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(f"✗ {finding.code}\t{finding.path}\t{finding.text}", err=True)

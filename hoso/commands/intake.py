"""`hoso intake DIR`: takes in what scanners leave in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.running import install_stop, set_up
from portal.config import load


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dossier", required=True, help="Code of the dossier that the scans belong to.")
@click.option("--officer", required=True, help="User name of who scans.")
@click.option("--quiet-seconds", default=3.0, show_default=True, help="How long a file must stay unchanged.")
@click.option("--once", is_flag=True, help="Take in what lies there, then end.")
def intake(folder: Path, dossier: str, officer: str, quiet_seconds: float, once: bool) -> None:
    """Watch FOLDER: whole and stable files go into the archive, once each, and are digitized; then they are moved to
    FOLDER/.done. Links are never followed. `hoso serve` must be running."""
    set_up(load())
    from hoso.folder import Watch

    stop = install_stop()
    watch = Watch(folder, dossier, officer, quiet_seconds, say=lambda text: click.echo(text, err=True))
    watch.run(stop, once=once)

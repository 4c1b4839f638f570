"""`hoso serve`: everything on the embedded defaults; Ctrl-C stops all."""

from __future__ import annotations

import click

from catalogue import HosoError
from hoso.cli import tell
from hoso.running import Feeding, install_stop, say_accounts, say_summary
from hoso.supervise import Supervisor
from portal.config import load


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Take the sample dossiers through the whole chain first.")
def serve(with_demo: bool) -> None:
    """Start the object store, the workers and the pages, and keep them running."""
    stop = install_stop()
    config = load()
    with Supervisor(config) as running:
        click.echo(f"Trang làm việc / desk pages:   {running.web_url}/")
        click.echo(f"Trang công dân / citizen pages: {running.web_url}/citizen/")
        click.echo(f"Kiểm tra chữ ký / verify:       {running.web_url}/verify/")
        if config.env == "demo":
            say_accounts(config)
        if with_demo:
            feeding = Feeding(config)
            feeding.start()
            feeding.go()
            running.watch(until=lambda: stop.is_set() or feeding.over)
            if not stop.is_set():
                _say(feeding)
        if not stop.is_set():
            click.echo("Đang chạy; Ctrl-C để dừng. / Running; Ctrl-C stops.")
        running.watch(until=stop.is_set)
        click.echo("Đang dừng… / Stopping…", err=True)


def _say(feeding: Feeding) -> None:
    """The summary, or why there is none: the pages stay up either way."""
    try:
        say_summary(feeding.result(stopped=False))
    except HosoError as error:
        tell(error)
